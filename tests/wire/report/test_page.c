/* The report's page in a browser, as a tester uses it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "client/report/report_write.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/browser.h"
#include "tests/support/folder.h"
#include "tests/support/report.h"
#include "tests/support/wave.h"

enum { RATE_HZ = 16000, SOUND_MS = 4000, WIDTH = 1280, HEIGHT = 900 };

static struct browser *page;
static char *folder, *report_path, *sound_path;

static void write_sound(void)
{
	enum { FRAMES = RATE_HZ * SOUND_MS / 1000 };
	static int16_t tone[FRAMES], both[2 * FRAMES];
	struct sound_writer *w;
	struct problem p;

	wave_tone(tone, FRAMES, 300, RATE_HZ, 6000);
	for (size_t i = 0; i < FRAMES; i++)
		both[2 * i + (i > FRAMES / 2)] = tone[i];
	assert_int_equal(sound_writer_open(&w, sound_path, RATE_HZ, 2, &p), 0);
	assert_int_equal(sound_writer_write(w, both, FRAMES), 0);
	sound_writer_free(w);
}

static void write_page(struct test_report *r)
{
	struct report_files files = {.path = {[REPORT_HTML] = report_path}};
	struct problem p = {0};

	if (report_files_write(&files, r, &p))
		fail_msg("%s", p.text);
	test_report_free(r);
}

static int open_page(void **state)
{
	struct test_report *r = report_example();

	(void)state;
	folder = folder_make();
	report_path = text_format("%s/report.html", folder);
	sound_path = text_format("%s/heard.wav", folder);
	write_sound();
	report_case_text(r->cases[1], &r->cases[1]->audio, sound_path);
	write_page(r);
	page = browser_open(report_path, WIDTH, HEIGHT);
	return 0;
}

static int close_page(void **state)
{
	(void)state;
	if (page)
		browser_close(page);
	free(report_path);
	free(sound_path);
	folder_remove(folder);
	return 0;
}

#define SHOWN                                                                  \
	"[...document.querySelectorAll('#list button')]"                       \
	".filter(b => b.getBoundingClientRect().height > 0).length"
#define TEXT(selector) "document.querySelector('" selector "').innerText"
#define TIME           TEXT("#case .time")
/* Milliseconds at which the cursor is drawn. */
#define CURSOR "+document.querySelector('.timeline').ariaValueNow"

static void open_failure(void)
{
	browser_click(page, "#list button:first-child");
	browser_wait(page, "location.hash === '#case-1' && "
			   "document.querySelector('.case-name')");
}

static void failures_stand_first_and_a_click_shows_why(void **state)
{
	(void)state;
	browser_expect(page, SHOWN, "5");
	browser_expect(page, TEXT("#list button:first-child .row-verdict"),
		       "\"failed\"");
	browser_expect(page, TEXT("#about"),
		       "\"sim · seed 7 · 2026-01-02T03:04:05.678Z · "
		       "habla " HABLA_VERSION "\"");
	open_failure();
	browser_expect(page,
		       "document.querySelectorAll('.expectations tbody tr.unmet"
		       ", .expectations tbody tr.not-measured').length",
		       "3");
	browser_expect(page,
		       "document.querySelector('.expectations tbody tr')"
		       ".innerText.includes('It takes in <oxygen> & light.')",
		       "true");
	browser_expect(page,
		       "document.querySelector('.expectations del').innerText",
		       "\"carbon dioxide\"");
	browser_expect(page,
		       "document.querySelector('.expectations tbody')"
		       ".lastElementChild.className",
		       "\"met\"");
	browser_expect(page,
		       "[...document.querySelectorAll('.transcript .who')]"
		       ".map(e => e.innerText).join()",
		       "\"learner,tutor\"");
	browser_expect(page, TEXT(".case-about") ".includes('/tmp/kept/2')",
		       "true");
}

