/*
 * nova_probe: a listener of a nova_stream that keeps what it was told, and
 * checks the rules of stream.h that hold always: opened once and before
 * events, closed once and last, nothing from within a call, nothing after
 * free.
 */
#ifndef TESTS_SUPPORT_NOVA_PROBE_H
#define TESTS_SUPPORT_NOVA_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/base/problem.h"
#include "net/nova/event.h"
#include "net/nova/stream.h"

enum nova_probe_moment {
	NOVA_PROBE_NEVER,
	NOVA_PROBE_OPENED,
	NOVA_PROBE_EVENT,
	NOVA_PROBE_CLOSED
};

struct nova_probe {
	struct nova_stream *stream; /* owned */
	unsigned opened, closed;
	char session_id[128]; /* "" when none was told */
	struct problem why;
	struct nova_event *events; /* owned copies */
	size_t count, capacity;
	enum nova_probe_moment free_at; /* frees the stream in that callback */
	bool freed;
	bool in_call; /* a function of the seam runs */
};

/* Opens; the result of nova_upstream_open() is returned. */
int nova_probe_open(struct nova_probe *s, struct nova_upstream *u,
		    struct problem *p);
int nova_probe_send(struct nova_probe *s, const struct nova_event *e);
/* Frees the stream, keeps what was heard. */
void nova_probe_free_stream(struct nova_probe *s);
/* Frees all. */
void nova_probe_close(struct nova_probe *s);

/* The event of this type with this number (from 0), or NULL. */
const struct nova_event *nova_probe_find(const struct nova_probe *s,
					 enum nova_event_type type,
					 size_t number);

/* For loop_until(); arg is the probe. */
bool nova_probe_is_opened(void *probe);
bool nova_probe_is_closed(void *probe);

#endif
