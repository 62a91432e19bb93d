/*
 * listener: accepts TCP connections on a loopback address of a loop.
 *
 * libwebsockets, as Debian builds it, takes no listening socket, so we accept
 * and hand over.  Loop thread only.
 */
#ifndef NET_RELAY_SERVER_LISTENER_H
#define NET_RELAY_SERVER_LISTENER_H

#include <stdint.h>

struct listener;
struct loop;
struct problem;

/* accepted owns fd (non-blocking).  PROBLEM_USAGE: no address, or not a
 * loopback one; PROBLEM_BUSY: the port is taken. */
int listener_open(struct listener **out, struct loop *l, const char *address,
		  uint16_t port, void (*accepted)(void *arg, int fd), void *arg,
		  struct problem *p);
uint16_t listener_port(const struct listener *l);
/* May be called inside accepted.  NULL is fine; returns NULL. */
struct listener *listener_free(struct listener *l);

#endif
