#include "client/trial/trial_log.h"

#include <stdlib.h>

#include "client/trial/virtual_voice.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	TEXT_MOST = 256 * 1024,
	EVENTS_MOST = 100000,
	AUDIBLE = 104, /* -50 dBFS: softer is not heard as speech */
	CLIPPED = 32767,
	/* Silence for so long is a stop; a word has shorter ones. */
	STOP_BLOCKS = 5,
};

static struct trial_log *log_of(struct session_sink *s)
{
	return (struct trial_log *)s;
}

/* --- events --- */

static struct trial_event *note(struct trial_log *l, uint64_t at_us,
				const char *name)
{
	if (l->event_count == EVENTS_MOST)
		return NULL;
	if (l->event_count == l->event_room) {
		size_t room = l->event_room ? 2 * l->event_room : 256;
		struct trial_event *more = realloc(l->events,
						   room * sizeof *more);
		if (!more) {
			l->failed = PROBLEM_MEMORY;
			return NULL;
		}
		l->events = more;
		l->event_room = room;
	}
	struct trial_event *e = &l->events[l->event_count++];
	*e = (struct trial_event){.at_us = at_us, .turn = l->now, .name = name};
	return e;
}

const struct trial_event *trial_log_find(const struct trial_log *l,
					 const char *name, uint64_t since_us)
{
	for (size_t i = 0; i < l->event_count; i++)
		if (l->events[i].at_us >= since_us &&
		    text_equal(l->events[i].name, name))
			return &l->events[i];
	return NULL;
}

unsigned trial_log_count(const struct trial_log *l, const char *name,
			 size_t turn)
{
	unsigned count = 0;

	for (size_t i = 0; i < l->event_count; i++)
		count += (!turn || l->events[i].turn == turn) &&
			 text_equal(l->events[i].name, name);
	return count;
}

/* --- texts --- */

static void add_text(struct trial_log *l, struct bytes *to, const char *text)
{
	if (to->length)
		bytes_append_text(to, " ");
	bytes_append_text(to, text);
	if (to->failed == PROBLEM_MEMORY)
		l->failed = PROBLEM_MEMORY;
}

/* What was heard of a line, when it is whole. */
static void end_line(struct trial_log *l, const struct session_event *e)
{
	struct trial_turn *t = &l->turns[l->line_turn];

	add_text(l, &t->reply, e->text);
	add_text(l, &t->heard, e->cut && t->partial ? t->partial : e->text);
	free(t->partial);
	t->partial = NULL;
}

static void take_partial(struct trial_log *l, const struct session_event *e)
{
	struct trial_turn *t = &l->turns[l->line_turn];

	if (e->role != NOVA_ASSISTANT)
		return;
	free(t->partial);
	t->partial = text_copy(e->text);
	if (!t->partial)
		l->failed = PROBLEM_MEMORY;
}

static void take_transcript(struct trial_log *l, const struct session_event *e)
{
	if (e->role == NOVA_ASSISTANT)
		end_line(l, e);
	else if (e->role == NOVA_USER)
		add_text(l, &l->turns[l->now].transcript, e->text);
}

/* --- answers --- */

static void begin_answer(struct trial_log *l, uint64_t at_us)
{
	struct trial_turn *t = &l->turns[l->now];

	if (l->answer_open)
		return;
	l->answer_open = true;
	l->answers++;
	l->answer_turn = l->now;
	/* the line before may be told with this very event */
	l->line_moves = true;
	if (!t->answered)
		t->answered_us = at_us;
	t->answered = true;
	l->short_of = false;
}

static void end_answer(struct trial_log *l)
{
	l->answer_open = false;
}

static void take_usage(struct trial_log *l, const struct nova_usage *u)
{
	struct nova_usage *all = &l->usage, *last = &l->stream_usage;

	l->has_usage = true;
	if (u->total < last->total) /* a new stream begins at 0 */
		*last = (struct nova_usage){0};
	all->input_speech += u->input_speech - last->input_speech;
	all->input_text += u->input_text - last->input_text;
	all->output_speech += u->output_speech - last->output_speech;
	all->output_text += u->output_text - last->output_text;
	all->total += u->total - last->total;
	*last = *u;
}

