/* The cache behind every source: one fetch for many, refresh before expiry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/aws/credentials_cache.h"
#include "net/aws/provider.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"

enum { MINUTE_MS = 60000, ASKERS = 3 };

static const int64_t START_MS = 1767323045000;

/* A provider that answers when the test says so. */
struct hand {
	struct provider base; /* first */
	unsigned starts;
	bool asked, freed;
	bool at_once; /* from within start */
	int64_t expires_ms;
	int fails; /* problem code */
};

static void answer(struct hand *h)
{
	struct credentials c = {.expires_ms = h->expires_ms};
	struct problem p;

	assert_true(h->asked);
	h->asked = false;
	if (h->fails) {
		problem_set(&p, h->fails, "no more");
		provider_fail(&h->base, &p);
		return;
	}
	c.key_id = text_format("K%u", h->starts);
	c.secret = text_copy("S3CRET");
	snprintf(c.source, sizeof c.source, "hand");
	provider_give(&h->base, &c);
	assert_null(c.secret);
}

static void hand_start(struct provider *v)
{
	struct hand *h = (struct hand *)(void *)v;

	h->starts++;
	h->asked = true;
	if (h->at_once)
		answer(h);
}

static void hand_free(struct provider *v)
{
	((struct hand *)(void *)v)->freed = true;
}

struct asker {
	struct credentials_call call;
	struct rig *rig;
	unsigned answers;
	char key_id[16];
	struct problem why;
	bool asks_again, frees;
};

struct rig {
	struct virtual_clock *clock;
	struct hand hand;
	struct credentials_source *source;
	struct asker askers[ASKERS];
};

static void open_rig(struct rig *r)
{
	static const struct provider_ops ops = {hand_start, hand_free};

	memset(r, 0, sizeof *r);
	r->hand.base.ops = &ops;
	for (size_t i = 0; i < ASKERS; i++)
		r->askers[i].rig = r;
	assert_int_equal(0, virtual_clock_create(&r->clock, START_MS));
	assert_int_equal(0,
			 credentials_cache_create(&r->source,
						  virtual_clock_clock(r->clock),
						  &r->hand.base));
}

static void close_rig(struct rig *r)
{
	credentials_source_free(r->source);
	assert_true(r->hand.freed);
	virtual_clock_free(r->clock);
}

static void ask(struct asker *a);

static void on_credentials(void *arg, const struct credentials *c,
			   const struct problem *why)
{
	struct asker *a = arg;

	assert_true(!c != !why);
	a->answers++;
	snprintf(a->key_id, sizeof a->key_id, "%s", c ? c->key_id : "");
	a->why = why ? *why : (struct problem){0};
	if (a->asks_again) {
		a->asks_again = false;
		ask(a);
	}
	if (a->frees)
		a->rig->source = credentials_source_free(a->rig->source);
}

static void ask(struct asker *a)
{
	unsigned before = a->answers;

	credentials_get(a->rig->source, &a->call, on_credentials, a);
	assert_int_equal(before, a->answers);
}

/* What is due now happens. */
static void settle(struct rig *r)
{
	virtual_clock_run_until(r->clock,
				clock_now_us(virtual_clock_clock(r->clock)));
}

static void wait_minutes(struct rig *r, int minutes)
{
	struct clock *c = virtual_clock_clock(r->clock);

	virtual_clock_run_until(r->clock, clock_now_us(c) + (uint64_t)minutes *
								    MINUTE_MS *
								    1000);
}

static void questions_at_once_lead_to_one_fetch(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	for (size_t i = 0; i < ASKERS; i++)
		ask(&r.askers[i]);
	settle(&r);
	assert_int_equal(1, r.hand.starts);
	assert_int_equal(0, r.askers[0].answers);
	answer(&r.hand);
	settle(&r);
	for (size_t i = 0; i < ASKERS; i++) {
		assert_int_equal(1, r.askers[i].answers);
		assert_string_equal("K1", r.askers[i].key_id);
		assert_null(r.askers[i].call.source);
	}
	assert_int_equal(1, r.hand.starts);
	close_rig(&r);
}

/* Keys of an hour; the margin is five minutes. */
static void they_are_fetched_anew_before_they_end(void **state)
{
	static const struct {
		int minute;
		const char *want;
	} rows[] = {
		{0, "K1"},  {30, "K1"},  {54, "K1"},
		{55, "K2"}, /* five minutes are no longer left */
		{56, "K2"}, {109, "K2"}, {111, "K3"},
	};
	struct rig r;
	int minute = 0;

	(void)state;
	open_rig(&r);
	r.hand.at_once = true;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		wait_minutes(&r, rows[i].minute - minute);
		minute = rows[i].minute;
		r.hand.expires_ms = START_MS + (minute + 60) * MINUTE_MS;
		ask(&r.askers[0]);
		settle(&r);
		assert_string_equal(rows[i].want, r.askers[0].key_id);
	}
	close_rig(&r);
}

static void a_failed_renewal_keeps_what_is_still_good(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	r.hand.at_once = true;
	r.hand.expires_ms = START_MS + 60 * MINUTE_MS;
	ask(&r.askers[0]);
	settle(&r);
	r.hand.fails = PROBLEM_TIMEOUT;
	wait_minutes(&r, 57);
	ask(&r.askers[0]);
	settle(&r);
	assert_int_equal(2, r.hand.starts);
	assert_string_equal("K1", r.askers[0].key_id);
	wait_minutes(&r, 4); /* and gone */
	ask(&r.askers[0]);
	settle(&r);
	assert_int_equal(PROBLEM_TIMEOUT, r.askers[0].why.code);
	assert_string_equal("", r.askers[0].key_id);
	/* a failure is not kept */
	r.hand.fails = 0;
	r.hand.expires_ms = 0;
	ask(&r.askers[0]);
	settle(&r);
	assert_string_equal("K4", r.askers[0].key_id);
	wait_minutes(&r, 100000); /* these never end */
	ask(&r.askers[0]);
	settle(&r);
	assert_string_equal("K4", r.askers[0].key_id);
	close_rig(&r);
}

