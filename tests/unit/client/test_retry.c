#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/conversation/retry.h"
#include "net/base/problem.h"
#include "net/base/random.h"

enum { NO = -1, MOST = 8 };

/* A row is a run of problems, one after another, and the delays: exact when
 * least is most. */
struct step {
	int code;
	unsigned after_ms; /* Retry-After */
	int least, most;   /* ms; NO: not tried again */
};

static const struct {
	const char *why;
	unsigned tries;
	bool connected;
	struct step steps[MOST];
} rows[] = {
	{"a lost line: 3 s more each time, then the end",
	 3,
	 true,
	 {{PROBLEM_CLOSED, 0, 3000, 3000},
	  {PROBLEM_CONNECT, 0, 6000, 6000},
	  {PROBLEM_TIMEOUT, 0, 9000, 9000},
	  {PROBLEM_SERVER, 0, NO, NO}}},
	{"damaged frames and filtered speech: a new stream",
	 5,
	 true,
	 {{PROBLEM_PROTOCOL, 0, 3000, 3000},
	  {PROBLEM_FILTERED, 0, 6000, 6000}}},
	{"refused as wrong: once",
	 5,
	 true,
	 {{PROBLEM_UNCLEAR, 0, 3000, 3000}, {PROBLEM_UNCLEAR, 0, NO, NO}}},
	{"refused as wrong again, with a loss in between: once all the same",
	 5,
	 true,
	 {{PROBLEM_UNCLEAR, 0, 3000, 3000},
	  {PROBLEM_CLOSED, 0, 6000, 6000},
	  {PROBLEM_UNCLEAR, 0, NO, NO}}},
	{"throttled: up to twice as long each time, never over 30 s",
	 6,
	 true,
	 {{PROBLEM_THROTTLED, 0, 0, 3000},
	  {PROBLEM_THROTTLED, 0, 0, 6000},
	  {PROBLEM_THROTTLED, 0, 0, 12000},
	  {PROBLEM_THROTTLED, 0, 0, 24000},
	  {PROBLEM_THROTTLED, 0, 0, 30000},
	  {PROBLEM_THROTTLED, 0, 0, 30000},
	  {PROBLEM_THROTTLED, 0, NO, NO}}},
	{"throttled with a Retry-After: not before that",
	 5,
	 true,
	 {{PROBLEM_THROTTLED, 20000, 20000, 22999},
	  {PROBLEM_THROTTLED, 120000, 120000, 122999},
	  {PROBLEM_THROTTLED, 120001, NO, NO}}},
	{"a Retry-After of a service that is away",
	 5,
	 true,
	 {{PROBLEM_SERVER, 10000, 10000, 10000},
	  {PROBLEM_SERVER, 1000, 6000, 6000}}},
	{"never",
	 5,
	 true,
	 {{PROBLEM_DENIED, 0, NO, NO},
	  {PROBLEM_MODEL, 0, NO, NO},
	  {PROBLEM_REJECTED, 0, NO, NO},
	  {PROBLEM_CLOCK, 0, NO, NO},
	  {PROBLEM_TLS, 0, NO, NO},
	  {PROBLEM_ORDER, 0, NO, NO},
	  {PROBLEM_MEMORY, 0, NO, NO}}},
	{"--reconnect 0",
	 0,
	 true,
	 {{PROBLEM_CLOSED, 0, NO, NO}, {PROBLEM_THROTTLED, 0, NO, NO}}},
	{"the first connection: who answers may be ready soon",
	 3,
	 false,
	 {{PROBLEM_THROTTLED, 0, 0, 3000},
	  {PROBLEM_SERVER, 0, 6000, 6000},
	  {PROBLEM_SERVER, 0, 9000, 9000},
	  {PROBLEM_SERVER, 0, NO, NO}}},
	{"the first connection: nobody there, or the wrong one",
	 5,
	 false,
	 {{PROBLEM_CONNECT, 0, NO, NO},
	  {PROBLEM_PROTOCOL, 0, NO, NO},
	  {PROBLEM_TIMEOUT, 0, NO, NO},
	  {PROBLEM_CLOSED, 0, NO, NO},
	  {PROBLEM_UNCLEAR, 0, NO, NO}}},
};

static void run(size_t i)
{
	struct retry r;

	retry_init(&r, rows[i].tries, 0);
	for (size_t j = 0; j < MOST && rows[i].steps[j].code; j++) {
		const struct step *s = &rows[i].steps[j];
		const struct problem p = {.code = s->code,
					  .retry_after_ms = s->after_ms};
		unsigned delay = 0;
		int got = retry_next(&r, &p, rows[i].connected, &delay)
				  ? (int)delay
				  : NO;
		if (got < s->least || got > s->most)
			fail_msg("%s, step %zu: %d ms, not %d to %d",
				 rows[i].why, j + 1, got, s->least, s->most);
	}
}

static void each_problem_is_tried_again_as_it_deserves(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		random_seed(seed);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			run(i);
	}
	random_seed(0);
}

/* The whole width is used, or all who were refused come back together. */
static void throttled_clients_spread_out(void **state)
{
	unsigned least = RETRY_STEP_MS, most = 0;

	(void)state;
	random_seed(7);
	for (int i = 0; i < 200; i++) {
		const struct problem p = {.code = PROBLEM_THROTTLED};
		struct retry r;
		unsigned delay = 0;

		retry_init(&r, 5, 0);
		assert_true(retry_next(&r, &p, true, &delay));
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	random_seed(0);
	assert_true(least < RETRY_STEP_MS / 10);
	assert_true(most > RETRY_STEP_MS * 9 / 10);
}

static void an_answer_sets_the_count_back(void **state)
{
	const struct problem lost = {.code = PROBLEM_CLOSED};
	const struct problem unclear = {.code = PROBLEM_UNCLEAR};
	struct retry r;
	unsigned delay;

	(void)state;
	retry_init(&r, 2, 1000);
	assert_true(retry_next(&r, &lost, true, &delay));
	assert_true(retry_next(&r, &unclear, true, &delay));
	assert_int_equal(delay, 2000);
	assert_false(retry_next(&r, &lost, true, &delay));
	retry_reset(&r);
	assert_true(retry_next(&r, &unclear, true, &delay));
	assert_int_equal(delay, 1000);
	assert_int_equal(r.attempt, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_problem_is_tried_again_as_it_deserves),
		cmocka_unit_test(throttled_clients_spread_out),
		cmocka_unit_test(an_answer_sets_the_count_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
