#include "client/terminal/tty_mode.h"

#include <signal.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static int set_fd;
static volatile sig_atomic_t is_set;

static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE,
			      SIGILL,  SIGTRAP, SIGSYS, SIGQUIT};
enum { CRASHES = sizeof crashes / sizeof *crashes };
static struct sigaction others[CRASHES];

/* Async-signal-safe.  Waits for nothing: what was typed ahead stays. */
void tty_mode_restore(void)
{
	if (!is_set)
		return;
	is_set = 0;
	tcsetattr(set_fd, TCSANOW, &before);
}

static void on_crash(int number)
{
	tty_mode_restore();
	/* Whoever listened before (a sanitizer) is next, else the default. */
	for (size_t i = 0; i < CRASHES; i++)
		if (crashes[i] == number)
			sigaction(number, &others[i], NULL);
	raise(number);
}

static void watch_crashes(void)
{
	static bool watched;
	struct sigaction action = {.sa_handler = on_crash};

	if (watched)
		return;
	watched = true;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &action, &others[i]);
}

bool tty_mode_keys(int fd)
{
	struct termios keys;

	if (is_set)
		return true;
	if (tcgetpgrp(fd) != getpgrp() || tcgetattr(fd, &before) != 0)
		return false;
	keys = before;
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	set_fd = fd;
	watch_crashes();
	is_set = 1;
	if (tcsetattr(fd, TCSANOW, &keys) == 0)
		return true;
	is_set = 0;
	return false;
}
