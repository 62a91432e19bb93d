/* faulty_way: parcels that wait until they are due. */
#include <stdlib.h>

#include "client/trial/faulty_private.h"
#include "net/base/random.h"

void faulty_way_init(struct faulty_way *w, const struct faulty_upstream *f,
		     void (*arrive)(void *arg), void *arg)
{
	w->upstream = f;
	w->end = &w->first;
	timer_init(&w->timer, f->clock, arrive, arg);
}

void faulty_parcel_free(struct faulty_parcel *p)
{
	nova_event_clear(&p->event);
	free(p);
}

void faulty_way_clear(struct faulty_way *w)
{
	timer_stop(&w->timer);
	while (w->first) {
		struct faulty_parcel *next = w->first->next;
		faulty_parcel_free(w->first);
		w->first = next;
	}
	w->end = &w->first;
}

static uint64_t due(const struct faulty_way *w, size_t samples)
{
	const struct faulty_upstream *f = w->upstream;
	const struct script_fault *t = &f->now;
	uint64_t at = clock_now_us(f->clock) + t->delay_ms * 1000ull;

	if (t->jitter_ms)
		at += random_below(t->jitter_ms * 1000 + 1);
	if (at < f->stalled_until_us)
		at = f->stalled_until_us;
	if (at < w->last_us)
		at = w->last_us;
	if (t->bytes_per_second)
		at += samples * FAULTY_SAMPLE_BYTES * 1000000ull /
		      t->bytes_per_second;
	return at;
}

bool faulty_way_is_direct(const struct faulty_way *w)
{
	const struct faulty_upstream *f = w->upstream;

	return !w->first && !f->now.delay_ms && !f->now.jitter_ms &&
	       !f->now.bytes_per_second &&
	       clock_now_us(f->clock) >= f->stalled_until_us;
}

void faulty_way_post(struct faulty_way *w, struct faulty_parcel *p)
{
	p->due_us = due(w, p->event.sample_count);
	w->last_us = p->due_us;
	*w->end = p;
	w->end = &p->next;
	if (w->first == p)
		timer_start_at(&w->timer, p->due_us);
}

struct faulty_parcel *faulty_way_take(struct faulty_way *w)
{
	struct faulty_parcel *p = w->first;

	w->first = p->next;
	if (w->first)
		timer_start_at(&w->timer, w->first->due_us);
	else
		w->end = &w->first;
	return p;
}
