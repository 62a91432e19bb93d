/*
 * trial_log: what happened in a trial, turn by turn: a session_sink, and ears
 * at the virtual speaker.
 *
 * Turn 0 is the time before the learner's first.  An answer belongs to the turn
 * that had begun last when its first event came; so do its text and its sound,
 * however late these are heard.  Times are the clock's, in microseconds.
 * One thread.
 */
#ifndef CLIENT_TRIAL_TRIAL_LOG_H
#define CLIENT_TRIAL_TRIAL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/session/sink.h"
#include "net/base/bytes.h"

struct trial_turn {
	/* --- what the learner did; the trial's */
	bool started, acted, over;
	uint64_t started_us, acted_us, over_us;
	bool spoke;
	uint64_t speech_us, speech_end_us; /* by the gate; typed: both then */

	/* --- what came */
	bool answered; /* an answer began */
	uint64_t answered_us;
	bool whole; /* it was heard to its end */
	uint64_t whole_us;
	bool interrupted; /* the tutor was cut in this turn */
	uint64_t interrupted_us;
	bool tutor_sounded; /* in this turn, whosever answer */
	bool stopped;       /* and fell silent then */
	uint64_t stopped_us;
	struct bytes reply, heard, transcript;
	char *partial; /* owned: heard so far of the present line */

	/* --- sound of its answers at the speaker */
	bool sounded;
	uint64_t first_us, last_us;
	unsigned gaps;
	uint64_t longest_silence_us;
	double square_sum;
	uint64_t samples;
	int peak;
	unsigned clipped;
};

struct trial_event {
	uint64_t at_us;
	size_t turn;
	const char *name;       /* a constant */
	char *tool, *arguments; /* of a tool_call */
};

struct trial_log {
	struct session_sink sink;
	struct trial_turn *turns; /* 0 to count */
	size_t count;
	size_t now; /* the turn that began last */

	struct trial_event *events;
	size_t event_count, event_room;

	/* answers */
	bool answer_open;
	size_t answer_turn; /* of the answer that began last */
	size_t line_turn;   /* of the line that is being heard */
	bool line_moves;    /* to answer_turn with the next event */
	unsigned answers;   /* whole or cut */

	/* sound */
	bool sounding;
	unsigned quiet_blocks;
	size_t sound_turn;
	uint64_t last_us; /* end of the last audible sample */
	bool short_of, stop_waits;

	struct nova_usage usage, stream_usage;
	bool has_usage;
	bool lost;  /* a session was lost and is not there again */
	int failed; /* 0 or PROBLEM_MEMORY */
};

/* 0 or PROBLEM_MEMORY; deinit is fine after either. */
int trial_log_init(struct trial_log *l, size_t turns);
void trial_log_deinit(struct trial_log *l);

/* From the virtual speaker: the block that begins at at_us. */
void trial_log_sound(struct trial_log *l, uint64_t at_us,
		     const int16_t *samples, size_t n, size_t played);

/* The first event of that name at or after since_us, of any turn; NULL: none.
 */
const struct trial_event *trial_log_find(const struct trial_log *l,
					 const char *name, uint64_t since_us);
/* How many of that name; turn 0: in all. */
unsigned trial_log_count(const struct trial_log *l, const char *name,
			 size_t turn);

#endif
