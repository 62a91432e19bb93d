#include "client/terminal/plain.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

#define STYLE_LEARNER "\033[36m"
#define STYLE_TUTOR   "\033[1;32m"
#define STYLE_QUIET   "\033[2m"
#define STYLE_PROBLEM "\033[1;31m"
#define STYLE_NONE    "\033[0m"

struct plain_terminal {
	struct session_sink sink;
	FILE *stream; /* borrowed */
	bool colour;
	bool quiet;
	bool connected;     /* a session takes the learner's voice */
	bool was_connected; /* at any time */
	char *session_id;   /* owned; of the present session, cleaned */
};

/* Nothing in text may steer the terminal.  NULL: no memory. */
static char *clean_copy(const char *text)
{
	char *copy = text_copy(text ? text : "");

	if (!copy)
		return NULL;
	for (char *c = copy; *c; c++)
		if (strchr("\t\n\v\f\r", *c))
			*c = ' ';
	text_clean_line(copy);
	return copy;
}

/* One line: a mark in style, then text, then tail.  A line that finds no
 * memory is left out: the conversation goes on. */
static void show(const struct plain_terminal *t, const char *style,
		 const char *mark, const char *text, const char *tail)
{
	char *clean = clean_copy(text);

	if (clean)
		fprintf(t->stream, "%s%s%s%s%s\n", t->colour ? style : "", mark,
			t->colour ? STYLE_NONE : "", clean, tail);
	fflush(t->stream);
	free(clean);
}

static void show_transcript(const struct plain_terminal *t,
			    const struct session_event *e)
{
	const char *tail = !e->cut               ? ""
			   : e->text && *e->text ? _(" — (interrupted)")
						 : _("(interrupted)");

	if (e->role == NOVA_USER)
		show(t, STYLE_LEARNER, _("You:   "), e->text, tail);
	else if (e->role == NOVA_ASSISTANT)
		show(t, STYLE_TUTOR, _("Tutor: "), e->text, tail);
}

static void show_connected(struct plain_terminal *t)
{
	const char *id = t->session_id;

	if (!t->quiet)
		fprintf(t->stream, "%s%s%s%s.\n",
			t->was_connected ? _("Connected again")
					 : _("Connected"),
			id ? _(" (session ") : "", id ? id : "", id ? ")" : "");
	fflush(t->stream);
	t->connected = true;
	t->was_connected = true;
}

/* Only the changes that a person must know of; who speaks is heard. */
static void show_state(struct plain_terminal *t, const char *state)
{
	static const char *const connected[] = {"listening", "hearing",
						"thinking", "speaking"};

	if (text_equal(state, "connecting") && !t->quiet)
		show(t, STYLE_QUIET, "", _("Connecting..."), "");
	if (text_equal(state, "disconnected"))
		t->connected = false;
	for (size_t i = 0; i < sizeof connected / sizeof *connected; i++)
		if (text_equal(state, connected[i]) && !t->connected)
			show_connected(t);
}

static void show_retry(const struct plain_terminal *t,
		       const struct session_event *e)
{
	char tail[128], of[32] = "";
	const char *why = e->problem ? e->problem->text : NULL;

	if (e->tries)
		snprintf(of, sizeof of, _(" of %u"), e->tries);
	/* rounded up: a wait with jitter has many digits */
	unsigned tenths = (e->delay_ms + 99) / 100;
	snprintf(tail, sizeof tail,
		 _("%strying again in %.1f s (attempt %lld%s)"),
		 why ? "; " : "", tenths / 10.0, (long long)e->number, of);
	show(t, STYLE_PROBLEM,
	     t->was_connected ? _("Connection lost: ") : _("Not connected: "),
	     why, tail);
}

static void show_tool(const struct plain_terminal *t,
		      const struct session_event *e)
{
	char head[128];

	snprintf(head, sizeof head, _("Tool %.100s: "), e->tool ? e->tool : "");
	text_clean_line(head);
	if (e->problem) {
		show(t, STYLE_PROBLEM, head, e->problem->text, "");
	} else {
		char took[32];
		snprintf(took, sizeof took, _("answered in %.1f s"),
			 (double)e->number / 1000.0);
		show(t, STYLE_QUIET, head, took, "");
	}
}

/* With --quiet.  A state is followed, and not told. */
static bool is_told_quietly(enum session_kind kind)
{
	return kind == SESSION_TRANSCRIPT || kind == SESSION_PROBLEM ||
	       kind == SESSION_RETRY || kind == SESSION_COMMAND ||
	       kind == SESSION_STATE;
}

static void terminal_event(struct session_sink *sink,
			   const struct session_event *e)
{
	struct plain_terminal *t = (struct plain_terminal *)sink;

	if (t->quiet && !is_told_quietly(e->kind))
		return;
	switch (e->kind) {
	case SESSION_STATE:
		show_state(t, e->text);
		break;
	case SESSION_ID:
		free(t->session_id);
		t->session_id = e->text ? clean_copy(e->text) : NULL;
		break;
	case SESSION_TRANSCRIPT:
		show_transcript(t, e);
		break;
	case SESSION_RETRY:
		t->connected = false;
		show_retry(t, e);
		break;
	case SESSION_MUTED:
		show(t, STYLE_QUIET, "",
		     text_equal(e->text, "on") ? _("Your microphone is muted.")
					       : _("Your microphone is on."),
		     "");
		break;
	case SESSION_SKIPPED:
		show(t, STYLE_QUIET, "",
		     _("The rest of the answer is skipped."), "");
		break;
	case SESSION_TOOL_RESULT:
		show_tool(t, e);
		break;
	case SESSION_NOTICE:
		show(t, STYLE_QUIET, _("Note: "), e->text, "");
		break;
	case SESSION_COMMAND:
		if (e->problem)
			show(t, STYLE_PROBLEM, _("Refused: "), e->problem->text,
			     "");
		break;
	case SESSION_PROBLEM:
		show(t, STYLE_PROBLEM, _("Problem: "),
		     e->problem ? e->problem->text : e->text, "");
		break;
	default:
		break;
	}
}

bool plain_wants_colour(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org */

	return isatty(fileno(stream)) && !(no_color && *no_color);
}

int plain_terminal_create(struct plain_terminal **out, FILE *stream)
{
	static const struct session_sink_ops ops = {.event = terminal_event};
	struct plain_terminal *t = calloc(1, sizeof *t);

	if (!t)
		return PROBLEM_MEMORY;
	t->sink.ops = &ops;
	t->stream = stream;
	t->colour = plain_wants_colour(stream);
	*out = t;
	return 0;
}

void plain_terminal_colour(struct plain_terminal *t, bool colour)
{
	t->colour = colour;
}

void plain_terminal_quiet(struct plain_terminal *t, bool quiet)
{
	t->quiet = quiet;
}

struct session_sink *plain_terminal_sink(struct plain_terminal *t)
{
	return &t->sink;
}

struct plain_terminal *plain_terminal_free(struct plain_terminal *t)
{
	if (!t)
		return NULL;
	free(t->session_id);
	free(t);
	return NULL;
}
