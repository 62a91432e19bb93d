#include "net/renewal/answer_watch.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/session.h"
#include "net/renewal/account.h"
#include "net/renewal/learner_turns.h"

enum {
	TEXT_MAX = 256 * 1024,
	/* FINAL text comes about when its sound has been heard; some never. */
	FINAL_LIMIT_US = 2000000,
	/* Turn to answer takes 3 s at most, with a tool some more.  After this
	 * the service took for noise what we took for a turn. */
	OWED_LIMIT_US = 8000000,
};

void answer_watch_init(struct answer_watch *w, struct clock *clock,
		       struct account *account, struct learner_turns *turns)
{
	*w = (struct answer_watch){
		.clock = clock,
		.account = account,
		.turns = turns,
		.rate_hz = NOVA_OUTPUT_RATE_HZ,
	};
}

/* --- plans: what is still to become FINAL --- */

static void forget_plans(struct answer_watch *w)
{
	for (size_t i = 0; i < w->planned; i++)
		free(w->plans[i]);
	w->planned = w->finals = 0;
}

static int plan(struct answer_watch *w, const char *text)
{
	if (w->planned == w->plan_capacity) {
		size_t capacity = w->plan_capacity ? 2 * w->plan_capacity : 16;
		char **more = realloc(w->plans, capacity * sizeof *more);
		if (!more)
			return PROBLEM_MEMORY;
		w->plans = more;
		w->plan_capacity = capacity;
	}
	w->plans[w->planned] = text_copy(text);
	return w->plans[w->planned++] ? 0 : PROBLEM_MEMORY;
}

/* --- the life of an answer --- */

/* Whatever was planned and never became FINAL: the service has joined its
 * texts, or sends none. */
static int finish(struct answer_watch *w)
{
	int err = 0;

	if (w->sounds && !w->interrupted && w->finals == 0)
		for (size_t i = 0; i < w->planned && !err; i++)
			err = account_said(w->account, w->plans[i]);
	forget_plans(w);
	w->active = w->sounds = w->ended = w->interrupted = false;
	return err;
}

static int begin(struct answer_watch *w)
{
	int err = 0;

	/* FINAL text that is still to come is counted on. */
	if (w->ended && (w->interrupted || w->finals >= w->planned))
		err = finish(w);
	w->active = true;
	w->ended = w->interrupted = false;
	return err;
}

static int answered(struct answer_watch *w)
{
	w->awaited_us = 0;
	learner_turns_answered(w->turns);
	return account_answered(w->account);
}

static int begin_sound(struct answer_watch *w)
{
	int err = begin(w);

	if (!err && !w->sounds)
		err = answered(w);
	w->sounds = true;
	return err;
}

static void end_answer(struct answer_watch *w)
{
	if (w->active && !w->ended)
		w->ended_us = clock_now_us(w->clock);
	w->ended = w->active;
}

static void interrupt(struct answer_watch *w)
{
	end_answer(w);
	w->interrupted = w->active;
	w->heard_us = clock_now_us(w->clock);
}

/* --- blocks --- */

static struct watched_block *find(struct answer_watch *w, const char *id)
{
	for (size_t i = 0; id && i < w->block_count; i++)
		if (text_equal(w->blocks[i].id, id))
			return &w->blocks[i];
	return NULL;
}

static void remove_block(struct answer_watch *w, struct watched_block *b)
{
	free(b->id);
	bytes_deinit(&b->text);
	*b = w->blocks[--w->block_count];
}

static int start_block(struct answer_watch *w, const struct nova_event *e)
{
	if (!e->content_id)
		return 0;
	if (w->block_count == WATCHED_BLOCKS_MAX)
		remove_block(w, &w->blocks[0]);

	struct watched_block *b = &w->blocks[w->block_count];
	*b = (struct watched_block){
		.id = text_copy(e->content_id),
		.content = e->content,
		.role = e->role,
		.stage = e->stage,
	};
	if (!b->id)
		return PROBLEM_MEMORY;
	bytes_init(&b->text, TEXT_MAX);
	w->block_count++;
	if (b->role != NOVA_ASSISTANT)
		return 0;
	if (b->content == NOVA_AUDIO && e->rate_hz)
		w->rate_hz = e->rate_hz;
	if (b->content == NOVA_AUDIO)
		return begin_sound(w);
	return b->stage == NOVA_SPECULATIVE ? begin(w) : 0;
}

static int take_final(struct answer_watch *w, const char *text,
		      enum nova_stop stop)
{
	int err = 0;

	if (w->finals < w->planned)
		w->finals++;
	/* An answer without sound begins and ends with its text. */
	if (w->active && !w->sounds && stop != NOVA_INTERRUPTED) {
		err = answered(w);
		w->sounds = true;
		if (stop == NOVA_END_TURN && w->finals >= w->planned)
			end_answer(w);
	}
	return err ? err : account_said(w->account, text);
}

