#include "client/conversation/retry.h"

#include "net/base/problem.h"
#include "net/base/random.h"

void retry_init(struct retry *r, unsigned tries, unsigned step_ms)
{
	*r = (struct retry){
		.tries = tries,
		.step_ms = step_ms ? step_ms : RETRY_STEP_MS,
	};
}

static bool may_help(const struct retry *r, const struct problem *why,
		     bool was_connected)
{
	if (r->attempt >= r->tries || why->retry_after_ms > RETRY_AFTER_MOST_MS)
		return false;
	switch (problem_retry(why->code)) {
	case PROBLEM_RETRY_NEVER:
		return false;
	case PROBLEM_RETRY_ONCE:
		return was_connected && !r->once_used;
	case PROBLEM_RETRY_STEADY:
		return was_connected || why->code == PROBLEM_SERVER;
	case PROBLEM_RETRY_BACK_OFF:
		return true;
	}
	return false;
}

/* Full jitter: those who were refused together do not come back together. */
static unsigned back_off_ms(const struct retry *r)
{
	unsigned most = r->step_ms;

	for (unsigned i = 1; i < r->attempt && most < RETRY_BACK_OFF_MOST_MS;
	     i++)
		most *= 2;
	if (most > RETRY_BACK_OFF_MOST_MS)
		most = RETRY_BACK_OFF_MOST_MS;
	return random_below(most + 1);
}

bool retry_next(struct retry *r, const struct problem *why, bool was_connected,
		unsigned *delay_ms)
{
	bool backs_off = problem_retry(why->code) == PROBLEM_RETRY_BACK_OFF;
	unsigned delay;

	if (!may_help(r, why, was_connected))
		return false;
	r->attempt++;
	if (problem_retry(why->code) == PROBLEM_RETRY_ONCE)
		r->once_used = true;
	delay = backs_off ? back_off_ms(r) : r->step_ms * r->attempt;
	if (backs_off && why->retry_after_ms)
		delay = why->retry_after_ms + random_below(r->step_ms);
	else if (delay < why->retry_after_ms)
		delay = why->retry_after_ms;
	*delay_ms = delay;
	return true;
}

void retry_reset(struct retry *r)
{
	r->attempt = 0;
	r->once_used = false;
}
