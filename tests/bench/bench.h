/*
 * bench: what the subjects of habla-bench share.
 *
 * A subject sets up what it measures on loopback, measures it `runs` times
 * and adds figures.  It leaves nothing running.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "tests/bench/figures.h"

struct problem;

enum {
	FRAME_MS = 20,
	FRAME_US = FRAME_MS * 1000,
	/* The first frames of a run pay for caches and first allocations. */
	WARM_UP_FRAMES = 10,
	/* Nothing on loopback takes as long: a run that waits so has failed. */
	HANG_MS = 20000,
};

struct bench {
	unsigned runs;
	const char *folder;   /* an empty one, removed at the end */
	const char *programs; /* where habla and habla-relay are */
	struct figures figures;
};

/* Each: 0, or a problem code with p filled. */
int bench_client_audio(struct bench *b, struct problem *p);
int bench_client_audio_48k(struct bench *b, struct problem *p);
int bench_relay_hops(struct bench *b, struct problem *p);
int bench_client_program(struct bench *b, struct problem *p);
int bench_client_start(struct bench *b, struct problem *p);
int bench_relay_program(struct bench *b, struct problem *p);
int bench_direct(struct bench *b, struct problem *p);
int bench_tutor(struct bench *b, struct problem *p);
int bench_report(struct bench *b, struct problem *p);
int bench_script(struct bench *b, struct problem *p);
int bench_terminal(struct bench *b, struct problem *p);
int bench_micro(struct bench *b, struct problem *p);

#endif
