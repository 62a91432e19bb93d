/*
 * core_answer: what the brain says, on its way to the client.
 *
 *   sim_say -> queue -> SPECULATIVE text, AUDIO block in paced chunks
 *                    -> spoken: until it has been heard -> FINAL text
 *
 * What was sent may not have been heard yet (core_sound.c), and a barge-in then
 * still cuts it: FINAL text tells what was heard.
 */
#include "net/sim/core_private.h"

#include <stdlib.h>
#include <string.h>

#include "audio/dsp/sound_file.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { OUTPUT_HZ = 24000 }; /* when the prompt names no rate */

static const char INTERRUPTED_MARKER[] = "{ \"interrupted\" : true }";

/* --- items --- */

static void list_init(struct sim_item_list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void list_add(struct sim_item_list *l, struct sim_item *i)
{
	i->next = NULL;
	*l->end = i;
	l->end = &i->next;
}

static struct sim_item *list_take(struct sim_item_list *l)
{
	struct sim_item *i = l->first;

	l->first = i->next;
	if (!l->first)
		l->end = &l->first;
	i->next = NULL;
	return i;
}

static void item_free(struct sim_item *i)
{
	if (!i)
		return;
	free(i->text);
	free(i->tool_name);
	free(i->samples);
	free(i);
}

static void list_clear(struct sim_item_list *l)
{
	while (l->first)
		item_free(list_take(l));
}

/* --- FINAL text --- */

/* Sends the FINAL text of each sentence that has been heard by now. */
static void send_finals(struct sim_core *c)
{
	struct sim_mouth *m = &c->mouth;

	while (!m->speaking && m->spoken.first && m->spoken.first->turn_over) {
		struct sim_item *i = m->spoken.first;
		uint64_t due = sound_heard_at_us(m, i->first + i->count);

		if (i->count && due > clock_now_us(c->clock)) {
			timer_start_at(&m->final_timer, due);
			return;
		}
		i = list_take(&m->spoken);
		core_say_text(c, NOVA_ASSISTANT, NOVA_FINAL, i->text,
			      NOVA_END_TURN);
		item_free(i);
	}
}

/* Length of the whole words within the first `part` of `whole`. */
static size_t words_in_part(const char *text, uint64_t part, uint64_t whole)
{
	size_t length = strlen(text), end = length;

	if (part < whole) {
		end = (size_t)((double)length * (double)part / (double)whole);
		while (end > 0 && text[end] != ' ')
			end--;
	}
	while (end > 0 && text[end - 1] == ' ')
		end--;
	return end;
}

static void note_heard(struct brain_heard *heard, const struct sim_item *i,
		       bool whole, bool begun)
{
	if (i->number != heard->sentence)
		return; /* one before it was cut */
	heard->begun = begun && !whole;
	heard->sentence += whole;
}

/* The answer stops here: FINAL text of what was heard, for all that is left. */
static void cut_spoken(struct sim_core *c, struct brain_heard *heard)
{
	struct sim_mouth *m = &c->mouth;
	uint64_t so_far = sound_heard(m, clock_now_us(c->clock));

	if (m->spoken.first)
		heard->sentence = m->spoken.first->number;
	while (m->spoken.first && !c->over) {
		struct sim_item *i = list_take(&m->spoken);
		uint64_t part = so_far > i->first ? so_far - i->first : 0;
		size_t end = words_in_part(i->text, part, i->count);

		note_heard(heard, i, part >= i->count, end > 0);
		i->text[end] = '\0';
		if (end > 0)
			core_say_text(c, NOVA_ASSISTANT, NOVA_FINAL, i->text,
				      NOVA_PARTIAL_TURN);
		item_free(i);
	}
	m->play_samples = 0;
	m->play_start_us = m->pace_start_us = m->pace_samples = 0;
}

/* --- the queue --- */

static void end_turn(struct sim_core *c)
{
	for (struct sim_item *i = c->mouth.spoken.first; i; i = i->next)
		i->turn_over = true;
}

static void begin_sentence(struct sim_core *c, struct sim_item *i)
{
	struct sim_mouth *m = &c->mouth;

	i->first = m->sent;
	c->text_out += (int64_t)strlen(i->text);
	list_add(&m->spoken, i);
	core_say_text(c, NOVA_ASSISTANT, NOVA_SPECULATIVE, i->text,
		      NOVA_PARTIAL_TURN);
	if (i->count)
		sound_open(c, i);
}

static void begin_item(struct sim_core *c, struct sim_item *i)
{
	switch (i->kind) {
	case SIM_ITEM_SENTENCE:
		begin_sentence(c, i);
		return; /* it lives on among the spoken */
	case SIM_ITEM_TRANSCRIPT:
		core_say_text(c, NOVA_USER, NOVA_FINAL, i->text,
			      NOVA_PARTIAL_TURN);
		break;
	case SIM_ITEM_TOOL_USE:
		end_turn(c);
		core_say_tool_use(c, i);
		break;
	case SIM_ITEM_END_TURN:
		end_turn(c);
		mouth_usage(c);
		break;
	}
	item_free(i);
}

/* Sends all that is due now, in order, and sets the timers for the rest. */
static void run(void *arg)
{
	struct sim_core *c = arg;
	struct sim_mouth *m = &c->mouth;

	while (!c->over) {
		if (m->speaking) {
			if (!sound_send_due(c))
				return;
			/* Whether it was the last sound of the turn is known
			 * only when the brain goes on. */
			if (!m->queue.first)
				return;
			sound_close(c, m->queue.first->kind == SIM_ITEM_END_TURN
					       ? NOVA_END_TURN
					       : NOVA_PARTIAL_TURN);
		}
		send_finals(c);
		if (!m->queue.first)
			return;
		begin_item(c, list_take(&m->queue));
	}
}

static int add_item(struct sim_core *c, enum sim_item_kind kind,
		    struct sim_item **out)
{
	struct sim_item *i;

	if (c->over || c->prompt_over)
		return PROBLEM_CLOSED;
	i = calloc(1, sizeof *i);
	if (!i)
		return PROBLEM_MEMORY;
	i->kind = kind;
	*out = i;
	return 0;
}

static int queue_item(struct sim_core *c, struct sim_item *i, bool whole)
{
	if (!whole) {
		item_free(i);
		return PROBLEM_MEMORY;
	}
	list_add(&c->mouth.queue, i);
	run(c);
	return 0;
}

int sim_transcript(struct sim_core *c, const char *text)
{
	struct sim_item *i;
	int err = add_item(c, SIM_ITEM_TRANSCRIPT, &i);

	if (err)
		return err;
	i->text = text_copy(text);
	return queue_item(c, i, i->text);
}

int sim_say(struct sim_core *c, const char *text, const int16_t *samples,
	    size_t n)
{
	struct sim_item *i;
	int err = add_item(c, SIM_ITEM_SENTENCE, &i);

	if (err)
		return err;
	i->text = text_copy(text);
	if (n > 0 && (i->samples = malloc(n * sizeof *samples))) {
		memcpy(i->samples, samples, n * sizeof *samples);
		i->count = n;
	}
	i->number = c->mouth.sentences;
	err = queue_item(c, i, i->text && i->count == n);
	c->mouth.sentences += err == 0;
	return err;
}

int sim_end_turn(struct sim_core *c)
{
	struct sim_item *i;
	int err = add_item(c, SIM_ITEM_END_TURN, &i);

	if (err)
		return err;
	c->mouth.thinking = false;
	return queue_item(c, i, true);
}

int sim_tool_use(struct sim_core *c, const char *name, const char *arguments,
		 char id_out[37])
{
	struct sim_item *i;
	int err = add_item(c, SIM_ITEM_TOOL_USE, &i);

	if (err)
		return err;
	i->tool_name = text_copy(name);
	i->text = text_copy(arguments);
	random_uuid(i->tool_use_id);
	memcpy(id_out, i->tool_use_id, sizeof i->tool_use_id);
	c->mouth.thinking = false;
	return queue_item(c, i, i->tool_name && i->text);
}

void sim_interrupt(struct sim_core *c)
{
	if (!c->over && !c->prompt_over)
		mouth_interrupt(c);
}

/* --- for the other files of the core --- */

void mouth_think(struct sim_core *c)
{
	c->mouth.thinking = true;
}

void mouth_interrupt(struct sim_core *c)
{
	struct sim_mouth *m = &c->mouth;
	struct brain_heard heard = {.sentence = m->sentences};
	bool thinking = m->thinking;
	bool audible = m->speaking ||
		       (m->spoken.first &&
			clock_now_us(c->clock) < sound_play_end_us(m));

	m->thinking = false;
	if (audible) {
		timer_stop(&m->chunk_timer);
		timer_stop(&m->final_timer);
		list_clear(&m->queue);
		if (m->speaking)
			sound_close(c, NOVA_INTERRUPTED);
		cut_spoken(c, &heard);
		core_say_text(c, NOVA_ASSISTANT, NOVA_FINAL, INTERRUPTED_MARKER,
			      NOVA_INTERRUPTED);
	}
	if (!c->over && (audible || thinking) && c->brain)
		c->brain->ops->interrupted(c->brain, &heard);
}

void mouth_stop(struct sim_core *c)
{
	struct sim_mouth *m = &c->mouth;
	struct brain_heard nobody_asks;

	timer_stop(&m->chunk_timer);
	timer_stop(&m->final_timer);
	list_clear(&m->queue);
	if (m->speaking)
		sound_close(c, NOVA_PARTIAL_TURN);
	cut_spoken(c, &nobody_asks);
}

void mouth_init(struct sim_core *c)
{
	struct sim_mouth *m = &c->mouth;

	m->rate_hz = OUTPUT_HZ;
	list_init(&m->queue);
	list_init(&m->spoken);
	timer_init(&m->chunk_timer, c->clock, run, c);
	timer_init(&m->final_timer, c->clock, run, c);
}

void mouth_deinit(struct sim_core *c)
{
	list_clear(&c->mouth.queue);
	list_clear(&c->mouth.spoken);
	c->mouth.record = sound_writer_free(c->mouth.record);
}
