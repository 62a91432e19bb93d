/*
 * tutor_turn: one answer of the tutor: what is planned, heard and final.
 *
 * An answer comes as sentences: a SPECULATIVE text, then a block of sound;
 * FINAL text says later what was really said.  `heard` is an estimate: each
 * sentence cut at a word in proportion to the samples of it really played.
 * One thread.
 */
#ifndef CLIENT_CONVERSATION_TUTOR_TURN_H
#define CLIENT_CONVERSATION_TUTOR_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"

enum { TUTOR_TURN_TEXT_MAX = 256 * 1024 };

struct tutor_sentence {
	uint32_t block;    /* its number in the playout; 0: no sound yet */
	char *planned;     /* owned; may be NULL */
	uint64_t received; /* samples */
	uint64_t played;
	bool whole; /* the block has ended: received is all of it */
};

struct tutor_turn {
	struct tutor_sentence *sentences; /* owned */
	size_t count, capacity;
	size_t planned; /* SPECULATIVE texts so far */
	struct bytes final;
	size_t finals;    /* FINAL texts so far */
	bool active;      /* something of this answer has come */
	bool ended;       /* the service has said END_TURN, or it was cut */
	bool interrupted; /* the learner spoke into it */
	bool skipped;   /* the learner wants to hear no more of it; the service
			 * is not told and goes on */
	bool broken;    /* the session was lost in it */
	bool written;   /* its line is in the transcript */
	bool final_cut; /* no more FINAL text will come, whatever was planned */
	bool late_final; /* final text from before the interruption: more
			  * than was heard */
};

void tutor_turn_init(struct tutor_turn *t);
void tutor_turn_deinit(struct tutor_turn *t);
/* Ready for the next answer. */
void tutor_turn_reset(struct tutor_turn *t);

/* All return 0 or PROBLEM_MEMORY. */
int tutor_turn_plan(struct tutor_turn *t, const char *text);
/* Sound of the sentence planned last that has none yet (or of one without
 * text) begins under this block number. */
int tutor_turn_begin_block(struct tutor_turn *t, uint32_t block);
/* Each SPECULATIVE text gets one FINAL text, unless the answer is cut; an
 * answer that was never planned has one. */
int tutor_turn_add_final(struct tutor_turn *t, const char *text);

void tutor_turn_received(struct tutor_turn *t, uint32_t block, size_t samples);
void tutor_turn_end_block(struct tutor_turn *t, uint32_t block);
/* False when the block is not of this answer. */
bool tutor_turn_played(struct tutor_turn *t, uint32_t block, uint64_t samples);
/* Everything that came has been played. */
bool tutor_turn_all_played(const struct tutor_turn *t);
/* All FINAL texts have come that will. */
bool tutor_turn_final_ended(const struct tutor_turn *t);
bool tutor_turn_has_sound(const struct tutor_turn *t);
void tutor_turn_interrupt(struct tutor_turn *t);
/* No more of it is heard, though it goes on: its text is what was heard. */
void tutor_turn_skip(struct tutor_turn *t);

/* Text as heard so far.  Borrowed until the next call; never NULL ("" also
 * when there is no memory). */
const char *tutor_turn_heard(const struct tutor_turn *t, struct bytes *scratch);
/* What the transcript and the history keep: final if it is there and not more
 * than was heard, else heard. */
const char *tutor_turn_text(struct tutor_turn *t, struct bytes *scratch);

/* The length of text's longest beginning that ends with a whole word and is
 * at most the part played/total of it. */
size_t tutor_turn_word_cut(const char *text, uint64_t played, uint64_t total);

#endif
