/* The tutor as the simulator's brain: typed and spoken turns, the tool, cuts
 * and histories, in the form of the service's events; with real voice and
 * ears under the virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "client/speech/synthesiser.h"
#include "client/tutor/tutor.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/virtual_clock.h"
#include "net/base/worker.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"
#include "tests/support/sim_client.h"

enum { COST_US = 20000, TURN_PAUSE_MS = 1500 };

struct rig {
	struct sim_client client;
	struct lesson *lesson;
	struct lesson_plan plan;
	struct worker *worker;
	struct brain_maker *maker;
	char trouble[PROBLEM_TEXT_SIZE];
};

/* Passes everything on to the tutor, which needs the client's clock. */
struct late_maker {
	struct brain_maker base;
	struct brain_maker *maker;
};

static struct late_maker late;
static char *cache; /* what one test has said the others need not make */
static struct rig rig;

static int make_late(struct brain_maker *m, struct clock *clock,
		     struct brain **out, struct problem *p)
{
	struct brain_maker *maker = ((struct late_maker *)m)->maker;

	return maker->make(maker, clock, out, p);
}

static void on_trouble(void *arg, const struct problem *p)
{
	struct rig *r = arg;

	snprintf(r->trouble, sizeof r->trouble, "%s", p->text);
}

static void open_rig(struct rig *r, const char *lesson, bool deaf,
		     const char *model_dir)
{
	struct problem p = {0};

	memset(r, 0, sizeof *r);
	late.base.make = make_late;
	sim_client_open(&r->client,
			&(struct sim_core_settings){
				.turn_pause_ms = TURN_PAUSE_MS},
			&late.base);
	r->lesson = asset_lesson(lesson);
	lesson_plan_whole(&r->plan, r->lesson);
	assert_int_equal(
		worker_inline_create(&r->worker, r->client.clock, COST_US), 0);
	if (tutor_maker_create(&r->maker,
			       &(struct tutor_settings){
				       .lesson = r->lesson,
				       .plan = &r->plan,
				       .worker = r->worker,
				       .deaf = deaf,
				       .model_dir = model_dir,
				       .cache_dir = cache,
				       .trouble = on_trouble,
				       .arg = r,
			       },
			       &p))
		fail_msg("%s", p.text);
	late.maker = r->maker;
}

static void close_rig(struct rig *r)
{
	/* The client frees its clock, on which the worker's timer stands. */
	sim_client_end(&r->client);
	sim_core_free(r->client.core);
	r->client.core = NULL;
	worker_free(r->worker);
	tutor_maker_free(r->maker);
	lesson_free(r->lesson);
	sim_client_close(&r->client);
}

/* What came since the last call, that it holds each of these, in order. */
static void expect_in_order(struct rig *r, const char *const *parts)
{
	const char *at = r->client.lines;

	for (; *parts; parts++) {
		const char *found = strstr(at, *parts);
		if (!found)
			fail_msg("no \"%s\" in:\n%s", *parts, at);
		at = found + strlen(*parts);
	}
	r->client.lines[0] = '\0';
}

#define EXPECT(r, ...)                                                         \
	expect_in_order(r, (const char *const[]){__VA_ARGS__, NULL})

static void type(struct rig *r, const char *text)
{
	sim_client_text(&r->client, text);
	sim_client_silence(&r->client, 320);
}

static void a_typed_lesson_has_the_form_of_the_service(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "photosynthesis", true, NULL);
	sim_client_begin(&r->client);
	sim_client_silence(&r->client, 320);
	EXPECT(r, "completionStart\n");
	type(r, "hello");
	sim_client_silence(&r->client, 30000);
	EXPECT(r, "ASSISTANT SPECULATIVE \"Hello!\" PARTIAL_TURN\nAUDIO ",
	       " PARTIAL_TURN\nASSISTANT SPECULATIVE \"Today we find out",
	       "ASSISTANT SPECULATIVE \"What do we call", "AUDIO ",
	       " END_TURN\n", "ASSISTANT FINAL \"Hello!\" END_TURN\n",
	       "ASSISTANT FINAL \"What do we call");
	close_rig(r);
}

