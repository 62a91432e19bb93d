#include "client/talk/turns.h"

#include <stdlib.h>

#include "audio/dsp/sound_file.h"
#include "client/conversation/conversation.h"
#include "client/conversation/voice_link.h"
#include "client/speech/synthesiser.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/worker_thread.h"

enum { MIC_HZ = 16000, SOUND_MOST = 10 * 60 * MIC_HZ };

static const char no_answer[] = N_("there is no answer to interrupt");

struct turn {
	struct turn *next;
	struct turns *owner;
	enum turn_act act;
	char *text, *voice, *language, *command, *id; /* owned, may be NULL */
	double speed;
	bool now;

	/* --- its sound; the worker's until prepared */
	struct worker_job job;
	const struct speech_sound *spoken;
	int16_t *played;
	size_t played_count;
	struct problem problem;

	bool prepared, begun;
	bool cut; /* the learner did not hear its answer to the end */
};

struct turns {
	struct turns_settings settings;
	struct turn *first; /* the present one, then those that wait */
	struct worker *worker;
	struct synthesiser *voices;
	bool devices_ready;
	bool speaking; /* the microphone still hears the present turn */
	bool finishing;
};

/* --- one turn --- */

static void turn_free(struct turn *t)
{
	speech_sound_release(t->spoken);
	free(t->played);
	free(t->text);
	free(t->voice);
	free(t->language);
	free(t->command);
	free(t->id);
	free(t);
}

static void tell(struct turns *t, const struct turn *turn, const char *status,
		 const struct problem *why)
{
	if (turn->command)
		conversation_command(t->settings.conversation, turn->id,
				     turn->command, status, why);
	else if (why)
		conversation_notice(t->settings.conversation, "%s", why->text);
}

static void drop_first(struct turns *t)
{
	struct turn *first = t->first;

	t->first = first->next;
	t->speaking = false;
	turn_free(first);
}

/* --- sound, beside the loop --- */

static void prepare(struct worker_job *job)
{
	struct turn *turn = (struct turn *)((char *)job -
					    offsetof(struct turn, job));

	if (turn->act == TURN_PLAY) {
		sound_file_load(&turn->played, &turn->played_count, turn->text,
				MIC_HZ, SOUND_MOST, &turn->problem);
		return;
	}
	const struct synthesiser_request request = {
		.text = turn->text,
		.language = turn->language,
		.voice = turn->voice,
		.speed = turn->speed,
	};
	synthesiser_speak(turn->owner->voices, &request, &turn->spoken,
			  &turn->problem);
}

static void prepared(struct worker_job *job, bool skipped)
{
	struct turn *turn = (struct turn *)((char *)job -
					    offsetof(struct turn, job));

	turn->prepared = true;
	if (!skipped)
		turns_next(turn->owner);
}

/* What speaks is made when the first turn is to be spoken. */
static int make_voices(struct turns *t, struct problem *p)
{
	const struct synthesiser_settings settings = {
		.rate_hz = MIC_HZ,
		.cache_dir = t->settings.voices_dir,
	};
	int err = 0;

	if (!t->voices)
		err = synthesiser_open(&t->voices, &settings, p);
	if (!err && !t->worker) {
		err = worker_thread_create(&t->worker, t->settings.loop);
		if (err)
			problem_set(p, err,
				    "speech: the system gives no more "
				    "threads; close other programs");
	}
	return err;
}

/* --- one after the other --- */

static bool is_connected(const struct turns *t)
{
	enum conversation_state state = conversation_state(
		t->settings.conversation);

	return t->devices_ready && state != CONVERSATION_CONNECTING &&
	       state != CONVERSATION_DISCONNECTED &&
	       state != CONVERSATION_ENDED;
}

/* Somebody is there, and nobody's turn. */
static bool may_begin(const struct turns *t)
{
	return is_connected(t) &&
	       !conversation_waits_for_answer(t->settings.conversation);
}

static int speak(struct turns *t, struct turn *turn, struct problem *p)
{
	int err = turn->spoken ? voice_link_give(t->settings.link,
						 turn->spoken->samples,
						 turn->spoken->count)
			       : voice_link_give(t->settings.link, turn->played,
						 turn->played_count);

	if (err == PROBLEM_ORDER)
		return problem_set(p, err,
				   "there is no voice here (--text); use "
				   "\"type\"");
	if (err)
		return problem_set(p, err, "not enough memory");
	t->speaking = true;
	return 0;
}

