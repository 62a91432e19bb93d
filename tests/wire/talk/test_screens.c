/*
 * What a person sees in each state, whole screens at three sizes
 * (tests/data/screens), over a sound card on which nobody speaks.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/pulse.h"
#include "tests/support/stack.h"
#include "tests/support/talk_screen.h"

/* The tutor greets, and answers what is typed: at once, and then late. */
static const char scenario[] =
	"name: screens\n"
	"turns:\n"
	"  - on: open\n"
	"    say: [{text: Welcome to your lesson about light and shadow., "
	"tone: {hz: 440, ms: 1500}}]\n"
	"  - on: text\n"
	"    say: [{text: \"\\u5149 is light, and \\u05d0\\u05d5\\u05e8 is "
	"too.\", tone: {hz: 440, ms: 300}}]\n"
	"  - on: text\n"
	"    delay_ms: 600000\n"
	"    say: [{text: Much later.}]\n";

static const unsigned sizes[][2] = {{80, 24}, {40, 10}, {200, 50}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static struct stack stack;
static struct pulse *pulse;
static struct tmux term;

static int start_all(void **state)
{
	char why[256];

	(void)state;
	if (pulse_start(&pulse, why))
		fail_msg("%s", why);
	pulse_export(pulse);
	stack.folder = folder_make();
	stack_start(&stack, stack_file(&stack, "scenario.yaml", scenario));
	return 0;
}

static int stop_all(void **state)
{
	(void)state;
	stack_stop(&stack);
	pulse = pulse_stop(pulse);
	return 0;
}

static void start(const unsigned size[2], const char *before, const char *url,
		  const char *flags)
{
	/* whether the devices or the relay are ready first is not told then */
	char *all = text_format("--headset --quiet --relay %s %s", url, flags);

	talk_screen_start(&term, stack.folder, size[0], size[1], before, all);
	free(all);
}

static void start_listening(const unsigned size[2], const char *before,
			    const char *flags)
{
	start(size, before, stack.relay_url, flags);
	tmux_expect(&term, "", "Tutor: Welcome");
	tmux_expect(&term, "", "Listening");
}

static void quit(void)
{
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "SAME");
	tmux_end(&term);
}

static void each_state_has_its_screen(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		unsigned columns = sizes[i][0];

		start_listening(sizes[i], ":", "");
		talk_screen_compare(&term, "listening", columns);
		tmux_keys(&term, "Space");
		tmux_expect(&term, "", "(muted)");
		talk_screen_compare(&term, "muted", columns);
		tmux_keys(&term, "t 'a b'");
		tmux_expect(&term, "", "Type: a b");
		talk_screen_compare(&term, "typing", columns);
		tmux_keys(&term, "Enter");
		tmux_expect(&term, "", "Tutor: \u5149");
		tmux_expect(&term, "", "Listening");
		tmux_keys(&term, "d");
		tmux_expect(&term, "", "answers 2");
		talk_screen_compare(&term, "details", columns);
		tmux_keys(&term, "d t c Enter");
		tmux_expect(&term, "", "Thinking");
		talk_screen_compare(&term, "thinking", columns);
		quit();
	}
}

static void help_is_readable_at_each_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		start_listening(sizes[i], "clear", "");
		tmux_keys(&term, "'?'");
		tmux_expect(&term, "", "q quit");
		talk_screen_compare(&term, "help", sizes[i][0]);
		quit();
	}
}

/* A relay that takes the connection and never says a word. */
static void connecting_is_shown_while_nobody_answers(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address),
			 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length),
			 0);
	char *url = text_format("ws://127.0.0.1:%u", ntohs(address.sin_port));

	for (size_t i = 0; i < SIZES; i++) {
		start(sizes[i], ":", url, "--text");
		tmux_expect(&term, "", "Connecting  ");
		talk_screen_compare(&term, "connecting", sizes[i][0]);
		tmux_keys(&term, "C-c");
		tmux_expect(&term, "", "SAME");
		tmux_end(&term);
	}
	free(url);
	close(fd);
}

static void a_lost_connection_is_counted_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		start_listening(sizes[i], ":", "");
		process_signal(&stack.relay, SIGKILL);
		process_wait(&stack.relay);
		tmux_expect(&term, "", "Connecting again in");
		talk_screen_compare(&term, "reconnecting", sizes[i][0]);
		stack_restart_relay(&stack);
		tmux_expect(&term, "", "Listening");
		quit();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_screen),
		cmocka_unit_test(help_is_readable_at_each_size),
		cmocka_unit_test(connecting_is_shown_while_nobody_answers),
		cmocka_unit_test(a_lost_connection_is_counted_down),
	};

	return cmocka_run_group_tests(tests, start_all, stop_all);
}