static void each_answer_is_marked_by_the_tool(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "photosynthesis", true, NULL);
	r->client.tools = "[{\"toolSpec\":{\"name\":\"mark_progress\","
			  "\"description\":\"d\",\"inputSchema\":"
			  "{\"json\":\"{}\"}}}]";
	sim_client_begin(&r->client);
	type(r, "hello");
	sim_client_silence(&r->client, 20000);
	r->client.lines[0] = '\0';
	type(r, "respiration");
	EXPECT(r, "TOOL mark_progress {\"step\":\"name\",\"result\":\"wrong\","
		  "\"words\":\"respiration\"} TOOL_USE\n");
	/* nothing is said before the result */
	assert_null(strstr(r->client.lines, "SPECULATIVE"));
	sim_client_tool_result(&r->client, "{\"noted\":true}");
	sim_client_silence(&r->client, 20000);
	EXPECT(r, "SPECULATIVE \"That is how living things use up their food.",
	       "FINAL \"What do we call");
	/* a client that never gives the result is answered all the same */
	type(r, "photosynthesis");
	EXPECT(r, "TOOL mark_progress {\"step\":\"name\",\"result\":\"right\"");
	sim_client_silence(&r->client, 6000);
	EXPECT(r, "SPECULATIVE \"Now you have it.\"",
	       "SPECULATIVE \"Making food takes energy.\"");
	close_rig(r);
}

/* A learner's sentence, spoken by a voice; 16 kHz. */
static void speak(struct rig *r, const char *text)
{
	struct synthesiser *s = NULL;
	const struct speech_sound *sound = NULL;
	struct problem p = {0};

	if (synthesiser_open(&s, &(struct synthesiser_settings){16000, NULL},
			     &p) ||
	    synthesiser_speak(
		    s, &(struct synthesiser_request){text, "en", "rms", 1},
		    &sound, &p))
		fail_msg("%s", p.text);
	for (size_t i = 0; i < sound->count; i += 512) {
		size_t n = sound->count - i < 512 ? sound->count - i : 512;
		sim_client_send(&r->client, sound->samples + i, n);
		sim_client_wait(&r->client, (unsigned)(n / 16));
	}
	speech_sound_release(sound);
	synthesiser_free(s);
}

static void answer(struct rig *r, const char *text)
{
	speak(r, text);
	sim_client_silence(&r->client, TURN_PAUSE_MS + 480);
}

static void a_spoken_answer_is_understood(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "photosynthesis", false, NULL);
	sim_client_begin(&r->client);
	answer(r, "hello");
	sim_client_silence(&r->client, 30000);
	EXPECT(r, "USER FINAL \"", "SPECULATIVE \"Hello!\"",
	       "FINAL \"What do we call");
	answer(r, "I think it is photosynthesis");
	EXPECT(r, "USER FINAL \"", "photosynthesis", "\" PARTIAL_TURN\n",
	       "SPECULATIVE \"Right!\"", "SPECULATIVE \"Making food takes");
	/* into the tutor's words, before its question has begun */
	sim_client_silence(&r->client, 320);
	answer(r, "repeat");
	EXPECT(r, "{ \"interrupted\" : true }", "USER FINAL \"repeat\"",
	       "SPECULATIVE \"Right!\"");
	sim_client_silence(&r->client, 10000);
	r->client.lines[0] = '\0';
	answer(r, "from the soil");
	EXPECT(r, "USER FINAL \"", "soil",
	       "SPECULATIVE \"Many people thought so.");
	assert_string_equal(r->trouble, "");
	close_rig(r);
}

static void words_before_and_behind_a_pause_are_one_answer(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "photosynthesis", false, NULL);
	sim_client_begin(&r->client);
	for (int i = 0; i < 9; i++) {
		type(r, i == 0 ? "hello" : "skip");
		sim_client_silence(&r->client, 320);
	}
	sim_client_silence(&r->client, 40000);
	r->client.lines[0] = '\0';
	speak(r, "sugar");
	/* a worker that is held up: the pause ends the turn, and the learner
	 * goes on before it is understood */
	sim_client_silence(&r->client, TURN_PAUSE_MS);
	speak(r, "and oxygen");
	sim_client_silence(&r->client, TURN_PAUSE_MS + 480);
	EXPECT(r, "USER FINAL \"", "oxygen");
	close_rig(r);
}

