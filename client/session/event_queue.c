#include "client/session/event_queue.h"

#include <stdlib.h>
#include <string.h>

int queued_event_create(struct queued_event **out,
			const struct session_event *e)
{
	size_t size = e->text ? strlen(e->text) + 1 : 0;
	struct queued_event *q = calloc(1, sizeof *q + size);

	if (!q)
		return PROBLEM_MEMORY;
	q->event = *e;
	q->cost = sizeof *q + size;
	if (e->text) {
		memcpy(q->text, e->text, size);
		q->event.text = q->text;
	}
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
