#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pty.h>

#include <cmocka.h>

#include "client/terminal/plain.h"
#include "net/base/problem.h"

static void tell(struct session_sink *sink, struct session_event e)
{
	sink->ops->event(sink, &e);
}

static void a_conversation_is_told_line_by_line(void **state)
{
	static const struct problem lost = {.code = PROBLEM_CLOSED,
					    .text = "ws://x: closed; wait"};
	static const struct problem denied = {.code = PROBLEM_DENIED,
					      .text = "no; sorry"};
	static const struct session_event events[] = {
		{.kind = SESSION_STATE, .text = "connecting"},
		{.kind = SESSION_NOTICE, .text = "Microphone: m."},
		{.kind = SESSION_ID, .text = "abc"},
		{.kind = SESSION_STATE, .text = "listening"},
		{.kind = SESSION_SPEECH, .text = "started"},
		{.kind = SESSION_STATE, .text = "hearing"},
		{.kind = SESSION_PARTIAL, .role = NOVA_USER, .text = "W"},
		{.kind = SESSION_TRANSCRIPT,
		 .role = NOVA_USER,
		 .text = "What?"},
		{.kind = SESSION_STATE, .text = "speaking"},
		{.kind = SESSION_TRANSCRIPT,
		 .role = NOVA_ASSISTANT,
		 .text = "Plants use",
		 .cut = true},
		{.kind = SESSION_TRANSCRIPT,
		 .role = NOVA_ASSISTANT,
		 .text = "",
		 .cut = true},
		{.kind = SESSION_INTERRUPTED, .number = 1},
		{.kind = SESSION_STATE, .text = "disconnected"},
		{.kind = SESSION_RETRY,
		 .number = 1,
		 .tries = 5,
		 .delay_ms = 3000,
		 .problem = &lost},
		/* no line each second */
		{.kind = SESSION_COUNTDOWN,
		 .number = 1,
		 .tries = 5,
		 .delay_ms = 2000},
		{.kind = SESSION_RETRY, .number = 2, .delay_ms = 1411},
		{.kind = SESSION_ID, .text = "def"},
		{.kind = SESSION_STATE, .text = "hearing"},
		{.kind = SESSION_STATE, .text = "listening"},
		{.kind = SESSION_TRANSCRIPT,
		 .role = NOVA_ASSISTANT,
		 .text = "Green."},
		{.kind = SESSION_STATE, .text = "ended"},
		{.kind = SESSION_PROBLEM, .problem = &denied},
		{.kind = SESSION_END, .number = 1},
	};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct plain_terminal *t = NULL;
	(void)state;

	assert_int_equal(plain_terminal_create(&t, out), 0);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		tell(plain_terminal_sink(t), events[i]);
	plain_terminal_free(t);
	fclose(out);
	assert_string_equal(
		text,
		"Connecting...\n"
		"Note: Microphone: m.\n"
		"Connected (session abc).\n"
		"You:   What?\n"
		"Tutor: Plants use — (interrupted)\n"
		"Tutor: (interrupted)\n"
		"Connection lost: ws://x: closed; wait; trying again in 3.0 s "
		"(attempt 1 of 5)\n"
		"Connection lost: trying again in 1.5 s (attempt 2)\n"
		"Connected again (session def).\n"
		"Tutor: Green.\n"
		"Problem: no; sorry\n");
	free(text);
}