static void without_ears_typed_answers_work(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "photosynthesis", false, "/nonexistent");
	sim_client_begin(&r->client);
	sim_client_silence(&r->client, 320);
	assert_non_null(strstr(r->trouble, "/nonexistent"));
	answer(r, "hello there");
	sim_client_silence(&r->client, 6000);
	EXPECT(r, "USER FINAL \"[", " s of speech]\"",
	       "SPECULATIVE \"I cannot understand speech on this computer.\"");
	type(r, "hello");
	EXPECT(r, "SPECULATIVE \"Hello!\"");
	close_rig(r);
}

static void a_tutor_speaks_first_when_nobody_does(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "water-cycle", true, NULL);
	sim_client_begin(&r->client);
	sim_client_silence(&r->client, 3500);
	assert_null(strstr(r->client.lines, "SPECULATIVE"));
	sim_client_silence(&r->client, 1500);
	EXPECT(r, "SPECULATIVE \"");
	sim_client_silence(&r->client, 30000);
	r->client.lines[0] = '\0';
	/* once, and not again */
	sim_client_silence(&r->client, 10000);
	EXPECT(r, "SPECULATIVE \"Take your time.\"");
	sim_client_silence(&r->client, 60000);
	assert_null(strstr(r->client.lines, "SPECULATIVE"));
	close_rig(r);
}

static void a_new_stream_goes_on_with_the_history(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "photosynthesis", true, NULL);
	sim_client_prompt(&r->client, 24000);
	sim_client_history(&r->client, NOVA_USER, "hello");
	sim_client_history(&r->client, NOVA_ASSISTANT,
			   "Hello! A plant never eats. What do we call the way "
			   "in which it makes its own food from light?");
	sim_client_history(&r->client, NOVA_USER, "photosynthesis");
	sim_client_history(&r->client, NOVA_ASSISTANT,
			   "Right! Making food takes energy. Where does a "
			   "plant get that energy from?");
	sim_client_audio(&r->client, 16000);
	type(r, "the sun");
	sim_client_silence(&r->client, 10000);
	EXPECT(r, "SPECULATIVE \"Which liquid do the roots take up");
	close_rig(r);
}

static void the_spanish_lesson_has_its_voice(void **state)
{
	struct rig *r = &rig;

	(void)state;
	open_rig(r, "spanish-travel", true, NULL);
	sim_client_begin(&r->client);
	type(r, "hola");
	sim_client_silence(&r->client, 40000);
	EXPECT(r, "SPECULATIVE \"¡Hola!\" PARTIAL_TURN\nAUDIO ",
	       "FINAL \"¿Qué dices primero para saludar?\"");
	type(r, "buenos días");
	sim_client_silence(&r->client, 3000);
	EXPECT(r, "SPECULATIVE \"¡Muy bien!\"");
	assert_string_equal(r->trouble, "");
	close_rig(r);
}

static int make_cache(void **state)
{
	(void)state;
	cache = folder_make();
	return 0;
}

static int remove_cache(void **state)
{
	(void)state;
	folder_remove(cache);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_typed_lesson_has_the_form_of_the_service),
		cmocka_unit_test(each_answer_is_marked_by_the_tool),
		cmocka_unit_test(a_spoken_answer_is_understood),
		cmocka_unit_test(
			words_before_and_behind_a_pause_are_one_answer),
		cmocka_unit_test(without_ears_typed_answers_work),
		cmocka_unit_test(a_tutor_speaks_first_when_nobody_does),
		cmocka_unit_test(a_new_stream_goes_on_with_the_history),
		cmocka_unit_test(the_spanish_lesson_has_its_voice),
	};

	return cmocka_run_group_tests(tests, make_cache, remove_cache);
}
