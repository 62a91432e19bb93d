/*
 * core_events: what the client sends.  Blocks are collected until their end;
 * a breach of the order ends the session.
 */
#include "net/sim/core_private.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/nova/order.h"

enum { TEXT_LIMIT = 256 * 1024 }; /* of one block */

static const char INVALID_INPUT[] =
	"Invalid input request, please fix your input and try again.";

/* --- blocks of the client --- */

static struct sim_block *block_free(struct sim_block *b)
{
	if (!b)
		return NULL;
	free(b->name);
	free(b->tool_use_id);
	bytes_deinit(&b->text);
	free(b);
	return NULL;
}

static int block_open(struct sim_core *c, const struct nova_event *e)
{
	struct sim_block *b = calloc(1, sizeof *b);

	if (!b)
		return PROBLEM_MEMORY;
	bytes_init(&b->text, TEXT_LIMIT);
	b->name = text_copy(e->content_id);
	b->content = e->content;
	b->role = e->role;
	b->interactive = e->interactive;
	b->tool_use_id = text_copy(e->tool_use_id);
	if (!b->name || (e->tool_use_id && !b->tool_use_id)) {
		block_free(b);
		return PROBLEM_MEMORY;
	}
	b->next = c->blocks;
	c->blocks = b;
	return 0;
}

static struct sim_block **block_find(struct sim_core *c, const char *name)
{
	struct sim_block **at = &c->blocks;

	while (*at && !text_equal((*at)->name, name))
		at = &(*at)->next;
	return at;
}

static int block_text(struct sim_core *c, const struct nova_event *e)
{
	struct sim_block *b = *block_find(c, e->content_id);

	return b && e->text ? bytes_append_text(&b->text, e->text) : 0;
}

/* A model that takes no typed text gives nothing for it but its cost. */
static void typed_turn(struct sim_core *c, const char *text)
{
	c->text_in += (int64_t)strlen(text);
	core_begin_completion(c);
	if (!nova_model_find(c->model)->text_input) {
		mouth_usage(c);
		return;
	}
	mouth_interrupt(c);
	mouth_think(c);
	c->brain->ops->turn_ended(c->brain, NULL, 0, text);
}

static int block_use(struct sim_core *c, const struct sim_block *b,
		     const char *text)
{
	if (b->content == NOVA_TOOL) {
		mouth_think(c);
		c->brain->ops->tool_result(c->brain, b->tool_use_id, text);
		return 0;
	}
	if (b->role == NOVA_SYSTEM) {
		free(c->system_prompt);
		c->system_prompt = text_copy(text);
		return c->system_prompt ? 0 : PROBLEM_MEMORY;
	}
	if (b->role == NOVA_USER && b->interactive)
		typed_turn(c, text);
	else if (b->role == NOVA_USER || b->role == NOVA_ASSISTANT)
		return history_add(&c->history, b->role, text);
	return 0;
}

static int block_close(struct sim_core *c, const char *name)
{
	struct sim_block **at = block_find(c, name), *b = *at;
	const char *text;
	int err;

	if (!b)
		return 0;
	*at = b->next;
	text = bytes_text(&b->text);
	err = text ? block_use(c, b, text) : PROBLEM_MEMORY;
	block_free(b);
	return err;
}

/* --- events --- */

static int session_start(struct sim_core *c, const struct nova_event *e)
{
	static const unsigned pauses_ms[] = {
		[NOVA_PAUSE_DEFAULT] = 1500,
		[NOVA_PAUSE_HIGH] = 1500,
		[NOVA_PAUSE_MEDIUM] = 1750,
		[NOVA_PAUSE_LOW] = 2000,
	};

	if (c->settings.turn_pause_ms == 0)
		c->settings.turn_pause_ms = pauses_ms[e->turn_pause];
	return 0;
}

static int prompt_start(struct sim_core *c, const struct nova_event *e)
{
	c->prompt_name = text_copy(e->prompt_name);
	c->voice = text_copy(e->voice_id);
	c->tools = text_copy(e->tools);
	if (!c->prompt_name || !c->voice || (e->tools && !c->tools))
		return PROBLEM_MEMORY;
	if (e->rate_hz)
		c->mouth.rate_hz = e->rate_hz;
	if (!c->settings.silent_start)
		core_begin_completion(c);
	return 0;
}

