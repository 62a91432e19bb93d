#include "tests/support/stream_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/loop/loop.h"

enum { HANG_US = 30 * 1000 * 1000 };

static void check(struct stream_probe *s)
{
	bool found = s->awaited && strstr(s->lines, s->awaited);

	if (found || s->is_closed)
		loop_stop(s->loop);
}

__attribute__((format(printf, 2, 3))) static void line(struct stream_probe *s,
						       const char *format, ...)
{
	size_t n = strlen(s->lines);
	va_list args;

	va_start(args, format);
	vsnprintf(s->lines + n, sizeof s->lines - n, format, args);
	va_end(args);
	check(s);
}

static void opened(void *arg, const char *id)
{
	struct stream_probe *s = arg;

	s->is_open = true;
	line(s, "opened %s\n", id ? id : "-");
}

static void add_samples(struct stream_probe *s, const struct nova_event *e)
{
	size_t size = (s->sample_count + e->sample_count) * sizeof *s->samples;

	s->samples = realloc(s->samples, size + 1);
	assert_non_null(s->samples);
	memcpy(s->samples + s->sample_count, e->samples,
	       e->sample_count * sizeof *e->samples);
	s->sample_count += e->sample_count;
	s->block_samples += e->sample_count;
}

static void add_text(struct stream_probe *s, const char *text)
{
	size_t n = strlen(s->block);

	snprintf(s->block + n, sizeof s->block - n, "%s", text);
}

static void take(struct stream_probe *s, const struct nova_event *e)
{
	switch (e->type) {
	case NOVA_CONTENT_START:
		s->block_samples = 0;
		s->block[0] = '\0';
		if (e->content == NOVA_TEXT)
			snprintf(s->block, sizeof s->block, "%s %s \"",
				 nova_role_name(e->role),
				 nova_stage_name(e->stage));
		break;
	case NOVA_TEXT_OUTPUT:
		add_text(s, e->text);
		break;
	case NOVA_AUDIO_OUTPUT:
		add_samples(s, e);
		break;
	case NOVA_TOOL_USE:
		snprintf(s->tool_use_id, sizeof s->tool_use_id, "%s",
			 e->tool_use_id);
		add_text(s, e->tool_name);
		add_text(s, " ");
		add_text(s, e->text);
		break;
	case NOVA_CONTENT_END:
		if (e->content == NOVA_TEXT)
			line(s, "%s\" %s\n", s->block, nova_stop_name(e->stop));
		else if (e->content == NOVA_AUDIO)
			line(s, "AUDIO %zu %s\n", s->block_samples,
			     nova_stop_name(e->stop));
		else
			line(s, "TOOL %s %s\n", s->block,
			     nova_stop_name(e->stop));
		break;
	default:
		line(s, "%s\n", e->name ? e->name : nova_event_name(e->type));
		break;
	}
}

static void event(void *arg, const struct nova_event *e)
{
	struct stream_probe *s = arg;

	nova_session_received(&s->session, e);
	take(s, e);
	if (s->free_on_event) {
		s->stream = nova_stream_free(s->stream);
		line(s, "freed\n");
	}
}

static void closed(void *arg, const struct problem *why)
{
	struct stream_probe *s = arg;

	assert_false(s->is_closed);
	s->is_closed = true;
	s->why = *why;
	line(s, "closed %d\n", why->code);
}

void stream_probe_open(struct stream_probe *s, struct loop *l,
		       struct nova_upstream *u,
		       const struct nova_session_settings *settings)
{
	const struct nova_stream_listener listener = {opened, event, closed, s};
	const struct nova_session_settings none = {0};
	struct problem p;

	memset(s, 0, sizeof *s);
	s->loop = l;
	if (nova_upstream_open(u, &listener, &s->stream, &p))
		fail_msg("%s", p.text);
	assert_int_equal(nova_session_start(&s->session, s->stream,
					    settings ? settings : &none),
			 0);
	assert_false(s->is_open || s->is_closed);
}

static void hangs(void *arg)
{
	loop_stop(((struct stream_probe *)arg)->loop);
}

void stream_probe_await(struct stream_probe *s, const char *text)
{
	struct timer hang;

	s->awaited = text;
	timer_init(&hang, loop_clock(s->loop), hangs, s);
	timer_start(&hang, HANG_US);
	if (!strstr(s->lines, text) && !s->is_closed)
		loop_run(s->loop);
	timer_stop(&hang);
	if (!strstr(s->lines, text))
		fail_msg("no \"%s\" in:\n%s%s", text, s->lines, s->why.text);
}

void stream_probe_free(struct stream_probe *s)
{
	nova_stream_free(s->stream);
	free(s->samples);
	s->stream = NULL;
	s->samples = NULL;
}