static void a_short_life_is_given_to_those_who_waited(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	r.hand.at_once = true;
	r.hand.expires_ms = START_MS + 2 * MINUTE_MS;
	ask(&r.askers[0]);
	ask(&r.askers[1]);
	settle(&r);
	assert_int_equal(1, r.hand.starts);
	assert_string_equal("K1", r.askers[1].key_id);
	ask(&r.askers[2]);
	settle(&r);
	assert_string_equal("K2", r.askers[2].key_id);
	close_rig(&r);
}

static void who_cancels_hears_nothing(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	for (size_t i = 0; i < ASKERS; i++)
		ask(&r.askers[i]);
	settle(&r);
	credentials_cancel(&r.askers[1].call);
	credentials_cancel(&r.askers[2].call); /* the last in the line */
	credentials_cancel(&r.askers[2].call);
	ask(&r.askers[2]);
	answer(&r.hand);
	credentials_cancel(&r.askers[0].call); /* has its answer on the way */
	settle(&r);
	assert_int_equal(0, r.askers[0].answers);
	assert_int_equal(0, r.askers[1].answers);
	assert_int_equal(1, r.askers[2].answers);
	/* and what was fetched for nobody is there for the next */
	ask(&r.askers[0]);
	settle(&r);
	assert_int_equal(1, r.askers[0].answers);
	assert_int_equal(1, r.hand.starts);
	close_rig(&r);
}

static void one_may_ask_again_from_within_the_answer(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	r.hand.at_once = true;
	r.hand.fails = PROBLEM_SERVER;
	r.askers[0].asks_again = true;
	ask(&r.askers[0]);
	settle(&r);
	assert_int_equal(2, r.askers[0].answers);
	assert_int_equal(2, r.hand.starts);
	close_rig(&r);
}

static void the_source_may_be_freed_in_the_answer_or_before(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	r.hand.at_once = true;
	r.askers[0].frees = true;
	ask(&r.askers[0]);
	settle(&r);
	assert_int_equal(1, r.askers[0].answers);
	close_rig(&r);

	open_rig(&r);
	ask(&r.askers[0]);
	settle(&r);
	assert_true(r.hand.asked); /* a fetch is under way */
	close_rig(&r);
}

static void fixed_keys_are_given_for_ever(void **state)
{
	struct problem p = {0};
	struct rig r;

	(void)state;
	open_rig(&r);
	struct credentials_source *chained = r.source;
	assert_int_equal(0,
			 credentials_fixed_create(&r.source,
						  virtual_clock_clock(r.clock),
						  "A", "S3CRET", "", &p));
	ask(&r.askers[0]);
	settle(&r);
	assert_string_equal("A", r.askers[0].key_id);
	credentials_source_free(r.source);

	assert_int_equal(PROBLEM_USAGE,
			 credentials_fixed_create(&r.source,
						  virtual_clock_clock(r.clock),
						  "A", "", NULL, &p));
	/* what was copied with a line end is refused without being shown */
	assert_int_equal(0,
			 credentials_fixed_create(&r.source,
						  virtual_clock_clock(r.clock),
						  "A", "S3CRET\n", NULL, &p));
	ask(&r.askers[0]);
	settle(&r);
	assert_int_equal(PROBLEM_USAGE, r.askers[0].why.code);
	assert_non_null(strstr(r.askers[0].why.text,
			       "the secret key has a blank or a line end"));
	assert_null(strstr(r.askers[0].why.text, "S3CRET"));
	credentials_source_free(r.source);
	r.source = chained;
	close_rig(&r);
}

/* --- what providers share --- */

static void times_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} rows[] = {
		{"2026-01-02T03:04:05Z", 1767323045000},
		{"2026-01-02T03:04:05.25Z", 1767323045250},
		{"2026-01-02T03:04:05.123456789Z", 1767323045123},
		{"2026-01-02T04:04:05+01:00", 1767323045000},
		{"2026-01-02T00:34:05-0230", 1767323045000},
		{"2026-01-02T03:04:05", -1},
		{"2026-01-02", -1},
		{"2026-13-02T03:04:05Z", -1},
		{"2026-01-02T03:04:05Zx", -1},
		{"2026-01-02T03:04:05+01", -1},
		{"1767323045", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t ms = -1;
		int err = aws_time_parse(&ms, rows[i].text);
		if ((err ? -1 : ms) != rows[i].ms)
			fail_msg("%s", rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_at_once_lead_to_one_fetch),
		cmocka_unit_test(they_are_fetched_anew_before_they_end),
		cmocka_unit_test(a_failed_renewal_keeps_what_is_still_good),
		cmocka_unit_test(a_short_life_is_given_to_those_who_waited),
		cmocka_unit_test(who_cancels_hears_nothing),
		cmocka_unit_test(one_may_ask_again_from_within_the_answer),
		cmocka_unit_test(
			the_source_may_be_freed_in_the_answer_or_before),
		cmocka_unit_test(fixed_keys_are_given_for_ever),
		cmocka_unit_test(times_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
