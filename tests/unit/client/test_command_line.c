/* The lines of --commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/talk/command_line.h"
#include "net/base/problem.h"

static void each_command_is_read_with_what_it_has(void **state)
{
	static const struct {
		const char *line;
		struct command_line is;
	} table[] = {
		{"{\"do\":\"say\",\"text\":\"hello\"}",
		 {COMMAND_LINE_SAY, "say", NULL, "hello", NULL, NULL, 0, 0}},
		{"{\"do\":\"say\",\"id\":7,\"text\":\"hola\",\"voice\":\"f\","
		 "\"language\":\"es\",\"speed\":1.5}",
		 {COMMAND_LINE_SAY, "say", "7", "hola", "f", "es", 1.5, 0}},
		{" {\"id\":\"a\\\"b\",\"do\":\"play\",\"file\":\"a.wav\"} ",
		 {COMMAND_LINE_PLAY, "play", "\"a\\\"b\"", "a.wav", NULL, NULL,
		  0, 0}},
		{"{\"do\":\"type\",\"text\":\"x\"}",
		 {COMMAND_LINE_TYPE, "type", NULL, "x", NULL, NULL, 0, 0}},
		{"{\"do\":\"mute\",\"on\":true}",
		 {COMMAND_LINE_MUTE, "mute", NULL, NULL, NULL, NULL, 0, 1}},
		{"{\"do\":\"mute\",\"on\":false}",
		 {COMMAND_LINE_MUTE, "mute", NULL, NULL, NULL, NULL, 0, 0}},
		{"{\"do\":\"interrupt\"}",
		 {COMMAND_LINE_INTERRUPT, "interrupt", NULL, NULL, NULL, NULL,
		  0, 0}},
		{"{\"do\":\"interrupt\",\"text\":\"wait\"}",
		 {COMMAND_LINE_INTERRUPT, "interrupt", NULL, "wait", NULL, NULL,
		  0, 0}},
		{"{\"do\":\"end\"}",
		 {COMMAND_LINE_END, "end", NULL, NULL, NULL, NULL, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct command_line *is = &table[i].is;
		struct command_line c;
		struct problem p = {0};
		const char *got[5], *want[5] = {is->name, is->id, is->text,
						is->voice, is->language};

		assert_int_equal(command_line_read(&c, table[i].line, &p), 0);
		assert_int_equal(c.kind, is->kind);
		got[0] = c.name;
		got[1] = c.id;
		got[2] = c.text;
		got[3] = c.voice;
		got[4] = c.language;
		for (int k = 0; k < 5; k++) {
			assert_int_equal(!got[k], !want[k]);
			if (want[k])
				assert_string_equal(got[k], want[k]);
		}
		assert_true(c.speed >= is->speed && c.speed <= is->speed);
		assert_int_equal(c.on, is->on);
		command_line_deinit(&c);
	}
}

static void a_wrong_line_says_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *says;
	} table[] = {
		{"", "this is no JSON, from about column 1 on"},
		{"say hello", "this is no JSON, from about column 1 on"},
		{"{\"do\":\"say\",}",
		 "this is no JSON, from about column 14 on"},
		{"{\"do\":\"end\"} {}",
		 "this is no JSON, from about column 14 on"},
		{"[]", "a command is an object: "
		       "{\"do\": \"say\", \"text\": \"hello\"}"},
		{"{}", "\"do\" is missing; it is one of say, play, type, mute, "
		       "interrupt, end"},
		{"{\"do\":1}", "\"do\" is no text; it is one of say, play, "
			       "type, mute, interrupt, end"},
		{"{\"do\":\"sing\"}", "\"do\" is sing; it is one of say, play, "
				      "type, mute, interrupt, end"},
		{"{\"do\":\"say\"}",
		 "\"say\" needs \"text\", a text that is not empty"},
		{"{\"do\":\"say\",\"text\":\"\"}",
		 "\"text\" is not a text that is not empty"},
		{"{\"do\":\"say\",\"text\":\"a\",\"text\":\"b\"}",
		 "\"text\" is there twice"},
		{"{\"do\":\"say\",\"text\":\"a\",\"speed\":3}",
		 "\"speed\" is not a number from 0.5 to 2"},
		{"{\"do\":\"say\",\"text\":\"a\",\"file\":\"b\"}",
		 "\"say\" has no \"file\""},
		{"{\"do\":\"play\"}",
		 "\"play\" needs \"file\", the name of a sound file"},
		{"{\"do\":\"mute\",\"on\":1}", "\"on\" is not true or false"},
		{"{\"do\":\"interrupt\",\"speed\":1}",
		 "a voice says \"text\", and there is none"},
		{"{\"do\":\"end\",\"id\":[1]}",
		 "\"id\" is neither a text nor a number"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct command_line c;
		struct problem p = {0};

		assert_int_equal(command_line_read(&c, table[i].line, &p),
				 PROBLEM_FORMAT);
		assert_string_equal(p.text, table[i].says);
		command_line_deinit(&c);
	}
}

static void what_was_wrong_can_still_be_told_apart(void **state)
{
	struct command_line c;

	(void)state;
	assert_int_equal(command_line_read(&c, "{\"id\":5,\"do\":\"say\"}",
					   NULL),
			 PROBLEM_FORMAT);
	assert_string_equal(c.id, "5");
	assert_string_equal(c.name, "say");
	command_line_deinit(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_is_read_with_what_it_has),
		cmocka_unit_test(a_wrong_line_says_what_is_wrong),
		cmocka_unit_test(what_was_wrong_can_still_be_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
