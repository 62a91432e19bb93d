#include "net/renewal/learner_turns.h"

#include <string.h>

enum {
	TURN_GAP_MS = 1200,
	FALLBACK_MS = 1500,
	/* Speech without a break of 300 ms for longer than this is noise. */
	NOISE_MS = 15000,
	EDGES = 8,
};

static uint64_t samples_in(const struct learner_turns *t, unsigned ms)
{
	return (uint64_t)t->gate.settings.rate_hz * ms / 1000;
}

static uint64_t position(const struct learner_turns *t)
{
	return t->origin + t->gate.position;
}

static uint64_t back(uint64_t from, uint64_t by)
{
	return from > by ? from - by : 0;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void learner_turns_init(struct learner_turns *t, unsigned rate_hz,
			uint64_t position)
{
	*t = (struct learner_turns){.answered = position, .origin = position};
	speech_gate_init(&t->gate,
			 &(struct speech_gate_settings){.rate_hz = rate_hz});
}

static bool last_is_open(const struct learner_turns *t)
{
	return t->count > 0 && speech_gate_in_speech(&t->gate);
}

static void take_edge(struct learner_turns *t,
		      const struct speech_gate_edge *edge)
{
	uint64_t at = t->origin + edge->position;

	if (!edge->started) {
		if (t->count > 0)
			t->spans[t->count - 1].end = at;
		return;
	}
	if (t->count == LEARNER_SPANS_MAX) {
		/* Older than what is kept: the next one is the first now. */
		t->count--;
		memmove(t->spans, t->spans + 1, t->count * sizeof *t->spans);
	}
	t->spans[t->count++] = (struct learner_span){at, at};
}

bool learner_turns_hear(struct learner_turns *t, const int16_t *samples,
			size_t n)
{
	const size_t step = (size_t)samples_in(t, 10 * (EDGES - 1));
	bool changed = false;

	while (n > 0) {
		struct speech_gate_edge edges[EDGES];
		size_t part = n < step ? n : step;
		size_t count = speech_gate_process(&t->gate, samples, part,
						   edges, EDGES);

		for (size_t i = 0; i < count; i++)
			take_edge(t, &edges[i]);
		changed |= count > 0;
		samples += part;
		n -= part;
	}
	return changed;
}

/* --- turns --- */

static uint64_t end_without_pause(const struct learner_turns *t)
{
	size_t closed = t->count - last_is_open(t);
	uint64_t fallback = back(position(t), samples_in(t, FALLBACK_MS));

	if (closed > 0)
		return t->spans[closed - 1].end;
	if (t->count > 0 &&
	    back(position(t), samples_in(t, NOISE_MS)) <= t->spans[0].start)
		return t->answered;
	return fallback;
}

uint64_t learner_turns_end_of_turn(const struct learner_turns *t)
{
	uint64_t next = position(t);

	for (size_t i = t->count; i-- > 0;) {
		const struct learner_span *s = &t->spans[i];
		bool open = i + 1 == t->count && last_is_open(t);

		if (!open && next - s->end >= samples_in(t, TURN_GAP_MS))
			return later(t->answered, s->end);
		next = s->start;
	}
	return later(t->answered, end_without_pause(t));
}

void learner_turns_answered(struct learner_turns *t)
{
	learner_turns_answered_to(t, learner_turns_end_of_turn(t));
}

void learner_turns_answered_to(struct learner_turns *t, uint64_t position)
{
	size_t gone = 0;

	t->answered = later(t->answered, position);
	while (gone < t->count && t->spans[gone].end <= t->answered &&
	       !(gone + 1 == t->count && last_is_open(t)))
		gone++;
	t->count -= gone;
	memmove(t->spans, t->spans + gone, t->count * sizeof *t->spans);
	if (t->count > 0)
		t->spans[0].start = later(t->spans[0].start, t->answered);
}

/* --- questions about it --- */

bool learner_turns_unanswered(const struct learner_turns *t)
{
	return t->count > 0;
}

bool learner_turns_speaking(const struct learner_turns *t)
{
	return last_is_open(t);
}

unsigned learner_turns_quiet_ms(const struct learner_turns *t)
{
	if (t->count == 0 || last_is_open(t))
		return 0;
	return (unsigned)((position(t) - t->spans[t->count - 1].end) * 1000 /
			  t->gate.settings.rate_hz);
}

bool learner_turns_spoke_after(const struct learner_turns *t, uint64_t position)
{
	return t->count > 0 &&
	       (last_is_open(t) || t->spans[t->count - 1].end > position);
}

uint64_t learner_turns_from(const struct learner_turns *t)
{
	uint64_t quiet_to = t->count > 0 ? t->spans[0].start : position(t);

	return later(t->answered,
		     back(quiet_to, samples_in(t, LEARNER_LEAD_MS)));
}
