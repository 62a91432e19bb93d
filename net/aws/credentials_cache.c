#include "net/aws/credentials_cache.h"

#include <stdbool.h>
#include <stdlib.h>

#include "net/aws/provider.h"
#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"

struct cache {
	struct credentials_source base; /* first */
	struct clock *clock;            /* borrowed */
	struct provider *provider;      /* owned */
	struct credentials kept;        /* key_id NULL: none yet */
	struct problem failure;         /* of the last fetch; code 0: none */
	struct credentials_call *waiting, **tail;
	/* Nothing is fetched or answered from within get(). */
	struct timer turn;
	bool fetching;
	bool settled; /* those who wait are answered with what was fetched last,
		       * however short its life is */
};

static bool is_good_for(const struct cache *c, int64_t more_ms)
{
	return c->kept.key_id &&
	       (c->kept.expires_ms == 0 ||
		clock_wall_ms(c->clock) + more_ms < c->kept.expires_ms);
}

static void on_fetched(void *arg, const struct credentials *got,
		       const struct problem *why)
{
	struct cache *c = arg;
	struct credentials copy;

	c->fetching = false;
	c->failure = (struct problem){0};
	if (got && credentials_copy(&copy, got) == 0) {
		credentials_clear(&c->kept);
		c->kept = copy;
		log_info("aws", "credentials from %s", copy.source);
	} else if (got) {
		problem_set(&c->failure, PROBLEM_MEMORY, "AWS: out of memory");
	} else {
		c->failure = *why;
	}
	if (c->failure.code && is_good_for(c, 0)) {
		log_warn("aws", "kept the old credentials: %s",
			 c->failure.text);
		c->failure = (struct problem){0};
	}
	c->settled = true;
	timer_start(&c->turn, 0);
}

static void cache_cancel(struct credentials_source *s,
			 struct credentials_call *q)
{
	struct cache *c = (struct cache *)(void *)s;
	struct credentials_call **at = &c->waiting;

	while (*at && *at != q)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = q->next;
	if (!*at)
		c->tail = at;
}

/* One answer a turn: the one who is told may ask again, cancel others, or free
 * the source. */
static void on_turn(void *arg)
{
	struct cache *c = arg;
	struct credentials_call *q = c->waiting;

	if (c->fetching)
		return;
	if (!q) {
		c->settled = false;
		return;
	}
	if (!c->settled && !is_good_for(c, CREDENTIALS_MARGIN_MS)) {
		c->fetching = true;
		provider_start(c->provider, on_fetched, c);
		return;
	}
	const struct problem *why = c->settled && c->failure.code ? &c->failure
								  : NULL;
	cache_cancel(&c->base, q);
	c->settled = c->settled && c->waiting;
	if (c->waiting)
		timer_start(&c->turn, 0);
	q->source = NULL;
	q->done(q->arg, why ? NULL : &c->kept, why);
}

static void cache_get(struct credentials_source *s, struct credentials_call *q)
{
	struct cache *c = (struct cache *)(void *)s;

	q->next = NULL;
	*c->tail = q;
	c->tail = &q->next;
	if (!c->fetching)
		timer_start(&c->turn, 0);
}

static void cache_free(struct credentials_source *s)
{
	struct cache *c = (struct cache *)(void *)s;

	timer_stop(&c->turn);
	provider_free(c->provider);
	credentials_clear(&c->kept);
	free(c);
}

int credentials_cache_create(struct credentials_source **out,
			     struct clock *clock, struct provider *provider)
{
	static const struct credentials_source_ops ops = {cache_get,
							  cache_cancel,
							  cache_free};
	struct cache *c = calloc(1, sizeof *c);

	if (!c) {
		provider_free(provider);
		return PROBLEM_MEMORY;
	}
	c->base.ops = &ops;
	c->clock = clock;
	c->provider = provider;
	c->tail = &c->waiting;
	timer_init(&c->turn, clock, on_turn, c);
	*out = &c->base;
	return 0;
}
