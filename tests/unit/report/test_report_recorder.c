/* What a conversation leaves in a report: a real one, with the simulator under
 * the virtual clock. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/report/report_recorder.h"
#include "client/report/report_write.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/virtual_talk.h"

static const char scenario[] =
	"name: two answers\n"
	"stream: {speed: 8, turn_pause_ms: 800}\n"
	"turns:\n"
	"  - on: speech\n"
	"    hear: what is light\n"
	"    say:\n"
	"      - {text: Light is a wave., tone: {hz: 440, ms: 4000}}\n"
	"  - on: speech\n"
	"    hear: and sound\n"
	"    say:\n"
	"      - {text: Sound is a wave too., tone: {hz: 880, ms: 2000}}\n";

enum { SPEECH_SAMPLES = VT_MIC_HZ };

static struct report_case *record(void)
{
	static int16_t speech[SPEECH_SAMPLES];
	static struct virtual_talk t;
	struct report_case *c = report_case_new(
		"talk", (struct report_place){"a.yaml", 1, 1});
	struct report_recorder *r;

	assert_non_null(c);
	random_seed(7); /* session ids */
	virtual_talk_make_speech(speech, SPEECH_SAMPLES);
	/* the virtual clock begins at 0 */
	assert_int_equal(report_recorder_create(&r, c, 0), 0);
	virtual_talk_open_watched(&t, scenario, report_recorder_sink(r));
	virtual_talk_run_until(&t, &t.ready_count, 1, 1000);
	virtual_talk_run(&t, 500);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	/* 2 s into the answer of 4 s the learner speaks again */
	virtual_talk_run(&t, 4000);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	virtual_talk_close(&t);
	report_recorder_finish(r);
	report_recorder_free(r);
	return c;
}

static const struct report_event *find_event(const struct report_case *c,
					     const char *name)
{
	for (size_t i = 0; i < c->event_count; i++)
		if (text_equal(c->events[i].name, name))
			return &c->events[i];
	fail_msg("no event %s", name);
	return NULL;
}

static void assert_about(double got, double wanted, double off)
{
	if (!(fabs(got - wanted) <= off))
		fail_msg("%g, wanted %g", got, wanted);
}

static void waves_and_spans_are_of_both_speakers(void **state)
{
	struct report_case *c = record();
	const struct report_span *of[REPORT_SPEAKERS][4] = {{NULL}};
	size_t count[REPORT_SPEAKERS] = {0};

	(void)state;
	assert_int_equal(c->failed, 0);
	for (size_t i = 0; i < c->span_count; i++) {
		enum report_speaker who = c->spans[i].speaker;
		assert_true(count[who] < 4);
		of[who][count[who]++] = &c->spans[i];
	}
	assert_int_equal(count[REPORT_LEARNER], 2);
	assert_int_equal(count[REPORT_TUTOR], 2);
	/* the first answer was cut, the second is whole */
	const struct report_span *cut = of[REPORT_TUTOR][0],
				 *whole = of[REPORT_TUTOR][1];
	assert_true(cut->end_ms - cut->start_ms < 3500);
	assert_about(whole->end_ms - whole->start_ms, 2000, 60);
	assert_true(cut->end_ms >= of[REPORT_LEARNER][1]->start_ms - 20);
	/* where a span is, the wave is */
	const struct report_wave *w = &c->waves[REPORT_TUTOR];
	assert_true(
		w->peaks[(size_t)(whole->start_ms + 1000) / REPORT_PEAK_MS] >
		20);
	assert_true(c->waves[REPORT_LEARNER].count > 0);
	assert_about(c->duration_ms, (double)w->count * REPORT_PEAK_MS, 1000);
	report_case_free(c);
}

static void lines_begin_where_they_are_spoken(void **state)
{
	struct report_case *c = record();

	(void)state;
	assert_int_equal(c->line_count, 4);
	static const struct {
		enum report_speaker who;
		const char *text;
		bool cut;
	} wanted[] = {
		{REPORT_LEARNER, "what is light", false},
		{REPORT_TUTOR, NULL, true},
		{REPORT_LEARNER, "and sound", false},
		{REPORT_TUTOR, "Sound is a wave too.", false},
	};
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(c->lines[i].speaker, wanted[i].who);
		if (wanted[i].text)
			assert_string_equal(c->lines[i].text, wanted[i].text);
		assert_int_equal(c->lines[i].cut, wanted[i].cut);
	}
	/* the tutor's with their sound */
	for (size_t i = 0, line = 1; i < c->span_count; i++)
		if (c->spans[i].speaker == REPORT_TUTOR) {
			assert_about(c->lines[line].at_ms, c->spans[i].start_ms,
				     300);
			line += 2;
		}
	/* in the order of time */
	for (size_t i = 1; i < 4; i++)
		assert_true(c->lines[i].at_ms > c->lines[i - 1].at_ms);
	report_case_free(c);
}

static void events_and_tokens_are_kept(void **state)
{
	struct report_case *c = record();

	(void)state;
	assert_holds(find_event(c, "interrupted")->text, "samples flushed");
	find_event(c, "sessionStart");
	assert_holds(find_event(c, "contentStart")->text, "USER");
	for (size_t i = 0; i < c->event_count; i++) {
		assert_true(c->events[i].at_ms <= c->duration_ms);
		assert_true(i == 0 ||
			    c->events[i].at_ms >= c->events[i - 1].at_ms);
		assert_false(text_equal(c->events[i].name, "audioOutput"));
	}
	assert_true(c->usage.input_speech > 0);
	assert_true(c->usage.output_speech > 0);
	report_case_free(c);
}

/* A runner that keeps the sound itself. */
static void waves_of_the_runner_stay_when_nothing_was_heard(void **state)
{
	struct report_case *c = report_case_new(
		"a", (struct report_place){"a.yaml", 1, 1});
	struct report_recorder *r;
	int16_t samples[8000];

	(void)state;
	assert_non_null(c);
	for (size_t i = 0; i < 8000; i++)
		samples[i] = i < 4000 ? 0 : 5000;
	report_case_set_wave(c, REPORT_TUTOR, samples, 8000, 8000);
	assert_int_equal(report_recorder_create(&r, c, 0), 0);
	report_recorder_finish(r);
	report_recorder_free(r);
	assert_int_equal(c->waves[REPORT_TUTOR].count, 50);
	assert_int_equal(c->span_count, 1);
	assert_about(c->spans[0].start_ms, 500, 0);
	assert_about(c->spans[0].end_ms, 1000, 0);
	assert_about(c->duration_ms, 1000, 0);
	report_case_free(c);
}

/* Under the virtual clock: byte for byte. */
static void the_same_conversation_is_the_same_report(void **state)
{
	char *folder = folder_make(), *text[2];
	char *path = text_format("%s/page", folder);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct test_report *r = test_report_new("a", "sim");
		struct report_files files = {.path = {[REPORT_HTML] = path}};
		assert_non_null(r);
		assert_int_equal(test_report_add(r, record()), 0);
		assert_int_equal(report_files_write(&files, r, NULL), 0);
		text[i] = folder_read(folder, "page", NULL);
		test_report_free(r);
	}
	assert_string_equal(text[0], text[1]);
	free(text[0]);
	free(text[1]);
	free(path);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waves_and_spans_are_of_both_speakers),
		cmocka_unit_test(lines_begin_where_they_are_spoken),
		cmocka_unit_test(events_and_tokens_are_kept),
		cmocka_unit_test(
			waves_of_the_runner_stay_when_nothing_was_heard),
		cmocka_unit_test(the_same_conversation_is_the_same_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