static int start_brain(struct sim_core *c)
{
	struct problem p = {0};
	int err = c->maker->make(c->maker, c->clock, &c->brain, &p);
	if (err) {
		log_error("sim", "no brain: %s", p.text);
		return err;
	}
	c->brain->core = c;
	struct brain_session session = {
		.system_prompt = c->system_prompt ? c->system_prompt : "",
		.voice = c->voice,
		.tools = c->tools,
		.history = &c->history,
		.output_rate_hz = c->mouth.rate_hz,
	};
	c->mouth.record = core_record(c, "sent", c->mouth.rate_hz);
	c->brain->ops->session_started(c->brain, &session);
	core_expect_fault(c);
	return 0;
}

/* A client may close its audio and open it again: the session goes on. */
static int audio_start(struct sim_core *c, const struct nova_event *e)
{
	char *name = text_copy(e->content_id);
	int err;

	if (!name)
		return PROBLEM_MEMORY;
	free(c->audio_name);
	c->audio_name = name;
	err = ear_open(c, e->rate_hz);
	return err || c->brain ? err : start_brain(c);
}

static int content_end(struct sim_core *c, const struct nova_event *e)
{
	if (text_equal(e->content_id, c->audio_name)) {
		ear_close(c);
		return 0;
	}
	return block_close(c, e->content_id);
}

static int prompt_end(struct sim_core *c)
{
	core_begin_completion(c);
	mouth_stop(c);
	c->prompt_over = true;
	core_emit(c, &(struct nova_event){.type = NOVA_COMPLETION_END,
					  .stop = NOVA_END_TURN});
	return 0;
}

static int session_end(struct sim_core *c)
{
	core_stop(c);
	c->listener.ended(c->listener.arg);
	return 0;
}

static int take(struct sim_core *c, const struct nova_event *e)
{
	switch (e->type) {
	case NOVA_SESSION_START:
		return session_start(c, e);
	case NOVA_PROMPT_START:
		return prompt_start(c, e);
	case NOVA_CONTENT_START:
		if (e->content == NOVA_AUDIO)
			return audio_start(c, e);
		return block_open(c, e);
	case NOVA_TEXT_INPUT:
	case NOVA_TOOL_RESULT:
		return block_text(c, e);
	case NOVA_AUDIO_INPUT:
		ear_hear(c, e->samples, e->sample_count);
		return 0;
	case NOVA_CONTENT_END:
		return content_end(c, e);
	case NOVA_PROMPT_END:
		return prompt_end(c);
	case NOVA_SESSION_END:
		return session_end(c);
	default:
		return 0;
	}
}

static bool keeps_alive(struct sim_core *c, const struct nova_event *e)
{
	struct sim_block *b;

	if (e->type == NOVA_AUDIO_INPUT)
		return true;
	if (e->type != NOVA_TEXT_INPUT)
		return false;
	b = *block_find(c, e->content_id);
	return b && b->interactive;
}

void sim_core_receive(struct sim_core *c, const struct nova_event *e)
{
	const char *service_text = NULL;
	struct problem p = {0};
	int err;

	if (c->over)
		return;
	err = order_check(c->order, e, &service_text, &p);
	if (err == PROBLEM_REJECTED) {
		c->breach = text_copy(p.text);
		log_warn("sim", "session %u: %s", c->settings.session_number,
			 p.text);
		sim_fail(c, "validationException",
			 service_text ? service_text : INVALID_INPUT);
		return;
	}
	if (err == 0 && keeps_alive(c, e))
		c->last_input_us = clock_now_us(c->clock);
	if (err == 0)
		err = take(c, e);
	if (err)
		core_fail_inside(c);
}

void core_close_blocks(struct sim_core *c)
{
	while (c->blocks) {
		struct sim_block *b = c->blocks;
		c->blocks = b->next;
		block_free(b);
	}
}
