/*
 * fake_upstream: a nova_upstream that does what a test tells it, for tests of
 * what stands in front of one.
 *
 * Its streams open and end by timers of the clock they are given; an echo
 * comes at once.  The clock's thread only, counters aside.
 */
#ifndef TESTS_SUPPORT_FAKE_UPSTREAM_H
#define TESTS_SUPPORT_FAKE_UPSTREAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/problem.h"
#include "net/nova/stream.h"

struct clock;
struct fake_stream;

struct fake_upstream {
	struct nova_upstream upstream; /* first */
	struct clock *clock;
	/* behaviour */
	struct problem refuse_open; /* code 0: open() succeeds */
	struct problem refuse;      /* code 0: opened(); else closed(refuse) */
	bool never_opens;
	bool never_ends;      /* ignores sessionEnd */
	bool echo;            /* audioInput comes back as audioOutput */
	atomic_size_t queued; /* what nova_stream_queued() says */
	int send_error;       /* what send says once it is open */
	/* what happened */
	atomic_uint opened, live;
	atomic_size_t samples, silent_samples, events;
	char log[8192]; /* one line an event that is no audio: its name, and
			 * role, text or voice */
	struct fake_stream *last;
};

void fake_upstream_init(struct fake_upstream *u, struct clock *clock);

/* The service says e on the stream opened last, if that lives. */
void fake_upstream_say(struct fake_upstream *u, const struct nova_event *e);
/* The stream opened last ends so. */
void fake_upstream_end(struct fake_upstream *u, int code, const char *text);

#endif
