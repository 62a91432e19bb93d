/*
 * wire: one end of a WebSocket by hand, as thin as can be, with the time at
 * which bytes really went and came.
 *
 * Blocking sockets on loopback, whole text messages only.  One thread.
 */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"

struct problem;
struct relay_message;

struct wire {
	int fd;
	bool masks;      /* clients do */
	struct bytes in; /* bytes received; taken of them are used */
	size_t taken;
	struct bytes out; /* a frame, while it is built */
	uint64_t read_us; /* when recv() had given the last bytes */
	/* the last message read, borrowed until the next */
	const char *text;
	size_t length;
	uint64_t at_us; /* when its last byte had been received */
};

/* All return 0 or a problem code with p filled. */
int wire_listen(int *fd, uint16_t *port, struct problem *p);
int wire_accept(struct wire *w, int listening, struct problem *p);
int wire_connect(struct wire *w, uint16_t port, struct problem *p);

/* at_us: the time just before the bytes go to the kernel. */
int wire_send(struct wire *w, const struct relay_message *m, uint64_t *at_us,
	      struct problem *p);

/* Reads one message, waiting until until_us at most (0: not at all).  1 when
 * there is one, 0 when none came in time, or a problem code. */
int wire_read(struct wire *w, uint64_t until_us, struct problem *p);

/* Safe on zero bytes, where fd is 0 and was never opened. */
void wire_close(struct wire *w);

#endif
