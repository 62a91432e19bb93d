/* move: how a stream that renews itself leaves one stream for the next. */
#include "net/base/log.h"
#include "net/renewal/renewing_private.h"

enum {
	GOODBYE_US = 1000000,
	/* A turn that is heard again has its pause with it: its transcript
	 * comes at once. */
	REPEAT_LIMIT_US = 10000000,
	RETRY_LEAST_US = 2000000,
	RETRY_MOST_US = 10000000,
	DEAF_RETRY_LEAST_US = 250000,
	DEAF_RETRY_MOST_US = 2000000,
};

static const uint64_t DEAF_LIMIT_US = LEARNER_AUDIO_MAX_MS * UINT64_C(1000);

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* --- what is told of it --- */

static bool tell(struct renewing *r, struct renewal_report *report)
{
	const struct renewing_settings *s = &r->u->settings;
	static const struct problem none;

	if (!report->why)
		report->why = &none;
	if (s->renewed)
		s->renewed(s->arg, report);
	return !r->freed;
}

bool move_refused(struct renewing *r, const struct problem *why)
{
	uint64_t now = clock_now_us(r->clock);
	uint64_t step = r->present ? RETRY_LEAST_US : DEAF_RETRY_LEAST_US;
	uint64_t most = r->present ? RETRY_MOST_US : DEAF_RETRY_MOST_US;
	struct renewal_report report = {.number = r->number + 1, .why = why};

	log_warn("renewal", "no next session: %s", why->text);
	if (why->code == PROBLEM_THROTTLED)
		r->throttled++;
	for (unsigned i = 0; i < r->refusals && step < most; i++)
		step *= 2;
	r->retry_us = now + least(step, most);
	if (r->retry_us < now + why->retry_after_ms * UINT64_C(1000))
		r->retry_us = now + why->retry_after_ms * UINT64_C(1000);
	if (!r->present && (r->retry_us > r->deaf_us + DEAF_LIMIT_US ||
			    problem_retry(why->code) == PROBLEM_RETRY_NEVER)) {
		renewing_close(r, why);
		return !r->freed;
	}
	renewal_look_at(r, r->retry_us);
	r->refusals++;
	if (r->refusal_told)
		return true;
	r->refusal_told = true;
	return tell(r, &report);
}

/* --- moving over --- */

static void forget_refusals(struct renewing *r)
{
	r->asked = r->refusal_told = false;
	r->refusals = r->throttled = 0;
	r->retry_us = 0;
}

/* The answer ends here for the owner, who plays what it has. */
static bool close_answer(struct renewing *r)
{
	bool busy = answer_watch_busy(&r->answer);
	int err = answer_watch_close(&r->answer, r->opening.prompt_name,
				     deliver_made, r);

	if (err)
		log_warn("renewal", "no memory for the history");
	r->cut_rest = busy;
	calls_make_old(r);
	return !r->freed;
}

/* A question that the learner has spoken on after is not answered by itself any
 * more: it is history, and what came after is heard. */
static uint64_t begin_after_questions(const struct renewing *r)
{
	uint64_t from = learner_turns_from(&r->turns);

	for (size_t i = 0; i < r->account.count; i++) {
		const struct question *q = &r->account.questions[i];

		if (!q->typed && q->end > from &&
		    learner_turns_spoke_after(&r->turns, q->end))
			from = q->end;
	}
	return from;
}

static uint64_t begin_of_audio(struct renewing *r)
{
	uint64_t from = account_begin(&r->account, begin_after_questions(r),
				      learner_audio_oldest(&r->audio));
	int forgotten = account_settle(&r->account, from);

	if (forgotten < 0)
		log_warn("renewal", "no memory for the history");
	if (forgotten > 0)
		r->repeats_until_us = clock_now_us(r->clock) + REPEAT_LIMIT_US;
	learner_turns_answered_to(&r->turns, from);
	return from;
}

static bool take_over(struct renewing *r, struct renewal_report *report,
		      uint64_t from)
{
	struct leg *old = r->present;
	uint64_t now = clock_now_us(r->clock);

	r->present = r->coming;
	r->coming = NULL;
	if (old) {
		deliver_leg_gone(r, old);
		leg_end(old);
	}
	report->number = ++r->number;
	if (r->audio.rate_hz)
		report->replayed_ms = (uint32_t)((r->audio.end - from) * 1000 /
						 r->audio.rate_hz);
	if (r->deaf_us)
		report->gap_ms = (uint32_t)((now - r->deaf_us) / 1000);
	if (*r->present->session_id)
		report->session_id = r->present->session_id;
	r->deaf_us = 0;
	forget_refusals(r);
	log_info("renewal", "renewal %u%s: %u ms given again, gap %u ms",
		 report->number,
		 report->forced ? ", forced"
		 : report->lost ? ", after a loss"
				: "",
		 report->replayed_ms, report->gap_ms);
	renewal_poke(r);
	return tell(r, report);
}

bool move_over(struct renewing *r, bool lost)
{
	struct renewal_report report = {
		.forced = r->present && !lost && !renewal_between_turns(r),
		.lost = lost,
	};
	struct problem p;

	if (r->present && !close_answer(r))
		return false;

	uint64_t from = begin_of_audio(r);
	int err = leg_feed(r->coming, from);
	if (!err)
		return take_over(r, &report, from);

	problem_set(&p, err,
		    "%s: the next session does not take the audio "
		    "(%s)",
		    r->u->base.name, problem_name(err));
	/* What the owner was told cannot be taken back. */
	if (report.forced || lost) {
		renewing_close(r, &p);
		return !r->freed;
	}
	r->coming = leg_free(r->coming);
	return move_refused(r, &p);
}

/* The service takes no second stream: the present one makes room. */
bool move_aside(struct renewing *r)
{
	struct leg *old = r->present;

	if (!close_answer(r))
		return false;
	r->present = NULL;
	r->deaf_us = clock_now_us(r->clock);
	r->refusals = 0;
	r->retry_us = r->deaf_us + GOODBYE_US;
	deliver_leg_gone(r, old);
	leg_end(old);
	renewal_look_at(r, r->retry_us);
	return true;
}
