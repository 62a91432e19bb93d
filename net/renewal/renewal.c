/* renewal: when a stream that renews itself prepares the next and moves. */
#include "net/base/log.h"
#include "net/renewal/renewing_private.h"

enum {
	/* While a renewal is due and waits for its moment, it looks so often:
	 * pauses and sound that has been heard are no events. */
	LOOK_US = 50000,
	/* Some kinds open only when the audio container does. */
	OPEN_WAIT_US = 5000000,
	/* A stream without audio dies after 55 s. */
	PREPARED_US = 40000000,
	PREPARE_AHEAD_US = 15000000,
	/* From this long after the end of speech an answer may be on its way;
	 * the service waits 1.5 s at least. */
	OWED_FROM_MS = 800,
	OWED_TO_MS = 8000,
	/* Credentials that cannot be had anew are not asked for all the time.
	 */
	LEAST_AGE_US = 30000000,
	/* So often the service may say that it is too much before the present
	 * stream is given up for the next. */
	THROTTLED_MOST = 2,
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void renewal_look_at(struct renewing *r, uint64_t due_us)
{
	if (!r->step.active || due_us < r->step.due_us)
		timer_start_at(&r->step, due_us);
}

void renewal_poke(struct renewing *r)
{
	if (!r->freed && !r->closed)
		renewal_look_at(r, clock_now_us(r->clock));
}

/* --- when --- */

struct plan {
	uint64_t due_us, force_us;
};

static struct plan plan_for(const struct renewing *r)
{
	const struct renewing_settings *s = &r->u->settings;
	const struct leg *l = r->present;
	uint64_t now = clock_now_us(r->clock);
	struct plan plan = {
		.due_us = l->born_us + s->renew_after_ms * UINT64_C(1000),
		.force_us = l->born_us + s->force_after_ms * UINT64_C(1000),
	};
	int64_t expires_ms = nova_stream_expires_ms(l->stream);

