#include "tests/support/brain_contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "net/sim/brain.h"
#include "tests/support/sim_client.h"

enum {
	VOICE_MS = 960,
	PAUSE_MS = 2500,     /* ends every turn */
	ANSWER_MS = 60000,   /* longer than any answer */
	CUT_AFTER_MS = 1200, /* of an answer's sound */
	SENTENCES_MOST = 32,
	CHUNK_MS_MOST = 500,
	OUTPUT_KHZ = 24,
};

static const char spoken[] = "ASSISTANT SPECULATIVE ",
		  heard[] = "ASSISTANT FINAL ", learner[] = "USER FINAL ",
		  cut_mark[] = "\"{ \"interrupted\" : true }\"";

/* Makes the kind's brains, once it is there: it needs the client's clock. */
struct late_maker {
	struct brain_maker base;
	struct brain_maker *maker;
};

struct rig {
	const struct brain_kind *kind;
	struct sim_client client;
	struct late_maker late;
};

static int make_late(struct brain_maker *m, struct clock *clock,
		     struct brain **out, struct problem *p)
{
	struct brain_maker *maker = ((struct late_maker *)m)->maker;

	return maker->make(maker, clock, out, p);
}

/* The kind says how the core is set; so it is asked with a clock that nothing
 * stands on yet. */
static void open_rig(struct rig *r, const struct brain_kind *kind)
{
	struct sim_core_settings settings = {0};
	struct virtual_clock *early = NULL;

	*r = (struct rig){.kind = kind, .late.base.make = make_late};
	assert_int_equal(virtual_clock_create(&early, 0), 0);
	kind->open(kind->arg, virtual_clock_clock(early), &settings);
	kind->close(kind->arg);
	virtual_clock_free(early);
	sim_client_open(&r->client, &settings, &r->late.base);
	r->late.maker = kind->open(kind->arg, r->client.clock, &settings);
	sim_client_begin(&r->client);
}

static void close_rig(struct rig *r)
{
	sim_core_free(r->client.core);
	r->client.core = NULL;
	r->kind->close(r->kind->arg);
	sim_client_close(&r->client);
}

/* --- what came --- */

/* The answer's lines, one after another; the client's lines are used up. */
struct answer {
	const char *planned[SENTENCES_MOST], *said[SENTENCES_MOST];
	size_t planned_count, said_count, sounds;
	bool learner;  /* his words came before it */
	bool whole;    /* its last sound says that the turn is over */
	bool cut;      /* ... or that it was cut */
	bool cut_told; /* and so does a text */
};

static void read_planned(struct answer *a, char *text)
{
	char *end = strstr(text, " PARTIAL_TURN");

	assert_false(a->whole || a->cut);
	assert_non_null(end);
	*end = '\0';
	assert_true(a->planned_count < SENTENCES_MOST);
	a->planned[a->planned_count++] = text;
}

static void read_said(struct answer *a, char *text)
{
	if (text_starts(text, cut_mark)) {
		assert_non_null(strstr(text, " INTERRUPTED"));
		a->cut_told = true;
		return;
	}
	char *end = strstr(text, a->cut ? " INTERRUPTED" : " END_TURN");
	if (!end && a->cut)
		end = strstr(text, " END_TURN");
	if (!end)
		end = strstr(text, " PARTIAL_TURN");
	assert_non_null(end);
	*end = '\0';
	/* nothing is said that was not planned before, and in its order */
	assert_true(a->said_count < a->planned_count);
	a->said[a->said_count++] = text;
}

static void read_sound(struct answer *a, const char *text)
{
	/* after the sound that ends it comes none */
	assert_false(a->whole || a->cut);
	a->sounds++;
	a->whole = strstr(text, " END_TURN") != NULL;
	a->cut = strstr(text, " INTERRUPTED") != NULL;
	if (!a->whole && !a->cut)
		assert_non_null(strstr(text, " PARTIAL_TURN"));
}

static void read_line(struct answer *a, char *line)
{
	if (text_starts(line, learner)) {
		/* at least one word, and before the answer */
		assert_int_not_equal(line[sizeof learner], '"');
		assert_int_equal(a->planned_count, 0);
		a->learner = true;
	} else if (text_starts(line, spoken)) {
		read_planned(a, line + sizeof spoken - 1);
	} else if (text_starts(line, heard)) {
		read_said(a, line + sizeof heard - 1);
	} else if (text_starts(line, "AUDIO ")) {
		read_sound(a, line);
	} else {
		fail_msg("\"%s\" has no place in an answer", line);
	}
}

/* Valid until more comes. */
static struct answer read_answer(struct rig *r)
{
	struct answer a = {0};
	char *rest = NULL, *line;

