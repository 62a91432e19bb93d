#include "client/login/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { LINE_MOST = 1024 };

struct line {
	char text[LINE_MOST + 1];
	size_t length;
	bool complete, too_long;
};

/* The terminal while it is asked, and how it was before. */
struct terminal {
	int fd;      /* /dev/tty, or stdin */
	int prompt;  /* where the prompt goes */
	int signals; /* signalfd */
	sigset_t before;
	struct termios settings;
	bool quiet; /* echo is off */
};

bool ask_is_person(void)
{
	return isatty(STDIN_FILENO);
}

/* --- the terminal --- */

static void say(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(fd, text, left);
		if (n < 0 && errno != EINTR)
			return; /* a prompt that nobody sees */
		if (n > 0) {
			text += n;
			left -= (size_t)n;
		}
	}
}

/* The signals that would end us with the terminal still silent become events;
 * Ctrl-Z would stop us so, and is switched off. */
static int terminal_open(struct terminal *t, enum ask_kind kind)
{
	sigset_t watched;

	*t = (struct terminal){.fd = -1, .prompt = STDERR_FILENO};
	sigemptyset(&watched);
	sigaddset(&watched, SIGINT);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGHUP);
	sigaddset(&watched, SIGQUIT);
	t->signals = signalfd(-1, &watched, SFD_CLOEXEC);
	if (t->signals < 0)
		return PROBLEM_LIMIT;
	pthread_sigmask(SIG_BLOCK, &watched, &t->before);
	t->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t->fd >= 0)
		t->prompt = t->fd;
	else
		t->fd = STDIN_FILENO;
	if (kind == ASK_SHOWN)
		return 0;
	if (tcgetattr(t->fd, &t->settings) != 0)
		return PROBLEM_FILE;

	struct termios quiet = t->settings;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
	t->quiet = true;
	return tcsetattr(t->fd, TCSAFLUSH, &quiet) == 0 ? 0 : PROBLEM_FILE;
}

static void terminal_close(struct terminal *t)
{
	if (t->quiet) {
		tcsetattr(t->fd, TCSADRAIN, &t->settings);
		say(t->prompt, "\n");
	}
	if (t->fd > STDIN_FILENO)
		close(t->fd);
	if (t->signals >= 0) {
		close(t->signals);
		pthread_sigmask(SIG_SETMASK, &t->before, NULL);
	}
}

static int interrupted(struct problem *p)
{
	return problem_set(p, PROBLEM_ORDER,
			   "ended before it was done; nothing was changed");
}

/* True: there is something to read.  A signal is taken, so that it does not
 * end us before the message is out. */
static bool wait_for_key(const struct terminal *t)
{
	struct signalfd_siginfo taken;
	struct pollfd fds[] = {{.fd = t->signals, .events = POLLIN},
			       {.fd = t->fd, .events = POLLIN}};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	return !(fds[0].revents & POLLIN) ||
	       read(t->signals, &taken, sizeof taken) != sizeof taken;
}

/* --- lines --- */

/* One byte at a time: what follows the line is for the next question. */
static void take_byte(struct line *l, char c)
{
	if (c == '\n')
		l->complete = true;
	else if (l->length == LINE_MOST)
		l->too_long = true;
	else
		l->text[l->length++] = c;
}

static int read_line(struct line *l, int fd, const struct terminal *t,
		     struct problem *p)
{
	char c;

	while (!l->complete) {
		if (t && !wait_for_key(t))
			return interrupted(p);
		ssize_t n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		take_byte(l, c);
	}
	return 0;
}

static int take_line(char **out, struct line *l, const char *what,
		     struct problem *p)
{
	/* a file written elsewhere */
	if (l->length > 0 && l->text[l->length - 1] == '\r')
		l->length--;
	l->text[l->length] = '\0';
	if (l->too_long)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: the line is longer than %d bytes; give "
				   "the %s alone on a line",
				   what, LINE_MOST, what);
	if (strlen(l->text) != l->length)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: it holds a NUL byte; give it as text",
				   what);
	if (l->length == 0)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: none was given; type it when asked, or "
				   "write it to stdin as one line",
				   what);
	*out = text_copy(l->text);
	return *out ? 0
		    : problem_set(p, PROBLEM_MEMORY,
				  "%s: not enough memory; try again", what);
}

int ask_line(char **out, enum ask_kind kind, const char *what,
	     const char *prompt, struct problem *p)
{
	struct terminal t;
	struct line l = {.length = 0};
	int err;

	if (ask_is_person()) {
		err = terminal_open(&t, kind);
		if (err)
			problem_set(p, err,
				    "%s: the terminal cannot be asked (%s); "
				    "write it to stdin",
				    what, strerror(errno));
		else
			/* the echo is off by now */
			say(t.prompt, prompt);
		if (!err)
			err = read_line(&l, t.fd, &t, p);
		terminal_close(&t);
	} else {
		err = read_line(&l, STDIN_FILENO, NULL, p);
	}
	if (!err)
		err = take_line(out, &l, what, p);
	explicit_bzero(&l, sizeof l);
	return err;
}