/* Colours of the time line's picture: of both waves, of what was unmet. */
static void the_time_line_is_drawn(void **state)
{
	static const char *const places[] = {"24, 68, 'learner'",
					     "120, 68, 'tutor'",
					     "24, 164, 'failed'"};

	(void)state;
	open_failure();
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *expression = text_format(
			"((top, high, name) => {"
			" const c = document.querySelector('.timeline');"
			" const copy = new OffscreenCanvas(c.width, c.height)"
			".getContext('2d', {willReadFrequently: true});"
			" copy.drawImage(c, 0, 0);"
			" const d = copy.getImageData("
			"0, top, c.width, high).data;"
			" const hex = getComputedStyle(c)"
			".getPropertyValue('--' + name).trim();"
			" const rgb = [1, 3, 5].map(k =>"
			" parseInt(hex.slice(k, k + 2), 16));"
			" let n = 0;"
			" for (let k = 0; k < d.length; k += 4)"
			"  if (rgb.every((v, j) => Math.abs(d[k + j] - v) < 3)"
			"      && d[k + 3] > 250) n++;"
			" return n > 50; })(%s)",
			places[i]);
		browser_expect(page, expression, "true");
		free(expression);
	}
}

static void sound_plays_with_a_moving_cursor_and_can_be_sought(void **state)
{
	(void)state;
	open_failure();
	browser_expect(page, TIME, "\"0:00.000 / 0:04.000\"");
	browser_click(page, ".play");
	browser_wait(page, TEXT(".play") " === 'Pause' && " CURSOR " > 200");
	char *early = browser_value(page, CURSOR);
	char *later = text_format(CURSOR " > %s + 300", early);
	browser_wait(page, later);
	free(early);
	free(later);
	browser_click(page, ".play");
	browser_wait(page, TEXT(".play") " === 'Play'");

	/* a click at 3/4 of 4 s */
	browser_click_at(page, ".timeline", 0.75);
	browser_wait(page, "Math.abs(" CURSOR " - 3000) < 20");
	browser_wait(page, TIME ".startsWith('0:03.0') || " TIME
				".startsWith('0:02.99')");
	browser_expect(page,
		       "document.querySelector('.transcript .now .who')"
		       ".innerText",
		       "\"tutor\"");
	/* from a line of the transcript, and by the keyboard */
	browser_click(page, ".transcript button.learner");
	browser_wait(page, CURSOR " === 1400");
	browser_do(page, "document.querySelector('.timeline').focus()");
	browser_press(page, "ArrowRight");
	browser_wait(page, CURSOR " === 2400");
	browser_press(page, "End");
	browser_wait(page, CURSOR " === 4000");
	browser_press(page, "Home");
	browser_wait(page, CURSOR " === 0");
	/* it ends by itself */
	browser_press(page, "End");
	browser_press(page, "ArrowLeft");
	browser_press(page, " ");
	browser_wait(page, TEXT(".play") " === 'Play' && " CURSOR " >= 3990");
}

static void a_part_of_the_time_can_be_looked_at(void **state)
{
	(void)state;
	open_failure();
	browser_expect(page, "document.querySelector('.scroll').hidden",
		       "true");
	browser_click(page, ".zoom-in");
	browser_click(page, ".zoom-in");
	browser_expect(page, "document.querySelector('.scroll').hidden",
		       "false");
	browser_do(page, "(() => { const s = document.querySelector"
			 "('.scroll'); s.value = 1000;"
			 " s.dispatchEvent(new Event('input')); })()");
	browser_click_at(page, ".timeline", 0.5);
	browser_wait(page, "Math.abs(" CURSOR " - 3500) < 10");
	browser_click(page, ".zoom-all");
	browser_expect(page, "document.querySelector('.scroll').hidden",
		       "true");
}

static void filters_leave_what_was_asked_for(void **state)
{
	(void)state;
	browser_click(page, "#verdicts .passed");
	browser_wait(page, SHOWN " === 4");
	browser_click(page, "#verdicts .passed");
	browser_wait(page, SHOWN " === 5");

	browser_click(page, "#search");
	browser_type(page, "CARBON asks");
	browser_wait(page, SHOWN " === 1");
	browser_expect(page, TEXT("#shown"), "\"1 of 5 shown\"");
	browser_type(page, " nothing of the kind");
	browser_wait(page, SHOWN " === 0");
	browser_expect(page, TEXT("#list .none"),
		       "\"No case is left by the filters.\"");
	browser_do(page, "(() => { const s = document.getElementById"
			 "('search'); s.value = ''; s.dispatchEvent("
			 "new Event('input')); })()");
	static const struct {
		const char *id, *value, *shown;
	} choices[] = {
		{"tag", "leaf", "2"},
		{"tag", "", "5"},
		{"condition", "noise 10 dB", "2"},
		{"condition", "clean", "3"},
		{"condition", "", "5"},
	};
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		char *choose = text_format(
			"(() => { const s = document.getElementById('%s');"
			" s.value = '%s'; s.dispatchEvent("
			"new Event('change')); return " SHOWN "; })()",
			choices[i].id, choices[i].value);
		browser_expect(page, choose, choices[i].shown);
		free(choose);
	}
}

