#include "client/terminal/status_lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "client/status/status.h"
#include "client/terminal/columns.h"
#include "client/terminal/screen.h"
#include "net/base/language.h"
#include "net/base/text.h"

enum {
	METER_CELLS = 8,
	PARTIAL_LINES_MOST = 3,
	PART_SIZE = 96,
	MARK_SIZE = 32, /* "Tutor: " in any language */
};

/* The quiet end of a meter; 0 dBFS is the loud one. */
static const double meter_least_db = -56;

/* One more line at the end, cut to the terminal. */
static void add_line(struct screen_block *b, const struct status_look *look,
		     const char *text, bool dim)
{
	if (b->count == SCREEN_LINES_MOST)
		return;

	/* The last column stays free: behind it a terminal would wrap. */
	size_t columns = look->columns > 1 ? look->columns - 1 : 1;
	size_t fit = columns_fit(text, columns);

	if (fit >= SCREEN_LINE_SIZE)
		fit = text_utf8_cut(text, fit, SCREEN_LINE_SIZE - 1);
	memcpy(b->lines[b->count], text, fit);
	b->lines[b->count][fit] = '\0';
	b->dim[b->count++] = dim;
}

/* The end of what has been heard, broken between words. */
static void add_partial(struct screen_block *b, const char *partial,
			const struct status_look *look)
{
	char text[MARK_SIZE + STATUS_PARTIAL_SIZE];
	const char *starts[PARTIAL_LINES_MOST];
	size_t lengths[PARTIAL_LINES_MOST], count = 0;
	size_t columns = look->columns > 2 ? look->columns - 1 : 2;

	snprintf(text, sizeof text, "%s%s", _("Tutor: "), partial);
	for (const char *at = text; *at; count++) {
		size_t n = columns_fit_words(at, columns);

		n = n ? n : strlen(at);
		starts[count % PARTIAL_LINES_MOST] = at;
		lengths[count % PARTIAL_LINES_MOST] = n;
		at += n;
		while (*at == ' ')
			at++;
	}
	for (size_t i = count > PARTIAL_LINES_MOST ? count - PARTIAL_LINES_MOST
						   : 0;
	     i < count; i++) {
		char line[sizeof text];

		snprintf(line, sizeof line, "%.*s",
			 (int)lengths[i % PARTIAL_LINES_MOST],
			 starts[i % PARTIAL_LINES_MOST]);
		add_line(b, look, line, true);
	}
}

const char *status_lines_state(const struct status *s)
{
	static const char *const words[][2] = {
		{"connecting", N_("Connecting")},
		{"listening", N_("Listening")},
		{"hearing", N_("Hearing you")},
		{"thinking", N_("Thinking")},
		{"speaking", N_("Speaking")},
		{"disconnected", N_("Not connected")},
		{"ended", N_("Ended")},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equal(words[i][0], s->state))
			return _(words[i][1]);
	return _("Starting");
}

/* Adds a part, with two blanks before it, when it fits. */
static void add_part(char line[SCREEN_LINE_SIZE], const char *part,
		     const struct status_look *look)
{
	size_t length = strlen(line);
	size_t blanks = length ? 2 : 0;

	if (!*part || columns_of(line, length) + blanks +
				      columns_of(part, strlen(part)) >=
			      look->columns)
		return;
	snprintf(line + length, SCREEN_LINE_SIZE - length, "%s%s",
		 length ? "  " : "", part);
}

static void meter(char part[PART_SIZE], const char *name, double db)
{
	double share = (db - meter_least_db) / -meter_least_db;
	int full = (int)lrint(fmin(fmax(share, 0), 1) * METER_CELLS);
	char cells[METER_CELLS + 1];

	memset(cells, ' ', METER_CELLS);
	memset(cells, '#', (size_t)full);
	cells[METER_CELLS] = '\0';
	snprintf(part, PART_SIZE, "%s [%s]", name, cells);
}

static void state_part(char part[PART_SIZE], const struct status *s,
		       const struct status_look *look)
{
	bool talks_by_key = look->push_to_talk &&
			    text_equal(s->state, "listening");

	if (s->retry_ms)
		snprintf(part, PART_SIZE, _("Connecting again in %u s"),
			 (s->retry_ms + 999) / 1000);
	else
		snprintf(part, PART_SIZE, "%s%s", status_lines_state(s),
			 !s->muted      ? ""
			 : talks_by_key ? _(": space to talk")
					: _(" (muted)"));
}

static void add_status(struct screen_block *b, const struct status *s,
		       const struct status_look *look)
{
	char line[SCREEN_LINE_SIZE] = "", part[PART_SIZE];

	state_part(part, s, look);
	add_part(line, part, look);
	snprintf(part, sizeof part, "%u:%02u", look->elapsed_s / 60,
		 look->elapsed_s % 60);
	add_part(line, part, look);
	if (s->has_levels) {
		meter(part, _("mic"), s->mic_db);
		add_part(line, part, look);
		meter(part, _("tutor"), s->speaker_db);
		add_part(line, part, look);
	}
	if (s->first_audio_ms >= 0) {
		snprintf(part, sizeof part, _("first sound %.1f s"),
			 s->first_audio_ms / 1000.0);
		add_part(line, part, look);
	}
	if (s->steps) {
		snprintf(part, sizeof part, _("steps %u/%u"), s->steps_done,
			 s->steps);
		add_part(line, part, look);
	}
	if (s->volume < 100) {
		snprintf(part, sizeof part, _("volume %u %%"), s->volume);
		add_part(line, part, look);
	}
	add_part(line, _("?: keys"), look);
	add_line(b, look, line, false);
}

static void add_details(struct screen_block *b, const struct status *s,
			const struct status_look *look)
{
	char line[SCREEN_LINE_SIZE] = "", part[PART_SIZE];

	snprintf(part, sizeof part, _("answers %u"), s->answers);
	add_part(line, part, look);
	snprintf(part, sizeof part, _("connections lost %u"), s->retries);
	add_part(line, part, look);
	snprintf(part, sizeof part, _("renewed %u"), s->renewals);
	add_part(line, part, look);
	if (s->has_levels) {
		snprintf(part, sizeof part, _("mic %.0f dB, tutor %.0f dB"),
			 s->mic_db, s->speaker_db);
		add_part(line, part, look);
	}
	if (*s->session_id) {
		snprintf(part, sizeof part, _("session %s"), s->session_id);
		add_part(line, part, look);
	}
	add_line(b, look, line, true);
}

/* The end of the line, where the cursor is. */
static void add_typed(struct screen_block *b, const struct status_look *look)
{
	const char *mark = _("Type: ");
	char line[MARK_SIZE + SCREEN_LINE_SIZE], typed[SCREEN_LINE_SIZE];
	const char *from = typed;
	size_t taken = columns_of(mark, strlen(mark)) + 1;
	size_t columns = look->columns > taken + 2 ? look->columns - taken : 2;

	snprintf(typed, sizeof typed, "%s", look->typed);
	text_clean_line(typed);
	while (columns_of(from, strlen(from)) > columns) {
		size_t n = text_utf8_sequence(from, strlen(from));

		from += n ? n : 1;
	}
	snprintf(line, sizeof line, "%s%s", mark, from);
	add_line(b, look, line, false);
}

void status_lines_make(struct screen_block *out, const struct status *s,
		       const struct status_look *look)
{
	out->count = 0;
	if (*s->partial)
		add_partial(out, s->partial, look);
	if (look->details)
		add_details(out, s, look);
	add_status(out, s, look);
	if (look->typed)
		add_typed(out, look);
}
