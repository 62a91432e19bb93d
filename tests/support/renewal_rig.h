/*
 * renewal_rig: a whole talk in virtual time over a stream that renews itself:
 *
 *   learner's voice -> renewing -> spy -> simulator in memory, with a tutor
 *   what the owner hears <-        <-     who knows what he heard
 *
 * The tutor transcribes the words (learner_voice.h) of each turn and answers
 * "s0 of w3 w4", "s1 of w3 w4", ... for all that he has heard or was told by
 * history and nobody began to answer; answers are of many lengths.  The spy
 * knows each stream below: which samples went in, its history, how many live at
 * once; it holds all that is sent against the rules of order.h.
 *
 * What is always checked, wherever it happens: samples go in without a hole
 * inside a stream and from each stream to the next; the owner's blocks are
 * closed, each once, and nothing comes for a closed one.
 */
#ifndef TESTS_SUPPORT_RENEWAL_RIG_H
#define TESTS_SUPPORT_RENEWAL_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"
#include "net/renewal/renewing.h"
#include "tests/support/learner_voice.h"

struct loop;
struct order;
struct virtual_clock;

enum {
	RIG_LEGS = 512,
	RIG_ANSWERS = 2048,
	RIG_BLOCKS = 8,
	RIG_REPORTS = 512,
	RIG_PAUSE_MS = 1500,
	RIG_THINK_MS = 500,
};

/* One stream below. */
struct rig_leg {
	struct nova_stream base;
	struct renewal_rig *rig;
	struct nova_stream *inner; /* NULL: refused, or gone */
	struct order *order;
	struct timer refusal;
	int refused; /* code of it */
	int64_t expires_ms;
	bool heard;           /* audio has come */
	uint64_t first, next; /* positions of its first and next sample */
	char history[8192];   /* "U w0 w1|A s0 of w0 w1|" as the model got it */
	char typed[512];      /* interactive text: "text|text|" */
	size_t history_bytes; /* on the wire, in all ... */
	size_t longest_piece; /* ... and of one textInput */
	enum nova_role typing;
	bool old;            /* the block that is open is history */
	bool ended;          /* sessionEnd was sent */
	bool closed;         /* and it said so */
	bool may_open, held; /* opens_with_audio */
	struct timer open;
	uint64_t opened_us;
};

struct rig_answer {
	char words[256];    /* "w3 w4" */
	uint64_t begins_us; /* its first sound */
	uint64_t samples;
	uint64_t heard_us; /* until then its sound lasts, played without a
			    * gap from the first sample on */
	uint64_t gap_us;   /* but it was not there for so long */
	bool interrupted;
};

struct renewal_rig {
	struct virtual_clock *time;  /* NULL: on a loop, in its time */
	struct nova_upstream *below; /* what the spy opens */
	struct clock *clock;
	struct learner_voice voice;
	struct nova_upstream *memory, *renewing;
	struct nova_upstream spy;
	struct brain_maker *maker;

	/* --- set before rig_start() */
	bool plain; /* no renewing: what the same talk is without */
	uint32_t renew_after_ms, force_after_ms;
	size_t history_bytes;
	const char *model;
	unsigned life_ms;      /* of a stream; 0: 480000 */
	unsigned answer_ms;    /* each answer so long; 0: of many lengths */
	bool silent_start;     /* completionStart comes with the first turn */
	bool opens_with_audio; /* streams say that they are open only then */
	bool free_in_report;   /* the stream, when a renewal is told */
	const char *tool;      /* asked for at the first turn */
	/* --- at any time */
	unsigned quota;        /* streams that may live at once; 0: any */
	unsigned quota_lag_ms; /* a stream counts so long after its end */
	int64_t expires_in_ms; /* of streams opened from now on; 0: never */
	int refuse;            /* code of a refusal of all that come; 0: none */
	bool gap_allowed;      /* samples may be missing between streams ... */
	uint64_t gap_samples;  /* ... so many were, the last time */

	struct nova_stream *stream;
	struct nova_session session;
	struct timer frame;
	uint64_t began_us, sent; /* samples */

	struct rig_leg *legs[RIG_LEGS];
	size_t leg_count;
	struct rig_leg *feeding; /* its audio container is being opened */
	bool begun[RIG_ANSWERS]; /* words that some stream began to answer */
	unsigned live, most_live;
	uint64_t ended_us; /* the last that has ended */

	/* --- what the owner heard */
	bool opened, closed;
	struct problem why;
	char *blocks[RIG_BLOCKS]; /* open */
	size_t block_count;
	struct bytes text; /* of the open block */
	enum nova_role role;
	enum nova_stage stage;
	struct bytes heard;  /* "w0 w1|w2|": USER FINAL texts */
	struct bytes finals; /* ASSISTANT FINAL texts, "s0 of w0|" */
	char planned[256];   /* the last SPECULATIVE text */
	struct rig_answer answers[RIG_ANSWERS];
	size_t answer_count;
	unsigned interruptions, completions;
	int64_t usage_total;
	char tool_use_id[64];
	struct renewal_report reports[RIG_REPORTS]; /* why is NULL when done */
	/* when, and how much the learner had said until then */
	uint64_t reported_us[RIG_REPORTS], reported_sent[RIG_REPORTS];
	size_t report_count;
	unsigned refusals_told;
	struct problem refusal; /* the last that was told */
};

void rig_init(struct renewal_rig *rig);
/* The same over streams of another kind, in real time; its simulator is to be
 * given rig->maker.  rig->below is set by the caller, and outlives the rig's
 * streams. */
void rig_init_on_clock(struct renewal_rig *rig, struct clock *clock);
/* Opens the stream, says the opening; the learner's voice begins. */
void rig_start(struct renewal_rig *rig, const struct history *history);
/* The learner speaks that long, beginning with the next sample. */
void rig_say(struct renewal_rig *rig, unsigned length_ms);
void rig_run_until_ms(struct renewal_rig *rig, unsigned ms);
/* The stream below ends with this code, as if the network had. */
void rig_break(struct renewal_rig *rig, struct rig_leg *leg, int code);
/* The newest that is fed. */
struct rig_leg *rig_present(struct renewal_rig *rig);
void rig_type(struct renewal_rig *rig, const char *text);
/* In two steps, for whoever has more to free in between: the stream, the rest.
 */
void rig_end(struct renewal_rig *rig);
void rig_close(struct renewal_rig *rig);

/* --- expectations; they fail the test --- */
/* "w0".."w(n-1)" are told once each, in order, none in part. */
void rig_expect_all_words(struct renewal_rig *rig, size_t n);
/* Each of them was answered with sound, once. */
void rig_expect_all_answered(struct renewal_rig *rig, size_t n);
/* Answers that were not cut came whole: all their sound, all their FINAL texts
 * once. */
void rig_expect_whole_answers(struct renewal_rig *rig);
/* The longest time from the end of a turn to the first sound of its answer. */
uint64_t rig_longest_wait_us(const struct renewal_rig *rig);
/* Samples of the learner's that no stream was given. */
uint64_t rig_missing_samples(const struct renewal_rig *rig);
/* Each stream's history holds each word at most once, in order, and ends
 * before the first word that this stream heard. */
void rig_expect_histories(struct renewal_rig *rig);

#endif
