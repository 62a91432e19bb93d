#include "client/report/report_recorder.h"

#include <stdlib.h>

#include "audio/device/voice.h"
#include "client/report/report_event.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	PEAK_FRAMES = VOICE_HEARD_RATE_HZ * REPORT_PEAK_MS / 1000,
	QUIET = 1, /* a peak up to here (-48 dBFS) is no speech */
};

/* A wave that grows. */
struct track {
	struct report_wave wave;
	size_t room;
	int peak;      /* of the block that is being filled */
	size_t filled; /* frames of it */
};

struct report_recorder {
	struct session_sink sink;
	struct report_case *c;
	uint64_t start_us;
	double last_ms; /* of what was seen */

	/* Where a line of the transcript, which is told when it is whole,
	 * began; < 0: it has not. */
	double line_ms[REPORT_SPEAKERS];
	double speech_ms; /* the learner speaks since; < 0: does not */
	/* Streams tell totals of their own: the last of this one, and the sum
	 * of those before. */
	struct nova_usage usage;

	/* the voice thread's */
	struct track tracks[REPORT_SPEAKERS];
	int no_memory;
};

static struct report_recorder *recorder_of(struct session_sink *s)
{
	return (struct report_recorder *)s;
}

/* --- sound --- */

static void end_block(struct report_recorder *r, struct track *t)
{
	if (t->wave.count == t->room) {
		size_t room = t->room ? 2 * t->room : 1024;
		uint8_t *peaks = realloc(t->wave.peaks, room);
		if (!peaks) {
			r->no_memory = PROBLEM_MEMORY;
			return;
		}
		t->wave.peaks = peaks;
		t->room = room;
	}
	t->wave.peaks[t->wave.count++] = (uint8_t)(t->peak * 255 / 32768);
	t->peak = 0;
	t->filled = 0;
}

static void add_frame(struct report_recorder *r, struct track *t, int sample)
{
	int level = sample < 0 ? -sample : sample;

	if (level > t->peak)
		t->peak = level;
	if (++t->filled == PEAK_FRAMES)
		end_block(r, t);
}

static void on_heard(struct session_sink *s, const int16_t *stereo,
		     size_t frames)
{
	struct report_recorder *r = recorder_of(s);

	for (size_t i = 0; i < frames && !r->no_memory; i++)
		for (int who = 0; who < REPORT_SPEAKERS; who++)
			add_frame(r, &r->tracks[who],
				  stereo[REPORT_SPEAKERS * i + (size_t)who]);
}

/* --- events and tokens --- */

static void add_event(struct report_recorder *r, const struct session_event *e,
		      double at_ms)
{
	char text[REPORT_EVENT_TEXT_SIZE];
	struct report_event event = {.at_ms = at_ms, .text = text};

	event.name = report_event_describe(text, e);
	if (!*text)
		event.text = NULL;
	if (event.name)
		report_case_add_event(r->c, &event);
}

static void add_usage(struct report_recorder *r, const struct nova_usage *u)
{
	struct report_usage *sum = &r->c->usage;

	/* a new stream begins at 0 again */
	if (u->input_speech < r->usage.input_speech ||
	    u->output_speech < r->usage.output_speech ||
	    u->input_text < r->usage.input_text ||
	    u->output_text < r->usage.output_text)
		r->usage = (struct nova_usage){0};
	sum->input_speech += (uint64_t)(u->input_speech -
					r->usage.input_speech);
	sum->output_speech += (uint64_t)(u->output_speech -
					 r->usage.output_speech);
	sum->input_text += (uint64_t)(u->input_text - r->usage.input_text);
	sum->output_text += (uint64_t)(u->output_text - r->usage.output_text);
	r->usage = *u;
}

/* --- who speaks, and what --- */

static void begin_line(struct report_recorder *r, enum report_speaker who,
		       double at_ms)
{
	if (r->line_ms[who] < 0)
		r->line_ms[who] = at_ms;
}

static void end_line(struct report_recorder *r, enum report_speaker who,
		     const struct session_event *e, double at_ms)
{
	begin_line(r, who, at_ms);
	report_case_add_line(r->c, &(struct report_line){who, r->line_ms[who],
							 e->text, e->cut});
	r->line_ms[who] = -1;
}

static void add_transcript(struct report_recorder *r,
			   const struct session_event *e, double at_ms)
{
	enum report_speaker who = e->role == NOVA_USER ? REPORT_LEARNER
						       : REPORT_TUTOR;

	if (e->role != NOVA_USER && e->role != NOVA_ASSISTANT)
		return;
	if (e->kind == SESSION_PARTIAL)
		begin_line(r, who, at_ms);
	else
		end_line(r, who, e, at_ms);
}

static void end_speech(struct report_recorder *r, double at_ms)
{
	if (r->speech_ms >= 0)
		report_case_add_span(r->c, &(struct report_span){REPORT_LEARNER,
								 r->speech_ms,
								 at_ms});
	r->speech_ms = -1;
}

