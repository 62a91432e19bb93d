#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/status/status.h"
#include "client/terminal/columns.h"
#include "client/terminal/keys.h"
#include "client/terminal/screen.h"
#include "client/terminal/status_lines.h"

/* --- widths --- */

static void columns_count_wide_and_combining_characters(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} rows[] = {
		{"", 0},
		{"leaf", 4},
		{"Sé", 2},
		{"日本", 4},
		{"e\xcc\x81t", 2},                       /* combining acute */
		{"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", 4}, /* Hebrew */
		{"a\xe2\x80\x8f", 1}, /* right-to-left mark */
		{"\xff", 1},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(columns_of(rows[i].text, strlen(rows[i].text)),
				 rows[i].columns);
}

static void a_cut_never_goes_through_a_character(void **state)
{
	(void)state;
	assert_int_equal(columns_fit("日本語", 5), 6);
	assert_int_equal(columns_fit("e\xcc\x81t", 1), 3);
	assert_int_equal(columns_fit("leaf", 10), 4);
	assert_int_equal(columns_fit_words("the green leaf", 12), 9);
	assert_int_equal(columns_fit_words("photosynthesis", 5), 5);
	/* no blanks there: behind each character, with its mark */
	assert_int_equal(columns_fit_words("Tutor: 日本語", 11), 13);
	assert_int_equal(columns_fit_words("か\u3099日本x", 3), 6);
	assert_int_equal(columns_fit_words("日本leaf", 6), 6);
}

/* --- keys --- */

static enum key_meaning press(struct keys *k, const char *bytes)
{
	enum key_meaning last = KEY_NONE;

	for (; *bytes; bytes++)
		last = keys_take(k, (unsigned char)*bytes);
	return last;
}

static void keys_mean_what_the_help_says(void **state)
{
	static const struct {
		const char *bytes;
		enum key_meaning meaning;
	} rows[] = {
		{" ", KEY_MUTE},        {"s", KEY_SKIP},
		{"r", KEY_AGAIN},       {"h", KEY_HINT},
		{"+", KEY_LOUDER},      {"-", KEY_QUIETER},
		{"d", KEY_DETAILS},     {"?", KEY_HELP},
		{"q", KEY_QUIT},        {"w", KEY_WINDOW},
		{"x", KEY_NONE},        {"\033[A", KEY_NONE},
		{"\033Oq", KEY_NONE},   {"\033[3~", KEY_NONE},
		{"\xc3\xb1", KEY_NONE},
	};
	struct keys k = {0};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(press(&k, rows[i].bytes), rows[i].meaning);
}

static void a_line_is_typed_and_mended(void **state)
{
	struct keys k = {0};
	(void)state;

	assert_int_equal(press(&k, "t"), KEY_TYPE);
	/* keys of the face are letters now; an arrow is nothing */
	assert_int_equal(press(&k, "qu\033[Dé\x7f\x7fué ?"), KEY_EDITED);
	assert_int_equal(press(&k, "\r"), KEY_LINE);
	assert_string_equal(k.line, "qué ?");
	assert_int_equal(press(&k, "ta\x15\r"), KEY_EDITED);
	assert_false(k.typing);
	assert_int_equal(press(&k, "q"), KEY_QUIT);
}

static void a_line_that_is_too_long_ends_where_there_is_no_room(void **state)
{
	struct keys k = {0};
	(void)state;

	press(&k, "t");
	for (int i = 0; i < 2 * KEYS_LINE_SIZE; i++)
		press(&k, "a");
	assert_int_equal(press(&k, "\r"), KEY_LINE);
	assert_int_equal(strlen(k.line), KEYS_LINE_SIZE - 1);
}

/* --- lines of the block --- */

static struct status speaking(void)
{
	return (struct status){
		.state = "speaking",
		.volume = 100,
		.first_audio_ms = -1,
	};
}

static const char *status_line(const struct status *s, size_t columns)
{
	static struct screen_block block;
	const struct status_look look = {.columns = columns, .elapsed_s = 65};

	block = (struct screen_block){0};
	status_lines_make(&block, s, &look);
	return block.lines[block.count - 1];
}

static void what_is_not_known_is_not_shown(void **state)
{
	struct status s = speaking();
	(void)state;

	assert_string_equal(status_line(&s, 80), "Speaking  1:05  ?: keys");
	s.has_levels = true;
	s.mic_db = -28;
	s.speaker_db = 0;
	s.first_audio_ms = 1740;
	s.volume = 90;
	assert_string_equal(status_line(&s, 200),
			    "Speaking  1:05  mic [####    ]  tutor [########]  "
			    "first sound 1.7 s  volume 90 %  ?: keys");
}

