/*
 * threaded_server: a listening socket on loopback with a thread for each
 * connection, for servers of tests that may block.
 */
#ifndef TESTS_SUPPORT_THREADED_SERVER_H
#define TESTS_SUPPORT_THREADED_SERVER_H

#include <stdint.h>

struct threaded_server;

/* serve() runs on the connection's own thread, with all signals blocked, and
 * does not close socket.  It ends when a read or a write there fails. */
struct threaded_server *
threaded_server_start(void (*serve)(void *arg, int socket), void *arg);
uint16_t threaded_server_port(const struct threaded_server *s);
/* Connections so far. */
unsigned threaded_server_connections(struct threaded_server *s);
/* Cuts all connections and waits for their threads.  NULL is fine. */
void threaded_server_stop(struct threaded_server *s);

/* A failure of the test's own machinery, on a thread that must not use
 * cmocka: prints what and aborts unless holds. */
void threaded_server_need(int holds, const char *what);

#endif