	if (expires_ms) {
		int64_t left_ms = expires_ms - clock_wall_ms(r->clock);
		int64_t margin = s->credentials_margin_ms;
		uint64_t age = least(LEAST_AGE_US, plan.due_us - l->born_us);
		int64_t due_in = (left_ms - margin) * 1000;
		int64_t force_in = (left_ms - margin / 4) * 1000;
		uint64_t due = now + (uint64_t)(due_in > 0 ? due_in : 0);
		uint64_t force = now + (uint64_t)(force_in > 0 ? force_in : 0);

		if (due < l->born_us + age)
			due = l->born_us + age;
		plan.due_us = least(plan.due_us, due);
		plan.force_us = least(plan.force_us,
				      force > due ? force : due + 1);
	}
	if (r->asked)
		plan.due_us = least(plan.due_us, now);
	return plan;
}

static bool learner_waits(const struct renewing *r)
{
	unsigned quiet_ms = learner_turns_quiet_ms(&r->turns);

	if (!learner_turns_unanswered(&r->turns))
		return false;
	/* Not all of it could be given again. */
	if (learner_turns_from(&r->turns) < learner_audio_oldest(&r->audio))
		return true;
	return !learner_turns_speaking(&r->turns) && quiet_ms >= OWED_FROM_MS &&
	       quiet_ms < OWED_TO_MS;
}

bool renewal_between_turns(const struct renewing *r)
{
	return !calls_wait(r) && !answer_watch_busy(&r->answer) &&
	       !answer_watch_owed(&r->answer) && !learner_waits(r);
}

/* --- preparing --- */

static void drop_coming(struct renewing *r)
{
	struct leg *l = r->coming;

	r->coming = NULL;
	if (l)
		leg_end(l);
}

static bool prepare(struct renewing *r)
{
	struct problem p = {0};
	int err = leg_open(&r->coming, r, &p);

	if (err)
		return move_refused(r, &p);
	err = leg_prepare(r->coming);
	if (!err)
		return true;
	r->coming = leg_free(r->coming);
	problem_set(&p, err, "%s: the session cannot be opened (%s)",
		    r->u->base.name, problem_name(err));
	return move_refused(r, &p);
}

static bool usable(const struct renewing *r, const struct leg *l)
{
	return l->opened || clock_now_us(r->clock) >= l->born_us + OPEN_WAIT_US;
}

/* --- looking --- */

static bool answer_sounds(const struct renewing *r)
{
	return r->answer.active && r->answer.sounds;
}

/* Returns false when the owner has freed r. */
static bool look_deaf(struct renewing *r)
{
	if (r->coming && usable(r, r->coming))
		return move_over(r, false);
	if (r->coming)
		renewal_look_at(r, r->coming->born_us + OPEN_WAIT_US);
	else if (clock_now_us(r->clock) >= r->retry_us)
		return prepare(r);
	else
		renewal_look_at(r, r->retry_us);
	return true;
}

static bool look_due(struct renewing *r, const struct plan *plan)
{
	uint64_t now = clock_now_us(r->clock);
	bool forced = now >= plan->force_us;
	bool now_possible = !r->opening.in_block &&
			    (forced || renewal_between_turns(r));
	uint64_t ahead = least(PREPARE_AHEAD_US,
			       (plan->force_us - plan->due_us) / 2);

	renewal_look_at(r, now + LOOK_US);
	if (r->coming && now >= r->coming->born_us + PREPARED_US)
		drop_coming(r);
	if (r->coming)
		return !now_possible || !usable(r, r->coming) ||
		       move_over(r, false);
	if (r->throttled >= THROTTLED_MOST || (forced && r->throttled))
		return !now_possible || move_aside(r);
	if (now < r->retry_us)
		return true;
	if (now_possible || answer_sounds(r) || now + ahead >= plan->force_us)
		return prepare(r);
	return true;
}

static void look(struct renewing *r)
{
	struct plan plan;

	if (r->finishing) {
		drop_coming(r);
		if (!r->present)
			renewing_close(r, &(struct problem){0});
		return;
	}
	if (r->cut_rest && learner_turns_speaking(&r->turns) &&
	    !deliver_cut_rest(r))
		return;
	if (!r->present) {
		look_deaf(r);
		return;
	}
	/* Before its opening is complete there is nothing to renew. */
	if (!r->opened || r->cannot_renew || !r->opening.audio.content_id)
		return;
	plan = plan_for(r);
	if (clock_now_us(r->clock) >= plan.due_us)
		look_due(r, &plan);
	else
		renewal_look_at(r, plan.due_us);
}

void renewal_step(void *arg)
{
	struct renewing *r = arg;

	renewing_enter(r);
	if (!r->closed)
		look(r);
	renewing_leave(r);
}

/* --- streams below --- */

void renewal_leg_opened(struct leg *l)
{
	struct renewing *r = l->r;
	const struct nova_stream_listener *to = &r->base.listener;

	renewing_enter(r);
	renewal_poke(r);
	if (l == r->present && !r->opened) {
		r->opened = true;
		to->opened(to->arg, *l->session_id ? l->session_id : NULL);
	}
	renewing_leave(r);
}

/* The present stream has broken.  What it broke of, the next one would too when
 * that was what we say or what was said. */
static void lost(struct renewing *r, const struct problem *why)
{
	bool would_again = why->code == PROBLEM_FILTERED ||
			   problem_retry(why->code) == PROBLEM_RETRY_NEVER;

	if (r->coming && r->coming->opened && !r->finishing && !would_again) {
		log_warn("renewal", "the session was lost: %s", why->text);
		move_over(r, true);
	} else {
		renewing_close(r, why);
	}
}

void renewal_leg_closed(struct leg *l, const struct problem *why)
{
	struct renewing *r = l->r;
	struct problem told = *why;

	renewing_enter(r);
	if (l == r->present) {
		lost(r, &told);
	} else if (l == r->coming) {
		r->coming = leg_free(l);
		move_refused(r, &told);
	} else {
		leg_free(l);
		/* It may have been in the way of the next one. */
		if (!r->present && !r->coming) {
			r->retry_us = least(r->retry_us,
					    clock_now_us(r->clock));
			renewal_poke(r);
		}
	}
	renewing_leave(r);
}
