/*
 * tutor_brain: one session of the tutor.
 *
 *   turn ended -> ear -> words -> dialogue -> mark_progress -> result -> voice
 *                 (typed: at once)           (if the client has it)
 *
 * The first sentence is made while the mark is on its way.
 */
#include "client/tutor/tutor_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lesson/lesson_prompt.h"
#include "client/speech/recogniser.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/history.h"

enum {
	OPENER_MS = 4000,   /* of silence, and the tutor begins by itself */
	SILENCE_MS = 20000, /* after its words, and it speaks again */
	/* A client that never gives a tool's result is answered all the same.
	 */
	TOOL_MS = 3000,
	ARGUMENTS_MOST = 8 * 1024,
};

static uint64_t now_us(const struct tutor_brain *b)
{
	return clock_now_us(b->clock);
}

/* --- saying it --- */

static void wait_for_learner(struct tutor_brain *b)
{
	uint64_t now = now_us(b);
	uint64_t end = b->play_end_us > now ? b->play_end_us : now;

	timer_start_at(&b->silence_timer, end + SILENCE_MS * UINT64_C(1000));
}

static void on_sentence(void *arg, const char *text, const int16_t *samples,
			size_t n, const struct problem *p)
{
	struct tutor_brain *b = arg;
	uint64_t now = now_us(b);

	if (p)
		tutor_maker_trouble(b->maker, p);
	if (sim_say(b->base.core, text, samples, n) == 0)
		b->said++;
	if (b->play_end_us < now)
		b->play_end_us = now;
	b->play_end_us += n * UINT64_C(1000000) / b->rate_hz;
}

static void on_finished(void *arg)
{
	struct tutor_brain *b = arg;

	b->state = TUTOR_LISTENS;
	sim_end_turn(b->base.core);
	wait_for_learner(b);
}

/* What the learner is not told, because he speaks himself. */
static void give_up(struct tutor_brain *b, size_t whole, bool begun)
{
	tutor_voice_stop(&b->voice);
	timer_stop(&b->tool_timer);
	if (!b->aside)
		dialogue_cut(b->dialogue, whole, begun);
	b->state = TUTOR_LISTENS;
}

static void write_arguments(struct bytes *out, const struct tutor_brain *b,
			    const struct dialogue_reply *r, const char *words)
{
	json_open_object(out, NULL);
	json_string(out, "step", b->maker->lesson->steps[r->step].id);
	json_string(out, "result", lesson_result_name(r->result));
	json_string(out, "words", words);
	json_close_object(out);
}

/* True: the result is to be waited for. */
static bool mark(struct tutor_brain *b, const struct dialogue_reply *r,
		 const char *words)
{
	char id[37];
	struct bytes arguments;
	const char *text;
	bool asked = false;

	if (!r->marks || !b->marks)
		return false;
	bytes_init(&arguments, ARGUMENTS_MOST);
	write_arguments(&arguments, b, r, words);
	text = bytes_text(&arguments);
	if (text && !arguments.failed)
		asked = sim_tool_use(b->base.core, LESSON_TOOL, text, id) == 0;
	bytes_deinit(&arguments);
	if (!asked)
		return false;
	snprintf(b->tool_use_id, sizeof b->tool_use_id, "%s", id);
	timer_start(&b->tool_timer, TOOL_MS * UINT64_C(1000));
	return true;
}

static void say(struct tutor_brain *b, const struct dialogue_reply *r,
		const char *words)
{
	bool marks;

	if (!r) {
		log_error("tutor", "no memory for an answer");
		on_finished(b);
		return;
	}
	b->reply_first = b->said;
	b->aside = false;
	marks = mark(b, r, words);
	b->state = marks ? TUTOR_MARKS : TUTOR_SPEAKS;
	if (tutor_voice_say(&b->voice, r->said, b->maker->pace * r->speed,
			    marks)) {
		log_error("tutor", "no memory for an answer");
		on_finished(b);
	}
}

