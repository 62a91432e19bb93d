/*
 * The window on an X server of the test: its pictures in each state, its keys,
 * its buttons, and that it draws nothing while nothing changes.  Pictures stay
 * in artefacts/window of the build.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "audio/device/voice.h"
#include "client/session/sink.h"
#include "client/window/window.h"
#include "client/window/window_layout.h"
#include "client/window/window_view.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/await.h"
#include "tests/support/process.h"

#define ARTEFACTS HABLA_BINARY_DIR "/artefacts/window"

enum { COLUMN_FRAMES = VOICE_HEARD_RATE_HZ / 1000 * WINDOW_COLUMN_MS };

static struct process server;
static struct window *window;
static atomic_uint commands[WINDOW_COMMANDS];

/* --- the window thread's --- */

static char *wanted; /* file of the next frame; set and read with order */
/* 2: a frame that may have begun before what was told; 1: the one after it */
static atomic_uint picture_wanted;
static atomic_int picture_result;

static void on_command(void *arg, enum window_command command)
{
	(void)arg;
	atomic_fetch_add(&commands[command], 1);
}

static void tell(const struct session_event *e);

static void on_drawn(void *arg, const struct window_module *module)
{
	unsigned n = atomic_load(&picture_wanted);

	(void)arg;
	if (n == 1)
		atomic_store(&picture_result, module->save(wanted));
	if (n > 0)
		atomic_store(&picture_wanted, n - 1);
	if (n == 2)
		tell(&(struct session_event){.kind = SESSION_PROBLEM,
					     .text = ""});
}

/* --- rig --- */

static int start_server(void **state)
{
	const char *const argv[] = {"/bin/sh", "-c",
				    "exec Xvfb -displayfd 1 -screen 0 "
				    "1600x1200x24 -nolisten tcp 2>/dev/null",
				    NULL};
	char display[32];

	(void)state;
	mkdir(HABLA_BINARY_DIR "/artefacts", 0755);
	mkdir(ARTEFACTS, 0755);
	process_start(&server, argv, NULL);
	process_expect(&server, "\n");
	snprintf(display, sizeof display, ":%d", atoi(server.text));
	setenv("DISPLAY", display, 1);
	setenv("SDL_VIDEODRIVER", "x11", 1);
	return 0;
}

static int stop_server(void **state)
{
	(void)state;
	process_end(&server);
	return 0;
}

static void open_window(bool light, bool push_to_talk,
			const struct lesson *lesson)
{
	const struct window_settings settings = {
		.light = light,
		.push_to_talk = push_to_talk,
		.offers = (1U << WINDOW_COMMANDS) - 1,
		.lesson = lesson,
		.on_command = on_command,
		.on_drawn = on_drawn,
	};
	struct problem p = {0};

	for (int i = 0; i < WINDOW_COMMANDS; i++)
		atomic_store(&commands[i], 0);
	if (window_open(&window, &settings, &p))
		fail_msg("%s", p.text);
}

static int close_window(void **state)
{
	(void)state;
	window = window_free(window);
	return 0;
}

static void tell(const struct session_event *e)
{
	struct session_sink *s = window_sink(window);

	s->ops->event(s, e);
}

static void tell_state(const char *name, uint64_t at_us)
{
	tell(&(struct session_event){
		.kind = SESSION_STATE, .text = name, .at_us = at_us});
}

static void tell_line(enum nova_role role, const char *text, bool cut)
{
	tell(&(struct session_event){.kind = SESSION_TRANSCRIPT,
				     .role = role,
				     .text = text,
				     .cut = cut});
}

static void hear(int16_t learner, int16_t tutor, unsigned columns)
{
	struct session_sink *s = window_sink(window);
	int16_t stereo[2 * COLUMN_FRAMES] = {0};

	while (columns--) {
		/* as loudness goes up and down in speech */
		int part = 40 + (int)(columns * 7 % 60);
		stereo[0] = (int16_t)(learner * part / 100);
		stereo[1] = (int16_t)(tutor * part / 100);
		s->ops->heard(s, stereo, COLUMN_FRAMES);
	}
}

static bool is_taken(void *arg)
{
	(void)arg;
	return atomic_load(&picture_wanted) == 0;
}

/* A picture of the window as it is now, as ARTEFACTS/name.bmp. */
static void take_picture(const char *name)
{
	free(wanted);
	wanted = text_format("%s/%s.bmp", ARTEFACTS, name);
	atomic_store(&picture_result, PROBLEM_FILE);
	atomic_store(&picture_wanted, 2);
	tell(&(struct session_event){.kind = SESSION_PROBLEM, .text = ""});
	assert_true(await(is_taken, NULL));
	assert_int_equal(atomic_load(&picture_result), 0);
}