static void take_nova(struct trial_log *l, const struct session_event *e)
{
	const struct nova_event *n = e->nova;

	if (e->direction != SESSION_RECEIVED)
		return;
	switch (n->type) {
	case NOVA_AUDIO_OUTPUT:
	case NOVA_TEXT_OUTPUT:
		return;
	case NOVA_USAGE:
		take_usage(l, &n->usage);
		return;
	case NOVA_CONTENT_START:
		if (n->role == NOVA_ASSISTANT && n->content != NOVA_TOOL &&
		    (n->content == NOVA_AUDIO || n->stage != NOVA_FINAL))
			begin_answer(l, e->at_us);
		return;
	case NOVA_CONTENT_END:
		if ((n->content == NOVA_AUDIO && n->stop == NOVA_END_TURN) ||
		    n->stop == NOVA_INTERRUPTED)
			end_answer(l);
		return;
	case NOVA_COMPLETION_END:
		end_answer(l);
		break;
	case NOVA_TOOL_USE:
		l->short_of = false; /* the pause is the tool's */
		break;
	default:
		break;
	}
	note(l, e->at_us, nova_event_name(n->type));
}

/* --- what happened in the client --- */

static void take_interrupted(struct trial_log *l, uint64_t at_us)
{
	struct trial_turn *t = &l->turns[l->now];

	if (!t->interrupted)
		t->interrupted_us = at_us;
	t->interrupted = true;
	l->stop_waits = true;
	l->short_of = false;
	end_answer(l);
}

static void take_answered(struct trial_log *l, uint64_t at_us)
{
	struct trial_turn *t = &l->turns[l->answer_turn];

	t->whole = true;
	t->whole_us = at_us;
	l->short_of = false;
	end_answer(l);
}

static void take_tool(struct trial_log *l, const struct session_event *e,
		      struct trial_event *noted)
{
	if (!noted)
		return;
	noted->tool = text_copy(e->tool);
	noted->arguments = text_copy(e->text);
	if (!noted->tool || !noted->arguments)
		l->failed = PROBLEM_MEMORY;
}

static void take_local(struct trial_log *l, const struct session_event *e)
{
	struct trial_event *noted = NULL;

	if (e->kind == SESSION_STATE) {
		if (text_equal(e->text, "disconnected"))
			l->lost = true;
		else if (!text_equal(e->text, "connecting"))
			l->lost = false;
		return;
	}
	if (e->kind != SESSION_PARTIAL && e->kind != SESSION_COUNTDOWN)
		noted = note(l, e->at_us, session_kind_name(e->kind));
	switch (e->kind) {
	case SESSION_PARTIAL:
		take_partial(l, e);
		break;
	case SESSION_TRANSCRIPT:
		/* a typed line was never understood by anybody */
		if (!e->typed)
			take_transcript(l, e);
		break;
	case SESSION_INTERRUPTED:
		take_interrupted(l, e->at_us);
		break;
	case SESSION_ANSWERED:
		take_answered(l, e->at_us);
		break;
	case SESSION_TOOL_CALL:
		take_tool(l, e, noted);
		break;
	case SESSION_RETRY:
		end_answer(l);
		break;
	default:
		break;
	}
}

static void on_event(struct session_sink *s, const struct session_event *e)
{
	struct trial_log *l = log_of(s);

	if (l->line_moves &&
	    (e->kind == SESSION_NOVA || e->kind == SESSION_PARTIAL ||
	     e->kind == SESSION_ANSWERED)) {
		l->line_turn = l->answer_turn;
		l->line_moves = false;
	}
	if (e->kind == SESSION_NOVA)
		take_nova(l, e);
	else
		take_local(l, e);
}

