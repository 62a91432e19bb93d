#include "client/conversation/conversation_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/dsp/playout.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* FINAL text comes about when its sound has been heard; an answer waits this
 * long for it before it counts as told. */
enum { FINAL_TEXT_LIMIT_MS = 1000 };

/* --- transcript --- */

static void emit_line(struct conversation *c, struct session_event *e)
{
	e->kind = SESSION_TRANSCRIPT;
	if (history_add(&c->history, e->role, e->text))
		log_warn("conversation", "no memory for the history");
	conversation_emit(c, e);
}

/* The line of the present answer, once. */
static void write_answer(struct conversation *c)
{
	struct session_event e = {
		.role = NOVA_ASSISTANT,
		.text = tutor_turn_text(&c->turn, &c->scratch),
		.cut = c->turn.interrupted || c->turn.broken || c->turn.skipped,
	};

	/* While a block still came, its length was a guess; what was shown as
	 * heard stays heard. */
	if (c->last_partial && text_starts(c->last_partial, e.text))
		e.text = c->last_partial;
	if (*e.text && !c->turn.written)
		emit_line(c, &e);
	c->turn.written = true;
}

void answers_close_turn(struct conversation *c)
{
	if (c->turn.active)
		write_answer(c);
	tutor_turn_reset(&c->turn);
	free(c->last_partial);
	c->last_partial = NULL;
}

void answers_learner_typed(struct conversation *c, const char *text)
{
	struct session_event e = {.role = NOVA_USER,
				  .text = text,
				  .typed = true};

	/* An answer that is still heard gets its line when it ends. */
	if (c->turn.ended && !c->sounding)
		answers_close_turn(c);
	free(c->typed);
	c->typed = text_copy(text);
	emit_line(c, &e);
}

/* What the service has understood; not a typed line that it gives back. */
static void learner_said(struct conversation *c, const char *text)
{
	struct session_event e = {.role = NOVA_USER, .text = text};

	answers_close_turn(c);
	if (!*text || (c->typed && text_equal(c->typed, text)))
		return;
	emit_line(c, &e);
}

static void emit_partial(struct conversation *c)
{
	const char *heard = tutor_turn_heard(&c->turn, &c->scratch);

	/* While a block still comes, its length is a guess that grows; what has
	 * been heard stays heard. */
	if (!*heard || (c->last_partial && text_starts(c->last_partial, heard)))
		return;
	free(c->last_partial);
	c->last_partial = text_copy(heard);

	struct session_event e = {
		.kind = SESSION_PARTIAL,
		.role = NOVA_ASSISTANT,
		.text = heard,
	};
	conversation_emit(c, &e);
}

/* --- turns --- */

static void tell_answered(struct conversation *c)
{
	struct session_event e = {.kind = SESSION_ANSWERED};

	timer_stop(&c->final_timer);
	if (c->answer_told)
		return;
	c->answer_told = true;
	conversation_emit(c, &e);
	c->listener.answered(c->listener.arg);
}

/* The line of this answer is written when something else comes. */
static void final_text_missing(void *arg)
{
	tell_answered(arg);
}

void answers_check_done(struct conversation *c)
{
	struct tutor_turn *t = &c->turn;

	if (!t->active || !t->ended ||
	    (!t->interrupted && !t->skipped &&
	     (c->sounding || !tutor_turn_all_played(t))))
		return;

	bool answered = !t->interrupted;
	bool written = tutor_turn_final_ended(t);

	if (written)
		answers_close_turn(c);
	conversation_update_state(c);
	if (answered && written)
		tell_answered(c);
	else if (answered && !c->answer_told && !c->final_timer.active)
		timer_start(&c->final_timer, FINAL_TEXT_LIMIT_MS * 1000ull);
}

/* The first piece of an answer ends the line of the one before. */
static void begin_answer(struct conversation *c)
{
	if (c->turn.ended)
		answers_close_turn(c);
	if (!c->turn.active) {
		timer_stop(&c->final_timer);
		c->answer_told = false;
		free(c->typed);
		c->typed = NULL;
		conversation_answer_began(c);
	}
}