/* The window's width, on the last picture. */
static int picture_width(void)
{
	size_t length;
	char *file = NULL;
	int32_t w;

	assert_int_equal(text_read_file(&file, &length, wanted, 64u << 20), 0);
	memcpy(&w, file + 18, sizeof w);
	free(file);
	return w;
}

static bool is_that_wide(void *arg)
{
	take_picture("resizing");
	return picture_width() == *(const int *)arg;
}

static void run(const char *command)
{
	const char *const argv[] = {"/bin/sh", "-c", command, NULL};
	struct process p;

	process_start(&p, argv, NULL);
	if (process_wait(&p) != 0)
		fail_msg("%s: %s", command, p.text);
	process_end(&p);
}

/* Pixels of that colour in a box of the last picture. */
static unsigned count_pixels(const struct window_box *b, unsigned rgb)
{
	size_t length;
	char *file = NULL;
	unsigned n = 0;

	assert_int_equal(text_read_file(&file, &length, wanted, 64u << 20), 0);
	const unsigned char *d = (const unsigned char *)file;
	uint32_t offset, w, h;
	memcpy(&offset, d + 10, 4);
	memcpy(&w, d + 18, 4);
	memcpy(&h, d + 22, 4);
	size_t row = (w * 3 + 3) & ~(size_t)3;
	for (int y = b->y; y < b->y + b->h; y++)
		for (int x = b->x; x < b->x + b->w; x++) {
			const unsigned char *px = d + offset +
						  ((size_t)h - 1 - (size_t)y) *
							  row +
						  (size_t)x * 3;
			n += (unsigned)(px[2] << 16 | px[1] << 8 | px[0]) ==
			     rgb;
		}
	free(file);
	return n;
}

static struct window_layout layout_of(int w, int h)
{
	struct window_layout l;

	window_layout(&l, w, h, 1);
	return l;
}

/* --- pictures --- */

static struct lesson_step steps[5] = {
	{.id = "a"}, {.id = "b"}, {.id = "c"}, {.id = "d"}, {.id = "e"}};
static char title[] = "Photosynthesis";
static const struct lesson lesson = {.title = title,
				     .steps = steps,
				     .step_count = 5};

static void tell_speech(const char *what, uint64_t at_us)
{
	tell(&(struct session_event){
		.kind = SESSION_SPEECH, .text = what, .at_us = at_us});
}

static void tell_planned(const char *text)
{
	const struct nova_event parts[] = {
		{.type = NOVA_CONTENT_START,
		 .content = NOVA_TEXT,
		 .role = NOVA_ASSISTANT,
		 .stage = NOVA_SPECULATIVE,
		 .content_id = "plan"},
		{.type = NOVA_TEXT_OUTPUT, .content_id = "plan", .text = text},
	};

	for (size_t i = 0; i < 2; i++)
		tell(&(struct session_event){.kind = SESSION_NOVA,
					     .direction = SESSION_RECEIVED,
					     .nova = &parts[i]});
}

/* A conversation in which everything has happened. */
static void converse(void)
{
	hear(0, 0, 100);
	for (unsigned i = 0; i < 12; i++) {
		uint64_t at = i * 1000000ull + 1;
		tell_speech("started", at);
		tell_speech("ended", at + 1);
		tell_state("speaking", at + 500000 + i * i * 9000);
		tell_state("listening", at + 900000);
	}
	hear(0, 0, WINDOW_COLUMNS);
	tell_line(NOVA_USER, "What does a plant need to grow?", false);
	hear(0, 20000, 90);
	tell(&(struct session_event){.kind = SESSION_INTERRUPTED});
	tell_line(NOVA_ASSISTANT, "Light, water, and the air that", true);
	tell_speech("started", 12000000);
	hear(24000, 0, 80);
	tell_speech("ended", 14000000);
	hear(0, 0, 20);
	tell_line(NOVA_USER, "\u00bfY el di\u00f3xido de carbono?", false);
	tell(&(struct session_event){
		.kind = SESSION_TOOL_CALL,
		.tool = "mark_progress",
		.text = "{\"step\":\"a\",\"result\":\"right\"}"});
	tell_planned("Exactly: a plant takes carbon dioxide from the air, "
		     "through small openings in its leaves.");
	tell(&(struct session_event){.kind = SESSION_PARTIAL,
				     .role = NOVA_ASSISTANT,
				     .text = "Exactly: a plant takes carbon"});
	hear(0, 18000, 70);
}

