#include "client/talk/front.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "client/exit_code.h"
#include "client/settings/settings.h"
#include "client/status/status.h"
#include "client/talk/talk.h"
#include "client/terminal/face.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* 20 a second: what a meter needs, and less than an eye sees as late. */
enum { DRAW_MS = 50 };

/* After a second request, for what is still being written. */
enum { CLOSING_MOST_MS = 1000, LINE_BYTES_MOST = 4096 };

enum { ON_SIGNAL, ON_DONE, ON_CHANGE, ON_KEY, ON_READER, ON_LINES, WAITS };

struct front {
	const struct settings *settings;
	struct face *face;
	struct talk *talk;
	int signal_fd, done_fd, changed_fd, closed_fd;
	int people_fd;
	bool reads_lines; /* of stdin: turns, or commands */
	bool commands;
	struct bytes line; /* that is being read */

	uint64_t start_us, drawn_us;
	unsigned ends; /* times that the end was asked for */
};

/* --- signals and keys --- */

static bool is_end(uint32_t signal)
{
	return signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
}

static void end(struct front *f)
{
	f->ends++;
	talk_end(f->talk);
}

static void take_signal(struct front *f)
{
	struct signalfd_siginfo info;

	if (read(f->signal_fd, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGWINCH)
		face_resized(f->face);
	else if (info.ssi_signo == SIGTSTP)
		face_suspend(f->face);
	else if (is_end(info.ssi_signo))
		end(f);
}

static void take_keys(struct front *f)
{
	static const struct {
		enum key_meaning key;
		enum order_kind order;
	} orders[] = {
		{KEY_MUTE, ORDER_MUTE},       {KEY_LINE, ORDER_TYPE},
		{KEY_SKIP, ORDER_SKIP},       {KEY_AGAIN, ORDER_AGAIN},
		{KEY_HINT, ORDER_HINT},       {KEY_LOUDER, ORDER_LOUDER},
		{KEY_QUIETER, ORDER_QUIETER},
	};
	const char *line = NULL;
	enum key_meaning key;

	while ((key = face_key(f->face, &line)) != KEY_NONE) {
		if (key == KEY_QUIT)
			end(f);
		for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
			if (orders[i].key == key)
				talk_order(f->talk, orders[i].order,
					   key == KEY_LINE ? line : NULL);
	}
}

/* --- drawing --- */

static void draw(struct front *f)
{
	uint64_t now_us = clock_now_us(clock_system());
	struct status status;

	f->drawn_us = now_us;
	talk_status(f->talk, &status);
	face_draw(f->face, &status,
		  (unsigned)((now_us - f->start_us) / 1000000));
}

/* How long poll() may wait: to the next drawing, when there is any. */
static int wait_ms(const struct front *f)
{
	if (!face_draws(f->face))
		return -1;

	uint64_t since = clock_now_us(clock_system()) - f->drawn_us;

	return since >= DRAW_MS * 1000 ? 0 : DRAW_MS - (int)(since / 1000);
}

static void end_line(struct front *f)
{
	const char *line = bytes_text(&f->line);

	if (line && !f->line.failed)
		talk_order(f->talk, f->commands ? ORDER_COMMAND : ORDER_TURN,
			   line);
	else
		fputs(_("habla talk: a line of stdin is too long and was left "
			"out; 4096 bytes are the most\n"),
		      stderr);
	bytes_clear(&f->line);
}

/* --text without a terminal, or --commands: each line of stdin is one. */
static void take_lines(struct front *f)
{
	char text[1024];
	ssize_t n = read(STDIN_FILENO, text, sizeof text);

	for (ssize_t i = 0; i < n; i++) {
		if (text[i] != '\n')
			bytes_append(&f->line, &text[i], 1);
		else if (f->line.length)
			end_line(f);
	}
	if (n > 0)
		return;
	if (f->line.length)
		end_line(f);
	f->reads_lines = false;
	talk_order(f->talk, ORDER_FINISH, NULL);
}

static void wait_for_end(struct front *f)
{
	struct pollfd fds[WAITS] = {
		[ON_SIGNAL] = {.fd = f->signal_fd, .events = POLLIN},
		[ON_DONE] = {.fd = f->done_fd, .events = POLLIN},
		[ON_CHANGE] = {.fd = f->changed_fd, .events = POLLIN},
	};
	uint64_t count;

	if (!isatty(f->people_fd))
		fds[ON_READER] = (struct pollfd){.fd = f->people_fd};
	else
		fds[ON_READER] = (struct pollfd){.fd = -1};
	while (!(fds[ON_DONE].revents & POLLIN)) {
		fds[ON_KEY] = (struct pollfd){.fd = face_key_fd(f->face),
					      .events = POLLIN};
		fds[ON_LINES] = (struct pollfd){.fd = f->reads_lines
							      ? STDIN_FILENO
							      : -1,
						.events = POLLIN};
		if (poll(fds, WAITS, wait_ms(f)) < 0 && errno != EINTR)
			break;
		/* `habla talk | head`: nobody reads any more. */
		if (fds[ON_READER].revents & POLLERR) {
			fds[ON_READER].fd = -1;
			end(f);
		}
		if (fds[ON_SIGNAL].revents & POLLIN)
			take_signal(f);
		if (fds[ON_KEY].revents)
			take_keys(f);
		if (fds[ON_LINES].revents)
			take_lines(f);
		if (fds[ON_CHANGE].revents & POLLIN &&
		    read(f->changed_fd, &count, sizeof count) < 0)
			break;
		if (face_draws(f->face) && wait_ms(f) == 0)
			draw(f);
	}
}

/* --- an end that does not come --- */

/* A sound server or a disk that hangs keeps its thread, whatever we do: who
 * asks a second time is let go without them.  The terminal is as it was. */
static _Noreturn void leave(void)
{
	static const char line[] =
		"habla talk: ended at once; the session folder may lack its "
		"end\n";

	(void)text_write_all(STDERR_FILENO, line, sizeof line - 1);
	_exit(EXIT_CODE_FAILED);
}

static void *watch_closing(void *arg)
{
	struct front *f = arg;
	struct pollfd fds[] = {
		{.fd = f->closed_fd, .events = POLLIN},
		{.fd = f->signal_fd, .events = POLLIN},
	};
	struct signalfd_siginfo info;

	for (;;) {
		int n = poll(fds, 2, f->ends > 1 ? CLOSING_MOST_MS : -1);

		if (n == 0)
			leave();
		if (n > 0 && fds[0].revents)
			return NULL;
		if (n > 0 &&
		    read(f->signal_fd, &info, sizeof info) == sizeof info &&
		    is_end(info.ssi_signo) && f->ends++)
			leave();
	}
}

/* As talk_close(), but who asks for the end is heard meanwhile. */
static int close_talk(struct front *f)
{
	const uint64_t one = 1;
	pthread_t watch;
	bool watched = pthread_create(&watch, NULL, watch_closing, f) == 0;
	int code = talk_close(f->talk);

	if (watched && write(f->closed_fd, &one, sizeof one) == sizeof one)
		pthread_join(watch, NULL);
	return code;
}

/* --- the summary --- */

static void summarise(struct front *f, unsigned seconds)
{
	struct status status;

	talk_status(f->talk, &status);
	if (settings_flag(f->settings, SETTING_QUIET) ||
	    face_key_fd(f->face) < 0)
		return;
	face_stop(f->face);
	fprintf(face_stream(f->face),
		ngettext("Talked for %u:%02u; the tutor answered %u time.\n",
			 "Talked for %u:%02u; the tutor answered %u times.\n",
			 status.answers),
		seconds / 60, seconds % 60, status.answers);
	fflush(face_stream(f->face));
}

/* --- life --- */

/* Blocked before any thread starts, so that all of them inherit it. */
static int open_signals(void)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
	sigset_t signals;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		sigaddset(&signals, taken[i]);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

static bool is_dash(const char *text)
{
	return text && strcmp(text, "-") == 0;
}

static int open_face(struct front *f)
{
	const struct settings *s = f->settings;
	bool taken = settings_flag(s, SETTING_JSON) ||
		     is_dash(settings_text(s, SETTING_SPEAKER));

	f->commands = settings_flag(s, SETTING_COMMANDS);

	const struct face_settings settings = {
		.people = taken ? stderr : stdout,
		.keys = !taken && !f->commands &&
			!is_dash(settings_text(s, SETTING_MIC)),
		.plain = settings_flag(s, SETTING_PLAIN),
		.push_to_talk = settings_flag(s, SETTING_PUSH_TO_TALK),
		.text = settings_flag(s, SETTING_TEXT),
	};

	f->people_fd = fileno(settings.people);
	f->reads_lines = f->commands ||
			 (settings.text && !isatty(STDIN_FILENO));
	return face_create(&f->face, &settings);
}

static int start(struct front *f, struct problem *p)
{
	struct talk_face face;

	if (f->signal_fd < 0 || f->done_fd < 0 || f->changed_fd < 0 ||
	    f->closed_fd < 0)
		return problem_set(p, PROBLEM_LIMIT,
				   "the system gives no more file descriptors");
	if (open_face(f))
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	face = (struct talk_face){
		.people = face_stream(f->face),
		.colour = face_colour(f->face),
		.live = face_draws(f->face),
		.changed_fd = f->changed_fd,
		.done_fd = f->done_fd,
	};
	f->start_us = clock_now_us(clock_system());
	return talk_start(&f->talk, f->settings, &face, p);
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

int front_converse(const struct settings *s)
{
	struct front f = {
		.settings = s,
		.signal_fd = open_signals(),
		.done_fd = eventfd(0, EFD_CLOEXEC),
		.changed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.closed_fd = eventfd(0, EFD_CLOEXEC),
	};
	struct problem p = {0};
	int code;

	bytes_init(&f.line, LINE_BYTES_MOST);
	if (start(&f, &p)) {
		face_free(f.face);
		fprintf(stderr, _("habla talk: %s\n"), p.text);
		code = exit_code_for(p.code, 0);
	} else {
		wait_for_end(&f);
		summarise(&f, (unsigned)((clock_now_us(clock_system()) -
					  f.start_us) /
					 1000000));
		face_stop(f.face);
		code = close_talk(&f);
		face_free(f.face);
	}
	bytes_deinit(&f.line);
	close_if_open(f.signal_fd);
	close_if_open(f.done_fd);
	close_if_open(f.changed_fd);
	close_if_open(f.closed_fd);
	return code;
}
