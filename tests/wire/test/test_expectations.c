/* What is expected at the speaker can be unmet, and the report then tells what
 * was wanted and what came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/habla_test.h"
#include "tests/support/wave.h"

enum { RATE_HZ = 24000, PART = RATE_HZ / 10 * 4, QUIET = RATE_HZ / 10 * 6 };

static char *folder;

static void write_sound(const char *name, const int16_t *samples, size_t n)
{
	char *path = text_format("%s/%s", folder, name);
	struct sound_writer *w;

	assert_int_equal(sound_writer_open(&w, path, RATE_HZ, 1, NULL), 0);
	assert_int_equal(sound_writer_write(w, samples, n), 0);
	sound_writer_free(w);
	free(path);
}

/* Three answers: soft; with all samples at full scale; with a pause in it. */
static int make_folder(void **state)
{
	static int16_t samples[2 * PART + QUIET];

	(void)state;
	folder = folder_make();
	for (size_t i = 0; i < PART; i++)
		samples[i] = i / 50 % 2 ? INT16_MAX : -INT16_MAX;
	write_sound("loud.wav", samples, PART);
	wave_tone(samples, PART, 330, RATE_HZ, 3277);
	wave_tone(samples + PART + QUIET, PART, 330, RATE_HZ, 3277);
	memset(samples + PART, 0, QUIET * sizeof *samples);
	write_sound("soft.wav", samples, PART);
	write_sound("pause.wav", samples, 2 * PART + QUIET);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

/* What the tutor answers to a typed line, and what stands beside that. */
struct world {
	const char *says, *beside;
};

static const struct world soft = {"say: [{text: A leaf., audio: soft.wav}]",
				  ""},
			  loud = {"say: [{text: A leaf., audio: loud.wav}]",
				  ""},
			  pause_inside = {"say: [{text: A leaf., audio: "
					  "pause.wav}]",
					  ""},
			  slow = {"say: [{text: A leaf., tone: {hz: 330, ms: "
				  "3000}}]",
				  "fault: {slow_bytes: 40000}, "},
			  cut = {"say: [{text: A leaf makes sugar from light "
				 "and water., tone: {hz: 330, ms: 3000}}], "
				 "interrupt: {after_ms: 900}",
				 ""},
			  silent = {"say: [{text: A leaf., audio: none}]", ""};

static void write_script(const char *name, const struct world *w,
			 const char *of_turn, const char *of_whole)
{
	char *file = text_format("%s.yaml", name);
	char *scenario = text_format("name: x\nturns: [{on: text, %s}]\n",
				     w->says);
	char *text = text_format(
		"name: %s\nbackend: sim\nscenario: scenario.yaml\n"
		"turns: [{type: What is a leaf?, %sexpect: {%s}}]\n"
		"expect: {%s}\n",
		name, w->beside, of_turn, of_whole);

	folder_write(folder, "scenario.yaml", scenario);
	folder_write(folder, file, text);
	free(text);
	free(scenario);
	free(file);
}

/* --- the report --- */

static const cJSON *member(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static const char *word(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(member(o, key));
}

static const cJSON *find(const cJSON *list, const char *name)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list) if (text_equal(word(one, "name"),
						     name)) return one;
	fail_msg("no \"%s\" in the report", name);
	return NULL;
}

static cJSON *read_report(void)
{
	char *text = folder_read(folder, "r.json", NULL);
	cJSON *tree = cJSON_Parse(text);

	assert_non_null(tree);
	free(text);
	return tree;
}

/* --- the rows --- */

struct row {
	const struct world *world;
	const char *name;        /* in the report */
	const char *unmet, *met; /* in the script */
	const char *expected;    /* of the one that is unmet */
	const char *got;         /* text, or the unit behind a number */
	double least, most;      /* of the number; both 0: none */
};

