/* When an answer is whole, and how one is ended whose stream goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/virtual_clock.h"
#include "net/renewal/account.h"
#include "net/renewal/answer_watch.h"
#include "net/renewal/learner_turns.h"

struct rig {
	struct virtual_clock *time;
	struct account account;
	struct learner_turns turns;
	struct answer_watch watch;
	char told[1024]; /* what close gave */
	unsigned blocks;
};

static void open_rig(struct rig *r)
{
	memset(r, 0, sizeof *r);
	assert_int_equal(virtual_clock_create(&r->time, 1767323045000), 0);
	account_init(&r->account, 0);
	learner_turns_init(&r->turns, 16000, 0);
	answer_watch_init(&r->watch, virtual_clock_clock(r->time), &r->account,
			  &r->turns);
}

static void close_rig(struct rig *r)
{
	answer_watch_deinit(&r->watch);
	account_deinit(&r->account);
	virtual_clock_free(r->time);
}

static void take(struct rig *r, struct nova_event e)
{
	char id[16];

	snprintf(id, sizeof id, "block %u", r->blocks);
	e.content_id = id;
	assert_int_equal(0, answer_watch_take(&r->watch, &e, true));
}

static void start(struct rig *r, enum nova_content content, enum nova_role role,
		  enum nova_stage stage)
{
	r->blocks++;
	take(r, (struct nova_event){.type = NOVA_CONTENT_START,
				    .content = content,
				    .role = role,
				    .stage = stage,
				    .rate_hz = 24000});
}

static void end(struct rig *r, enum nova_content content, enum nova_stop stop)
{
	take(r, (struct nova_event){.type = NOVA_CONTENT_END,
				    .content = content,
				    .stop = stop});
}

static void text(struct rig *r, enum nova_role role, enum nova_stage stage,
		 const char *words, enum nova_stop stop)
{
	start(r, NOVA_TEXT, role, stage);
	take(r, (struct nova_event){.type = NOVA_TEXT_OUTPUT, .text = words});
	end(r, NOVA_TEXT, stop);
}

static void sound(struct rig *r, unsigned ms)
{
	static const int16_t samples[24000];

	for (; ms > 0; ms -= 100)
		take(r, (struct nova_event){.type = NOVA_AUDIO_OUTPUT,
					    .samples = samples,
					    .sample_count = 2400});
}

static void run(struct rig *r, unsigned ms)
{
	struct clock *c = virtual_clock_clock(r->time);

	virtual_clock_run_until(r->time, clock_now_us(c) + ms * 1000ull);
}

static bool note(void *arg, const struct nova_event *e)
{
	struct rig *r = arg;
	size_t n = strlen(r->told);

	snprintf(r->told + n, sizeof r->told - n, "%s%s%s%s%s%s|",
		 nova_event_name(e->type), e->content ? " " : "",
		 e->content ? nova_content_name(e->content) : "",
		 e->stop ? " " : "", e->stop ? nova_stop_name(e->stop) : "",
		 e->text ? " text" : "");
	return true;
}

static void close_answer(struct rig *r)
{
	assert_int_equal(0, answer_watch_close(&r->watch, "p", note, r));
}

static void a_learner_turn(struct rig *r)
{
	text(r, NOVA_USER, NOVA_FINAL, "Why?", NOVA_PARTIAL_TURN);
}

/* Some services send FINAL text with the sound, not when it was heard. */
static void an_answer_is_whole_when_it_can_have_been_heard(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	a_learner_turn(&r);
	assert_true(answer_watch_owed(&r.watch));
	text(&r, NOVA_ASSISTANT, NOVA_SPECULATIVE, "So.", NOVA_PARTIAL_TURN);
	start(&r, NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE);
	assert_false(answer_watch_owed(&r.watch));
	sound(&r, 5000);
	end(&r, NOVA_AUDIO, NOVA_END_TURN);
	text(&r, NOVA_ASSISTANT, NOVA_FINAL, "So.", NOVA_END_TURN);
	run(&r, 4900);
	assert_true(answer_watch_busy(&r.watch));
	run(&r, 200);
	assert_false(answer_watch_busy(&r.watch));
	close_rig(&r);
}

