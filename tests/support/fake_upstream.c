#include "tests/support/fake_upstream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/clock.h"

struct fake_stream {
	struct nova_stream stream; /* first */
	struct fake_upstream *upstream;
	struct timer begin, end;
	struct problem why;
	bool is_open, half_closed;
};

static void finish(void *arg)
{
	struct fake_stream *f = arg;

	f->is_open = false;
	f->stream.listener.closed(f->stream.listener.arg, &f->why);
}

static void begin(void *arg)
{
	struct fake_stream *f = arg;

	if (f->upstream->refuse.code) {
		f->why = f->upstream->refuse;
		finish(f);
		return;
	}
	f->is_open = true;
	f->stream.listener.opened(f->stream.listener.arg, "fake");
}

static void note(struct fake_upstream *u, const struct nova_event *e)
{
	size_t n = strlen(u->log);

	snprintf(u->log + n, sizeof u->log - n, "%s%s%s%s%s%s%s\n",
		 nova_event_name(e->type), e->role ? " " : "",
		 e->role ? nova_role_name(e->role) : "", e->text ? " " : "",
		 e->text ? e->text : "", e->voice_id ? " " : "",
		 e->voice_id ? e->voice_id : "");
}

static void take_audio(struct fake_stream *f, const struct nova_event *e)
{
	struct nova_event back = {
		.type = NOVA_AUDIO_OUTPUT,
		.content_id = "echo",
		.samples = e->samples,
		.sample_count = e->sample_count,
	};

	f->upstream->samples += e->sample_count;
	for (size_t i = 0; i < e->sample_count; i++)
		f->upstream->silent_samples += e->samples[i] == 0;
	if (f->upstream->echo && f->is_open)
		f->stream.listener.event(f->stream.listener.arg, &back);
}

static int fake_send(struct nova_stream *s, const struct nova_event *e)
{
	struct fake_stream *f = (struct fake_stream *)s;

	if (f->half_closed || f->why.code)
		return PROBLEM_CLOSED;
	if (f->is_open && f->upstream->send_error)
		return f->upstream->send_error;
	f->upstream->events++;
	if (e->type == NOVA_AUDIO_INPUT) {
		take_audio(f, e);
		return 0;
	}
	note(f->upstream, e);
	if (e->type == NOVA_SESSION_END) {
		f->half_closed = true;
		if (!f->upstream->never_ends)
			timer_start(&f->end, 1000);
	}
	return 0;
}

static size_t fake_queued(const struct nova_stream *s)
{
	return ((const struct fake_stream *)s)->upstream->queued;
}

static void fake_free(struct nova_stream *s)
{
	struct fake_stream *f = (struct fake_stream *)s;

	timer_stop(&f->begin);
	timer_stop(&f->end);
	f->upstream->live--;
	if (f->upstream->last == f)
		f->upstream->last = NULL;
	free(f);
}

static int fake_open(struct nova_upstream *u,
		     const struct nova_stream_listener *listener,
		     struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = fake_send,
		.queued = fake_queued,
		.free = fake_free,
	};
	struct fake_upstream *fake = (struct fake_upstream *)u;

	if (fake->refuse_open.code) {
		*p = fake->refuse_open;
		return p->code;
	}
	struct fake_stream *f = calloc(1, sizeof *f);
	if (!f)
		return PROBLEM_MEMORY;
	f->stream.ops = &ops;
	f->stream.listener = *listener;
	f->upstream = fake;
	timer_init(&f->begin, fake->clock, begin, f);
	timer_init(&f->end, fake->clock, finish, f);
	if (!fake->never_opens)
		timer_start(&f->begin, 1000);
	fake->opened++;
	fake->live++;
	fake->last = f;
	*out = &f->stream;
	return 0;
}

void fake_upstream_init(struct fake_upstream *u, struct clock *clock)
{
	memset(u, 0, sizeof *u);
	u->upstream.open = fake_open;
	u->upstream.name = "the fake service";
	u->clock = clock;
}

void fake_upstream_say(struct fake_upstream *u, const struct nova_event *e)
{
	if (u->last)
		u->last->stream.listener.event(u->last->stream.listener.arg, e);
}

void fake_upstream_end(struct fake_upstream *u, int code, const char *text)
{
	struct fake_stream *f = u->last;

	problem_set(&f->why, code, "%s", text);
	timer_start(&f->end, 0);
}