/* What waits is not played, and nothing that still comes in these blocks.
 * Returns the samples that were dropped. */
static size_t silence(struct conversation *c)
{
	for (size_t i = 0; i < c->block_count; i++) {
		if (c->blocks[i].content == NOVA_AUDIO)
			c->blocks[i].dropped = true;
	}
	c->sounding = false;
	return playout_flush(c->settings.playout);
}

static void interrupt(struct conversation *c)
{
	/* Both signs of one barge-in come, and the second finds nothing. */
	if (!c->turn.active || c->turn.interrupted)
		return;
	/* The service says what it sent; what counts is what was heard. */
	if (c->turn.ended && tutor_turn_all_played(&c->turn))
		return;

	size_t flushed = silence(c);

	tutor_turn_interrupt(&c->turn);
	c->question_open = true;

	struct session_event e = {
		.kind = SESSION_INTERRUPTED,
		.number = (int64_t)flushed,
	};
	conversation_emit(c, &e);
	conversation_update_state(c);
}

int conversation_skip(struct conversation *c)
{
	struct tutor_turn *t = &c->turn;

	if (!t->active || t->interrupted || t->skipped ||
	    (t->ended && tutor_turn_all_played(t)))
		return PROBLEM_ORDER;

	struct session_event e = {
		.kind = SESSION_SKIPPED,
		.number = (int64_t)silence(c),
	};

	tutor_turn_skip(t);
	conversation_emit(c, &e);
	/* No more of it is heard, whatever the service still says of it. */
	write_answer(c);
	conversation_update_state(c);
	answers_check_done(c);
	return 0;
}

/* --- blocks --- */

static struct open_block *find_block(struct conversation *c, const char *id)
{
	for (size_t i = 0; id && i < c->block_count; i++) {
		if (text_equal(c->blocks[i].content_id, id))
			return &c->blocks[i];
	}
	return NULL;
}

static void remove_block(struct conversation *c, struct open_block *b)
{
	struct open_block removed = *b;
	size_t last = --c->block_count;

	/* The text buffers change places, so that none is lost. */
	*b = c->blocks[last];
	c->blocks[last] = removed;
	bytes_clear(&c->blocks[last].text);
}

static void begin_block(struct conversation *c, const struct nova_event *e)
{
	if (c->block_count == OPEN_BLOCKS_MAX) {
		log_warn("conversation",
			 "too many open blocks, one is dropped");
		remove_block(c, &c->blocks[0]);
	}

	struct open_block *b = &c->blocks[c->block_count++];
	struct bytes text = b->text;

	*b = (struct open_block){
		.content = e->content,
		.role = e->role,
		.stage = e->stage,
		.text = text,
	};
	snprintf(b->content_id, sizeof b->content_id, "%s",
		 e->content_id ? e->content_id : "");

	if (b->role != NOVA_ASSISTANT ||
	    (b->content == NOVA_TEXT && b->stage != NOVA_SPECULATIVE) ||
	    b->content == NOVA_TOOL)
		return;
	begin_answer(c);
	if (b->content == NOVA_AUDIO) {
		b->number = c->next_block++;
		if (tutor_turn_begin_block(&c->turn, b->number) ||
		    c->turn.skipped)
			b->dropped = true;
	}
}

static void play(struct conversation *c, struct open_block *b,
		 const struct nova_event *e)
{
	if (b->dropped || !e->sample_count)
		return;
	if (playout_push(c->settings.playout, b->number, e->samples,
			 e->sample_count)) {
		conversation_notice(c, "The tutor's answer is longer than can "
				       "be kept; its end is not played.");
		b->dropped = true;
		return;
	}
	tutor_turn_received(&c->turn, b->number, e->sample_count);
	if (!c->sounding) {
		c->sounding = true;
		conversation_update_state(c);
	}
}

static void end_text(struct conversation *c, struct open_block *b,
		     enum nova_stop stop)
{
	const char *text = bytes_text(&b->text);

