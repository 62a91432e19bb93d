#include "tests/support/talk_screen.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/stack.h"

/* Shell commands that set stack_environment. */
static char *environment_script(void)
{
	char *script = text_copy("");

	for (size_t i = 0; stack_environment[i]; i++) {
		char *more = text_format("%s%s %s;", script,
					 strchr(stack_environment[i], '=')
						 ? " export"
						 : "unset",
					 stack_environment[i]);

		free(script);
		script = more;
	}
	return script;
}

void talk_screen_start(struct tmux *t, const char *folder, unsigned columns,
		       unsigned rows, const char *before, const char *flags)
{
	char *settings = environment_script();
	char *script = text_format(
		"%s cd '%s'; export XDG_STATE_HOME=%s; %s; stty -g > before; "
		"sh -c 'echo \\$\\$ > pid; exec %s/habla talk --no-record %s'; "
		"echo EXIT \\$?; stty -g > after; cmp before after && "
		"echo SAME; read line",
		settings, folder, folder, before, HABLA_BINARY_DIR, flags);

	tmux_start(t, folder, columns, rows, script);
	free(script);
	free(settings);
}

static void keep(const char *name, unsigned columns, const char *screen)
{
	char *path = text_format("%s/screens", HABLA_BINARY_DIR);
	char *file = text_format("%s-%u.txt", name, columns);

	mkdir(path, 0755);
	folder_write(path, file, screen);
	free(file);
	free(path);
}

void talk_screen_keep(const struct tmux *t, const char *name, unsigned columns)
{
	char *screen = tmux_screen(t, "");

	keep(name, columns, screen);
	free(screen);
}

/* --- comparing --- */

/* Masked character by character, so that lines break where they did. */
static const struct {
	const char *pattern;
	char mask;
} changing[] = {
	{"\\[[# ]{8}\\]", '#'},          /* levels */
	{"127\\.0\\.0\\.1:[0-9]*", 'N'}, /* ports */
	{"[0-9a-f-]{8,}", 'N'},          /* session ids */
	{"[0-9]{3,}", 'N'},              /* ports, broken by a line's end */
	{"[0-9]+: ", 'N'},               /* its last digits */
	{"[0-9]+:[0-9][0-9]", 'N'},      /* time */
	{" [0-9]\\.[0-9] s", 'N'},       /* delays */
	{"in [0-9.]+ s", 'N'},           /* countdown */
	{"mic -?[0-9]+ dB, tutor -?[0-9]+", 'N'},
};

static void mask(char *text, const char *pattern, char with)
{
	char *at = text;
	regmatch_t m;
	regex_t regex;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED), 0);
	while (regexec(&regex, at, 1, &m, 0) == 0) {
		for (char *c = at + m.rm_so; c < at + m.rm_eo; c++)
			*c = with;
		at += m.rm_eo;
	}
	regfree(&regex);
}

void talk_screen_compare(const struct tmux *t, const char *name,
			 unsigned columns)
{
	char *path = text_format("%s-%u.txt", name, columns);
	char *screen = tmux_screen(t, "");

	for (size_t i = 0; i < sizeof changing / sizeof *changing; i++)
		mask(screen, changing[i].pattern, changing[i].mask);
	keep(name, columns, screen);

	char *golden = folder_read(HABLA_SOURCE_DIR "/tests/data/screens", path,
				   NULL);

	if (strcmp(screen, golden) != 0)
		fail_msg("%s: expected\n%s\ngot\n%s", path, golden, screen);
	free(golden);
	free(path);
	free(screen);
}