static void each_state_is_drawn_at_two_sizes_in_both_themes(void **state)
{
	static const char *const states[] = {"connecting", "listening",
					     "hearing",    "thinking",
					     "speaking",   "disconnected",
					     "ended"};
	static const struct {
		const char *name;
		int w, h;
	} sizes[] = {{"720x520", WINDOW_WIDTH, WINDOW_HEIGHT},
		     {"320x240", WINDOW_LEAST_WIDTH, WINDOW_LEAST_HEIGHT}};

	(void)state;
	for (int light = 0; light < 2; light++) {
		open_window(light, false, &lesson);
		converse();
		for (size_t z = 0; z < 2; z++) {
			char command[200];
			snprintf(command, sizeof command,
				 "xdotool search --sync --name '^Habla$' "
				 "windowsize %d %d",
				 sizes[z].w, sizes[z].h);
			if (z)
				run(command);
			int wide = sizes[z].w;
			assert_true(await(is_that_wide, &wide));
			for (size_t i = 0; i < 7; i++) {
				char name[80];
				struct window_layout l = layout_of(sizes[z].w,
								   sizes[z].h);
				snprintf(name, sizeof name, "%s-%s-%s",
					 states[i], sizes[z].name,
					 light ? "light" : "dark");
				tell_state(states[i], 15200000);
				take_picture(name);
				unsigned learner = light ? 0x0072b2 : 0x56b4e9;
				unsigned tutor = light ? 0xb54c00 : 0xe69f00;
				/* each wave has its colour and not the
				 * other's */
				assert_true(count_pixels(&l.learner, learner) >
					    200);
				assert_true(count_pixels(&l.tutor, tutor) >
					    200);
				assert_int_equal(
					count_pixels(&l.learner, tutor), 0);
				assert_true(count_pixels(&l.tutor,
							 light ? 0x9c3f74
							       : 0xcc79a7) >
					    (unsigned)l.tutor.h);
				bool says = i == 4; /* speaking */
				assert_int_equal(count_pixels(&l.state, tutor) >
							 50,
						 says);
			}
		}
		close_window(NULL);
	}
}

static void muted_is_seen_in_word_and_button(void **state)
{
	struct window_layout l = layout_of(WINDOW_WIDTH, WINDOW_HEIGHT);

	(void)state;
	open_window(false, false, NULL);
	tell_state("listening", 1);
	take_picture("not-muted");
	assert_int_equal(count_pixels(&l.mute, 0xcc79a7), 0);
	window_set_muted(window, true);
	take_picture("muted");
	assert_true(count_pixels(&l.mute, 0xcc79a7) > 1000);
	assert_true(count_pixels(&l.state, 0xcc79a7) > 50);
}

/* --- at rest --- */

static bool has_drawn(void *arg)
{
	return window_frames(window) >= *(const uint64_t *)arg;
}

static void nothing_is_drawn_while_nothing_changes(void **state)
{
	uint64_t drawn, next;

	(void)state;
	open_window(false, false, NULL);
	take_picture("at-rest");
	/* the window system may still ask for a frame or two: a change that is
	 * drawn comes behind them */
	run("xdotool sync 2>/dev/null || xdotool getmouselocation");
	take_picture("at-rest");
	drawn = window_frames(window);
	/* a quiet microphone, of a minute */
	hear(WINDOW_QUIET_PEAK, 0, 3000);
	run("xdotool getmouselocation");
	assert_int_equal(window_frames(window), drawn);
	/* one change, one frame */
	tell_state("listening", 1);
	next = drawn + 1;
	assert_true(await(has_drawn, &next));
	run("xdotool getmouselocation");
	assert_int_equal(window_frames(window), drawn + 1);
	/* something loud: frames come by themselves until it is gone */
	hear(20000, 0, 1);
	next = drawn + 20;
	assert_true(await(has_drawn, &next));
}

/* --- keys and mouse --- */

static bool was_given(void *arg)
{
	return atomic_load((atomic_uint *)arg) > 0;
}

static void click_in(const struct window_box *b)
{
	char command[200];

	snprintf(command, sizeof command,
		 "xdotool search --sync --name '^Habla$' mousemove --sync "
		 "--window %%1 %d %d click 1",
		 b->x + b->w / 2, b->y + b->h / 2);
	run(command);
}