static void every_state_has_its_words(void **state)
{
	static const struct {
		struct status s;
		const char *line;
	} rows[] = {
		{{.state = "connecting"}, "Connecting"},
		{{.state = "listening"}, "Listening"},
		{{.state = "listening", .muted = true}, "Listening (muted)"},
		{{.state = "hearing"}, "Hearing you"},
		{{.state = "thinking"}, "Thinking"},
		{{.state = "disconnected", .retry_ms = 2400},
		 "Connecting again in 3 s"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct status s = rows[i].s;
		char want[80];

		s.first_audio_ms = -1;
		s.volume = 100;
		snprintf(want, sizeof want, "%s  1:05  ?: keys", rows[i].line);
		assert_string_equal(status_line(&s, 80), want);
	}
}

static void no_line_is_as_wide_as_the_terminal(void **state)
{
	struct screen_block block;
	struct status s = speaking();
	(void)state;

	s.has_levels = true;
	s.first_audio_ms = 900;
	snprintf(s.partial, sizeof s.partial,
		 "光合成 photosynthesis is how a plant makes its own food, "
		 "e\xcc\x81 und noch viel mehr, with a long end behind it");
	for (size_t columns = 1; columns < 210; columns++) {
		const struct status_look look = {
			.columns = columns,
			.details = true,
			.typed = "日本 what is it that I wanted to say?",
		};

		block = (struct screen_block){0};
		status_lines_make(&block, &s, &look);
		assert_true(block.count >= 3);
		for (size_t i = 0; i < block.count; i++)
			assert_true(columns_of(block.lines[i],
					       strlen(block.lines[i])) <
					    columns ||
				    columns < 4);
	}
}

/* --- drawing --- */

struct drawing {
	int fds[2];
	struct screen *screen;
	struct screen_block block;
};

static void open_drawing(struct drawing *d)
{
	*d = (struct drawing){0};
	assert_int_equal(pipe(d->fds), 0);
	assert_int_equal(screen_create(&d->screen, d->fds[1], 1), 0);
}

static void draw(struct drawing *d, const char *one, const char *two)
{
	d->block = (struct screen_block){.count = two ? 2 : 1};
	snprintf(d->block.lines[0], SCREEN_LINE_SIZE, "%s", one);
	snprintf(d->block.lines[1], SCREEN_LINE_SIZE, "%s", two ? two : "");
	screen_draw(d->screen, &d->block);
}

static void expect(struct drawing *d, const char *want)
{
	char got[512];
	ssize_t n = read(d->fds[0], got, sizeof got - 1);

	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, want);
}

static void close_drawing(struct drawing *d)
{
	screen_free(d->screen);
	close(d->fds[0]);
	close(d->fds[1]);
}

static void only_what_changed_is_written(void **state)
{
	struct drawing d;
	(void)state;

	open_drawing(&d);
	draw(&d, "one", "two");
	expect(&d, "\rone\033[K\n\rtwo\033[K");
	uint64_t before = screen_bytes(d.screen);
	draw(&d, "one", "two");
	assert_int_equal(screen_bytes(d.screen), before);
	draw(&d, "one", "2");
	expect(&d, "\r2\033[K");
	draw(&d, "1", "2");
	expect(&d, "\033[1A\r1\033[K\033[1B");
	draw(&d, "1", NULL);
	expect(&d, "\r\033[1A\033[J\r1\033[K");
	close_drawing(&d);
}

static void lines_scroll_above_the_block(void **state)
{
	struct drawing d;
	(void)state;

	open_drawing(&d);
	fputs("before\n", screen_stream(d.screen));
	fflush(screen_stream(d.screen));
	expect(&d, "before\n");
	draw(&d, "block", NULL);
	expect(&d, "\rblock\033[K");
	fputs("You:   hi\nbegun", screen_stream(d.screen));
	fflush(screen_stream(d.screen));
	expect(&d, "\r\033[JYou:   hi\n\rblock\033[K");
	fputs(" and ended\n", screen_stream(d.screen));
	fflush(screen_stream(d.screen));
	expect(&d, "\r\033[Jbegun and ended\n\rblock\033[K");
	screen_clear(d.screen);
	expect(&d, "\r\033[J");
	close_drawing(&d);
}

static void a_block_in_a_narrower_terminal_is_erased_whole(void **state)
{
	struct drawing d;
	(void)state;

	open_drawing(&d);
	draw(&d, "0123456789", NULL);
	expect(&d, "\r0123456789\033[K");
	screen_resized(d.screen, 4);
	expect(&d, "\r\033[2A\033[J");
	close_drawing(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_count_wide_and_combining_characters),
		cmocka_unit_test(a_cut_never_goes_through_a_character),
		cmocka_unit_test(keys_mean_what_the_help_says),
		cmocka_unit_test(a_line_is_typed_and_mended),
		cmocka_unit_test(
			a_line_that_is_too_long_ends_where_there_is_no_room),
		cmocka_unit_test(what_is_not_known_is_not_shown),
		cmocka_unit_test(every_state_has_its_words),
		cmocka_unit_test(no_line_is_as_wide_as_the_terminal),
		cmocka_unit_test(only_what_changed_is_written),
		cmocka_unit_test(lines_scroll_above_the_block),
		cmocka_unit_test(
			a_block_in_a_narrower_terminal_is_erased_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