static void a_case_without_sound_says_why(void **state)
{
	(void)state;
	browser_click(page, "#list button:nth-child(2)");
	browser_wait(page, "location.hash === '#case-3'");
	browser_expect(page, "document.querySelector('.play').disabled",
		       "true");
	browser_expect(page, TEXT(".sound-note"), "\"no recording was kept\"");
	browser_expect(page, TEXT(".case-reason"),
		       "\"relay wss://127.0.0.1:1: refused; start it\"");
	/* the way back */
	browser_do(page, "history.back()");
	browser_wait(page, "location.hash !== '#case-3'");
}

#define BACK "getComputedStyle(document.body).backgroundColor"

static void it_is_light_or_dark_as_asked(void **state)
{
	(void)state;
	browser_prefer_dark(page, 0);
	browser_wait(page, BACK " === 'rgb(251, 251, 249)'");
	browser_prefer_dark(page, 1);
	browser_wait(page, BACK " === 'rgb(21, 24, 28)'");
	browser_click(page, "#theme");
	browser_wait(page, BACK " === 'rgb(251, 251, 249)'");
	browser_click(page, "#theme");
	browser_wait(page, BACK " === 'rgb(21, 24, 28)'");
	browser_prefer_dark(page, 0);
}

/* One that has nothing, in a browser of its own. */
static void a_report_of_nothing_says_so(void **state)
{
	struct test_report *r = test_report_new("nothing", "sim");
	struct report_place at = {NULL, 0, 0};

	(void)state;
	assert_non_null(r);
	write_page(r);
	struct browser *b = browser_open(report_path, 400, 700);
	browser_expect(b, TEXT("#list"), "\"No case was run.\"");
	assert_string_equal(browser_complaints(b), "");
	browser_close(b);

	r = test_report_new("next to nothing", "sim");
	struct report_case *c = report_case_new("a </script> case", at);
	assert_non_null(r);
	assert_non_null(c);
	assert_int_equal(test_report_add(r, c), 0);
	write_page(r);
	b = browser_open(report_path, 400, 700);
	browser_expect(b, TEXT("#case h2"), "\"a </script> case\"");
	/* a small screen has one column, and no scrolling sideways */
	browser_expect(b, "document.documentElement.scrollWidth", "400");
	assert_string_equal(browser_complaints(b), "");
	browser_close(b);
}

/* After all the others: what they did left no complaint. */
static void nothing_was_complained_of_and_nothing_left_the_file(void **state)
{
	(void)state;
	browser_do(page, "new Promise(requestAnimationFrame)");
	assert_string_equal(browser_complaints(page), "");
}

/* That the test before this one could fail. */
static void complaints_are_seen(void **state)
{
	(void)state;
	browser_do(page, "fetch('https://example.invalid/x').catch(() => 0)");
	assert_non_null(strstr(browser_complaints(page), "Content Security"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_stand_first_and_a_click_shows_why),
		cmocka_unit_test(the_time_line_is_drawn),
		cmocka_unit_test(
			sound_plays_with_a_moving_cursor_and_can_be_sought),
		cmocka_unit_test(a_part_of_the_time_can_be_looked_at),
		cmocka_unit_test(filters_leave_what_was_asked_for),
		cmocka_unit_test(a_case_without_sound_says_why),
		cmocka_unit_test(it_is_light_or_dark_as_asked),
		cmocka_unit_test(a_report_of_nothing_says_so),
		cmocka_unit_test(
			nothing_was_complained_of_and_nothing_left_the_file),
		cmocka_unit_test(complaints_are_seen),
	};

	return cmocka_run_group_tests(tests, open_page, close_page);
}
