/*
 * learner_turns: where the learner spoke, and from which sample on nothing
 * was answered yet.
 *
 * The rule.  When the first sign of an answer comes, the service has ended the
 * learner's turn some time ago: after a pause of 1.5 to 2 s, and then it
 * thought.  So the turn that is being answered ended with the last speech that
 * was followed by at least 1.2 s of quiet; what the learner says after that
 * (again before the answer starts, or into it) belongs to the next turn.  When
 * no pause was that long, it ended with the last speech that has ended; while
 * one speech goes on without end it is noise, or the next turn: noise is taken
 * as answered up to 1.5 s ago, and a next turn is kept whole.
 *
 * Positions are those of learner_audio.h.  One thread.
 */
#ifndef NET_RENEWAL_LEARNER_TURNS_H
#define NET_RENEWAL_LEARNER_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/dsp/speech_gate.h"

enum {
	LEARNER_SPANS_MAX = 96, /* 30 s hold no more: gate and pauses */
	/* Silence before unanswered speech that is given again with it; as
	 * much as the service's own sample keeps. */
	LEARNER_LEAD_MS = 3000,
};

struct learner_span {
	uint64_t start, end; /* end counts only when it is no longer open */
};

struct learner_turns {
	struct speech_gate gate;
	uint64_t answered; /* from this sample on nothing was answered */
	struct learner_span spans[LEARNER_SPANS_MAX]; /* after it, in order */
	size_t count;
	uint64_t origin; /* position at which the gate was started */
};

/* position: of the next sample. */
void learner_turns_init(struct learner_turns *t, unsigned rate_hz,
			uint64_t position);
/* True when speech began or ended in them. */
bool learner_turns_hear(struct learner_turns *t, const int16_t *samples,
			size_t n);

/* End of the turn that the service ends now. */
uint64_t learner_turns_end_of_turn(const struct learner_turns *t);
/* The service begins to answer. */
void learner_turns_answered(struct learner_turns *t);
/* An answer was given up to here. */
void learner_turns_answered_to(struct learner_turns *t, uint64_t position);

/* Speech that was not answered, and how long ago it ended (0 while the learner
 * speaks). */
bool learner_turns_unanswered(const struct learner_turns *t);
unsigned learner_turns_quiet_ms(const struct learner_turns *t);
/* The learner speaks, or did later than this position. */
bool learner_turns_spoke_after(const struct learner_turns *t,
			       uint64_t position);
bool learner_turns_speaking(const struct learner_turns *t);

/* The sample with which a new session's audio begins: the end of the last
 * answered turn, but of silence only LEARNER_LEAD_MS before unanswered speech,
 * or before the present. */
uint64_t learner_turns_from(const struct learner_turns *t);

#endif
