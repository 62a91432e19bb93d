#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/lessons.h"
#include "client/settings/settings.h"
#include "client/settings/settings_model.h"
#include "client/talk/talk.h"
#include "net/base/problem.h"

/* Waits for the conversation's end; Ctrl-C and the like end it in order. */
static void wait_for_end(struct talk *t, int signal_fd, int done_fd)
{
	struct pollfd fds[] = {
		{.fd = signal_fd, .events = POLLIN},
		{.fd = done_fd, .events = POLLIN},
	};
	struct signalfd_siginfo info;

	while (!(fds[1].revents & POLLIN)) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if ((fds[0].revents & POLLIN) &&
		    read(signal_fd, &info, sizeof info) == sizeof info)
			talk_end(t);
	}
}

static int converse(const struct settings *s)
{
	bool taken = settings_flag(s, SETTING_JSON) ||
		     (settings_text(s, SETTING_SPEAKER) &&
		      strcmp(settings_text(s, SETTING_SPEAKER), "-") == 0);
	struct problem p = {0};
	struct talk *t = NULL;
	sigset_t signals;
	int code = EXIT_CODE_FAILED;

	/* Blocked before any thread starts, so that all of them inherit it. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	int done_fd = eventfd(0, EFD_CLOEXEC);

	if (signal_fd < 0 || done_fd < 0) {
		fprintf(stderr, "habla talk: the system gives no more file "
				"descriptors\n");
	} else if (talk_start(&t, s, taken ? stderr : stdout, done_fd, &p)) {
		fprintf(stderr, "habla talk: %s\n", p.text);
		code = exit_code_for(p.code, 0);
	} else {
		wait_for_end(t, signal_fd, done_fd);
		code = talk_close(t);
	}
	if (signal_fd >= 0)
		close(signal_fd);
	if (done_fd >= 0)
		close(done_fd);
	return code;
}

static int run(const struct settings *s)
{
	if (settings_flag(s, SETTING_VOICES))
		settings_print_voices(s, stdout);
	else if (settings_flag(s, SETTING_LESSONS))
		lessons_print(stdout);
	else
		return converse(s);
	return EXIT_CODE_OK;
}

int command_talk(int argc, char **argv)
{
	return command_run(COMMAND_TALK, argc, argv, run);
}
