#include "tests/support/renewal_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "net/sim/sim.h"
#include "tests/support/renewal_rig_parts.h"

enum { FRAME_SAMPLES = 512, FRAME_US = 32000, TEXTS_MAX = 1 << 20 };

static const char look_tool[] = "[{\"toolSpec\":{\"name\":\"look\","
				"\"description\":\"Looks.\","
				"\"inputSchema\":{\"json\":\"{}\"}}}]";

/* --- the owner's blocks --- */

static void begin_block(struct renewal_rig *rig, const struct nova_event *e)
{
	struct rig_answer *a = &rig->answers[rig->answer_count];

	/* they follow one another */
	assert_int_equal(0, rig->block_count);
	rig->blocks[rig->block_count++] = text_copy(e->content_id);
	rig->role = e->role;
	rig->stage = e->stage;
	bytes_clear(&rig->text);
	if (e->content != NOVA_AUDIO)
		return;
	/* "s1 of ..." goes on with the answer that "s0 of ..." began */
	if (!text_starts(rig->planned, "s0 of "))
		return;
	assert_true(rig->answer_count < RIG_ANSWERS);
	*a = (struct rig_answer){0};
	memcpy(a->words, rig->planned + 6, strlen(rig->planned + 6) + 1);
	rig->planned[0] = '\0';
	rig->answer_count++;
}

static void check_open(const struct renewal_rig *rig,
		       const struct nova_event *e)
{
	assert_int_equal(1, rig->block_count);
	assert_string_equal(rig->blocks[0], e->content_id);
}

static void take_sound(struct renewal_rig *rig, const struct nova_event *e)
{
	struct rig_answer *a = &rig->answers[rig->answer_count - 1];
	uint64_t now_us = clock_now_us(rig->clock) - rig->began_us;

	check_open(rig, e);
	assert_true(rig->answer_count > 0);
	if (!a->samples)
		a->begins_us = a->heard_us = now_us;
	if (now_us > a->heard_us) {
		a->gap_us += now_us - a->heard_us;
		a->heard_us = now_us;
	}
	a->samples += e->sample_count;
	a->heard_us += e->sample_count * UINT64_C(1000000) /
		       NOVA_OUTPUT_RATE_HZ;
}

static void end_text(struct renewal_rig *rig, enum nova_stop stop)
{
	const char *text = bytes_text(&rig->text);

	if (strstr(text, "interrupted")) {
		assert_int_equal(NOVA_INTERRUPTED, stop);
		rig->interruptions++;
		if (rig->answer_count)
			rig->answers[rig->answer_count - 1].interrupted = true;
	} else if (rig->role == NOVA_USER) {
		bytes_append_format(&rig->heard, "%s|", text);
	} else if (rig->stage == NOVA_SPECULATIVE) {
		snprintf(rig->planned, sizeof rig->planned, "%s", text);
	} else {
		bytes_append_format(&rig->finals, "%s|", text);
	}
}

static void end_block(struct renewal_rig *rig, const struct nova_event *e)
{
	check_open(rig, e);
	if (e->content == NOVA_TEXT)
		end_text(rig, e->stop);
	free(rig->blocks[--rig->block_count]);
}

/* --- the owner --- */

static void on_opened(void *arg, const char *session_id)
{
	struct renewal_rig *rig = arg;

	assert_false(rig->opened);
	(void)session_id;
	rig->opened = true;
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct renewal_rig *rig = arg;

	assert_true(rig->opened && !rig->closed);
	nova_session_received(&rig->session, e);
	switch (e->type) {
	case NOVA_CONTENT_START:
		begin_block(rig, e);
		break;
	case NOVA_TEXT_OUTPUT:
		check_open(rig, e);
		bytes_append_text(&rig->text, e->text);
		break;
	case NOVA_AUDIO_OUTPUT:
		take_sound(rig, e);
		break;
	case NOVA_TOOL_USE:
		snprintf(rig->tool_use_id, sizeof rig->tool_use_id, "%s",
			 e->tool_use_id);
		break;
	case NOVA_CONTENT_END:
		end_block(rig, e);
		break;
	case NOVA_COMPLETION_START:
		rig->completions++;
		break;
	case NOVA_USAGE:
		assert_true(e->usage.total >= rig->usage_total);
		rig->usage_total = e->usage.total;
		break;
	default:
		break;
	}
}

static void on_closed(void *arg, const struct problem *why)
{
	struct renewal_rig *rig = arg;

	assert_false(rig->closed);
	rig->closed = true;
	rig->why = *why;
}

