/*
 * ws_peer: one end of a WebSocket, RFC 6455 by hand over a blocking socket.
 *
 * A witness that shares no code with the relay.  Both ends: a client, and a
 * server that plays a script on a thread of its own.  Reads give up after
 * 30 s, which is a limit for hangs.
 */
#ifndef TESTS_SUPPORT_WS_PEER_H
#define TESTS_SUPPORT_WS_PEER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
	WS_LOST = 16, /* the connection ended without a close frame */
};

struct ws_peer {
	int fd;
	bool masks; /* clients do */
	int status; /* client: of the HTTP answer, 101 when it is open */
	/* the last message read; NUL-terminated */
	int opcode;
	char *text;
	size_t length;
	int close_code; /* of WS_CLOSE; 1005: none was given */
};

/* --- client --- */

/* Returns the HTTP status, 101 when the WebSocket is open.  path NULL: "/";
 * origin NULL: no such header. */
int ws_connect(struct ws_peer *c, uint16_t port, const char *path,
	       const char *origin);
/* Closes the socket; hard: with a reset. */
void ws_disconnect(struct ws_peer *c, bool hard);

/* --- both --- */

void ws_send(struct ws_peer *c, int opcode, bool final, const void *data,
	     size_t n);
__attribute__((format(printf, 2, 3))) void ws_say(struct ws_peer *c,
						  const char *format, ...);
void ws_close(struct ws_peer *c, int code);

/* Reads one message (fragments joined) or control frame; pings are answered
 * and passed over.  Returns its opcode, or WS_LOST. */
int ws_read(struct ws_peer *c);
/* Reads on until a text message with this "type" comes; fails the test when
 * the connection ends before that. */
void ws_expect(struct ws_peer *c, const char *type);
/* The string member of the last message (one level), in a buffer of its own
 * for each of the last few calls; fails the test when it is not there. */
const char *ws_member(const struct ws_peer *c, const char *key);
bool ws_has_member(const struct ws_peer *c, const char *key);

/* --- server --- */

struct ws_server {
	uint16_t port;
	int listening;
	pthread_t thread;
	void (*script)(struct ws_peer *client, void *arg);
	void *arg;
	const char *http_answer; /* sent in place of the handshake, or NULL */
};

/* Takes one connection after another and plays the script to each. */
void ws_server_start(struct ws_server *s,
		     void (*script)(struct ws_peer *client, void *arg),
		     void *arg, const char *http_answer);
void ws_server_stop(struct ws_server *s);

#endif
