/*
 * h2_peer: an HTTP/2 client in clear text that does exactly what a test says:
 * what is in a frame, when a stream ends, how little it reads.  One loop
 * thread.  Failing expectations end the test.
 */
#ifndef TESTS_SUPPORT_H2_PEER_H
#define TESTS_SUPPORT_H2_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"

enum { H2_PEER_STREAMS = 4, H2_PEER_HEADERS = 12 };

struct h2_peer_stream {
	int32_t id;
	struct bytes out; /* to send */
	size_t out_taken;
	bool out_ended; /* END_STREAM behind it */
	unsigned status;
	struct {
		char name[64], value[256];
	} headers[H2_PEER_HEADERS];
	size_t header_count;
	struct bytes body;
	bool ended;     /* END_STREAM came */
	bool closed;    /* also by RST_STREAM */
	uint32_t error; /* of RST_STREAM, 0: none or NO_ERROR */
};

struct h2_peer {
	struct loop *loop;
	struct transport *transport;
	void *h2; /* nghttp2_session */
	struct h2_peer_stream streams[H2_PEER_STREAMS];
	size_t count;
	bool connected, lost;
	unsigned
		grant; /* bytes given back at once; 0: never; UINT32_MAX: all */
};

struct h2_header {
	const char *name, *value;
};

/* Connects to 127.0.0.1; window: bytes that a stream may send us first. */
void h2_peer_open(struct h2_peer *p, struct loop *l, uint16_t port,
		  uint32_t window, unsigned grant);
void h2_peer_close(struct h2_peer *p);

/* Sends a request's head; its body is what h2_peer_send() brings. */
struct h2_peer_stream *h2_peer_request(struct h2_peer *p,
				       const struct h2_header *headers,
				       size_t count);
void h2_peer_send(struct h2_peer *p, struct h2_peer_stream *s, const void *data,
		  size_t length);
void h2_peer_end(struct h2_peer *p, struct h2_peer_stream *s);
const char *h2_peer_header(const struct h2_peer_stream *s, const char *name);

/* Runs the loop until done(arg); fails the test after two minutes. */
void h2_peer_run(struct loop *l, bool (*done)(void *arg), void *arg);

#endif
