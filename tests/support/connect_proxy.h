/*
 * connect_proxy: an HTTP proxy on 127.0.0.1 that knows CONNECT, on threads of
 * its own.
 */
#ifndef TESTS_SUPPORT_CONNECT_PROXY_H
#define TESTS_SUPPORT_CONNECT_PROXY_H

#include <stdbool.h>
#include <stdint.h>

struct connect_proxy;

/* Zero: every CONNECT is granted. */
struct connect_proxy_settings {
	uint16_t to;       /* port on 127.0.0.1 that every target leads to */
	const char *login; /* "user:password" that it demands; NULL: none */
	const char *says;  /* in place of granting; "": it closes */
	bool silent;       /* it never answers */
};

struct connect_proxy *
connect_proxy_start(const struct connect_proxy_settings *settings);
uint16_t connect_proxy_port(const struct connect_proxy *x);
/* Tunnels granted so far, and "host:port" that was asked for last ("" before);
 * that text stays until the next call. */
unsigned connect_proxy_granted(struct connect_proxy *x);
const char *connect_proxy_target(struct connect_proxy *x);
/* Cuts its tunnels.  NULL is fine. */
void connect_proxy_stop(struct connect_proxy *x);

#endif
