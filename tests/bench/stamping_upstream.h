/*
 * stamping_upstream: a nova_upstream that notes when audio reaches it, and
 * that speaks on each stream without end, 20 ms of sound every 20 ms.
 *
 * In the sound, sample 0 is a number of the stream and sample 1 of the frame.
 * Going up the sender chooses them, going down they count from 0.  The clock's
 * thread only, but for the times.
 */
#ifndef TESTS_BENCH_STAMPING_UPSTREAM_H
#define TESTS_BENCH_STAMPING_UPSTREAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/stream.h"

struct clock;

enum {
	STAMP_STREAMS_MOST = 128,
	STAMP_FRAMES_MOST = 512,
	STAMP_DOWN_SAMPLES = 480,
	STAMP_UP_SAMPLES = 320,
};

struct stamping_upstream {
	struct nova_upstream upstream; /* first */
	struct clock *clock;
	unsigned streams; /* opened so far */
	/* Just before an event is given to the listener; and when send() was
	 * called. */
	_Atomic(uint64_t) down_us[STAMP_STREAMS_MOST][STAMP_FRAMES_MOST];
	_Atomic(uint64_t) up_us[STAMP_STREAMS_MOST][STAMP_FRAMES_MOST];
};

void stamping_upstream_init(struct stamping_upstream *u, struct clock *clock);

#endif
