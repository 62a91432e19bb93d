/* Scenario files: what is read from them, and what is said about wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/json_has.h"
#include "net/sim/scenario.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"

static struct scenario *read_text(const char *text)
{
	struct scenario *s = NULL;
	struct problem p = {0};

	if (scenario_read_text(&s, "s.yaml", text, strlen(text), &p) != 0)
		fail_msg("%s", p.text);
	return s;
}

static void a_wrong_file_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{"name: x\n", "s.yaml:1:1: turns: wanted a list with one turn "
			      "or more"},
		{"turns: []\n", "s.yaml:1:8: turns: wanted a list"},
		{"turn:\n  - say: x\n",
		 "s.yaml:1:1: unknown key \"turn\"; did you mean \"turns\"?"},
		{"turns:\n  - sey: x\n",
		 "s.yaml:2:5: unknown key \"sey\"; did you mean \"say\"?"},
		{"turns:\n  - on: speach\n",
		 "s.yaml:2:9: \"speach\" is none of any, open, speech, text, "
		 "tool_result; did you mean \"speech\"?"},
		{"turns:\n  - say: {audio: none}\n",
		 "s.yaml:2:10: say: a sentence needs a text"},
		{"turns:\n  - say: {text: x, audio: none, tone: {ms: 5}}\n",
		 "tone: the sentence has audio already"},
		{"turns:\n  - say: {text: x, tone: {hz: 5}}\n",
		 "hz: wanted a number from 20 to 8000, found \"5\""},
		{"turns:\n  - say: {text: x, tone: {khz: 5}}\n",
		 "unknown key \"khz\"; did you mean \"hz\"?"},
		{"turns:\n  - say: {text: x, audio: gone.wav}\n",
		 "s.yaml:2:27: audio: gone.wav: "},
		{"turns:\n  - delay_ms: -1\n",
		 "s.yaml:2:15: delay_ms: wanted a whole number from 0 to "},
		{"turns:\n  - tool_use: {arguments: {}}\n",
		 "tool_use: a tool needs a name"},
		{"turns:\n  - on: text\n    result: {a: 1}\n",
		 "result: goes with \"on: tool_result\" only"},
		{"turns:\n  - on: tool_result\n    result: 1\n",
		 "result: wanted a map"},
		{"turns:\n  - tool_use: [{name: x}, {arguments: {}}]\n",
		 "tool_use: a tool needs a name"},
		{"turns:\n  - tool_use: {name: x, arguments: [1]}\n",
		 "arguments: wanted a map"},
		{"turns:\n  - cut: resett\n",
		 "is none of reset, half_frame, close, goaway, end, bad_crc, "
		 "stall; did you mean "
		 "\"reset\"?"},
		{"turns:\n  - cut: {after_ms: 5}\n", "cut: wanted how"},
		{"turns:\n  - interrupt: {after: 5}\n",
		 "unknown key \"after\""},
		{"turns:\n  - fail: {after: 5}\n", "unknown key \"after\""},
		{"repeat: maybe\nturns:\n  - say: x\n",
		 "s.yaml:1:9: repeat: wanted true or false"},
		{"stream: {chunk_ms: [50, 20]}\nturns:\n  - say: x\n",
		 "wanted a whole number from 50 to 2000"},
		{"stream: {chunk_ms: [50]}\nturns:\n  - say: x\n",
		 "s.yaml:1:20: chunk_ms: wanted [least, most]"},
		{"stream: {speed: 0}\nturns:\n  - say: x\n",
		 "speed: wanted a number from 0.1 to 1000"},
		{"stream: {refuse: {status: 200}}\nturns:\n  - say: x\n",
		 "status: wanted a whole number from 400 to 599"},
		{"stream: {headers: later}\nturns:\n  - say: x\n",
		 "wanted one of immediately, after_first_event"},
		{"turns:\n  - say: [x\n", "s.yaml:3:"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct scenario *s = NULL;
		struct problem p = {0};
		int err = scenario_read_text(&s, "s.yaml", rows[i].text,
					     strlen(rows[i].text), &p);

		assert_true(err < 0);
		assert_int_equal(err, p.code);
		assert_null(s);
		if (!strstr(p.text, rows[i].wanted))
			fail_msg("\"%s\" has no \"%s\"", p.text,
				 rows[i].wanted);
	}
}

static void the_example_of_the_page_says_what_the_page_says(void **state)
{
	char *text = document_example("scenarios.md");
	struct scenario *s = read_text(text);

	(void)state;
	assert_string_equal(s->name, "A lesson with trouble in it");
	assert_true(s->repeat);
	assert_int_equal(s->stream.front.refuse_status, 429);
	assert_int_equal(s->stream.front.refuse_first, 1);
	assert_string_equal(s->stream.front.refuse_exception,
			    "ThrottlingException");
	assert_true(s->stream.front.headers_after_first_event);
	assert_int_equal(s->stream.front.headers_delay_ms, 50);
	assert_false(s->stream.silent_start);
	assert_int_equal(s->stream.chunk_ms_least, 20);
	assert_int_equal(s->stream.chunk_ms_most, 120);
	assert_int_equal(s->stream.turn_pause_ms, 800);
	assert_int_equal(s->turn_count, 7);
	assert_int_equal(s->turns[0].on, SCENARIO_ON_OPEN);
	assert_int_equal(s->turns[1].sentence_count, 2);
	assert_int_equal(s->turns[1].sentences[0].count, 700 * 24);
	assert_int_equal(s->turns[1].sentences[1].count, 0);
	assert_int_equal(s->turns[1].tool_count, 1);
	assert_string_equal(s->turns[1].tools[0].name, "look_up");
	assert_string_equal(s->turns[1].tools[0].arguments,
			    "{\"word\":\"leaf\",\"limit\":3}");
	assert_string_equal(s->turns[2].result, "{\"found\":true}");
	assert_null(s->turns[3].result);
	assert_false(s->turns[3].interrupts);
	assert_true(s->turns[4].interrupts);
	assert_int_equal(s->turns[4].interrupt_after_ms, 900);
	assert_true(s->turns[5].cuts);
	assert_int_equal(s->turns[5].cut, SIM_CUT_RESET);
	assert_int_equal(s->turns[5].cut_after_ms, 400);
	assert_string_equal(s->turns[6].fail_exception,
			    "modelStreamErrorException");
	scenario_free(s);
	free(text);
}

static void arguments_keep_their_kinds(void **state)
{
	struct scenario *s = read_text(
		"turns:\n  - tool_use:\n      name: x\n      arguments: {a: "
		"1.5, b: \"1.5\", c: true, d: [null, leaf], e: {f: {}}}\n");

	(void)state;
	assert_string_equal(s->turns[0].tools[0].arguments,
			    "{\"a\":1.5,\"b\":\"1.5\",\"c\":true,\"d\":[null,"
			    "\"leaf\"],\"e\":{\"f\":{}}}");
	scenario_free(s);
}

static void several_tools_may_be_asked_for(void **state)
{
	struct scenario *s = read_text("turns:\n  - tool_use:\n"
				       "    - {name: x, arguments: {a: 1}}\n"
				       "    - {name: y}\n");

	(void)state;
	assert_int_equal(s->turns[0].tool_count, 2);
	assert_string_equal(s->turns[0].tools[0].name, "x");
	assert_string_equal(s->turns[0].tools[1].name, "y");
	assert_string_equal(s->turns[0].tools[1].arguments, "{}");
	scenario_free(s);
}

static void a_result_suits_when_it_holds_what_is_wanted(void **state)
{
	static const struct {
		const char *wanted, *result;
		bool suits;
	} rows[] = {
		{"{}", "{\"a\":1}", true},
		{"{\"a\":1}", "{\"b\":2,\"a\":1}", true},
		{"{\"a\":1}", "{\"a\":1.5}", false},
		{"{\"a\":1}", "{\"a\":\"1\"}", false},
		{"{\"a\":1}", "{}", false},
		{"{\"a\":{\"b\":true}}", "{\"a\":{\"b\":true,\"c\":0}}", true},
		{"{\"a\":{}}", "{\"a\":[]}", false},
		{"{\"a\":[1,2]}", "{\"a\":[1,2]}", true},
		{"{\"a\":[1,2]}", "{\"a\":[2,1]}", false},
		{"{}", "[]", false},
		{"{}", "no JSON", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (json_has(rows[i].result, rows[i].wanted) != rows[i].suits)
			fail_msg("row %zu", i);
}

static void a_sentence_without_sound_lasts_as_its_text(void **state)
{
	static const struct {
		const char *text;
		unsigned ms;
	} rows[] = {
		{"Hi", 400},
		{"Ten chars!", 700},
		{"A hundred and fifteen characters and some more that would "
		 "be said in more than eight seconds, and so it is cut off.",
		 8000},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(tone_ms_for_text(rows[i].text), rows[i].ms);
}

static void sound_stands_beside_the_scenario(void **state)
{
	char *folder = folder_make();
	char *wav = text_format("%s/a.wav", folder);
	char *yaml = text_format("%s/s.yaml", folder);
	static const int16_t sound[5] = {1, -2, 3, -4, 32767};
	struct sound_writer *w = NULL;
	struct scenario *s = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(sound_writer_open(&w, wav, 24000, 1, &p), 0);
	assert_int_equal(sound_writer_write(w, sound, 5), 0);
	sound_writer_free(w);
	folder_write(folder, "s.yaml",
		     "turns:\n  - say: {text: x, audio: a.wav}\n");
	if (scenario_read(&s, yaml, &p) != 0)
		fail_msg("%s", p.text);
	assert_int_equal(s->turns[0].sentences[0].count, 5);
	assert_memory_equal(s->turns[0].sentences[0].samples, sound,
			    sizeof sound);
	scenario_free(s);
	free(wav);
	free(yaml);
	folder_remove(folder);
}

static void the_lesson_has_a_voice_and_the_same_words_without(void **state)
{
	struct scenario *spoken = NULL, *plain = NULL;
	struct problem p = {0};

	(void)state;
	scenario_read(&spoken,
		      HABLA_SOURCE_DIR "/assets/scenarios/photosynthesis.yaml",
		      &p);
	scenario_read(&plain, NULL, &p);
	if (!spoken || !plain) {
		fail_msg("%s", p.text);
		return;
	}
	assert_int_equal(spoken->turn_count, plain->turn_count);
	for (size_t i = 0; i < plain->turn_count; i++) {
		const struct scenario_turn *a = &spoken->turns[i];
		const struct scenario_turn *b = &plain->turns[i];

		assert_int_equal(a->sentence_count, b->sentence_count);
		for (size_t k = 0; k < a->sentence_count; k++) {
			assert_string_equal(a->sentences[k].text,
					    b->sentences[k].text);
			assert_in_range(a->sentences[k].count, 2 * 24000,
					6 * 24000);
			assert_true(b->sentences[k].count > 0);
		}
	}
	scenario_free(spoken);
	scenario_free(plain);
}

static void settings_are_overwritten_only_where_the_file_sets_them(void **state)
{
	char *folder = folder_make();
	char *path = text_format("%s/s.yaml", folder);
	struct sim_core_settings settings = {
		.speed = 3, .life_ms = 5, .idle_ms = 6, .silent_start = true};
	struct brain_maker *m = NULL;

	(void)state;
	folder_write(folder, "s.yaml",
		     "stream: {speed: 2.5, idle_ms: 700}\n"
		     "turns:\n  - say: x\n");
	assert_int_equal(scenario_maker_create(&m, path, NULL), 0);
	scenario_core_settings(m, &settings);
	assert_true(settings.speed == 2.5);
	assert_int_equal(settings.life_ms, 5);
	assert_int_equal(settings.idle_ms, 700);
	assert_true(settings.silent_start);
	assert_int_equal(scenario_front_plan(m)->refuse_status, 0);
	scenario_maker_free(m);
	free(path);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_file_is_refused_with_its_place),
		cmocka_unit_test(
			the_example_of_the_page_says_what_the_page_says),
		cmocka_unit_test(arguments_keep_their_kinds),
		cmocka_unit_test(several_tools_may_be_asked_for),
		cmocka_unit_test(a_result_suits_when_it_holds_what_is_wanted),
		cmocka_unit_test(a_sentence_without_sound_lasts_as_its_text),
		cmocka_unit_test(sound_stands_beside_the_scenario),
		cmocka_unit_test(
			the_lesson_has_a_voice_and_the_same_words_without),
		cmocka_unit_test(
			settings_are_overwritten_only_where_the_file_sets_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