static const struct row rows[] = {
	{&slow, "gaps", "gaps: 0", "gaps: \">= 1\"", "0", "", 1, 1000},
	{&soft, "gaps", "gaps: [1, 2]", "gaps: 0", "1 to 2", "", 0, 0.1},
	{&soft, "level_db", "audio: {level_db: \">= -20\"}",
	 "audio: {level_db: [-24, -22]}", ">= -20 dBFS", " dBFS", -23.1, -22.9},
	{&loud, "level_db", "audio: {level_db: \"<= -3\"}",
	 "audio: {level_db: \">= -3\"}", "<= -3 dBFS", " dBFS", -0.1, 0.1},
	{&loud, "clipped", "audio: {clipped: 0}", "audio: {clipped: \">= 1\"}",
	 "0", "", PART, PART},
	{&soft, "clipped", "audio: {clipped: \">= 1\"}", "audio: {clipped: 0}",
	 ">= 1", "", 0, 0.1},
	{&pause_inside, "silence_ms", "audio: {silence_ms: \"<= 500\"}",
	 "audio: {silence_ms: \"<= 700\"}", "<= 500 ms", " ms", 595, 605},
	{&cut, "no_barge_in", "no_barge_in: true", "no_barge_in: false",
	 "the tutor is not interrupted", "1 interruption", 0, 0},
	{&cut, "heard contains", "heard: water", "heard: leaf", "water",
	 "A leaf", 0, 0},
	{&cut, "heard not", "heard: {not: a leaf}", "heard: {not: water}",
	 "not: a leaf", "A leaf", 0, 0},
	{&cut, "heard any_of", "heard: {any_of: [water, light]}",
	 "heard: {any_of: [water, leaf]}", "water | light", "A leaf", 0, 0},
	{&cut, "heard matches", "heard: {matches: water}",
	 "heard: {matches: ^a leaf}", "/water/", "A leaf", 0, 0},
	{&cut, "heard wer",
	 "heard: {wer: {most: 0.1, of: A leaf makes sugar from light and "
	 "water}}",
	 "heard: {wer: {most: 0.9, of: A leaf makes sugar from light and "
	 "water}}",
	 "0.1", "", 0.11, 0.9},
};

static void check(const struct row *r, const cJSON *e, const char *state)
{
	const char *got = word(e, "got"), *unit = got;
	bool is_number = r->least != r->most || r->least > 0;

	if (!text_equal(word(e, "state"), state))
		fail_msg("%s: %s", r->unmet, cJSON_Print(e));
	if (!text_equal(word(e, "expected"), r->expected))
		fail_msg("%s: expected \"%s\", not \"%s\"", r->unmet,
			 word(e, "expected"), r->expected);
	assert_non_null(got);
	if (is_number) {
		double value = strtod(got, (char **)&unit);
		if (value < r->least || value > r->most ||
		    !text_equal(unit, r->got))
			fail_msg("%s: got %s", r->unmet, got);
	} else if (!text_starts(got, r->got)) {
		fail_msg("%s: got %s", r->unmet, got);
	}
}

/* The same is wanted of the turn and of the whole conversation. */
static void look(const struct row *r)
{
	char *printed;

	write_script("unmet", r->world, r->unmet, "ends: ok");
	write_script("whole", r->world, "reply: leaf", r->unmet);
	write_script("met", r->world, r->met, r->met);
	if (habla_test(folder,
		       "@/unmet.yaml @/whole.yaml @/met.yaml --keep none "
		       "--report-json @/r.json",
		       &printed) != 1 ||
	    !strstr(printed, "3 cases: 1 passed, 2 failed"))
		fail_msg("%s\n%s", r->unmet, printed);

	cJSON *report = read_report();
	const cJSON *cases = member(report, "cases");
	check(r, find(member(find(cases, "unmet"), "expectations"), r->name),
	      "unmet");
	check(r, find(member(find(cases, "whole"), "expectations"), r->name),
	      "unmet");
	assert_string_equal(word(find(cases, "met"), "verdict"), "passed");
	cJSON_Delete(report);
}

static void what_is_heard_is_held_against_what_is_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		look(&rows[i]);
}

static void without_a_sound_nothing_of_it_is_met(void **state)
{
	static const char *const wanted[] = {
		"gaps: 0",
		"audio: {level_db: \"<= 0\"}",
		"audio: {clipped: 0}",
		"audio: {silence_ms: \"<= 100\"}",
		"no_barge_in: true",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		write_script("silent", &silent, wanted[i], "ends: ok");
		expect_habla_test(folder, "@/silent.yaml --keep none", 1,
				  "(never measured)");
		write_script("silent", &silent, "reply: leaf", wanted[i]);
		expect_habla_test(folder, "@/silent.yaml --keep none", 1,
				  "(never measured)");
	}
}

static void of_a_silent_tutor_nothing_was_heard(void **state)
{
	(void)state;
	folder_write(folder, "nothing.yaml",
		     "name: nothing\nbackend: sim\n"
		     "scenario: {turns: [{on: text, say: A leaf.}]}\n"
		     "turns: [{silence: 100, expect: {heard: {not: water}}}]\n"
		     "expect: {heard: {not: water}}\n");
	expect_habla_test(folder, "@/nothing.yaml --tap @/r.tap", 1,
			  "(never measured)");
	expect_in_file(folder, "r.tap", "(and 1 more)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_heard_is_held_against_what_is_expected),
		cmocka_unit_test(without_a_sound_nothing_of_it_is_met),
		cmocka_unit_test(of_a_silent_tutor_nothing_was_heard),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