static void keys_and_buttons_give_commands(void **state)
{
	struct window_layout l = layout_of(WINDOW_WIDTH, WINDOW_HEIGHT);
	const struct {
		const char *key;
		const struct window_box *box;
		enum window_command command;
	} rows[] = {
		{"space", &l.mute, WINDOW_MUTE},
		{"minus", &l.quieter, WINDOW_QUIETER},
		{"plus", &l.louder, WINDOW_LOUDER},
		{"q", &l.end, WINDOW_END},
	};

	(void)state;
	open_window(false, false, NULL);
	run("xdotool search --sync --name '^Habla$' windowfocus --sync");
	for (size_t i = 0; i < 4; i++) {
		char command[80];
		atomic_uint *given = &commands[rows[i].command];

		snprintf(command, sizeof command, "xdotool key %s",
			 rows[i].key);
		run(command);
		assert_true(await(was_given, given));
		atomic_store(given, 0);
		click_in(rows[i].box);
		assert_true(await(was_given, given));
	}
}

static void space_is_held_to_talk(void **state)
{
	(void)state;
	open_window(false, true, NULL);
	run("xdotool search --sync --name '^Habla$' windowfocus --sync");
	run("xdotool keydown space");
	assert_true(await(was_given, &commands[WINDOW_TALK_BEGINS]));
	assert_int_equal(atomic_load(&commands[WINDOW_TALK_ENDS]), 0);
	run("xdotool keyup space");
	assert_true(await(was_given, &commands[WINDOW_TALK_ENDS]));
	assert_int_equal(atomic_load(&commands[WINDOW_TALK_BEGINS]), 1);
	assert_int_equal(atomic_load(&commands[WINDOW_MUTE]), 0);
}

static bool is_gone(void *arg)
{
	(void)arg;
	return !window_is_open(window);
}

static void a_closed_window_takes_what_is_told(void **state)
{
	(void)state;
	open_window(false, false, NULL);
	run("xdotool search --sync --name '^Habla$' windowfocus --sync");
	/* to whatever has the focus: the key's way up finds no window */
	run("xdotool key w");
	assert_true(await(is_gone, NULL));
	converse();
	struct window_view v;
	window_look(window, &v);
	assert_int_equal(v.latency_count, 12);
	assert_int_equal(atomic_load(&commands[WINDOW_END]), 0);
}

/* --- where there is none --- */

static void without_a_window_system_there_is_one_line(void **state)
{
	const struct window_settings settings = {.on_command = on_command};
	char *display = text_copy(getenv("DISPLAY"));
	struct problem p = {0};

	(void)state;
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	unsetenv("SDL_VIDEODRIVER");
	assert_int_equal(window_open(&window, &settings, &p), PROBLEM_DEVICE);
	assert_string_equal(p.text,
			    "--window: there is no window system here (DISPLAY "
			    "and WAYLAND_DISPLAY are not set); the "
			    "conversation goes on without");
	setenv("DISPLAY", ":4711", 1);
	assert_int_equal(window_open(&window, &settings, &p), PROBLEM_DEVICE);
	assert_non_null(strstr(p.text, "the window system does not answer"));
	setenv("DISPLAY", display, 1);
	free(display);
}

/* The whole program: a window that is ended by its button ends the
 * conversation in order. */
static void the_end_button_ends_habla_talk(void **state)
{
	struct window_layout l = layout_of(WINDOW_WIDTH, WINDOW_HEIGHT);
	const char *const argv[] = {"habla",    "talk",        "--sim",
				    "--window", "--no-record", NULL};
	struct process p;

	(void)state;
	process_start(&p, argv, NULL);
	process_expect(&p, "Connected");
	click_in(&l.end);
	int code = process_wait(&p);
	if (code)
		fail_msg("exit code %d:\n%s", code, p.text);
	process_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			each_state_is_drawn_at_two_sizes_in_both_themes,
			close_window),
		cmocka_unit_test_teardown(muted_is_seen_in_word_and_button,
					  close_window),
		cmocka_unit_test_teardown(
			nothing_is_drawn_while_nothing_changes, close_window),
		cmocka_unit_test_teardown(keys_and_buttons_give_commands,
					  close_window),
		cmocka_unit_test_teardown(space_is_held_to_talk, close_window),
		cmocka_unit_test_teardown(a_closed_window_takes_what_is_told,
					  close_window),
		cmocka_unit_test(the_end_button_ends_habla_talk),
		cmocka_unit_test(without_a_window_system_there_is_one_line),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
