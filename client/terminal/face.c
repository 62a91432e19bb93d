#include "client/terminal/face.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/status/status.h"
#include "client/terminal/screen.h"
#include "client/terminal/status_lines.h"
#include "client/terminal/tty_mode.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { COLUMNS_DEFAULT = 80 };

struct face {
	struct face_settings settings;
	struct screen *screen; /* NULL: lines only */
	bool colour;
	bool has_keys;
	bool stopped;
	bool details;
	size_t columns;
	struct keys keys;
};

static bool terminal_can_draw(void)
{
	const char *term = getenv("TERM");

	return term && *term && !text_equal(term, "dumb");
}

static bool wants_colour(int fd)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org */

	return isatty(fd) && terminal_can_draw() && !(no_color && *no_color);
}

static void look_at_size(struct face *f)
{
	struct winsize size;
	int fd = fileno(f->settings.people);

	f->columns = COLUMNS_DEFAULT;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		f->columns = size.ws_col;
}

int face_create(struct face **out, const struct face_settings *settings)
{
	struct face *f = calloc(1, sizeof *f);
	int fd = fileno(settings->people);

	if (!f)
		return PROBLEM_MEMORY;
	f->settings = *settings;
	f->keys.always = settings->text;
	f->colour = wants_colour(fd);
	f->has_keys = settings->keys && isatty(fd) && isatty(STDIN_FILENO) &&
		      tty_mode_keys(STDIN_FILENO);
	look_at_size(f);
	if (f->has_keys && !settings->plain && terminal_can_draw() &&
	    screen_create(&f->screen, fd, f->colour)) {
		face_free(f);
		return PROBLEM_MEMORY;
	}
	*out = f;
	return 0;
}

struct face *face_free(struct face *f)
{
	if (!f)
		return NULL;
	face_stop(f);
	screen_free(f->screen);
	free(f);
	return NULL;
}

FILE *face_stream(struct face *f)
{
	return f->screen ? screen_stream(f->screen) : f->settings.people;
}

bool face_colour(const struct face *f)
{
	return f->colour;
}

bool face_draws(const struct face *f)
{
	return f->screen && !f->stopped;
}

int face_key_fd(const struct face *f)
{
	return f->has_keys ? STDIN_FILENO : -1;
}

/* --- keys --- */

static void show_help(struct face *f)
{
	fprintf(face_stream(f),
		_("Keys: space %s,\n"
		  "      t type a line, s skip the answer,\n"
		  "      r say it again, h hint,\n"
		  "      + - volume, d details,\n"
		  "      w window, ? this, q quit\n"),
		f->settings.push_to_talk ? _("talk or stop talking")
					 : _("mute"));
	fflush(face_stream(f));
}

/* Those that are about the face alone. */
static bool is_own(struct face *f, enum key_meaning meaning)
{
	switch (meaning) {
	case KEY_TYPE:
		if (!f->screen)
			fputs(_("Type a line, then return:\n"), face_stream(f));
		break;
	case KEY_EDITED:
		break;
	case KEY_DETAILS:
		f->details = !f->details;
		break;
	case KEY_HELP:
		show_help(f);
		break;
	case KEY_WINDOW:
		fputs(_("The window is there from the start, with --window.\n"),
		      face_stream(f));
		break;
	default:
		return meaning == KEY_NONE;
	}
	fflush(face_stream(f));
	return true;
}

/* Without a block that shows the line, its letters appear as they are typed. */
static void echo(struct face *f, enum key_meaning meaning, unsigned char byte,
		 size_t length_before)
{
	FILE *people = face_stream(f);

	if (meaning == KEY_LINE || (meaning == KEY_EDITED && byte == '\r'))
		fputc('\n', people);
	else if (meaning == KEY_EDITED && f->keys.length > length_before)
		fputc(byte, people);
	for (size_t n = length_before;
	     meaning == KEY_EDITED && f->keys.typing && n > f->keys.length; n--)
		fputs("\b \b", people);
	fflush(people);
}

enum key_meaning face_key(struct face *f, const char **line)
{
	struct pollfd fd = {.fd = face_key_fd(f), .events = POLLIN};
	unsigned char byte;

	while (fd.fd >= 0 && poll(&fd, 1, 0) > 0) {
		if (read(fd.fd, &byte, 1) != 1) {
			f->has_keys = false; /* the terminal is gone */
			break;
		}
		size_t length = f->keys.typing ? f->keys.length : 0;
		enum key_meaning meaning = keys_take(&f->keys, byte);

		if (!f->screen)
			echo(f, meaning, byte, length);

		*line = f->keys.line;
		if (!is_own(f, meaning))
			return meaning;
	}
	return KEY_NONE;
}

/* --- drawing --- */

void face_draw(struct face *f, const struct status *s, unsigned elapsed_s)
{
	const struct status_look look = {
		.columns = f->columns,
		.elapsed_s = elapsed_s,
		.details = f->details,
		.typed = f->keys.typing   ? f->keys.line
			 : f->keys.always ? ""
					  : NULL,
		.push_to_talk = f->settings.push_to_talk,
	};
	struct screen_block block;

	if (!face_draws(f))
		return;
	memset(&block, 0, sizeof block);
	status_lines_make(&block, s, &look);
	screen_draw(f->screen, &block);
}

void face_resized(struct face *f)
{
	look_at_size(f);
	if (face_draws(f))
		screen_resized(f->screen, f->columns);
}

void face_suspend(struct face *f)
{
	if (face_draws(f))
		screen_clear(f->screen);
	tty_mode_restore();
	raise(SIGSTOP);
	f->has_keys = f->has_keys && tty_mode_keys(STDIN_FILENO);
	face_resized(f);
}

void face_stop(struct face *f)
{
	if (face_draws(f))
		screen_clear(f->screen);
	f->stopped = true;
	f->has_keys = false;
	tty_mode_restore();
}
