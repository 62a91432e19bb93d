/*
 * report_html: one file that a browser opens, with all that is known.
 *
 * The page is assets/report/page.html, in which {{NAME}} stands for the asset
 * of that name.  {{report}} is what the list needs, as JSON in a script
 * element; {{cases}}, behind the page's script, an element for each case, which
 * is read when the case is opened, and one for each sound, at the end.  So the
 * list is there at once, however large the page.
 */
#include <stdlib.h>
#include <string.h>

#include "audio/dsp/sound_opus.h"
#include "client/assets.h"
#include "client/report/report_forms.h"
#include "net/base/base64.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	ASSET_MOST = 1 << 20,
	/* Of all sounds, before base64: a browser opens the page all the
	 * same. */
	SOUND_MOST = 96 << 20,
};

struct page {
	struct bytes *b;
	const struct test_report *r;
	struct problem *p;
	struct bytes sounds;              /* their elements */
	size_t sound_left;                /* of SOUND_MOST */
	char (*notes)[PROBLEM_TEXT_SIZE]; /* why a case has no sound, or "" */
};

/* --- data --- */

/* In a script element "<" could end it; in JSON it stands within texts only. */
static void append_json(struct bytes *b, const struct bytes *json)
{
	const char *at = (const char *)json->data;
	size_t left = json->length;

	while (left > 0) {
		const char *sign = memchr(at, '<', left);
		size_t n = sign ? (size_t)(sign - at) : left;
		bytes_append(b, at, n);
		if (sign)
			bytes_append_text(b, "\\u003c");
		at += n + (sign != NULL);
		left -= n + (sign != NULL);
	}
}

static void write_summary(struct bytes *b, const struct report_case *c)
{
	struct bytes outcome;

	bytes_init(&outcome, b->limit);
	report_form_outcome(&outcome, c);
	json_open_object(b, NULL);
	json_string(b, "name", c->name);
	json_string(b, "file", c->place.file);
	json_string(b, "condition", c->condition);
	report_form_json_tags(b, c);
	json_string(b, "verdict", report_verdict_name(c->verdict));
	json_string_n(b, "outcome", (const char *)outcome.data, outcome.length);
	json_close_object(b);
	report_form_end(b, &outcome);
}

static void append_report(struct page *page)
{
	const struct test_report *r = page->r;
	struct bytes json;

	bytes_init(&json, page->b->limit);
	json_open_object(&json, NULL);
	report_form_json_head(&json, r);
	json_open_array(&json, "cases");
	for (size_t i = 0; i < r->count; i++)
		write_summary(&json, r->cases[i]);
	json_close_array(&json);
	json_close_object(&json);
	bytes_append_text(page->b,
			  "<script type=\"application/json\" id=\"report\">");
	append_json(page->b, &json);
	bytes_append_text(page->b, "</script>\n");
	report_form_end(page->b, &json);
}

static void write_wave(struct bytes *b, const char *key,
		       const struct report_wave *w)
{
	json_base64(b, key, w->count ? w->peaks : (const uint8_t *)"",
		    w->count);
}

static void append_case(struct page *page, size_t index)
{
	const struct report_case *c = page->r->cases[index];
	const char *note = page->notes[index];
	struct bytes json;

	bytes_init(&json, page->b->limit);
	json_open_object(&json, NULL);
	report_form_json_members(&json, c);
	json_open_object(&json, "waves");
	for (int s = 0; s < REPORT_SPEAKERS; s++)
		write_wave(&json, report_speaker_name((enum report_speaker)s),
			   &c->waves[s]);
	json_close_object(&json);
	json_string(&json, "sound_note", *note ? note : NULL);
	json_close_object(&json);
	bytes_append_format(page->b,
			    "<script type=\"application/json\" "
			    "id=\"case-%zu\">",
			    index);
	append_json(page->b, &json);
	bytes_append_text(page->b, "</script>\n");
	report_form_end(page->b, &json);
}

/* --- sound --- */

/* note: see struct page.  A recording that cannot be used is no
 * reason to have no page. */
