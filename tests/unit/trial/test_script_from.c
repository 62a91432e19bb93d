/* A session folder becomes a script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/trial/script_from.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"

#define EVENT(t, name, more)                                                   \
	"{\"t\":" t                                                            \
	",\"dir\":\"local\",\"layer\":\"client\",\"event\":\"" name "\"," more \
	"}\n"
#define SENT(t, first)                                                         \
	"{\"t\":" t ",\"dir\":\"sent\",\"layer\":\"nova\",\"event\":"          \
	"\"audioInput\",\"first_sample\":" first ",\"samples\":320}\n"

#define SESSION                                                                \
	"{\"format\":1,\"settings\":{\"backend\":{\"value\":\"relay\"},"       \
	"\"lesson\":{\"value\":null},\"voice\":{\"value\":\"amy\"}}}"

/* Spoken with a pause in it; a tool; spoken into the answer; typed. */
/* Its columns would make this unreadable. */
/* clang-format off */
static const char events[] = SENT("900000", "15680") EVENT(
	"1000000", "speech",
	"\"speech\":\"started\"") SENT("1900000",
				       "31680") EVENT("2000000", "speech",
						      "\"speech\":\"ended\"")
	SENT("2300000", "36480") EVENT(
		"2400000", "speech",
		"\"speech\":\"started\"") SENT("2900000",
					       "46080") EVENT("3000000",
							      "speech",
							      "\"speech\":"
							      "\"ended\"")
		EVENT("3900000", "transcript",
		      "\"role\":\"USER\",\"text\":\"what is a leaf\","
		      "\"cut\":false") EVENT("4000000", "tool_call",
					     "\"tool\":\"look\",\"arguments\":{"
					     "}") EVENT("4100000",
							"tool_result",
							"\"tool\":\"look\","
							"\"result\":{\"found\":"
							"1}") EVENT("5000000",
								    "state",
								    "\"state\":"
								    "\"speaking"
								    "\"")
			SENT("5700000", "90880") EVENT(
				"5800000", "speech",
				"\"speech\":\"started\"") EVENT("5900000",
								"interrupted",
								"\"flushed_"
								"samples\":480")
				EVENT("5900001", "transcript",
				      "\"role\":\"ASSISTANT\",\"text\":\"A "
				      "leaf\\nis\","
				      "\"cut\":true") EVENT("6000000", "muted",
							    "\"muted\":\"on\"")
					SENT("6400000", "102080") EVENT(
						"6500000", "speech",
						"\"speech\":\"ended\"")
						EVENT("7000000", "state",
						      "\"state\":\"listening\"")
							EVENT(
								"9000000",
								"transcript",
								"\"role\":"
								"\"USER\","
								"\"text\":"
								"\"\\\"bye\\\""
								"\","
								"\"cut\":false,"
								"\"typed\":"
								"true") "{\"t\""
									":95000"
									"00,"
									"\"dir"
									"\":"
									"\"loc";
/* clang-format on */

static const char script[] =
	"# Written by habla test --from; docs/scripts.md.\n"
	"# What has no place in a script:\n"
	"#   6.0 s: microphone muted: on\n"
	"name: \"NAME\"\n"
	"backend: live\n"
	"voice: \"amy\"\n"
	"tools:\n"
	"  - name: \"look\"\n"
	"    results:\n"
	"      - {\"found\":1}\n"
	"turns:\n"
	"  - play:\n"
	"      file: \"FOLDER/sent.wav\"\n"
	"      from_ms: 600\n"
	"      to_ms: 3000\n"
	"    expect:\n"
	"      outcome: respond\n"
	"      transcript:\n"
	"        wer:\n"
	"          most: 0.5\n"
	"          of: \"what is a leaf\"\n"
	"      latency_ms: \"<= 4000\"\n"
	"      tools:\n"
	"        - \"look\"\n"
	"      # the tutor said: A leaf is\n"
	"  - play:\n"
	"      file: \"FOLDER/sent.wav\"\n"
	"      from_ms: 5300\n"
	"      to_ms: 6500\n"
	"    interrupt: 800\n"
	"    expect:\n"
	"      outcome: stop\n"
	"  - type: \"\\\"bye\\\"\"\n"
	"    expect:\n"
	"      outcome: any\n";

/* With each word in place of a name. */
static char *put_in(const char *text, const char *name, const char *folder)
{
	char *out = calloc(1, strlen(text) + 4 * strlen(folder) + 100), *at;

	assert_non_null(out);
	for (at = out; *text;) {
		bool is_name = text_starts(text, "NAME");
		bool is_folder = text_starts(text, "FOLDER");
		const char *word = is_name ? name : is_folder ? folder : NULL;

		if (word) {
			at = stpcpy(at, word);
			text += is_name ? 4 : 6;
		} else {
			*at++ = *text++;
		}
	}
	return out;
}

static int write_script(const char *folder, char **text, struct problem *p)
{
	size_t size;
	FILE *out = open_memstream(text, &size);

	assert_non_null(out);
	*p = (struct problem){0};
	int err = script_from_session(out, folder, p);
	fclose(out);
	return err;
}

static void each_time_that_the_learner_spoke_is_a_turn(void **state)
{
	char *folder = folder_make(), *text;
	struct problem p;

	(void)state;
	folder_write(folder, "session.json", SESSION);
	folder_write(folder, "events.jsonl", events);
	assert_int_equal(write_script(folder, &text, &p), 0);
	char *wanted = put_in(script, strrchr(folder, '/') + 1, folder);
	assert_string_equal(text, wanted);
	free(wanted);
	free(text);
	folder_remove(folder);
}

static void what_cannot_become_a_script_is_said_in_one_line(void **state)
{
	static const struct {
		const char *session, *events, *words;
	} rows[] = {
		{NULL, NULL, "session.json: cannot be read; give the folder"},
		{"{", "", "session.json: no JSON; the file is damaged"},
		{SESSION, NULL, "events.jsonl: cannot be read"},
		{SESSION, "{}\nnonsense\n", "events.jsonl:2: no JSON"},
		{SESSION, EVENT("1", "state", "\"state\":\"listening\""),
		 "the learner said nothing in it"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *folder = folder_make(), *text;
		struct problem p;

		if (rows[i].session)
			folder_write(folder, "session.json", rows[i].session);
		if (rows[i].events)
			folder_write(folder, "events.jsonl", rows[i].events);
		assert_true(write_script(folder, &text, &p) < 0);
		assert_string_equal(text, "");
		if (!strstr(p.text, rows[i].words))
			fail_msg("\"%s\" is not in \"%s\"", rows[i].words,
				 p.text);
		free(text);
		folder_remove(folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_time_that_the_learner_spoke_is_a_turn),
		cmocka_unit_test(
			what_cannot_become_a_script_is_said_in_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
