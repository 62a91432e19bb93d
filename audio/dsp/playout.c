#include "audio/dsp/playout.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

/* One push; its samples follow it in the same allocation. */
struct chunk {
	struct chunk *next;
	uint32_t block;
	size_t count, taken;
	int16_t samples[];
};

struct playout {
	size_t limit; /* set in playout_create(), never changed */
	pthread_mutex_t lock;
	/* --- protected by lock */
	struct chunk *first, **end;
	size_t waiting;
	uint32_t flushes;
	bool ended;
};

int playout_create(struct playout **out, size_t limit)
{
	struct playout *p = calloc(1, sizeof *p);

	if (!p)
		return PROBLEM_MEMORY;
	if (pthread_mutex_init(&p->lock, NULL) != 0) {
		free(p);
		return PROBLEM_MEMORY;
	}
	p->limit = limit;
	p->end = &p->first;
	*out = p;
	return 0;
}

static void free_chunks(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;
		free(c);
		c = next;
	}
}

struct playout *playout_free(struct playout *p)
{
	if (!p)
		return NULL;
	free_chunks(p->first);
	pthread_mutex_destroy(&p->lock);
	free(p);
	return NULL;
}

int playout_push(struct playout *p, uint32_t block, const int16_t *samples,
		 size_t n)
{
	int err = 0;

	if (n == 0)
		return 0;
	if (n > p->limit)
		return PROBLEM_LIMIT;
	/* allocated before the lock: the voice thread must not wait for it */
	struct chunk *c = malloc(sizeof *c + n * sizeof *samples);
	if (!c)
		return PROBLEM_MEMORY;
	c->next = NULL;
	c->block = block;
	c->count = n;
	c->taken = 0;
	memcpy(c->samples, samples, n * sizeof *samples);

	pthread_mutex_lock(&p->lock);
	if (n > p->limit - p->waiting) {
		err = PROBLEM_LIMIT;
	} else {
		*p->end = c;
		p->end = &c->next;
		p->waiting += n;
		p->ended = false;
		c = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	free(c);
	return err;
}

void playout_end(struct playout *p)
{
	pthread_mutex_lock(&p->lock);
	p->ended = true;
	pthread_mutex_unlock(&p->lock);
}

size_t playout_flush(struct playout *p)
{
	pthread_mutex_lock(&p->lock);
	struct chunk *dropped = p->first;
	size_t n = p->waiting;
	p->first = NULL;
	p->end = &p->first;
	p->waiting = 0;
	p->ended = false;
	p->flushes++;
	pthread_mutex_unlock(&p->lock);
	free_chunks(dropped);
	return n;
}

/* Called locked.  Returns the chunk when it has been used up. */
static struct chunk *take_locked(struct playout *p, int16_t *dst, size_t n,
				 size_t *took)
{
	struct chunk *c = p->first;

	*took = c->count - c->taken;
	if (*took > n)
		*took = n;
	memcpy(dst, c->samples + c->taken, *took * sizeof *dst);
	c->taken += *took;
	p->waiting -= *took;
	if (c->taken < c->count)
		return NULL;
	p->first = c->next;
	if (!p->first)
		p->end = &p->first;
	return c;
}

struct playout_piece playout_pull(struct playout *p, int16_t *dst, size_t n)
{
	struct playout_piece piece = {.count = 0};
	struct chunk *used_up = NULL;

	pthread_mutex_lock(&p->lock);
	/* under one lock with the samples: a flush and the first push of the
	 * next answer may come between two calls */
	piece.flushes = p->flushes;
	if (p->first)
		piece.block = p->first->block;
	while (piece.count < n && p->first && p->first->block == piece.block) {
		size_t took;
		struct chunk *c = take_locked(p, dst + piece.count,
					      n - piece.count, &took);

		piece.count += took;
		if (c) {
			c->next = used_up;
			used_up = c;
		}
	}
	pthread_mutex_unlock(&p->lock);
	free_chunks(used_up);
	return piece;
}

size_t playout_waiting(struct playout *p)
{
	pthread_mutex_lock(&p->lock);
	size_t n = p->waiting;
	pthread_mutex_unlock(&p->lock);
	return n;
}

bool playout_is_whole(struct playout *p)
{
	pthread_mutex_lock(&p->lock);
	bool whole = p->ended && p->waiting == 0;
	pthread_mutex_unlock(&p->lock);
	return whole;
}
