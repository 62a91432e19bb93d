/*
 * host: whether a host is this machine, and so what is sent to it cannot be
 * overheard on the way.  Nothing is resolved: a name might mean anything
 * tomorrow.
 */
#ifndef NET_BASE_HOST_H
#define NET_BASE_HOST_H

#include <stdbool.h>

/* An address of 127.0.0.0/8 in four numbers, or ::1 in any of its forms,
 * without brackets. */
bool host_address_is_loopback(const char *address);

/* The same, ::1 in brackets too, and the name localhost.  Names below it
 * ("x.localhost") and with a dot behind it are left to a resolver, so they are
 * none. */
bool host_is_loopback(const char *host);

/* A URL that secrets may travel over: https, or http to a host of the kind
 * above with nothing in front of it ("user@"). */
bool host_url_is_safe(const char *url);

#endif