static int end_text(struct answer_watch *w, const struct watched_block *b,
		    const char *text, enum nova_stop stop)
{
	if (b->role == NOVA_USER) {
		w->awaited_us = clock_now_us(w->clock) + OWED_LIMIT_US;
		return account_heard(w->account, text,
				     learner_turns_end_of_turn(w->turns));
	}
	if (b->role != NOVA_ASSISTANT || !*text)
		return 0;
	if (b->stage == NOVA_SPECULATIVE)
		return plan(w, text);
	return take_final(w, text, stop);
}

static int end_block(struct answer_watch *w, const struct nova_event *e)
{
	struct watched_block *b = find(w, e->content_id);
	int err = 0;

	if (b && b->content == NOVA_TEXT) {
		const char *text = bytes_text(&b->text);

		err = text ? end_text(w, b, text, e->stop) : PROBLEM_MEMORY;
	}
	if (b && b->content == NOVA_AUDIO && e->stop == NOVA_END_TURN)
		end_answer(w);
	if (e->stop == NOVA_INTERRUPTED)
		interrupt(w);
	if (b)
		remove_block(w, b);
	return err;
}

static void take_sound(struct answer_watch *w, const struct nova_event *e)
{
	uint64_t now = clock_now_us(w->clock);

	if (w->heard_us < now)
		w->heard_us = now;
	w->heard_us += e->sample_count * UINT64_C(1000000) / w->rate_hz;
}

int answer_watch_take(struct answer_watch *w, const struct nova_event *e,
		      bool tool_answers)
{
	struct watched_block *b = find(w, e->content_id);

	switch (e->type) {
	case NOVA_CONTENT_START:
		return start_block(w, e);
	case NOVA_TEXT_OUTPUT:
		if (nova_event_is_interrupted_marker(e))
			interrupt(w);
		else if (b && e->text)
			return bytes_append_text(&b->text, e->text);
		return 0;
	case NOVA_AUDIO_OUTPUT:
		take_sound(w, e);
		return 0;
	case NOVA_TOOL_USE:
		return tool_answers ? answered(w) : 0;
	case NOVA_CONTENT_END:
		return end_block(w, e);
	case NOVA_COMPLETION_END:
		end_answer(w);
		return 0;
	default:
		return 0;
	}
}

void answer_watch_expect(struct answer_watch *w)
{
	w->awaited_us = clock_now_us(w->clock) + OWED_LIMIT_US;
}

bool answer_watch_busy(const struct answer_watch *w)
{
	uint64_t now = clock_now_us(w->clock);

	if (!w->active || w->interrupted)
		return false;
	if (!w->ended || now < w->heard_us)
		return true;
	uint64_t since = w->ended_us > w->heard_us ? w->ended_us : w->heard_us;
	return w->finals < w->planned && now < since + FINAL_LIMIT_US;
}

bool answer_watch_owed(const struct answer_watch *w)
{
	return clock_now_us(w->clock) < w->awaited_us;
}

/* --- closing --- */

static bool give_end(const struct watched_block *b, const char *prompt_name,
		     answer_give *give, void *arg)
{
	struct nova_event e = {
		.type = NOVA_CONTENT_END,
		.prompt_name = prompt_name,
		.content_id = b->id,
		.content = b->content,
		.stop = NOVA_PARTIAL_TURN,
	};

	if (b->content == NOVA_AUDIO)
		e.stop = NOVA_END_TURN;
	if (b->content == NOVA_TOOL)
		e.stop = NOVA_STOP_TOOL_USE;
	return give(arg, &e);
}

/* The texts that have no FINAL one yet, as said. */
static int give_rest(struct answer_watch *w, const char *prompt_name,
		     answer_give *give, void *arg)
{
	int err = 0;

	while (w->finals < w->planned && !err) {
		const char *text = w->plans[w->finals];

		err = account_said(w->account, text);
		if (!err && !answer_give_block(prompt_name, NOVA_TEXT, text,
					       NOVA_END_TURN, give, arg))
			return 0;
		w->finals++;
	}
	return err ? err : finish(w);
}

int answer_watch_close(struct answer_watch *w, const char *prompt_name,
		       answer_give *give, void *arg)
{
	bool audio_ended = false;

	w->awaited_us = 0;
	while (w->block_count > 0) {
		struct watched_block *b = &w->blocks[w->block_count - 1];

		audio_ended |= b->content == NOVA_AUDIO;
		if (!give_end(b, prompt_name, give, arg))
			return 0;
		remove_block(w, b);
	}
	if (!w->active || !answer_watch_busy(w))
		return finish(w);
	if (!w->sounds) {
		if (!answer_give_interruption(prompt_name, give, arg))
			return 0;
		w->interrupted = true;
		return finish(w);
	}
	/* What ends an answer is the end of its last sound. */
	if (!w->ended && !audio_ended &&
	    !answer_give_block(prompt_name, NOVA_AUDIO, NULL, NOVA_END_TURN,
			       give, arg))
		return 0;
	return give_rest(w, prompt_name, give, arg);
}

void answer_watch_deinit(struct answer_watch *w)
{
	while (w->block_count > 0)
		remove_block(w, &w->blocks[0]);
	forget_plans(w);
	free(w->plans);
	w->plans = NULL;
	w->plan_capacity = 0;
}
