#include "tests/support/nova_stream_contract.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"
#include "tests/support/nova_probe.h"

enum {
	FRAME_SAMPLES = 512, /* 32 ms at 16 kHz */
	FRAME_US = 32000,
	SPEECH_FRAMES = 40,
	QUIET_US = 500000,
};

/* The learner: a stream, a session on it, and a voice at real-time pace. */
struct learner {
	const struct nova_stream_kind *kind;
	struct nova_upstream *upstream;
	struct clock *clock;
	struct nova_probe probe;
	struct nova_session session;
	struct timer frame;
	uint64_t next_us, until_us;
	unsigned frames; /* sent so far */
	enum nova_event_type wanted;
};

/* A voice with the loudness of speech, then silence. */
static void speak(void *arg)
{
	struct learner *l = arg;
	int16_t samples[FRAME_SAMPLES] = {0};

	if (l->probe.closed || l->probe.freed || !l->session.open)
		return;
	if (l->frames < SPEECH_FRAMES)
		for (int i = 0; i < FRAME_SAMPLES; i++)
			samples[i] = (int16_t)(9000 * sin(i * 0.11) +
					       3000 * sin(i * 0.37));
	l->probe.in_call = true;
	int err = nova_session_audio(&l->session, samples, FRAME_SAMPLES);
	l->probe.in_call = false;
	if (err) /* the far end may have gone before we were told */
		return;
	l->frames++;
	l->next_us += FRAME_US;
	timer_start_at(&l->frame, l->next_us);
}

static void open_learner(struct learner *l, const struct nova_stream_kind *kind)
{
	struct problem p = {0};

	memset(l, 0, sizeof *l);
	l->kind = kind;
	l->upstream = kind->open(kind->arg, &l->clock);
	assert_non_null(l->upstream);
	timer_init(&l->frame, l->clock, speak, l);
	int err = nova_probe_open(&l->probe, l->upstream, &p);
	assert_string_equal("", p.text);
	assert_int_equal(0, err);
}

static void begin(struct learner *l)
{
	const struct nova_session_settings settings = {0};

	l->probe.in_call = true;
	assert_int_equal(0, nova_session_start(&l->session, l->probe.stream,
					       &settings));
	l->probe.in_call = false;
	l->next_us = clock_now_us(l->clock);
	timer_start(&l->frame, 0);
}

static void finish(struct learner *l)
{
	timer_stop(&l->frame);
	l->probe.in_call = true;
	assert_int_equal(0, nova_session_finish(&l->session));
	l->probe.in_call = false;
}

static bool time_is_over(void *arg)
{
	struct learner *l = arg;

	return clock_now_us(l->clock) >= l->until_us;
}

static void ignore(void *arg)
{
	(void)arg;
}

/* Gives what should not happen any more the time to happen. */
static void run_quiet(struct learner *l, uint64_t us)
{
	struct timer alarm; /* so that a virtual clock has somewhere to go */

	l->until_us = clock_now_us(l->clock) + us;
	timer_init(&alarm, l->clock, ignore, NULL);
	timer_start_at(&alarm, l->until_us);
	l->kind->run_until(l->kind->arg, time_is_over, l);
	timer_stop(&alarm);
}

static void close_learner(struct learner *l)
{
	timer_stop(&l->frame);
	nova_probe_close(&l->probe);
	l->kind->close(l->kind->arg);
}

static bool has_wanted(void *arg)
{
	struct learner *l = arg;

	return l->probe.closed ||
	       nova_probe_find(&l->probe, l->wanted, 0) != NULL;
}

static void until_event(struct learner *l, enum nova_event_type type)
{
	l->wanted = type;
	l->kind->run_until(l->kind->arg, has_wanted, l);
	assert_string_equal("", l->probe.why.text);
	assert_int_equal(0, l->probe.closed);
}

/* The audio block that ends the answer has ended. */
static bool has_answered(void *arg)
{
	struct learner *l = arg;

	if (l->probe.closed)
		return true;
	for (size_t i = 0; i < l->probe.count; i++) {
		const struct nova_event *e = &l->probe.events[i];
		if (e->type == NOVA_CONTENT_END && e->content == NOVA_AUDIO &&
		    e->stop == NOVA_END_TURN)
			return true;
	}
	return false;
}

static void until_answered(struct learner *l)
{
	l->kind->run_until(l->kind->arg, has_answered, l);
	assert_string_equal("", l->probe.why.text);
	assert_int_equal(0, l->probe.closed);
}