static void marked(void *arg)
{
	struct tutor_brain *b = arg;

	timer_stop(&b->tool_timer);
	b->state = TUTOR_SPEAKS;
	if (tutor_voice_is_busy(&b->voice))
		tutor_voice_release(&b->voice);
	else
		on_finished(b);
}

static void on_silence(void *arg)
{
	struct tutor_brain *b = arg;
	const struct dialogue_reply *r = dialogue_silence(b->dialogue);

	if (r)
		say(b, r, "");
}

/* --- hearing --- */

static void understand(struct tutor_brain *b, const char *text,
		       enum judge_source source, bool sure)
{
	say(b,
	    dialogue_hear(b->dialogue,
			  &(struct dialogue_heard){text, source, sure}),
	    text);
}

/* "[3 s of speech]": whole seconds; the samples have some silence around. */
static void write_unknown(const struct tutor_brain *b, char *out, size_t size)
{
	size_t rate = RECOGNISER_RATE_HZ;

	snprintf(out, size, "[%zu s of speech]",
		 b->turn_samples < rate ? 1
					: (b->turn_samples + rate / 4) / rate);
}

static void forget_turn(struct tutor_brain *b)
{
	free(b->turn);
	b->turn = NULL;
	b->turn_samples = 0;
}

/* Behind what is kept of it already. */
static void keep_turn(struct tutor_brain *b, const int16_t *samples, size_t n)
{
	size_t all = b->turn_samples + n;
	int16_t *more = realloc(b->turn, all * sizeof *more);

	if (!more) {
		forget_turn(b);
		return;
	}
	memcpy(more + b->turn_samples, samples, n * sizeof *samples);
	b->turn = more;
	b->turn_samples = all;
}

static void on_heard(void *arg, const struct recogniser_result *result)
{
	struct tutor_brain *b = arg;
	char unknown[64];

	write_unknown(b, unknown, sizeof unknown);
	forget_turn(b);
	sim_transcript(b->base.core, result->text[0] ? result->text : unknown);
	understand(b, result->text, JUDGE_HEARD, result->sure);
}

static void say_deaf(struct tutor_brain *b)
{
	struct sentence_list list = {0};
	uint32_t first = 0;
	struct dialogue_reply r = {.said = &list, .speed = 1};
	char unknown[64];

	write_unknown(b, unknown, sizeof unknown);
	sim_transcript(b->base.core, unknown);
	sentence_list_add(&list, phrase_pick(b->maker->lesson->language,
					     PHRASE_DEAF, &first));
	say(b, &r, "");
	b->aside = true;
	sentence_list_deinit(&list);
}

/* --- the seam --- */

static void session_started(struct brain *base, const struct brain_session *s)
{
	struct tutor_brain *b = (struct tutor_brain *)base;

	b->rate_hz = s->output_rate_hz;
	b->marks = s->tools && strstr(s->tools, "\"" LESSON_TOOL "\"");
	tutor_voice_init(&b->voice,
			 &(struct tutor_voice_settings){
				 .worker = b->maker->worker,
				 .synthesiser = tutor_maker_synthesiser(
					 b->maker, b->rate_hz),
				 .language = lesson_language_tag(
					 b->maker->lesson->language),
				 .voice = tutor_maker_voice(s->voice),
				 .sentence = on_sentence,
				 .finished = on_finished,
				 .arg = b,
			 });
	dialogue_recall(b->dialogue, s->history);
	timer_start(&b->silence_timer,
		    (s->history->count ? 2 * OPENER_MS : OPENER_MS) *
			    UINT64_C(1000));
}

static void audio(struct brain *base, const int16_t *samples, size_t n)
{
	tutor_ear_sound(&((struct tutor_brain *)base)->ear, samples, n);
}

