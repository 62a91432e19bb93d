#include "tests/support/tmux.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/await.h"

enum { SCREEN_BYTES_MOST = 256 * 1024 };

/* What `tmux command` prints; caller frees. */
static char *run(const struct tmux *t, const char *command)
{
	char *line = text_format("tmux -S '%s' %s", t->socket, command);
	char *out = calloc(1, SCREEN_BYTES_MOST);
	FILE *pipe = popen(line, "r");

	assert_non_null(out);
	assert_non_null(pipe);
	out[fread(out, 1, SCREEN_BYTES_MOST - 1, pipe)] = '\0';
	if (pclose(pipe) != 0)
		fail_msg("%s: failed", line);
	free(line);
	return out;
}

static void run_quietly(const struct tmux *t, char *command)
{
	free(run(t, command));
	free(command);
}

void tmux_start(struct tmux *t, const char *folder, unsigned columns,
		unsigned rows, const char *script)
{
	/* A server that is ending still listens for a moment, and what asks it
	 * for a session then is refused or waits for ever: each start has a
	 * server of its own. */
	static unsigned started;

	t->socket = text_format("%s/tmux-%u", folder, started++);
	run_quietly(t, text_format("-f /dev/null -u new-session -d -x %u -y %u "
				   "\"%s\"",
				   columns, rows, script));
}

char *tmux_screen(const struct tmux *t, const char *flags)
{
	char *command = text_format("capture-pane -p %s", flags);
	char *screen = run(t, command);

	free(command);
	return screen;
}

struct expectation {
	const struct tmux *t;
	const char *flags, *text;
};

static bool is_there(void *arg)
{
	const struct expectation *e = arg;
	char *screen = tmux_screen(e->t, e->flags);
	bool there = strstr(screen, e->text);

	free(screen);
	return there;
}

void tmux_expect(const struct tmux *t, const char *flags, const char *text)
{
	struct expectation e = {t, flags, text};

	if (!await(is_there, &e))
		fail_msg("\"%s\" is not on the screen:\n%s", text,
			 tmux_screen(t, flags));
}

void tmux_keys(const struct tmux *t, const char *keys)
{
	run_quietly(t, text_format("send-keys %s", keys));
}

void tmux_resize(const struct tmux *t, unsigned columns, unsigned rows)
{
	run_quietly(t, text_format("resize-window -x %u -y %u", columns, rows));
}

void tmux_record(const struct tmux *t, const char *folder, const char *name)
{
	run_quietly(t,
		    text_format("pipe-pane \"cat > '%s/%s'\"", folder, name));
}

void tmux_end(struct tmux *t)
{
	run_quietly(t, text_copy("kill-server"));
	free(t->socket);
}