static void texts_from_elsewhere_cannot_steer_the_terminal(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"a\033]0;title\007b", "a?]0;title?b"},
		{"a\033[2Jb", "a?[2Jb"},
		{"C1 \xc2\x9b"
		 "2J",
		 "C1 ?2J"},
		{"bare \x9b"
		 "2J",
		 "bare ?2J"},
		{"two\nlines\r\tand\x7f", "two lines  and?"},
		{"Sé, 日本 \xd7\xa9\xe2\x80\x8f",
		 "Sé, 日本 \xd7\xa9\xe2\x80\x8f"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = NULL, want[256];
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		struct plain_terminal *t = NULL;
		struct problem p = {.code = PROBLEM_SERVER};

		snprintf(p.text, sizeof p.text, "%s", rows[i].text);
		assert_int_equal(plain_terminal_create(&t, out), 0);
		struct session_sink *sink = plain_terminal_sink(t);
		tell(sink, (struct session_event){.kind = SESSION_TRANSCRIPT,
						  .role = NOVA_ASSISTANT,
						  .text = rows[i].text});
		tell(sink, (struct session_event){.kind = SESSION_NOTICE,
						  .text = rows[i].text});
		tell(sink, (struct session_event){.kind = SESSION_PROBLEM,
						  .problem = &p});
		tell(sink, (struct session_event){.kind = SESSION_ID,
						  .text = rows[i].text});
		tell(sink, (struct session_event){.kind = SESSION_STATE,
						  .text = "listening"});
		plain_terminal_free(t);
		fclose(out);
		snprintf(want, sizeof want,
			 "Tutor: %s\nNote: %s\nProblem: %s\n"
			 "Connected (session %s).\n",
			 rows[i].shown, rows[i].shown, rows[i].shown,
			 rows[i].shown);
		assert_string_equal(text, want);
		free(text);
	}
}

/* What one line looks like on a terminal. */
static void see_on_terminal(char *seen, size_t size)
{
	int master, slave;
	struct plain_terminal *t = NULL;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	FILE *out = fdopen(slave, "w");
	assert_int_equal(plain_terminal_create(&t, out), 0);
	tell(plain_terminal_sink(t),
	     (struct session_event){.kind = SESSION_TRANSCRIPT,
				    .role = NOVA_USER,
				    .text = "Hi"});
	plain_terminal_free(t);
	ssize_t n = read(master, seen, size - 1);
	assert_true(n > 0);
	seen[n] = '\0';
	fclose(out);
	close(master);
}

static void colour_is_for_terminals_unless_refused(void **state)
{
	char seen[128];
	(void)state;

	unsetenv("NO_COLOR");
	see_on_terminal(seen, sizeof seen);
	assert_string_equal(seen, "\033[36mYou:   \033[0mHi\r\n");
	setenv("NO_COLOR", "1", 1);
	see_on_terminal(seen, sizeof seen);
	assert_string_equal(seen, "You:   Hi\r\n");
	unsetenv("NO_COLOR");
}

static void json_lines_come_at_once(void **state)
{
	int ends[2];
	char line[256];
	struct json_lines *j = NULL;
	(void)state;

	assert_int_equal(pipe(ends), 0);
	FILE *out = fdopen(ends[1], "w");
	assert_int_equal(json_lines_create(&j, out, 100), 0);
	tell(json_lines_sink(j),
	     (struct session_event){.at_us = 142, .kind = SESSION_END});
	ssize_t n = read(ends[0], line, sizeof line - 1);
	assert_true(n > 0);
	line[n] = '\0';
	assert_string_equal(line, "{\"t\":42,\"dir\":\"local\",\"layer\":"
				  "\"client\",\"event\":\"end\","
				  "\"exit_code\":0}\n");
	json_lines_free(j);
	fclose(out);
	close(ends[0]);
}

static void json_lines_nobody_reads_are_dropped(void **state)
{
	int ends[2];
	struct json_lines *j = NULL;
	(void)state;

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	FILE *out = fdopen(ends[1], "w");
	assert_int_equal(json_lines_create(&j, out, 0), 0);
	tell(json_lines_sink(j), (struct session_event){.kind = SESSION_END});
	assert_true(ferror(out));
	/* a pipe that works again would show that it still writes */
	clearerr(out);
	tell(json_lines_sink(j), (struct session_event){.kind = SESSION_END});
	assert_false(ferror(out));
	json_lines_free(j);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversation_is_told_line_by_line),
		cmocka_unit_test(
			texts_from_elsewhere_cannot_steer_the_terminal),
		cmocka_unit_test(colour_is_for_terminals_unless_refused),
		cmocka_unit_test(json_lines_come_at_once),
		cmocka_unit_test(json_lines_nobody_reads_are_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
