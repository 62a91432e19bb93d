#include "tests/support/nova_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check_callback(struct nova_probe *s, enum nova_probe_moment moment)
{
	assert_false(s->in_call);
	assert_false(s->freed);
	assert_int_equal(0, s->closed);
	if (moment == NOVA_PROBE_OPENED)
		assert_int_equal(0, s->opened);
	if (moment == NOVA_PROBE_EVENT)
		assert_int_equal(1, s->opened);
}

static void free_if_asked(struct nova_probe *s, enum nova_probe_moment moment)
{
	if (s->free_at == moment)
		nova_probe_free_stream(s);
}

static void on_opened(void *arg, const char *session_id)
{
	struct nova_probe *s = arg;

	check_callback(s, NOVA_PROBE_OPENED);
	s->opened++;
	snprintf(s->session_id, sizeof s->session_id, "%s",
		 session_id ? session_id : "");
	free_if_asked(s, NOVA_PROBE_OPENED);
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct nova_probe *s = arg;

	check_callback(s, NOVA_PROBE_EVENT);
	if (s->count == s->capacity) {
		s->capacity = s->capacity ? 2 * s->capacity : 64;
		s->events = realloc(s->events, s->capacity * sizeof *s->events);
		assert_non_null(s->events);
	}
	assert_int_equal(0, nova_event_copy(&s->events[s->count], e));
	s->count++;
	free_if_asked(s, NOVA_PROBE_EVENT);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct nova_probe *s = arg;

	check_callback(s, NOVA_PROBE_CLOSED);
	s->closed++;
	s->why = *why;
	free_if_asked(s, NOVA_PROBE_CLOSED);
}

int nova_probe_open(struct nova_probe *s, struct nova_upstream *u,
		    struct problem *p)
{
	const struct nova_stream_listener listener = {
		.opened = on_opened,
		.event = on_event,
		.closed = on_closed,
		.arg = s,
	};
	enum nova_probe_moment free_at = s->free_at;

	memset(s, 0, sizeof *s);
	s->free_at = free_at;
	s->in_call = true;
	/* Not through nova_upstream_open(): it breaks the rules, too. */
	int err = u->open(u, &listener, &s->stream, p);
	s->in_call = false;
	return err;
}

int nova_probe_send(struct nova_probe *s, const struct nova_event *e)
{
	s->in_call = true;
	int err = nova_stream_send(s->stream, e);
	s->in_call = false;
	return err;
}

void nova_probe_free_stream(struct nova_probe *s)
{
	s->in_call = true;
	s->stream = nova_stream_free(s->stream);
	s->in_call = false;
	s->freed = true;
}

void nova_probe_close(struct nova_probe *s)
{
	nova_probe_free_stream(s);
	for (size_t i = 0; i < s->count; i++)
		nova_event_clear(&s->events[i]);
	free(s->events);
	s->events = NULL;
	s->count = s->capacity = 0;
}

const struct nova_event *nova_probe_find(const struct nova_probe *s,
					 enum nova_event_type type,
					 size_t number)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->events[i].type == type && number-- == 0)
			return &s->events[i];
	return NULL;
}

bool nova_probe_is_opened(void *probe)
{
	const struct nova_probe *s = probe;

	return s->opened || s->closed;
}

bool nova_probe_is_closed(void *probe)
{
	const struct nova_probe *s = probe;

	return s->closed;
}