	for (line = strtok_r(r->client.lines, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		read_line(&a, line);
	return a;
}

static void forget(struct rig *r)
{
	r->client.lines[0] = '\0';
	r->client.chunk_count = r->client.sample_count = 0;
}

static void expect_whole(struct rig *r, bool with_learner)
{
	struct answer a = read_answer(r);

	assert_true(a.whole);
	assert_true(a.planned_count > 0);
	assert_int_equal(a.sounds, a.planned_count);
	assert_int_equal(a.said_count, a.planned_count);
	for (size_t i = 0; i < a.said_count; i++)
		assert_string_equal(a.said[i], a.planned[i]);
	assert_int_equal(a.learner, with_learner);
	forget(r);
}

/* --- the clauses --- */

static void begin(struct rig *r, const struct brain_kind *kind)
{
	open_rig(r, kind);
	sim_client_silence(&r->client, 320);
	sim_client_expect(&r->client, "completionStart\n");
	forget(r);
}

static void type(struct rig *r)
{
	sim_client_text(&r->client, "hello");
}

static void speak(struct rig *r)
{
	sim_client_speak(&r->client, VOICE_MS);
	sim_client_silence(&r->client, PAUSE_MS);
}

/* So that the next words stand before the answer, and not into it. */
static void listen(struct rig *r)
{
	sim_client_silence(&r->client, 1000);
	while (r->client.chunk_count == 0 ||
	       !strstr(r->client.lines, " END_TURN\nASSISTANT FINAL")) {
		assert_true(clock_now_us(r->client.clock) <
			    (uint64_t)ANSWER_MS * 10 * 1000);
		sim_client_silence(&r->client, 320);
	}
	/* what is still to be heard of it is told by its FINAL text */
	sim_client_silence(&r->client, (unsigned)(r->client.sample_count /
						  (OUTPUT_KHZ * (size_t)1)) +
					       500);
}

static void typed_text_is_answered_whole(const struct brain_kind *kind)
{
	struct rig r;

	begin(&r, kind);
	type(&r);
	listen(&r);
	expect_whole(&r, false);
	assert_true(r.client.usage.total > 0);
	close_rig(&r);
}

static void
speech_is_answered_after_its_transcript(const struct brain_kind *kind)
{
	struct rig r;

	begin(&r, kind);
	speak(&r);
	listen(&r);
	expect_whole(&r, true);
	close_rig(&r);
}

static void sound_comes_in_small_pieces_and_faster_than_it_is_played(
	const struct brain_kind *kind)
{
	struct rig r;

	begin(&r, kind);
	type(&r);
	listen(&r);
	const struct sim_client *c = &r.client;
	uint64_t took_ms = (c->chunk_us[c->chunk_count - 1] - c->chunk_us[0]) /
			   1000;
	assert_true(c->chunk_count > 4);
	assert_true(c->sample_count >= 2000 * OUTPUT_KHZ);
	for (size_t i = 0; i < c->chunk_count; i++)
		assert_in_range(c->chunks[i], 1, CHUNK_MS_MOST * OUTPUT_KHZ);
	assert_true(took_ms < c->sample_count / OUTPUT_KHZ);
	close_rig(&r);
}

static void whoever_speaks_into_an_answer_cuts_it(const struct brain_kind *kind)
{
	struct rig r;

	begin(&r, kind);
	type(&r);
	while (r.client.chunk_count == 0)
		sim_client_silence(&r.client, 32);
	sim_client_silence(&r.client, CUT_AFTER_MS);
	sim_client_speak(&r.client, VOICE_MS);

	struct answer a = read_answer(&r);
	assert_true(a.cut || a.cut_told);
	assert_true(a.said_count <= a.planned_count);
	forget(&r);
	/* and is answered then */
	sim_client_silence(&r.client, PAUSE_MS);
	listen(&r);
	expect_whole(&r, true);
	close_rig(&r);
}

static void a_session_may_end_at_any_moment(const struct brain_kind *kind)
{
	static const unsigned after_ms[] = {0, 32, 320, 1600, 4000};

	for (size_t i = 0; i < 2 * sizeof after_ms / sizeof *after_ms; i++) {
		struct rig r;

		begin(&r, kind);
		if (i % 2)
			type(&r);
		else
			speak(&r);
		sim_client_silence(&r.client, after_ms[i / 2]);
		sim_client_end(&r.client);
		assert_non_null(strstr(r.client.lines, "completionEnd "));
		assert_non_null(strstr(r.client.lines, "ended\n"));
		sim_client_wait(&r.client, 10000);
		close_rig(&r);
	}
}

void brain_contract(const struct brain_kind *kind)
{
	typed_text_is_answered_whole(kind);
	speech_is_answered_after_its_transcript(kind);
	sound_comes_in_small_pieces_and_faster_than_it_is_played(kind);
	whoever_speaks_into_an_answer_cuts_it(kind);
	a_session_may_end_at_any_moment(kind);
}