static void until_closed(struct learner *l)
{
	l->kind->run_until(l->kind->arg, nova_probe_is_closed, &l->probe);
}

/* --- the list --- */

static void a_spoken_turn_is_answered_in_order(void **state)
{
	struct learner l;
	const char *open = NULL;
	bool heard = false, planned = false;
	size_t said = 0;

	open_learner(&l, *state);
	begin(&l);
	until_answered(&l);
	assert_int_equal(1, l.probe.opened);
	for (size_t i = 0; i < l.probe.count; i++) {
		const struct nova_event *e = &l.probe.events[i];
		switch (e->type) {
		case NOVA_CONTENT_START:
			/* blocks follow one another */
			assert_null(open);
			assert_non_null(e->content_id);
			open = e->content_id;
			if (e->role == NOVA_USER)
				heard = e->stage == NOVA_FINAL;
			if (e->stage == NOVA_SPECULATIVE) {
				assert_true(heard);
				planned = true;
			}
			if (e->content == NOVA_AUDIO) {
				assert_true(planned);
				assert_int_equal(24000, e->rate_hz);
			}
			break;
		case NOVA_AUDIO_OUTPUT:
			assert_non_null(open);
			assert_string_equal(open, e->content_id);
			said += e->sample_count;
			break;
		case NOVA_TEXT_OUTPUT:
			assert_non_null(open);
			assert_string_equal(open, e->content_id);
			assert_non_null(e->text);
			break;
		case NOVA_CONTENT_END:
			assert_non_null(open);
			assert_string_equal(open, e->content_id);
			open = NULL;
			break;
		default:
			break;
		}
	}
	assert_true(heard && planned);
	/* more than a sound of a tenth of a second */
	assert_true(said > 2400);
	close_learner(&l);
}

/* All samples of one spoken turn; the caller frees. */
static int16_t *answer_of(const struct nova_stream_kind *kind, size_t *count)
{
	struct learner l;
	size_t total = 0, at = 0;

	open_learner(&l, kind);
	begin(&l);
	until_answered(&l);
	for (size_t i = 0; i < l.probe.count; i++)
		total += l.probe.events[i].sample_count;
	int16_t *samples = malloc(total * sizeof *samples + 1);
	assert_non_null(samples);
	for (size_t i = 0; i < l.probe.count; i++) {
		const struct nova_event *e = &l.probe.events[i];
		if (e->sample_count > 0)
			memcpy(samples + at, e->samples,
			       e->sample_count * sizeof *samples);
		at += e->sample_count;
	}
	close_learner(&l);
	*count = total;
	return samples;
}

/* The same question has the same answer to the last sample, however it is
 * cut into chunks on its way. */
static void the_sound_of_an_answer_comes_whole(void **state)
{
	size_t first_count = 0, again_count = 0;
	int16_t *first = answer_of(*state, &first_count);
	int16_t *again = answer_of(*state, &again_count);

	assert_int_equal(first_count, again_count);
	assert_memory_equal(first, again, first_count * sizeof *first);
	free(first);
	free(again);
}

static void it_says_that_it_is_open_before_it_is_spoken_to(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	l.kind->run_until(l.kind->arg, nova_probe_is_opened, &l.probe);
	assert_int_equal(1, l.probe.opened);
	assert_int_equal(0, l.probe.closed);
	close_learner(&l);
}

static void events_sent_before_it_is_open_keep_their_order(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l); /* the whole opening, before time has run at all */
	assert_int_equal(0, l.probe.opened);
	until_event(&l, NOVA_COMPLETION_START);
	close_learner(&l);
}

static void a_finished_session_closes_once_and_in_order(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	until_answered(&l);
	finish(&l);
	until_closed(&l);
	assert_string_equal("", l.probe.why.text);
	assert_int_equal(0, l.probe.why.code);
	run_quiet(&l, QUIET_US);
	assert_int_equal(1, l.probe.closed);
	close_learner(&l);
}

static void nothing_can_be_sent_after_the_end(void **state)
{
	const struct nova_event again = {.type = NOVA_SESSION_END};
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	until_event(&l, NOVA_COMPLETION_START);
	finish(&l);
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(&l.probe, &again));
	until_closed(&l);
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(&l.probe, &again));
	assert_int_equal(0, l.probe.why.code);
	close_learner(&l);
}