/* --- sound --- */

static uint64_t sample_us(uint64_t at_us, size_t i)
{
	return at_us + i * 1000000ull / VIRTUAL_SPEAKER_HZ;
}

/* From the first to the last audible sample of a block. */
static void measure(struct trial_turn *t, const int16_t *samples, size_t from,
		    size_t to)
{
	for (size_t i = from; i < to; i++) {
		int v = samples[i] < 0 ? -samples[i] : samples[i];
		t->square_sum += (double)v * v;
		if (v > t->peak)
			t->peak = v;
		t->clipped += v >= CLIPPED;
	}
	t->samples += to - from;
}

static void add_sound(struct trial_log *l, uint64_t at_us,
		      const int16_t *samples, size_t from, size_t to)
{
	struct trial_turn *t;

	if (!l->sounding)
		l->sound_turn = l->answer_turn;
	t = &l->turns[l->sound_turn];
	uint64_t first_us = sample_us(at_us, from);
	if (!t->sounded) {
		t->sounded = true;
		t->first_us = first_us;
	} else if (first_us - t->last_us > t->longest_silence_us) {
		t->longest_silence_us = first_us - t->last_us;
	}
	t->last_us = l->last_us = sample_us(at_us, to);
	measure(t, samples, from, to);
	l->turns[l->now].tutor_sounded = true;
	l->sounding = true;
	l->quiet_blocks = 0;
}

static void add_quiet(struct trial_log *l)
{
	struct trial_turn *t = &l->turns[l->now];

	if (++l->quiet_blocks < STOP_BLOCKS)
		return;
	l->sounding = false;
	if (l->stop_waits && !t->stopped) {
		t->stopped = true;
		t->stopped_us = l->last_us;
	}
	l->stop_waits = false;
}

/* The speaker ran dry within an answer, and then had sound again. */
static void watch_gaps(struct trial_log *l, size_t n, size_t played)
{
	if (l->short_of && played > 0 && l->sound_turn == l->answer_turn)
		l->turns[l->sound_turn].gaps++;
	if (played > 0)
		l->short_of = false;
	if (l->sounding && l->answer_open && played < n)
		l->short_of = true;
}

void trial_log_sound(struct trial_log *l, uint64_t at_us,
		     const int16_t *samples, size_t n, size_t played)
{
	size_t from = 0, to = n;

	while (from < n && samples[from] < AUDIBLE && samples[from] > -AUDIBLE)
		from++;
	while (to > from && samples[to - 1] < AUDIBLE &&
	       samples[to - 1] > -AUDIBLE)
		to--;
	if (from < to)
		add_sound(l, at_us, samples, from, to);
	else
		add_quiet(l);
	watch_gaps(l, n, played);
}

/* --- life --- */

int trial_log_init(struct trial_log *l, size_t turns)
{
	static const struct session_sink_ops ops = {.event = on_event};

	*l = (struct trial_log){.sink.ops = &ops, .count = turns};
	l->turns = calloc(turns + 1, sizeof *l->turns);
	if (!l->turns)
		return PROBLEM_MEMORY;
	for (size_t i = 0; i <= turns; i++) {
		bytes_init(&l->turns[i].reply, TEXT_MOST);
		bytes_init(&l->turns[i].heard, TEXT_MOST);
		bytes_init(&l->turns[i].transcript, TEXT_MOST);
	}
	return 0;
}

void trial_log_deinit(struct trial_log *l)
{
	for (size_t i = 0; l->turns && i <= l->count; i++) {
		bytes_deinit(&l->turns[i].reply);
		bytes_deinit(&l->turns[i].heard);
		bytes_deinit(&l->turns[i].transcript);
		free(l->turns[i].partial);
	}
	for (size_t i = 0; i < l->event_count; i++) {
		free(l->events[i].tool);
		free(l->events[i].arguments);
	}
	free(l->events);
	free(l->turns);
	*l = (struct trial_log){0};
}
