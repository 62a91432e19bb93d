/*
 * `habla talk` in a real terminal: what is on the screen in each state, what
 * keys do, and that the terminal is as it was afterwards.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/talk_screen.h"

static char *folder; /* of this test */
static struct tmux term;

static int make_folder(void **state)
{
	(void)state;
	folder = folder_make();
	/* no card that could be opened, whatever this machine has */
	folder_write(folder, "alsa.conf", "pcm.nobody { type hw card 99 }\n");
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

/* Recordings speak, and a scenario with its pauses answers. */
static void start(unsigned columns, unsigned rows, const char *before,
		  const char *flags)
{
	char *no_card = text_format("export ALSA_CONFIG_PATH=%s/alsa.conf "
				    "JACK_NO_START_SERVER=1; %s",
				    folder, before);
	char *all = text_format(
		"--scenario %s/assets/scenarios/photosynthesis.yaml %s",
		HABLA_SOURCE_DIR, flags);

	talk_screen_start(&term, folder, columns, rows, no_card, all);
	free(no_card);
	free(all);
}

static void each_state_is_shown_at_each_size(void **state)
{
	static const unsigned sizes[][2] = {{80, 24}, {40, 10}, {200, 50}};
	static const char *const states[] = {"Hearing you", "Thinking",
					     "Speaking"};
	(void)state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		start(sizes[i][0], sizes[i][1], ":", "");
		for (size_t k = 0; k < sizeof states / sizeof *states; k++) {
			tmux_expect(&term, "", states[k]);
			talk_screen_keep(&term, states[k], sizes[i][0]);
		}
		/* dim while it is not whole, with the tutor's mark */
		tmux_expect(&term, "-e", "\033[2mTutor: Hello");
		talk_screen_keep(&term, "partial", sizes[i][0]);
		tmux_keys(&term, "q");
		tmux_expect(&term, "", "SAME");
		talk_screen_keep(&term, "ended", sizes[i][0]);
		tmux_end(&term);
	}
}

static void keys_steer_the_conversation(void **state)
{
	(void)state;
	start(100, 40, ":", "");
	tmux_expect(&term, "", "Tutor: Hello");
	tmux_keys(&term, "s");
	tmux_expect(&term, "", "The rest of the answer is skipped.");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "(muted)");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "Your microphone is on.");
	tmux_keys(&term, "-");
	tmux_expect(&term, "", "volume 90 %");
	tmux_keys(&term, "t 'quiet' Space 'leaf'");
	tmux_expect(&term, "", "Type: quiet leaf");
	tmux_keys(&term, "Enter");
	tmux_expect(&term, "", "You:   quiet leaf");
	tmux_keys(&term, "h");
	tmux_expect(&term, "", "You:   Please give me a hint.");
	tmux_keys(&term, "d");
	tmux_expect(&term, "", "connections lost 0");
	tmux_keys(&term, "w");
	tmux_expect(&term, "",
		    "The window is there from the start, with --window.");
	tmux_keys(&term, "'?'");
	tmux_expect(&term, "", "Keys: space mute");
	tmux_resize(&term, 60, 30);
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "Talked for");
	tmux_expect(&term, "", "EXIT 0");
	tmux_expect(&term, "", "SAME");
	talk_screen_keep(&term, "keys", 60);
	tmux_end(&term);
}

static void with_text_keys_are_letters(void **state)
{
	(void)state;
	start(80, 24, ":", "--text");
	tmux_expect(&term, "", "Type what you want to say, then return.");
	tmux_keys(&term, "'quiet?'");
	tmux_expect(&term, "", "Type: quiet?");
	tmux_keys(&term, "Enter");
	tmux_expect(&term, "", "You:   quiet?");
	tmux_expect(&term, "", "Tutor: Hello!");
	tmux_keys(&term, "C-d");
	tmux_expect(&term, "", "EXIT 0");
	tmux_expect(&term, "", "SAME");
	tmux_end(&term);
}

static void a_model_without_typed_text_is_named_in_one_line(void **state)
{
	(void)state;
	start(80, 24, ":", "--model amazon.nova-sonic-v1:0");
	tmux_expect(&term, "", "Listening");
	tmux_keys(&term, "h");
	tmux_expect(&term, "", "This model does not answer typed text");
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "SAME");
	tmux_end(&term);
}

static void a_terminal_is_as_it_was_after_a_crash(void **state)
{
	static const int signals[] = {SIGSEGV, SIGABRT, SIGTERM};
	(void)state;

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		start(80, 24, ":", "");
		/* what dies while PortAudio asks for JACK leaves JACK's
		 * database locked (docs/doctor.md) */
		tmux_expect(&term, "", "No sound card was found");
		tmux_expect(&term, "", "?: keys");
		char *pid = folder_read(folder, "pid", NULL);

		assert_int_equal(kill(atoi(pid), signals[i]), 0);
		free(pid);
		tmux_expect(&term, "", "SAME");
		tmux_end(&term);
	}
}

static void a_dumb_terminal_gets_lines_and_no_codes(void **state)
{
	(void)state;
	start(80, 24, "export TERM=dumb", "");
	tmux_expect(&term, "", "Tutor: Hello! I am glad that you are curious");
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "SAME");
	char *screen = tmux_screen(&term, "-e");

	assert_null(strstr(screen, "?: keys"));
	assert_null(strchr(screen, '\033'));
	free(screen);
	tmux_end(&term);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_state_is_shown_at_each_size, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(keys_steer_the_conversation,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(with_text_keys_are_letters,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_model_without_typed_text_is_named_in_one_line,
			make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_terminal_is_as_it_was_after_a_crash, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(
			a_dumb_terminal_gets_lines_and_no_codes, make_folder,
			remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
