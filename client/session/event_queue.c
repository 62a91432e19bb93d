#include "client/session/event_queue.h"

#include <stdlib.h>
#include <string.h>

static size_t room_for(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

/* Copies text to *at and moves that behind it. */
static const char *put(char **at, const char *text)
{
	char *start = *at;

	if (!text)
		return NULL;
	memcpy(start, text, room_for(text));
	*at += room_for(text);
	return start;
}

int queued_event_create(struct queued_event **out,
			const struct session_event *e)
{
	size_t size = room_for(e->text) + room_for(e->tool) +
		      room_for(e->tool_use_id);
	struct queued_event *q = calloc(1, sizeof *q + size);

	if (!q)
		return PROBLEM_MEMORY;
	q->event = *e;
	q->cost = sizeof *q + size;

	char *at = q->text;
	q->event.text = put(&at, e->text);
	q->event.tool = put(&at, e->tool);
	q->event.tool_use_id = put(&at, e->tool_use_id);
	if (e->problem) {
		q->problem = *e->problem;
		q->event.problem = &q->problem;
	}
	if (e->nova) {
		if (nova_event_copy(&q->nova, e->nova)) {
			free(q);
			return PROBLEM_MEMORY;
		}
		q->event.nova = &q->nova;
		q->cost += e->nova->sample_count * sizeof *e->nova->samples;
		q->cost += e->nova->text ? strlen(e->nova->text) : 0;
	}
	*out = q;
	return 0;
}

struct queued_event *queued_event_free(struct queued_event *q)
{
	if (!q)
		return NULL;
	nova_event_clear(&q->nova);
	free(q);
	return NULL;
}

void event_queue_init(struct event_queue *q, size_t limit)
{
	*q = (struct event_queue){.limit = limit};
}

struct queued_event *event_queue_push(struct event_queue *q,
				      struct queued_event *item)
{
	if (!item || item->cost > q->limit - q->cost) {
		q->lost++;
		return item;
	}
	item->next = NULL;
	if (q->last)
		q->last->next = item;
	else
		q->first = item;
	q->last = item;
	q->cost += item->cost;
	return NULL;
}

struct queued_event *event_queue_take(struct event_queue *q)
{
	struct queued_event *first = q->first;

	q->first = q->last = NULL;
	q->cost = 0;
	return first;
}
