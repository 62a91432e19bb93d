/*
 * brain: how the simulator answers; a seam.
 *
 * The core (core.h) does what every Nova Sonic does: order, turn detection,
 * transcripts' form, chunks, barge-in, limits.  A brain decides what is said.
 * A brain never blocks: slow work goes elsewhere and comes back as calls of
 * sim_* on the core's thread.
 */
#ifndef NET_SIM_BRAIN_H
#define NET_SIM_BRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;
struct history;
struct problem;
struct sim_core;

/* What the brain is told when the audio container has been opened. */
struct brain_session {
	const char *system_prompt; /* may be "" */
	const char *voice;
	const char *tools; /* JSON array text, or NULL */
	const struct history *history;
	unsigned output_rate_hz;
};

struct brain;

/* How much of an answer that was cut has been heard.  Sentences are counted
 * from 0 in the order of the session's calls of sim_say(). */
struct brain_heard {
	size_t sentence; /* the first that was not heard to its end */
	bool begun;      /* some of its words were heard */
};

struct brain_ops {
	void (*session_started)(struct brain *b, const struct brain_session *s);
	/* Learner's audio at 16 kHz as it comes (may be NULL). */
	void (*audio)(struct brain *b, const int16_t *samples, size_t n);
	/* The learner began to speak (may be NULL). */
	void (*turn_began)(struct brain *b);
	/* The learner has ended a turn: the samples of it at 16 kHz, or typed
	 * text with no samples. */
	void (*turn_ended)(struct brain *b, const int16_t *samples, size_t n,
			   const char *text);
	void (*tool_result)(struct brain *b, const char *tool_use_id,
			    const char *result);
	/* The answer was cut; what was queued is gone.  Also when the learner
	 * speaks or types while the brain still owes its answer: then it was
	 * too slow, and should give it up.  turn_began() follows speech. */
	void (*interrupted)(struct brain *b, const struct brain_heard *heard);
	void (*free)(struct brain *b);
};

/* First member of every kind. */
struct brain {
	const struct brain_ops *ops;
	struct sim_core *core; /* set by the core before session_started */
};

/* Makes one brain for each session.  First member of every kind's maker. */
struct brain_maker {
	int (*make)(struct brain_maker *m, struct clock *clock,
		    struct brain **out, struct problem *p);
};

/* --- what a brain may ask of its core, in any callback or later ---
 * All return 0, PROBLEM_CLOSED when the prompt or the session is over, or
 * PROBLEM_MEMORY. */

/* The learner's words: one USER FINAL block. */
int sim_transcript(struct sim_core *c, const char *text);
/* One sentence of the answer: SPECULATIVE text, its sound, and later its FINAL
 * text.  Samples at output_rate_hz are copied; n may be 0 (text only). */
int sim_say(struct sim_core *c, const char *text, const int16_t *samples,
	    size_t n);
/* The answer is whole: the last sound gets END_TURN. */
int sim_end_turn(struct sim_core *c);
/* Asks for a tool.  arguments: JSON object text.  id_out gets the toolUseId. */
int sim_tool_use(struct sim_core *c, const char *name, const char *arguments,
		 char id_out[37]);
/* The service takes a noise for the learner's voice: what is audible is cut as
 * by a barge-in, interrupted() included, and no turn follows. */
void sim_interrupt(struct sim_core *c);
/* An exception inside the stream ("modelStreamErrorException"), which ends it.
 */
void sim_fail(struct sim_core *c, const char *exception, const char *message);
/* Ends not as a conversation should. */
enum sim_cut {
	SIM_CUT_RESET,      /* RST_STREAM */
	SIM_CUT_HALF_FRAME, /* END_STREAM in the middle of a frame */
	SIM_CUT_CLOSE,      /* the connection is dropped */
	SIM_CUT_GOAWAY,     /* GOAWAY that excludes the stream, then the same */
	SIM_CUT_END,        /* END_STREAM alone */
	SIM_CUT_BAD_CRC,    /* a frame with a wrong checksum */
	SIM_CUT_STALL,      /* nothing any more, and no end */
};
void sim_cut(struct sim_core *c, enum sim_cut how);

#endif
