/*
 * silence: keeps a session's audio going when its client sends none.
 *
 * Nova Sonic ends a turn by trailing silence and gives a session up that
 * sends nothing, so audio must never stop.  20 ms blocks at real-time pace,
 * by absolute times of the clock.  The clock's thread only.
 */
#ifndef NET_RELAY_SERVER_SILENCE_H
#define NET_RELAY_SERVER_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/clock.h"

enum {
	SILENCE_BLOCK_MS = 20,
	/* Time without audio after which silence starts by itself: for the
	 * original clients, which stop sending when the learner stops, and for
	 * those that promise to send always. */
	SILENCE_AFTER_MS = 1000,
	SILENCE_AFTER_CONTINUOUS_MS = 20000,
};

struct silence {
	struct timer timer;
	uint64_t after_us;
	uint64_t due_us; /* of the next block, or of the first */
	bool feeding;
	uint64_t samples; /* given so far, at 16 kHz */
	/* One block of zero samples is wanted. */
	void (*feed)(void *arg, const int16_t *samples, size_t n);
	void *arg;
};

void silence_init(struct silence *s, struct clock *clock, unsigned after_ms,
		  void (*feed)(void *arg, const int16_t *samples, size_t n),
		  void *arg);
/* The session takes audio from now on. */
void silence_start(struct silence *s);
/* The client has sent audio: silence stops until it is missing again. */
void silence_heard_audio(struct silence *s);
/* The client says that the utterance is over: silence starts at once. */
void silence_end_utterance(struct silence *s);
void silence_stop(struct silence *s);

#endif