	if (!text || b->marker)
		return;
	if (b->role == NOVA_USER) {
		learner_said(c, text);
		return;
	}
	if (b->stage == NOVA_SPECULATIVE) {
		if (*text)
			tutor_turn_plan(&c->turn, text);
		return;
	}
	if (!c->turn.active ||
	    (c->turn.ended && tutor_turn_final_ended(&c->turn)))
		begin_answer(c);
	tutor_turn_add_final(&c->turn, text);
	if (stop == NOVA_INTERRUPTED)
		c->turn.final_cut = true;
	/* An answer without sound ends with its text. */
	if (tutor_turn_final_ended(&c->turn) && stop == NOVA_END_TURN &&
	    !tutor_turn_has_sound(&c->turn))
		c->turn.ended = true;
}

static void end_block(struct conversation *c, const struct nova_event *e)
{
	struct open_block *b = find_block(c, e->content_id);

	if (b && b->content == NOVA_AUDIO)
		tutor_turn_end_block(&c->turn, b->number);
	if (b && b->content == NOVA_AUDIO && e->stop == NOVA_END_TURN) {
		c->turn.ended = true;
		playout_end(c->settings.playout);
	}
	/* First the cut: the text of this block is what was spoken before it.
	 */
	if (e->stop == NOVA_INTERRUPTED)
		interrupt(c);
	if (b && b->content == NOVA_TEXT)
		end_text(c, b, e->stop);
	if (b)
		remove_block(c, b);
	answers_check_done(c);
}

void answers_receive(struct conversation *c, const struct nova_event *e)
{
	struct open_block *b = find_block(c, e->content_id);

	switch (e->type) {
	case NOVA_CONTENT_START:
		begin_block(c, e);
		break;
	case NOVA_TEXT_OUTPUT:
		if (nova_event_is_interrupted_marker(e)) {
			if (b)
				b->marker = true;
			interrupt(c);
			answers_check_done(c);
		} else if (b && e->text) {
			bytes_append_text(&b->text, e->text);
		}
		break;
	case NOVA_AUDIO_OUTPUT:
		if (b)
			play(c, b, e);
		break;
	case NOVA_TOOL_USE:
		tool_calls_receive(c->tools, e);
		break;
	case NOVA_CONTENT_END:
		end_block(c, e);
		tool_calls_receive(c->tools, e);
		break;
	default:
		break;
	}
}

void answers_stop(struct conversation *c)
{
	struct tutor_turn *t = &c->turn;

	if (t->active && !(t->ended && tutor_turn_all_played(t)))
		t->broken = true;
	playout_flush(c->settings.playout);
}

void answers_session_lost(struct conversation *c)
{
	tool_calls_session_lost(c->tools);
	while (c->block_count)
		remove_block(c, &c->blocks[0]);
	if (c->turn.active && !c->turn.ended) {
		/* What has come is still played; nothing more will. */
		c->turn.ended = true;
		c->turn.broken = true;
		c->turn.final_cut = true;
	}
	answers_check_done(c);
}

/* --- life --- */

void answers_init(struct conversation *c)
{
	tutor_turn_init(&c->turn);
	bytes_init(&c->scratch, TUTOR_TURN_TEXT_MAX);
	for (size_t i = 0; i < OPEN_BLOCKS_MAX; i++)
		bytes_init(&c->blocks[i].text, TUTOR_TURN_TEXT_MAX);
	c->next_block = 1;
	timer_init(&c->final_timer, c->settings.clock, final_text_missing, c);
}

void answers_deinit(struct conversation *c)
{
	timer_stop(&c->final_timer);
	tutor_turn_deinit(&c->turn);
	bytes_deinit(&c->scratch);
	for (size_t i = 0; i < OPEN_BLOCKS_MAX; i++)
		bytes_deinit(&c->blocks[i].text);
	free(c->last_partial);
	c->last_partial = NULL;
	free(c->typed);
	c->typed = NULL;
}

/* --- from the voice stage --- */

void conversation_played(struct conversation *c, uint32_t block,
			 uint64_t samples)
{
	if (tutor_turn_played(&c->turn, block, samples))
		emit_partial(c);
	answers_check_done(c);
}

void conversation_drained(struct conversation *c)
{
	if (tutor_turn_all_played(&c->turn) && c->sounding) {
		c->sounding = false;
		conversation_update_state(c);
	}
	answers_check_done(c);
}