static void a_missing_final_text_is_waited_for_but_not_for_ever(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	a_learner_turn(&r);
	text(&r, NOVA_ASSISTANT, NOVA_SPECULATIVE, "So.", NOVA_PARTIAL_TURN);
	start(&r, NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE);
	sound(&r, 1000);
	end(&r, NOVA_AUDIO, NOVA_END_TURN);
	run(&r, 2900);
	assert_true(answer_watch_busy(&r.watch));
	run(&r, 200);
	assert_false(answer_watch_busy(&r.watch));
	/* what was planned stands for it */
	close_answer(&r);
	assert_string_equal("", r.told);
	assert_int_equal(2, r.account.history.count);
	assert_string_equal("So.", r.account.history.messages[1].text);
	close_rig(&r);
}

static void a_cut_answer_is_whole_at_once(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	a_learner_turn(&r);
	text(&r, NOVA_ASSISTANT, NOVA_SPECULATIVE, "So it is.",
	     NOVA_PARTIAL_TURN);
	start(&r, NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE);
	sound(&r, 5000);
	/* the sound's own end may say nothing of it */
	end(&r, NOVA_AUDIO, NOVA_END_TURN);
	assert_true(answer_watch_busy(&r.watch));
	text(&r, NOVA_ASSISTANT, NOVA_FINAL, "So", NOVA_INTERRUPTED);
	assert_false(answer_watch_busy(&r.watch));
	close_answer(&r);
	assert_string_equal("", r.told);
	assert_string_equal("So", r.account.history.messages[1].text);
	close_rig(&r);
}

static void closing_ends_the_sound_and_gives_the_missing_texts(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	a_learner_turn(&r);
	text(&r, NOVA_ASSISTANT, NOVA_SPECULATIVE, "One.", NOVA_PARTIAL_TURN);
	start(&r, NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE);
	sound(&r, 1000);
	close_answer(&r);
	assert_string_equal("contentEnd AUDIO END_TURN|"
			    "contentStart TEXT|textOutput text|"
			    "contentEnd TEXT END_TURN|",
			    r.told);
	assert_string_equal("One.", r.account.history.messages[1].text);
	assert_false(answer_watch_busy(&r.watch));
	close_rig(&r);
}

/* Between two sentences no sound is open that could end the answer. */
static void closing_between_sentences_ends_the_answer_too(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	a_learner_turn(&r);
	text(&r, NOVA_ASSISTANT, NOVA_SPECULATIVE, "One.", NOVA_PARTIAL_TURN);
	start(&r, NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE);
	sound(&r, 1000);
	end(&r, NOVA_AUDIO, NOVA_PARTIAL_TURN);
	close_answer(&r);
	assert_string_equal("contentStart AUDIO|contentEnd AUDIO END_TURN|"
			    "contentStart TEXT|textOutput text|"
			    "contentEnd TEXT END_TURN|",
			    r.told);
	close_rig(&r);
}

/* The learner has heard nothing: his turn is still to be answered. */
static void an_answer_without_sound_is_called_off(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	a_learner_turn(&r);
	text(&r, NOVA_ASSISTANT, NOVA_SPECULATIVE, "One.", NOVA_PARTIAL_TURN);
	assert_true(answer_watch_busy(&r.watch));
	close_answer(&r);
	assert_string_equal("contentStart TEXT|textOutput text|"
			    "contentEnd TEXT INTERRUPTED|",
			    r.told);
	assert_int_equal(0, r.account.history.count);
	assert_int_equal(1, r.account.count);
	close_rig(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_answer_is_whole_when_it_can_have_been_heard),
		cmocka_unit_test(
			a_missing_final_text_is_waited_for_but_not_for_ever),
		cmocka_unit_test(a_cut_answer_is_whole_at_once),
		cmocka_unit_test(
			closing_ends_the_sound_and_gives_the_missing_texts),
		cmocka_unit_test(closing_between_sentences_ends_the_answer_too),
		cmocka_unit_test(an_answer_without_sound_is_called_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
