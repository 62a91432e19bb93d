#include <stdlib.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/renewal/renewing_private.h"

/* --- usage: each stream counts from nothing, the owner sees one sum --- */

static struct nova_usage sum(const struct nova_usage *a,
			     const struct nova_usage *b)
{
	return (struct nova_usage){
		.input_speech = a->input_speech + b->input_speech,
		.input_text = a->input_text + b->input_text,
		.output_speech = a->output_speech + b->output_speech,
		.output_text = a->output_text + b->output_text,
		.total_input = a->total_input + b->total_input,
		.total_output = a->total_output + b->total_output,
		.total = a->total + b->total,
	};
}

static struct nova_usage difference(const struct nova_usage *a,
				    const struct nova_usage *b)
{
	return (struct nova_usage){
		.input_speech = a->input_speech - b->input_speech,
		.input_text = a->input_text - b->input_text,
		.output_speech = a->output_speech - b->output_speech,
		.output_text = a->output_text - b->output_text,
		.total_input = a->total_input - b->total_input,
		.total_output = a->total_output - b->total_output,
		.total = a->total - b->total,
	};
}

void deliver_leg_gone(struct renewing *r, struct leg *l)
{
	r->spent = sum(&r->spent, &l->usage);
}

/* It is in the next sum that the present stream tells. */
void deliver_usage_of_old(struct renewing *r, struct leg *l,
			  const struct nova_usage *u)
{
	struct nova_usage more = difference(u, &l->usage);

	l->usage = *u;
	if (l != r->coming)
		r->spent = sum(&r->spent, &more);
}

/* --- what passes --- */

static bool give(struct renewing *r, const struct nova_event *e)
{
	const struct nova_stream_listener *to = &r->base.listener;

	to->event(to->arg, e);
	return !r->freed;
}

bool deliver_made(void *arg, const struct nova_event *e)
{
	return give(arg, e);
}

bool deliver_cut_rest(struct renewing *r)
{
	if (!r->cut_rest)
		return true;
	r->cut_rest = false;
	if (clock_now_us(r->clock) >= r->answer.heard_us)
		return true;
	r->answer.heard_us = clock_now_us(r->clock);
	return answer_give_interruption(r->opening.prompt_name, deliver_made,
					r);
}

/* The transcript of sound that was given again: the owner has it. */
static bool is_repeated(struct renewing *r, const struct nova_event *e)
{
	bool swallowed = e->content_id &&
			 text_equal(e->content_id, r->swallowed_id);

	if (swallowed && e->type == NOVA_CONTENT_END) {
		free(r->swallowed_id);
		r->swallowed_id = NULL;
	}
	if (swallowed || e->type != NOVA_CONTENT_START ||
	    e->content != NOVA_TEXT || e->role != NOVA_USER ||
	    clock_now_us(r->clock) >= r->repeats_until_us)
		return swallowed;
	r->repeats_until_us = 0;
	free(r->swallowed_id);
	r->swallowed_id = text_copy(e->content_id);
	return true;
}

static bool starts_an_answer(const struct nova_event *e)
{
	return e->type == NOVA_CONTENT_START && e->role == NOVA_ASSISTANT &&
	       (e->content == NOVA_AUDIO || e->stage == NOVA_SPECULATIVE);
}

static void follow(struct renewing *r, const struct nova_event *e)
{
	bool tells = nova_model_find(r->u->settings.model)->text_input;
	int err = answer_watch_take(&r->answer, e, tells);

	if (!err && e->type == NOVA_TOOL_USE && e->tool_use_id)
		err = calls_add(r, e->tool_use_id, e->tool_name);
	if (err)
		log_warn("renewal", "no memory to follow the conversation");
}

bool deliver_event(struct renewing *r, struct leg *l,
		   const struct nova_event *e)
{
	struct nova_event changed;

	if (starts_an_answer(e) && !deliver_cut_rest(r))
		return false;
	follow(r, e);
	if (is_repeated(r, e))
		return true;
	if (e->type == NOVA_COMPLETION_START) {
		if (r->completion_told)
			return true;
		r->completion_told = true;
	}
	if (e->type != NOVA_USAGE)
		return give(r, e);
	l->usage = e->usage;
	changed = *e;
	changed.usage = sum(&r->spent, &e->usage);
	return give(r, &changed);
}
