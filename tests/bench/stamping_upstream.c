#include "tests/bench/stamping_upstream.h"

#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "tests/bench/bench.h"

enum { STAGGER_US = 1700 }; /* streams do not all speak at one instant */

struct stamping_stream {
	struct nova_stream stream; /* first */
	struct stamping_upstream *upstream;
	struct timer speak, end;
	unsigned number, frame;
	uint64_t due_us;
	bool open;
};

static void tell(struct stamping_stream *s, const struct nova_event *e)
{
	s->stream.listener.event(s->stream.listener.arg, e);
}

static void open_now(struct stamping_stream *s)
{
	const struct nova_event start = {
		.type = NOVA_CONTENT_START,
		.content_id = "answer",
		.content = NOVA_AUDIO,
		.role = NOVA_ASSISTANT,
		.rate_hz = 24000,
	};

	s->open = true;
	s->due_us = clock_now_us(s->upstream->clock) +
		    s->number * STAGGER_US % FRAME_US;
	s->stream.listener.opened(s->stream.listener.arg, "bench");
	tell(s, &start);
}

static void speak(void *arg)
{
	struct stamping_stream *s = arg;
	int16_t samples[STAMP_DOWN_SAMPLES] = {(int16_t)s->number,
					       (int16_t)s->frame};
	const struct nova_event sound = {
		.type = NOVA_AUDIO_OUTPUT,
		.content_id = "answer",
		.samples = samples,
		.sample_count = STAMP_DOWN_SAMPLES,
	};

	if (!s->open) {
		open_now(s);
	} else if (s->frame < STAMP_FRAMES_MOST) {
		for (size_t i = 2; i < STAMP_DOWN_SAMPLES; i++)
			samples[i] = (int16_t)(i * 61);
		atomic_store(&s->upstream->down_us[s->number][s->frame++],
			     clock_now_us(clock_system()));
		tell(s, &sound);
	}
	s->due_us += FRAME_US;
	timer_start_at(&s->speak, s->due_us);
}

static void end(void *arg)
{
	struct stamping_stream *s = arg;

	timer_stop(&s->speak);
	s->stream.listener.closed(s->stream.listener.arg, &(struct problem){0});
}

static int take(struct nova_stream *stream, const struct nova_event *e)
{
	struct stamping_stream *s = (struct stamping_stream *)stream;

	if (e->type == NOVA_AUDIO_INPUT && e->sample_count >= 2) {
		unsigned from = (unsigned)e->samples[0];
		unsigned frame = (unsigned)e->samples[1];

		if (from < STAMP_STREAMS_MOST && frame < STAMP_FRAMES_MOST)
			atomic_store(&s->upstream->up_us[from][frame],
				     clock_now_us(clock_system()));
	}
	if (e->type == NOVA_SESSION_END)
		timer_start(&s->end, 0);
	return 0;
}

static size_t queued(const struct nova_stream *stream)
{
	(void)stream;
	return 0;
}

static void free_stream(struct nova_stream *stream)
{
	struct stamping_stream *s = (struct stamping_stream *)stream;

	timer_stop(&s->speak);
	timer_stop(&s->end);
	free(s);
}

static int open_stream(struct nova_upstream *u,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = take,
		.queued = queued,
		.free = free_stream,
	};
	struct stamping_upstream *stamping = (struct stamping_upstream *)u;
	struct stamping_stream *s = calloc(1, sizeof *s);

	if (!s || stamping->streams == STAMP_STREAMS_MOST) {
		free(s);
		return problem_set(p, PROBLEM_LIMIT, "bench: too many streams");
	}
	s->stream = (struct nova_stream){&ops, *listener};
	s->upstream = stamping;
	s->number = stamping->streams++;
	timer_init(&s->speak, stamping->clock, speak, s);
	timer_init(&s->end, stamping->clock, end, s);
	timer_start(&s->speak, 0);
	*out = &s->stream;
	return 0;
}

void stamping_upstream_init(struct stamping_upstream *u, struct clock *clock)
{
	u->upstream = (struct nova_upstream){open_stream, "the bench"};
	u->clock = clock;
	u->streams = 0;
	for (size_t i = 0; i < STAMP_STREAMS_MOST; i++) {
		for (size_t k = 0; k < STAMP_FRAMES_MOST; k++) {
			atomic_init(&u->down_us[i][k], 0);
			atomic_init(&u->up_us[i][k], 0);
		}
	}
}