static void append_sound(struct page *page, size_t index,
			 char note[PROBLEM_TEXT_SIZE])
{
	const char *path = page->r->cases[index]->audio;
	struct problem why = {0};
	struct bytes sound;

	bytes_init(&sound, page->sound_left);
	note[0] = '\0';
	if (!path) {
		snprintf(note, PROBLEM_TEXT_SIZE, "no recording was kept");
	} else if (page->sound_left == 0 ||
		   sound_opus_encode(&sound, path, &why) == PROBLEM_LIMIT) {
		page->sound_left = 0;
		snprintf(note, PROBLEM_TEXT_SIZE,
			 "left out, as the page would be too large: %s", path);
	} else if (why.code) {
		memcpy(note, why.text, PROBLEM_TEXT_SIZE);
	} else {
		page->sound_left -= sound.length;
		bytes_append_format(&page->sounds,
				    "<script type=\"text/plain\" "
				    "id=\"sound-%zu\">",
				    index);
		base64_append(&page->sounds, sound.data, sound.length);
		bytes_append_text(&page->sounds, "</script>\n");
	}
	bytes_deinit(&sound);
}

/* Those that did not pass first: they are listened to. */
static void append_sounds(struct page *page)
{
	for (int passed = 0; passed < 2; passed++)
		for (size_t i = 0; i < page->r->count; i++)
			if ((page->r->cases[i]->verdict == REPORT_PASSED) ==
			    passed)
				append_sound(page, i, page->notes[i]);
}

static void append_cases(struct page *page)
{
	bytes_init(&page->sounds, page->b->limit);
	page->notes = calloc(page->r->count + 1, sizeof *page->notes);
	if (!page->notes) {
		page->b->failed = PROBLEM_MEMORY;
		return;
	}
	append_sounds(page);
	for (size_t i = 0; i < page->r->count; i++)
		append_case(page, i);
	if (page->sounds.length > 0)
		bytes_append(page->b, page->sounds.data, page->sounds.length);
	report_form_end(page->b, &page->sounds);
	free(page->notes);
}

/* --- the page --- */

static int read_asset(char **text, const char *name, size_t length,
		      struct problem *p)
{
	char *relative = text_format("report/%.*s", (int)length, name);
	char *path = NULL;
	int err = relative ? asset_path(&path, relative) : PROBLEM_MEMORY;

	if (!err)
		err = text_read_file(text, NULL, path, ASSET_MOST);
	if (err)
		problem_set(p, err,
			    "%s: not found or not readable; install Habla's "
			    "assets again, or set HABLA_ASSETS",
			    relative ? relative : "report");
	free(path);
	free(relative);
	return err;
}

/* What stands for {{name}}. */
static int append_part(struct page *page, const char *name, size_t length)
{
	static const struct {
		const char *name;
		void (*append)(struct page *page);
	} parts[] = {{"report", append_report}, {"cases", append_cases}};
	char *text;
	int err;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (length == strlen(parts[i].name) &&
		    strncmp(name, parts[i].name, length) == 0) {
			parts[i].append(page);
			return 0;
		}
	err = read_asset(&text, name, length, page->p);
	if (err)
		return err;
	bytes_append_text(page->b, text);
	free(text);
	return 0;
}

static int append_page(struct page *page, const char *at)
{
	int err = 0;

	while (!err) {
		const char *open = strstr(at, "{{");
		const char *close = open ? strstr(open, "}}") : NULL;
		if (!close)
			break;
		bytes_append(page->b, at, (size_t)(open - at));
		err = append_part(page, open + 2, (size_t)(close - open - 2));
		at = close + 2;
	}
	bytes_append_text(page->b, at);
	return err;
}

int report_form_html(struct bytes *b, const struct test_report *r,
		     struct problem *p)
{
	struct page page = {b, r, p, .sound_left = SOUND_MOST};
	char *text;
	int err = read_asset(&text, "page.html", strlen("page.html"), p);

	if (err)
		return err;
	err = append_page(&page, text);
	free(text);
	return err ? err : b->failed;
}
