/* `habla talk` in terminals of other kinds, and in other ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/pulse.h"
#include "tests/support/stack.h"
#include "tests/support/talk_screen.h"

/* A greeting that is long enough to be interrupted. */
static const char scenario[] =
	"name: ways\n"
	"turns:\n"
	"  - on: open\n"
	"    say: [{text: Welcome to a lesson that never ends., "
	"tone: {hz: 440, ms: 5000}}]\n"
	"  - on: text\n"
	"    say: [{text: I heard you., tone: {hz: 440, ms: 300}}]\n";

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

static void start(const char *before, const char *flags)
{
	char *all = text_format("--headset --relay %s %s", stack.relay_url,
				flags);

	talk_screen_start(&term, stack.folder, 80, 24, before, all);
	free(all);
}

static void quit(void)
{
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "SAME");
	tmux_end(&term);
}

static void no_color_leaves_no_colour(void **state)
{
	(void)state;
	start("export NO_COLOR=1", "");
	tmux_expect(&term, "", "Tutor: Welcome");
	tmux_keys(&term, "s");
	tmux_expect(&term, "", "is skipped");
	char *screen = tmux_screen(&term, "-e");

	assert_non_null(strstr(screen, "?: keys"));
	assert_null(strchr(screen, '\033'));
	free(screen);
	quit();
}

static void plain_draws_nothing_twice_and_keys_work(void **state)
{
	(void)state;
	start(":", "--plain");
	tmux_expect(&term, "", "Connected (");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "Your microphone is muted.");
	tmux_keys(&term, "s");
	tmux_expect(&term, "", "The rest of the answer is skipped.");
	tmux_keys(&term, "t 'a bc' BSpace");
	tmux_expect(&term, "", "Type a line, then return:\na b\n");
	tmux_keys(&term, "Enter");
	tmux_expect(&term, "", "You:   a b");
	tmux_expect(&term, "", "Tutor: I heard you.");
	char *screen = tmux_screen(&term, "");

	assert_null(strstr(screen, "Listening"));
	assert_null(strstr(screen, "?: keys"));
	free(screen);
	quit();
}

static void push_to_talk_listens_between_two_presses(void **state)
{
	(void)state;
	start(":", "--push-to-talk");
	tmux_expect(&term, "", "Press space to talk, and again when you have");
	tmux_keys(&term, "s");
	tmux_expect(&term, "", "Listening: space to talk");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "Your microphone is on.");
	tmux_expect(&term, "", "Listening  ");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "Listening: space to talk");
	quit();
}

static void control_z_stops_it_and_fg_goes_on(void **state)
{
	(void)state;
	/* a shell with jobs, as a person has it */
	folder_write(stack.folder, "jobs.sh",
		     "set -m\n"
		     "\"$@\" --no-record\n"
		     "stty -g > stopped; cmp before stopped && echo STOPPED\n"
		     "fg\n");
	char *before = text_format(
		"stty -g > before; bash jobs.sh %s/habla talk --headset "
		"--relay %s",
		HABLA_BINARY_DIR, stack.relay_url);

	talk_screen_start(&term, stack.folder, 80, 24, before, "--help");
	tmux_expect(&term, "", "?: keys");
	tmux_keys(&term, "C-z");
	tmux_expect(&term, "", "STOPPED");
	tmux_expect(&term, "", "?: keys");
	tmux_keys(&term, "d");
	tmux_expect(&term, "", "connections lost 0");
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "Talked for");
	tmux_expect(&term, "", "SAME");
	tmux_end(&term);
	free(before);
}

static void an_answer_that_was_cut_says_so(void **state)
{
	(void)state;
	start(":", "");
	tmux_expect(&term, "", "Tutor: Welcome");
	tmux_keys(&term, "s");
	tmux_expect(&term, "", " \u2014 (interrupted)");
	quit();
}

static void spanish_is_drawn_in_its_columns(void **state)
{
	(void)state;
	start("export LC_ALL=es_ES.UTF-8", "");
	tmux_expect(&term, "", "Tutor: Welcome");
	tmux_keys(&term, "s");
	tmux_expect(&term, "", "Escuchando  ");
	tmux_keys(&term, "'?'");
	tmux_expect(&term, "", "Teclas: espacio silenciar,");
	quit();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_color_leaves_no_colour),
		cmocka_unit_test(plain_draws_nothing_twice_and_keys_work),
		cmocka_unit_test(push_to_talk_listens_between_two_presses),
		cmocka_unit_test(control_z_stops_it_and_fg_goes_on),
		cmocka_unit_test(an_answer_that_was_cut_says_so),
		cmocka_unit_test(spanish_is_drawn_in_its_columns),
	};

	return cmocka_run_group_tests(tests, start_all, stop_all);
}