static void on_renewed(void *arg, const struct renewal_report *report)
{
	struct renewal_rig *rig = arg;

	if (rig->free_in_report) {
		timer_stop(&rig->frame);
		rig->stream = nova_stream_free(rig->stream);
		return;
	}
	if (report->why->code) {
		rig->refusals_told++;
		rig->refusal = *report->why;
		return;
	}
	assert_true(rig->report_count < RIG_REPORTS);
	rig->reports[rig->report_count] = *report;
	rig->reports[rig->report_count].why = NULL;
	rig->reported_us[rig->report_count] = clock_now_us(rig->clock);
	rig->reported_sent[rig->report_count] = rig->sent;
	rig->report_count++;
	assert_int_equal(rig->report_count, report->number);
	/* what it says is what the stream was given */
	assert_int_equal((rig->sent - rig_present(rig)->first) /
				 LEARNER_VOICE_MS,
			 report->replayed_ms);
}

/* --- the learner --- */

static void speak(void *arg)
{
	struct renewal_rig *rig = arg;
	int16_t samples[FRAME_SAMPLES];

	learner_voice_read(&rig->voice, rig->sent, samples, FRAME_SAMPLES);
	rig->sent += FRAME_SAMPLES;
	if (rig->closed ||
	    nova_session_audio(&rig->session, samples, FRAME_SAMPLES))
		return;
	timer_start_at(&rig->frame, rig->frame.due_us + FRAME_US);
}

void rig_type(struct renewal_rig *rig, const char *text)
{
	assert_int_equal(0, nova_session_text(&rig->session, text));
}

/* --- life --- */

void rig_init_on_clock(struct renewal_rig *rig, struct clock *clock)
{
	memset(rig, 0, sizeof *rig);
	rig->clock = clock;
	rig->maker = rig_tutor_create(rig);
	bytes_init(&rig->text, TEXTS_MAX);
	bytes_init(&rig->heard, TEXTS_MAX);
	bytes_init(&rig->finals, TEXTS_MAX);
}

void rig_init(struct renewal_rig *rig)
{
	struct virtual_clock *time;

	assert_int_equal(virtual_clock_create(&time, 1767323045000), 0);
	rig_init_on_clock(rig, virtual_clock_clock(time));
	rig->time = time;
	/* not at 0, where no time has a meaning */
	virtual_clock_run_until(rig->time, 1000000);
}

static struct nova_upstream *make_upstreams(struct renewal_rig *rig)
{
	const struct sim_core_settings core = {
		.model = rig->model,
		.life_ms = rig->plain ? 36000000 : rig->life_ms,
		.turn_pause_ms = RIG_PAUSE_MS,
		.silent_start = rig->silent_start,
	};
	const struct renewing_settings settings = {
		.clock = rig->clock,
		.upstream = &rig->spy,
		.model = rig->model,
		.renew_after_ms = rig->renew_after_ms,
		.force_after_ms = rig->force_after_ms,
		.history_bytes = rig->history_bytes,
		.renewed = on_renewed,
		.arg = rig,
	};

	if (!rig->below) {
		assert_int_equal(memory_upstream_create(&rig->memory,
							rig->clock, &core,
							rig->maker),
				 0);
		rig->below = rig->memory;
	}
	rig_spy_init(rig);
	if (rig->plain)
		return &rig->spy;
	assert_int_equal(renewing_upstream_create(&rig->renewing, &settings),
			 0);
	return rig->renewing;
}

void rig_start(struct renewal_rig *rig, const struct history *history)
{
	const struct nova_stream_listener listener = {on_opened, on_event,
						      on_closed, rig};
	const struct nova_session_settings session = {
		.model = rig->model,
		.history = history,
		.tools = rig->tool ? look_tool : NULL,
	};
	struct problem p = {0};

	assert_int_equal(nova_upstream_open(make_upstreams(rig), &listener,
					    &rig->stream, &p),
			 0);
	assert_int_equal(
		nova_session_start(&rig->session, rig->stream, &session), 0);
	rig->began_us = clock_now_us(rig->clock);
	timer_init(&rig->frame, rig->clock, speak, rig);
	timer_start(&rig->frame, FRAME_US);
}

void rig_run_until_ms(struct renewal_rig *rig, unsigned ms)
{
	virtual_clock_run_until(rig->time, rig->began_us + ms * UINT64_C(1000));
}

struct rig_leg *rig_present(struct renewal_rig *rig)
{
	for (size_t i = rig->leg_count; i-- > 0;)
		if (rig->legs[i]->heard)
			return rig->legs[i];
	fail_msg("no stream was given audio");
	return NULL;
}

void rig_say(struct renewal_rig *rig, unsigned length_ms)
{
	unsigned at_ms = (unsigned)(rig->sent / LEARNER_VOICE_MS);

	learner_voice_say(&rig->voice, at_ms + 1, length_ms);
}