static void all_that_was_sent_leaves(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	until_answered(&l);
	finish(&l);
	until_closed(&l);
	assert_int_equal(0, nova_stream_queued(l.probe.stream));
	close_learner(&l);
}

static void freed_at_once_it_is_silent(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	nova_probe_free_stream(&l.probe);
	run_quiet(&l, QUIET_US); /* the probe fails on any callback */
	assert_int_equal(0, l.probe.opened + l.probe.closed);
	close_learner(&l);
}

static void freed_while_opening_it_is_silent(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	nova_probe_free_stream(&l.probe);
	run_quiet(&l, QUIET_US);
	assert_int_equal(0, l.probe.closed);
	close_learner(&l);
}

static void freed_in_the_middle_it_is_silent(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	until_event(&l, NOVA_AUDIO_OUTPUT);
	nova_probe_free_stream(&l.probe);
	run_quiet(&l, QUIET_US);
	assert_int_equal(0, l.probe.closed);
	close_learner(&l);
}

static bool is_freed(void *arg)
{
	return ((struct learner *)arg)->probe.freed;
}

static void freed_in_a_callback_it_is_silent(void **state)
{
	static const enum nova_probe_moment moments[] = {NOVA_PROBE_OPENED,
							 NOVA_PROBE_EVENT,
							 NOVA_PROBE_CLOSED};

	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		struct learner l;
		open_learner(&l, *state);
		l.probe.free_at = moments[i];
		begin(&l);
		if (moments[i] == NOVA_PROBE_CLOSED) {
			l.kind->run_until(l.kind->arg, nova_probe_is_opened,
					  &l.probe);
			finish(&l);
		}
		l.kind->run_until(l.kind->arg, is_freed, &l);
		run_quiet(&l, QUIET_US);
		close_learner(&l);
	}
}

static void a_breach_of_the_rules_is_rejected(void **state)
{
	struct learner l;

	open_learner(&l, *state);
	begin(&l);
	until_event(&l, NOVA_COMPLETION_START);
	/* a second prompt in one session */
	const struct nova_event bad = {
		.type = NOVA_PROMPT_START,
		.prompt_name = "another",
		.rate_hz = 24000,
		.voice_id = "tiffany",
	};
	int err = nova_probe_send(&l.probe, &bad);
	/* a kind whose wire has no such event says so at once */
	if (err) {
		assert_int_equal(PROBLEM_REJECTED, err);
	} else {
		until_closed(&l);
		assert_int_equal(PROBLEM_UNCLEAR, l.probe.why.code);
		assert_string_not_equal("", l.probe.why.text);
	}
	close_learner(&l);
}

static void two_streams_do_not_mix(void **state)
{
	struct learner a;
	struct nova_probe other = {0};
	const struct nova_session_settings settings = {0};
	struct nova_session session;

	open_learner(&a, *state);
	assert_int_equal(0, nova_probe_open(&other, a.upstream, NULL));
	assert_int_equal(0,
			 nova_session_start(&session, other.stream, &settings));
	begin(&a);
	until_answered(&a);
	/* nobody spoke there */
	assert_null(nova_probe_find(&other, NOVA_AUDIO_OUTPUT, 0));
	assert_int_equal(0, other.closed);
	nova_probe_close(&other);
	close_learner(&a);
}

int nova_stream_contract(const struct nova_stream_kind *kind, const char *name)
{
	void *state = (void *)(uintptr_t)kind;
#define CONTRACT(f) cmocka_unit_test_prestate(f, state)
	const struct CMUnitTest tests[] = {
		CONTRACT(a_spoken_turn_is_answered_in_order),
		CONTRACT(the_sound_of_an_answer_comes_whole),
		CONTRACT(it_says_that_it_is_open_before_it_is_spoken_to),
		CONTRACT(events_sent_before_it_is_open_keep_their_order),
		CONTRACT(a_finished_session_closes_once_and_in_order),
		CONTRACT(nothing_can_be_sent_after_the_end),
		CONTRACT(all_that_was_sent_leaves),
		CONTRACT(freed_at_once_it_is_silent),
		CONTRACT(freed_while_opening_it_is_silent),
		CONTRACT(freed_in_the_middle_it_is_silent),
		CONTRACT(freed_in_a_callback_it_is_silent),
		CONTRACT(a_breach_of_the_rules_is_rejected),
		CONTRACT(two_streams_do_not_mix),
	};
#undef CONTRACT

	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