/* A turn that cannot begin is refused, and answered by nobody. */
static bool begin(struct turns *t, struct turn *turn)
{
	struct problem p = turn->problem;
	int err = p.code;

	if (!err && turn->act == TURN_TYPE)
		err = conversation_type(t->settings.conversation, turn->text,
					&p);
	else if (!err)
		err = speak(t, turn, &p);
	turn->begun = !err;
	tell(t, turn, err ? "refused" : "begun", err ? &p : NULL);
	return !err;
}

/* The present turn has nothing more to come. */
static bool is_over(const struct turns *t)
{
	return !t->speaking && may_begin(t);
}

/* A turn that speaks into the answer takes the place of the present one. */
static void let_urgent_pass(struct turns *t)
{
	struct turn *second = t->first ? t->first->next : NULL;

	if (!second || !t->first->begun || !second->now || !second->prepared)
		return;
	tell(t, t->first, "cut", NULL);
	drop_first(t);
}

void turns_next(struct turns *t)
{
	for (;;) {
		let_urgent_pass(t);

		struct turn *first = t->first;

		if (!first)
			break;
		if (first->begun) {
			if (!is_over(t))
				return;
			tell(t, first, first->cut ? "cut" : "done", NULL);
			drop_first(t);
			continue;
		}
		if (!first->prepared ||
		    !(first->now ? is_connected(t) : may_begin(t)))
			return;
		if (!begin(t, first))
			drop_first(t);
	}
	if (t->finishing && may_begin(t))
		conversation_end(t->settings.conversation);
}

void turns_devices_ready(struct turns *t)
{
	t->devices_ready = true;
	turns_next(t);
}

void turns_spoken(struct turns *t)
{
	t->speaking = false;
	turns_next(t);
}

int turns_cut(struct turns *t, struct problem *p)
{
	struct turn *present = t->first && t->first->begun ? t->first : NULL;

	/* first: the turn may be over and gone when the answer is cut */
	if (present)
		present->cut = true;
	if (conversation_skip(t->settings.conversation) == 0) {
		turns_next(t);
		return 0;
	}
	if (present)
		present->cut = false;
	return problem_set(p, PROBLEM_ORDER, "%s", _(no_answer));
}

void turns_finish(struct turns *t)
{
	t->finishing = true;
	turns_next(t);
}

/* --- adding --- */

static bool copy(char **to, const char *from)
{
	if (from)
		*to = text_copy(from);
	return !from || *to;
}

static struct turn *make_turn(struct turns *t, const struct turn_request *r)
{
	struct turn *turn = calloc(1, sizeof *turn);
	const char *language = r->language ? r->language : t->settings.language;

	if (!turn)
		return NULL;
	turn->owner = t;
	turn->act = r->act;
	turn->speed = r->speed > 0 ? r->speed : 1;
	turn->now = r->now;
	turn->job = (struct worker_job){.work = prepare, .done = prepared};
	if (copy(&turn->text, r->text) && copy(&turn->voice, r->voice) &&
	    copy(&turn->language, language ? language : "en") &&
	    copy(&turn->command, r->command) && copy(&turn->id, r->id))
		return turn;
	turn_free(turn);
	return NULL;
}

/* Behind the present turn and the urgent ones before it, or at the end. */
static void insert(struct turns *t, struct turn *turn)
{
	struct turn **at = &t->first;

	while (*at && (!turn->now || (*at)->begun || (*at)->now))
		at = &(*at)->next;
	turn->next = *at;
	*at = turn;
}

int turns_add(struct turns *t, const struct turn_request *r, struct problem *p)
{
	bool sounds = r->act != TURN_TYPE;
	int err = 0;

	if (r->now && !conversation_waits_for_answer(t->settings.conversation))
		return problem_set(p, PROBLEM_ORDER, "%s", _(no_answer));
	if (sounds)
		err = make_voices(t, p);
	if (err)
		return err;
	struct turn *turn = make_turn(t, r);
	if (!turn)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	turn->prepared = !sounds;
	insert(t, turn);
	if (sounds)
		worker_give(t->worker, &turn->job);
	else
		turns_next(t);
	return 0;
}

/* --- life --- */

int turns_create(struct turns **out, const struct turns_settings *settings)
{
	struct turns *t = calloc(1, sizeof *t);

	if (!t)
		return PROBLEM_MEMORY;
	t->settings = *settings;
	*out = t;
	return 0;
}

struct turns *turns_free(struct turns *t)
{
	if (!t)
		return NULL;
	worker_free(t->worker); /* which still knows the turns */
	while (t->first)
		drop_first(t);
	synthesiser_free(t->voices);
	free(t);
	return NULL;
}