void rig_end(struct renewal_rig *rig)
{
	timer_stop(&rig->frame);
	rig->stream = nova_stream_free(rig->stream);
}

void rig_close(struct renewal_rig *rig)
{
	rig_end(rig);
	rig_spy_deinit(rig);
	renewing_upstream_free(rig->renewing);
	memory_upstream_free(rig->memory);
	rig_tutor_free(rig->maker);
	while (rig->block_count > 0)
		free(rig->blocks[--rig->block_count]);
	bytes_deinit(&rig->text);
	bytes_deinit(&rig->heard);
	bytes_deinit(&rig->finals);
	learner_voice_free(&rig->voice);
	virtual_clock_free(rig->time);
}

/* --- expectations --- */

/* The word numbers in text, in order; fails at "(part)".  Returns how many. */
static size_t read_words(const char *text, size_t *out, size_t room)
{
	size_t n = 0;

	assert_null(strstr(text, "(part)"));
	while ((text = strpbrk(text, "w")) != NULL) {
		assert_true(n < room);
		out[n++] = strtoul(text + 1, (char **)&text, 10);
	}
	return n;
}

static void expect_once(const char *text, size_t n)
{
	size_t *words = calloc(n + 1, sizeof *words);

	assert_non_null(words);
	assert_int_equal(n, read_words(text, words, n + 1));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(i, words[i]);
	free(words);
}

void rig_expect_all_words(struct renewal_rig *rig, size_t n)
{
	expect_once(bytes_text(&rig->heard), n);
}

void rig_expect_all_answered(struct renewal_rig *rig, size_t n)
{
	struct bytes all;

	bytes_init(&all, TEXTS_MAX);
	for (size_t i = 0; i < rig->answer_count; i++)
		bytes_append_format(&all, "%s ", rig->answers[i].words);
	expect_once(bytes_text(&all), n);
	bytes_deinit(&all);
}

static unsigned count(const char *all, const char *text)
{
	unsigned n = 0;

	while ((all = strstr(all, text)) != NULL) {
		all += strlen(text);
		n++;
	}
	return n;
}

void rig_expect_whole_answers(struct renewal_rig *rig)
{
	for (size_t i = 0; i < rig->answer_count; i++) {
		const struct rig_answer *a = &rig->answers[i];

		if (a->interrupted)
			continue;
		assert_int_equal(rig_answer_samples(rig, a->words), a->samples);
		for (unsigned n = rig_answer_sentences(rig, a->words);
		     n-- > 0;) {
			char text[320];

			snprintf(text, sizeof text, "s%u of %s|", n, a->words);
			assert_int_equal(1,
					 count(bytes_text(&rig->finals), text));
		}
	}
}

uint64_t rig_longest_wait_us(const struct renewal_rig *rig)
{
	uint64_t longest = 0;

	for (size_t i = 0; i < rig->answer_count; i++) {
		const struct rig_answer *a = &rig->answers[i];
		size_t last = strtoul(strrchr(a->words, 'w') + 1, NULL, 10);
		uint64_t end_us = rig->voice.list[last].end * 1000 /
				  LEARNER_VOICE_MS;

		assert_true(a->begins_us > end_us);
		if (a->begins_us - end_us > longest)
			longest = a->begins_us - end_us;
	}
	return longest;
}

uint64_t rig_missing_samples(const struct renewal_rig *rig)
{
	uint64_t missing = 0, next = 0;

	for (size_t i = 0; i < rig->leg_count; i++) {
		const struct rig_leg *l = rig->legs[i];

		if (!l->heard)
			continue;
		if (l->first > next)
			missing += l->first - next;
		if (l->next > next)
			next = l->next;
	}
	return missing + (rig->sent - next);
}

void rig_expect_histories(struct renewal_rig *rig)
{
	for (size_t i = 0; i < rig->leg_count; i++) {
		const struct rig_leg *l = rig->legs[i];
		size_t words[1024], n = 0;
		char *copy = text_copy(l->history), *rest = copy;

		/* the learner's lines; the tutor's name words again */
		for (char *line; (line = strsep(&rest, "|")) != NULL;)
			if (line[0] == 'U')
				n += read_words(line, words + n, 1024 - n);
		for (size_t w = 1; w < n; w++)
			assert_int_equal(words[w - 1] + 1, words[w]);
		/* the next one is heard whole, and no earlier one in part */
		if (n > 0 && l->heard && words[n - 1] < rig->voice.count)
			assert_true(rig->voice.list[words[n - 1]].end <=
				    l->first + 200 * LEARNER_VOICE_MS);
		if (n > 0 && l->heard && words[n - 1] + 1 < rig->voice.count)
			assert_true(rig->voice.list[words[n - 1] + 1].start >=
				    l->first);
		free(copy);
	}
}
