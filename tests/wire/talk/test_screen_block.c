/*
 * The block under the transcript: none while the program is stopped or with
 * --plain, whole with push-to-talk, an answer that is being heard, and text
 * that is wide, combined or written from right to left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/talk_screen.h"

#define FLAGS "--mic silence.wav --speaker out.wav --scenario scenario.yaml "

/* The session opens after the devices have; the tutor speaks long. */
#define ANSWER(words)                                                          \
	"name: ways\n"                                                         \
	"stream: {headers_delay_ms: 500}\n"                                    \
	"turns:\n"                                                             \
	"  - on: text\n"                                                       \
	"    say:\n"                                                           \
	"      - {text: '" words "', tone: {hz: 400, ms: 700}}\n"              \
	"      - {text: Aye., tone: {hz: 500, ms: 60000}}\n"

#define LEAVES ANSWER("Leaves send back the green light of the sun.")

enum { RATE = 16000, SILENCE_S = 120 };

static char *folder;
static struct tmux term;

static void write_silence(void)
{
	static const int16_t second[RATE];
	char *path = text_format("%s/silence.wav", folder);
	struct sound_writer *w = NULL;

	assert_int_equal(sound_writer_open(&w, path, RATE, 1, NULL), 0);
	for (int i = 0; i < SILENCE_S; i++)
		assert_int_equal(sound_writer_write(w, second, RATE), 0);
	sound_writer_free(w);
	free(path);
}

/* Only keys lead the conversation: the microphone is silent. */
static void start(const char *scenario, unsigned columns, unsigned rows,
		  const char *before, const char *flags)
{
	folder = folder_make();
	write_silence();
	folder_write(folder, "scenario.yaml", scenario);
	talk_screen_start(&term, folder, columns, rows, before, flags);
}

static void end(void)
{
	tmux_keys(&term, "q");
	tmux_expect(&term, "", "EXIT 0");
	tmux_expect(&term, "", "SAME");
	tmux_end(&term);
	folder_remove(folder);
}

static void ask(void)
{
	tmux_expect(&term, "", "Listening");
	tmux_keys(&term, "t 'why' Enter");
}

static unsigned count_of(const char *flags, const char *words)
{
	char *text = tmux_screen(&term, flags);
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, words)); at++)
		count++;
	free(text);
	return count;
}

/* --- Ctrl-Z --- */

/* What the shell does when the program has stopped. */
#define WHEN_STOPPED                                                           \
	"'; stty -g > stopped; cmp before stopped && echo AS BEFORE; "         \
	"read line; fg; : '"

static void a_stopped_program_leaves_no_block_and_fg_draws_one(void **state)
{
	(void)state;
	start(LEAVES, 80, 24, "set -m", FLAGS WHEN_STOPPED);
	tmux_expect(&term, "", "Listening");
	tmux_keys(&term, "C-z");
	tmux_expect(&term, "", "AS BEFORE");
	assert_int_equal(count_of("", "Listening"), 0);
	tmux_keys(&term, "Enter");
	tmux_expect(&term, "", "Listening");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "Listening (muted)");
	assert_int_equal(count_of("", "Listening"), 1);
	end();
}

/* --- --plain --- */

static void plain_prints_nothing_that_moves_the_cursor(void **state)
{
	static const char *const moves[] = {"\033[K", "\033[J", "\033[1A",
					    "\r\033"};
	(void)state;

	start(LEAVES, 80, 24, "read line", "--plain " FLAGS);
	tmux_record(&term, folder, "printed");
	tmux_keys(&term, "Enter");
	tmux_expect(&term, "", "Connected");
	tmux_keys(&term, "Space");
	tmux_expect(&term, "", "Your microphone is muted.");
	tmux_keys(&term, "t");
	tmux_expect(&term, "", "Type a line, then return:");
	tmux_keys(&term, "'why' Enter");
	tmux_expect(&term, "", "You:   why");
	tmux_keys(&term, "'?'");
	tmux_expect(&term, "", "q quit");
	talk_screen_compare(&term, "plain", 80);

	char *printed = folder_read(folder, "printed", NULL);
	assert_non_null(strstr(printed, "You:   "));
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		assert_null(strstr(printed, moves[i]));
	free(printed);
	end();
}

/* --- push-to-talk --- */

static void push_to_talk_waits_for_the_space_bar(void **state)
{
	static const unsigned sizes[][2] = {{80, 24}, {40, 10}, {200, 50}};
	(void)state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		start(LEAVES, sizes[i][0], sizes[i][1], ":",
		      "--quiet --push-to-talk " FLAGS);
		tmux_expect(&term, "", "Listening: space to talk");
		talk_screen_compare(&term, "push-to-talk", sizes[i][0]);
		tmux_keys(&term, "Space");
		tmux_expect(&term, "", "Listening  ");
		talk_screen_compare(&term, "push-to-talk-open", sizes[i][0]);
		tmux_keys(&term, "Space");
		tmux_expect(&term, "", "Listening: space to talk");
		tmux_keys(&term, "t 'why' Enter");
		tmux_expect(&term, "", "sun.");
		talk_screen_compare(&term, "speaking", sizes[i][0]);
		tmux_keys(&term, "q");
		tmux_expect(&term, "", "SAME");
		tmux_end(&term);
		folder_remove(folder);
	}
}

/* --- other scripts --- */

static const struct {
	const char *name, *last, *scenario;
} scripts[] = {
	{"wide", "見えます",
	 ANSWER("光合作用は植物が光から自分の食べ物を作る方法です。"
		"葉は緑色の光を送り返すので緑に見えます。")},
	{"combining", "क्या",
	 ANSWER("Le\u0301a\u0308f e\u0301 a\u0302 o\u0303 u\u0308 "
		"re\u0301pe\u0301te\u0301e\u0301e\u0301e\u0301e\u0301 "
		"Que\u0301bec a\u030a\u0323 हिन्दी कि नी क्या")},
	{"right-to-left", "والماء",
	 ANSWER("התמונה של העלה ירוקה כי האור חוזר. "
		"النباتات تصنع غذاءها من الضوء والماء.")},
};

static void other_scripts_do_not_break_the_block(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		start(scripts[i].scenario, 40, 10, ":", "--quiet " FLAGS);
		ask();
		tmux_expect(&term, "", scripts[i].last);
		talk_screen_compare(&term, scripts[i].name, 40);
		tmux_keys(&term, "q");
		tmux_expect(&term, "", "SAME");
		tmux_end(&term);
		folder_remove(folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_stopped_program_leaves_no_block_and_fg_draws_one),
		cmocka_unit_test(plain_prints_nothing_that_moves_the_cursor),
		cmocka_unit_test(push_to_talk_waits_for_the_space_bar),
		cmocka_unit_test(other_scripts_do_not_break_the_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