static void add_speech(struct report_recorder *r, const struct session_event *e,
		       double at_ms)
{
	if (text_equal(e->text, "started")) {
		begin_line(r, REPORT_LEARNER, at_ms);
		r->speech_ms = at_ms;
	} else {
		end_speech(r, at_ms);
	}
}

static void on_event(struct session_sink *s, const struct session_event *e)
{
	struct report_recorder *r = recorder_of(s);
	double at_ms = e->at_us > r->start_us
			       ? (double)(e->at_us - r->start_us) / 1000
			       : 0;

	if (at_ms > r->last_ms)
		r->last_ms = at_ms;
	if (e->kind == SESSION_NOVA && e->nova->type == NOVA_USAGE)
		add_usage(r, &e->nova->usage);
	else if (e->kind == SESSION_SPEECH)
		add_speech(r, e, at_ms);
	else if (e->kind == SESSION_PARTIAL || e->kind == SESSION_TRANSCRIPT)
		add_transcript(r, e, at_ms);
	else
		add_event(r, e, at_ms);
}

/* --- life --- */

int report_recorder_create(struct report_recorder **out, struct report_case *c,
			   uint64_t start_us)
{
	static const struct session_sink_ops ops = {.event = on_event,
						    .heard = on_heard};
	struct report_recorder *r = calloc(1, sizeof *r);

	*out = r;
	if (!r)
		return PROBLEM_MEMORY;
	r->sink.ops = &ops;
	r->c = c;
	r->start_us = start_us;
	r->speech_ms = -1;
	for (int who = 0; who < REPORT_SPEAKERS; who++)
		r->line_ms[who] = -1;
	return 0;
}

struct session_sink *report_recorder_sink(struct report_recorder *r)
{
	return &r->sink;
}

/* Stretches that are loud, with short pauses in them. */
static void add_tutor_spans(struct report_case *c)
{
	const struct report_wave *w = &c->waves[REPORT_TUTOR];
	size_t i = 0;

	while (i < w->count) {
		size_t from = i, end = i;
		for (;
		     i < w->count && i - end < REPORT_PAUSE_MS / REPORT_PEAK_MS;
		     i++)
			if (w->peaks[i] > QUIET)
				end = i + 1;
			else if (end == from)
				end = from = i + 1; /* not begun */
		if (end > from)
			report_case_add_span(
				c, &(struct report_span){
					   REPORT_TUTOR,
					   (double)from * REPORT_PEAK_MS,
					   (double)end * REPORT_PEAK_MS});
	}
}

/* The tutor's span in which that time lies, or else the next; NULL: none. */
static const struct report_span *span_at(const struct report_case *c,
					 double at_ms)
{
	for (size_t i = 0; i < c->span_count; i++)
		if (c->spans[i].speaker == REPORT_TUTOR &&
		    c->spans[i].end_ms > at_ms)
			return &c->spans[i];
	return NULL;
}

/* What the tutor says is told when about a word of it has been heard; a line
 * begins with its sound, or within it when another line of the answer did. */
static void move_tutor_lines(struct report_case *c)
{
	const struct report_span *taken = NULL;

	for (size_t i = 0; i < c->line_count; i++) {
		struct report_line *l = &c->lines[i];
		if (l->speaker != REPORT_TUTOR)
			continue;
		const struct report_span *s = span_at(c, l->at_ms);
		if (s && s != taken)
			l->at_ms = s->start_ms;
		taken = s;
	}
}

/* In place of what is there, unless nothing was heard. */
static void give_wave(struct report_recorder *r, struct track *t,
		      struct report_wave *out)
{
	if (t->filled > 0 && !r->no_memory)
		end_block(r, t);
	if (t->wave.count == 0)
		return;
	free(out->peaks);
	*out = t->wave;
	t->wave = (struct report_wave){0};
}

void report_recorder_finish(struct report_recorder *r)
{
	struct report_case *c = r->c;

	for (int who = 0; who < REPORT_SPEAKERS; who++) {
		struct report_wave *w = &c->waves[who];
		give_wave(r, &r->tracks[who], w);
		if ((double)w->count * REPORT_PEAK_MS > r->last_ms)
			r->last_ms = (double)w->count * REPORT_PEAK_MS;
	}
	end_speech(r, r->last_ms);
	add_tutor_spans(c);
	move_tutor_lines(c);
	c->duration_ms = r->last_ms;
	if (r->no_memory)
		c->failed = PROBLEM_MEMORY;
}

struct report_recorder *report_recorder_free(struct report_recorder *r)
{
	if (!r)
		return NULL;
	for (int who = 0; who < REPORT_SPEAKERS; who++)
		free(r->tracks[who].wave.peaks);
	free(r);
	return NULL;
}