static void turn_began(struct brain *base)
{
	struct tutor_brain *b = (struct tutor_brain *)base;

	timer_stop(&b->silence_timer);
	/* A mark is on its way, or words that nobody can hear yet. */
	if (b->state == TUTOR_MARKS || b->state == TUTOR_SPEAKS)
		give_up(b, 0, false);
	/* The pause was none: what was said before it belongs to the turn. */
	if (b->state != TUTOR_HEARS)
		forget_turn(b);
	tutor_ear_begin(&b->ear, dialogue_step(b->dialogue), b->turn,
			b->turn_samples);
	b->state = TUTOR_LISTENS;
}

static void spoken(struct tutor_brain *b, const int16_t *samples, size_t n)
{
	keep_turn(b, samples, n);
	if (!tutor_ear_hears(&b->ear)) {
		tutor_ear_forget(&b->ear);
		say_deaf(b);
		return;
	}
	b->state = TUTOR_HEARS;
	if (b->ear.in_turn)
		tutor_ear_end(&b->ear);
	else /* a line was typed meanwhile */
		tutor_ear_understand(&b->ear, dialogue_step(b->dialogue),
				     samples, n);
}

static void turn_ended(struct brain *base, const int16_t *samples, size_t n,
		       const char *text)
{
	struct tutor_brain *b = (struct tutor_brain *)base;

	timer_stop(&b->silence_timer);
	if (b->state == TUTOR_MARKS || b->state == TUTOR_SPEAKS)
		give_up(b, 0, false);
	if (!text) {
		spoken(b, samples, n);
		return;
	}
	tutor_ear_forget(&b->ear);
	forget_turn(b);
	understand(b, text, JUDGE_TYPED, true);
}

static void tool_result(struct brain *base, const char *tool_use_id,
			const char *result)
{
	struct tutor_brain *b = (struct tutor_brain *)base;

	if (strstr(result, "\"error\""))
		log_warn("tutor", "the mark was not taken: %s", result);
	if (b->state == TUTOR_MARKS && text_equal(tool_use_id, b->tool_use_id))
		marked(b);
	else
		sim_end_turn(b->base.core); /* nothing is to be said to it */
}

static void interrupted(struct brain *base, const struct brain_heard *heard)
{
	struct tutor_brain *b = (struct tutor_brain *)base;
	size_t whole = heard->sentence > b->reply_first
			       ? heard->sentence - b->reply_first
			       : 0;

	if (b->state == TUTOR_HEARS)
		return; /* his own words are still being understood */
	give_up(b, whole, heard->begun);
	b->play_end_us = 0;
	wait_for_learner(b);
}

static void brain_free(struct brain *base)
{
	struct tutor_brain *b = (struct tutor_brain *)base;

	timer_stop(&b->silence_timer);
	timer_stop(&b->tool_timer);
	tutor_voice_deinit(&b->voice);
	tutor_ear_deinit(&b->ear);
	forget_turn(b);
	dialogue_free(b->dialogue);
	free(b);
}

int tutor_brain_make(struct brain_maker *base, struct clock *clock,
		     struct brain **out, struct problem *p)
{
	static const struct brain_ops ops = {
		.session_started = session_started,
		.audio = audio,
		.turn_began = turn_began,
		.turn_ended = turn_ended,
		.tool_result = tool_result,
		.interrupted = interrupted,
		.free = brain_free,
	};
	struct tutor_maker *m = (struct tutor_maker *)base;
	struct tutor_brain *b = calloc(1, sizeof *b);
	const struct dialogue_settings dialogue = {
		.lesson = m->lesson,
		.judge = m->judge,
		.plan = &m->plan,
		.seed = m->seed,
	};

	if (!b || dialogue_create(&b->dialogue, &dialogue)) {
		free(b);
		return problem_set(p, PROBLEM_MEMORY,
				   "tutor: not enough memory for a session");
	}
	b->base.ops = &ops;
	b->maker = m;
	b->clock = clock;
	tutor_ear_init(&b->ear, m->ears, on_heard, b);
	timer_init(&b->silence_timer, clock, on_silence, b);
	timer_init(&b->tool_timer, clock, marked, b);
	*out = &b->base;
	return 0;
}
