/* The session of the simulated Nova Sonic, on a virtual clock: each test says
 * what the learner does and what comes back, block by block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/sim/scenario.h"
#include "tests/support/sim_client.h"

/* A brain from scenario text, with the core's settings that it sets. */
static struct brain_maker *maker_of(const char *yaml,
				    struct sim_core_settings *settings)
{
	char path[] = "/tmp/habla-scenario-XXXXXX";
	struct brain_maker *m = NULL;
	struct problem p = {0};
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	fputs(yaml, f);
	fclose(f);
	if (scenario_maker_create(&m, path, &p) != 0)
		fail_msg("%s", p.text);
	remove(path);
	if (settings)
		scenario_core_settings(m, settings);
	return m;
}

static const char TWO_SENTENCES[] =
	"turns:\n"
	"  - on: any\n"
	"    hear: What is light?\n"
	"    say:\n"
	"      - {text: Light is a wave., tone: {hz: 300, ms: 2000}}\n"
	"      - {text: It is fast too., tone: {hz: 400, ms: 1000}}\n";

static const char HELLO[] = "completionStart\n";

static const char WHOLE[] =
	"USER FINAL \"What is light?\" PARTIAL_TURN\n"
	"ASSISTANT SPECULATIVE \"Light is a wave.\" PARTIAL_TURN\n"
	"AUDIO 48000 PARTIAL_TURN\n"
	"ASSISTANT SPECULATIVE \"It is fast too.\" PARTIAL_TURN\n"
	"AUDIO 24000 END_TURN\n"
	"ASSISTANT FINAL \"Light is a wave.\" END_TURN\n"
	"ASSISTANT FINAL \"It is fast too.\" END_TURN\n";

struct run {
	struct sim_client client;
	struct brain_maker *maker;
};

static void begin(struct run *r, const char *yaml,
		  struct sim_core_settings settings)
{
	r->maker = maker_of(yaml, &settings);
	sim_client_open(&r->client, &settings, r->maker);
	sim_client_begin(&r->client);
}

static void finish(struct run *r)
{
	sim_client_close(&r->client);
	scenario_maker_free(r->maker);
}

static void an_answer_comes_block_by_block(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_expect(&r.client, HELLO);
	sim_client_speak(&r.client, 1000);
	sim_client_silence(&r.client, 6000);
	sim_client_expect(&r.client, WHOLE);
	sim_client_end(&r.client);
	sim_client_expect(&r.client, "completionEnd END_TURN\nended\n");
	finish(&r);
}

static void a_silent_start_says_nothing_before_the_first_turn(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){.silent_start = 1});
	sim_client_silence(&r.client, 3000);
	sim_client_expect(&r.client, "");
	sim_client_speak(&r.client, 1000);
	sim_client_silence(&r.client, 6000);
	assert_memory_equal(r.client.lines, HELLO, sizeof HELLO - 1);
	assert_string_equal(r.client.lines + sizeof HELLO - 1, WHOLE);
	finish(&r);
}

/* The pause is counted in samples, from the end of the last loud block. */
static void a_turn_ends_exactly_at_the_pause(void **state)
{
	static const struct {
		unsigned pause_ms; /* of the settings */
		enum nova_turn_pause session;
		unsigned rate_hz;
		unsigned wanted_ms;
		size_t frame; /* how the silence is cut */
	} rows[] = {
		{0, NOVA_PAUSE_DEFAULT, 16000, 1500, 512},
		{0, NOVA_PAUSE_HIGH, 16000, 1500, 160},
		{0, NOVA_PAUSE_MEDIUM, 16000, 1750, 512},
		{0, NOVA_PAUSE_LOW, 16000, 2000, 33},
		{700, NOVA_PAUSE_LOW, 16000, 700, 1},
		{200, NOVA_PAUSE_DEFAULT, 16000, 200, 4000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sim_core_settings settings = {
			.turn_pause_ms = rows[i].pause_ms};
		struct brain_maker *m = maker_of(TWO_SENTENCES, NULL);
		struct sim_client c;
		size_t wanted = (size_t)rows[i].wanted_ms * 16, sent = 0;
		int16_t quiet[4000] = {0};

		sim_client_open(&c, &settings, m);
		sim_core_receive(
			c.core,
			&(struct nova_event){.type = NOVA_SESSION_START,
					     .inference = {1024, 0.9, 0.7},
					     .turn_pause = rows[i].session});
		sim_core_receive(c.core,
				 &(struct nova_event){.type = NOVA_PROMPT_START,
						      .prompt_name = "prompt-1",
						      .rate_hz = 24000,
						      .voice_id = "tiffany"});
		sim_core_receive(
			c.core, &(struct nova_event){.type = NOVA_CONTENT_START,
						     .prompt_name = "prompt-1",
						     .content_id = "system-1",
						     .content = NOVA_TEXT,
						     .role = NOVA_SYSTEM});
		sim_core_receive(c.core,
				 &(struct nova_event){.type = NOVA_TEXT_INPUT,
						      .prompt_name = "prompt-1",
						      .content_id = "system-1",
						      .text = "Be kind."});
		sim_core_receive(
			c.core, &(struct nova_event){.type = NOVA_CONTENT_END,
						     .prompt_name = "prompt-1",
						     .content_id = "system-1"});
		sim_client_audio(&c, rows[i].rate_hz);
		sim_client_expect(&c, HELLO);
		sim_client_speak(&c, 640); /* ends on a block of 10 ms */
		while (sent + rows[i].frame < wanted) {
			sim_client_send(&c, quiet, rows[i].frame);
			sent += rows[i].frame;
		}
		if (wanted - sent > 1)
			sim_client_send(&c, quiet, wanted - sent - 1);
		sim_client_expect(&c, "");
		sim_client_send(&c, quiet, 1);
		assert_memory_equal(c.lines, WHOLE, 40);
		sim_client_close(&c);
		scenario_maker_free(m);
	}
}

static void speech_at_any_rate_is_a_turn(void **state)
{
	static const unsigned rates[] = {8000, 16000, 24000};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct brain_maker *m = maker_of(TWO_SENTENCES, NULL);
		struct sim_client c;

		sim_client_open(&c, &(struct sim_core_settings){0}, m);
		sim_client_prompt(&c, 24000);
		sim_client_audio(&c, rates[i]);
		sim_client_expect(&c, HELLO);
		sim_client_speak(&c, 1000);
		sim_client_silence(&c, 6000);
		sim_client_expect(&c, WHOLE);
		sim_client_close(&c);
		scenario_maker_free(m);
	}
}

static void sound_is_made_for_the_rate_that_was_asked(void **state)
{
	static const struct {
		unsigned rate_hz;
		const char *audio;
	} rows[] = {
		{8000, "AUDIO 16000 PARTIAL_TURN\n"},
		{16000, "AUDIO 32000 PARTIAL_TURN\n"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct brain_maker *m = maker_of(TWO_SENTENCES, NULL);
		struct sim_client c;

		sim_client_open(&c, &(struct sim_core_settings){0}, m);
		sim_client_prompt(&c, rows[i].rate_hz);
		sim_client_audio(&c, 16000);
		sim_client_speak(&c, 1000);
		sim_client_silence(&c, 6000);
		assert_non_null(strstr(c.lines, rows[i].audio));
		sim_client_close(&c);
		scenario_maker_free(m);
	}
}

static void a_click_is_no_turn(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_speak(&r.client, 64);
	sim_client_silence(&r.client, 4000);
	sim_client_expect(&r.client, HELLO);
	finish(&r);
}

static void a_short_pause_does_not_end_a_turn(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_speak(&r.client, 500);
	sim_client_silence(&r.client, 1400);
	sim_client_speak(&r.client, 500);
	sim_client_silence(&r.client, 1400);
	sim_client_expect(&r.client, HELLO);
	sim_client_silence(&r.client, 5000);
	sim_client_expect(&r.client, WHOLE);
	finish(&r);
}

static void typed_text_is_a_turn(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_silence(&r.client, 100);
	sim_client_text(&r.client, "What is light?");
	sim_client_silence(&r.client, 4000);
	assert_memory_equal(r.client.lines, HELLO, sizeof HELLO - 1);
	assert_string_equal(r.client.lines + sizeof HELLO - 1, WHOLE);
	assert_int_equal(r.client.usage.input_text, 14 / 4);
	finish(&r);
}

static void audio_may_be_closed_and_opened_again(void **state)
{
	struct run r;
	struct sim_client *c = &r.client;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_speak(c, 640);
	sim_core_receive(c->core,
			 &(struct nova_event){.type = NOVA_CONTENT_END,
					      .prompt_name = "prompt-1",
					      .content_id = "audio-1"});
	sim_core_receive(c->core,
			 &(struct nova_event){.type = NOVA_CONTENT_START,
					      .prompt_name = "prompt-1",
					      .content_id = "audio-2",
					      .content = NOVA_AUDIO,
					      .role = NOVA_USER,
					      .interactive = true,
					      .rate_hz = 16000});
	c->audio_name = "audio-2";
	sim_client_silence(c, 2000);
	sim_client_expect(c, HELLO); /* the turn begun before is forgotten */
	sim_client_speak(c, 640);
	sim_client_silence(c, 6000);
	sim_client_expect(c, WHOLE);
	finish(&r);
}

static void chunks_vary_and_join_to_the_whole_sound(void **state)
{
	struct run r;
	size_t tone_n, next_n, distinct = 0;
	int16_t *tone = tone_make(300, 2000, &tone_n);
	int16_t *next = tone_make(400, 1000, &next_n);
	struct sim_client *c = &r.client;

	(void)state;
	begin(&r, TWO_SENTENCES,
	      (struct sim_core_settings){.chunk_ms_least = 10,
					 .chunk_ms_most = 40});
	sim_client_speak(c, 1000);
	sim_client_silence(c, 5000);
	assert_int_equal(c->sample_count, tone_n + next_n);
	assert_memory_equal(c->samples, tone, tone_n * sizeof *tone);
	assert_memory_equal(c->samples + tone_n, next, next_n * sizeof *next);
	for (size_t i = 0; i < c->chunk_count; i++) {
		assert_in_range(c->chunks[i], 1, 40 * 24);
		distinct += i > 0 && c->chunks[i] != c->chunks[i - 1];
	}
	assert_true(c->chunk_count > 3000 / 40);
	assert_true(distinct > c->chunk_count / 2);
	free(tone);
	free(next);
	finish(&r);
}

static void sound_comes_at_the_set_speed(void **state)
{
	static const double speeds[] = {0.5, 1, 4, 20};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct run r;
		struct sim_client *c = &r.client;
		size_t sent = 0;

		begin(&r, TWO_SENTENCES,
		      (struct sim_core_settings){.speed = speeds[i]});
		sim_client_speak(c, 1000);
		sim_client_silence(c, 9000);
		assert_int_equal(c->sample_count, 72000);
		for (size_t k = 0; k < c->chunk_count; k++) {
			/* Never before its time, and never late. */
			double due = (double)c->chunk_us[0] +
				     (double)sent * 1e6 / 24000 / speeds[i];
			assert_true((double)c->chunk_us[k] >= due - 2);
			assert_true((double)c->chunk_us[k] <= due + 2);
			sent += c->chunks[k];
		}
		finish(&r);
	}
}

static void final_text_comes_when_it_was_heard(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_speak(&r.client, 640);
	sim_client_silence(&r.client, 1536); /* answer begins at 2140 */
	sim_client_silence(&r.client, 1920); /* now 4096 */
	assert_null(strstr(r.client.lines, "ASSISTANT FINAL"));
	sim_client_silence(&r.client, 96);
	assert_non_null(
		strstr(r.client.lines, "ASSISTANT FINAL \"Light is a wave.\""));
	assert_null(
		strstr(r.client.lines, "ASSISTANT FINAL \"It is fast too.\""));
	sim_client_silence(&r.client, 1000);
	assert_non_null(
		strstr(r.client.lines, "ASSISTANT FINAL \"It is fast too.\""));
	finish(&r);
}

/* The answer begins at 2140 + (frame) ms and is sent within 750 ms; speech is
 * recognised 120 ms after it began. */
static void barge_in_cuts_what_was_not_heard(void **state)
{
	static const struct {
		double speed;
		unsigned listen_ms; /* silence behind the learner's words */
		const char *lines;
		const char *why;
	} rows[] = {
		{1, 2500,
		 "AUDIO * INTERRUPTED\n"
		 "ASSISTANT FINAL \"Light is\" PARTIAL_TURN\n"
		 "ASSISTANT FINAL \"{ \"interrupted\" : true }\" INTERRUPTED\n",
		 "while the first sentence is sent"},
		{4, 2500,
		 "AUDIO 24000 END_TURN\n"
		 "ASSISTANT FINAL \"Light is\" PARTIAL_TURN\n"
		 "ASSISTANT FINAL \"{ \"interrupted\" : true }\" INTERRUPTED\n",
		 "all was sent, the first sentence is heard"},
		{4, 4100,
		 "ASSISTANT FINAL \"Light is a wave.\" END_TURN\n"
		 "ASSISTANT FINAL \"It is fast\" PARTIAL_TURN\n"
		 "ASSISTANT FINAL \"{ \"interrupted\" : true }\" INTERRUPTED\n",
		 "all was sent, the second sentence is heard"},
		{4, 4700,
		 "ASSISTANT FINAL \"Light is a wave.\" END_TURN\n"
		 "ASSISTANT FINAL \"It is fast too.\" END_TURN\n",
		 "all was heard: nothing to cut"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct run r;
		char *at;

		begin(&r, TWO_SENTENCES,
		      (struct sim_core_settings){.speed = rows[i].speed});
		sim_client_speak(&r.client, 640);
		sim_client_silence(&r.client, rows[i].listen_ms);
		sim_client_speak(&r.client, 640);
		/* How much of an open block was sent depends on chunk sizes. */
		at = strstr(r.client.lines, " INTERRUPTED\nASSISTANT FINAL");
		if (at && i == 0) {
			char *number = at;
			while (number[-1] != ' ')
				number--;
			memmove(number + 1, at, strlen(at) + 1);
			*number = '*';
		}
		size_t all = strlen(r.client.lines);
		size_t wanted = strlen(rows[i].lines);
		assert_true(all > wanted);
		assert_string_equal(r.client.lines + all - wanted,
				    rows[i].lines);
		/* The interrupting speech is the next turn. */
		r.client.lines[0] = '\0';
		sim_client_silence(&r.client, 6000);
		sim_client_expect(&r.client, WHOLE);
		finish(&r);
	}
}

/* Both signs come, FINAL text ends where the sound did, no turn follows, and
 * the failure that was to come does not. */
static void a_scenario_interrupts_by_itself(void **state)
{
	struct run r;

	(void)state;
	begin(&r,
	      "turns:\n"
	      "  - say:\n"
	      "      - {text: Light is a wave., tone: {ms: 1000}}\n"
	      "    interrupt: {after_ms: 600}\n"
	      "    fail: {after_ms: 900}\n",
	      (struct sim_core_settings){.speed = 4});
	sim_client_text(&r.client, "What is light?");
	r.client.lines[0] = '\0';
	sim_client_silence(&r.client, 6000);
	sim_client_expect(
		&r.client,
		"AUDIO 24000 END_TURN\n"
		"ASSISTANT FINAL \"Light is\" PARTIAL_TURN\n"
		"ASSISTANT FINAL \"{ \"interrupted\" : true }\" INTERRUPTED\n");
	finish(&r);
}

static void without_a_transcript_the_length_of_the_speech_is_told(void **state)
{
	struct run r;

	(void)state;
	begin(&r, "turns:\n  - say: {text: Hm, audio: none}\n",
	      (struct sim_core_settings){0});
	sim_client_silence(&r.client, 640);
	sim_client_speak(&r.client, 3200);
	sim_client_silence(&r.client, 2000);
	sim_client_expect(&r.client,
			  "completionStart\n"
			  "USER FINAL \"[3 s of speech]\" PARTIAL_TURN\n"
			  "ASSISTANT SPECULATIVE \"Hm\" PARTIAL_TURN\n"
			  "ASSISTANT FINAL \"Hm\" END_TURN\n");
	finish(&r);
}

static void typed_text_cuts_an_answer_too(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_text(&r.client, "What is light?");
	sim_client_silence(&r.client, 1504);
	r.client.lines[0] = '\0';
	sim_client_text(&r.client, "Wait, what is light?");
	sim_client_silence(&r.client, 4000);
	static const char cut[] =
		"ASSISTANT FINAL \"Light is a\" PARTIAL_TURN\n"
		"ASSISTANT FINAL \"{ \"interrupted\" : true }\" INTERRUPTED\n"
		"USER FINAL";
	assert_memory_equal(r.client.lines, cut, sizeof cut - 1);
	finish(&r);
}

static void a_tool_is_used_and_its_result_answered(void **state)
{
	static const char yaml[] =
		"turns:\n"
		"  - on: speech\n"
		"    hear: What is a leaf?\n"
		"    say: {text: Let me look., audio: none}\n"
		"    tool_use: {name: look, arguments: {word: leaf, n: 3}}\n"
		"  - on: tool_result\n"
		"    say: {text: It is green., tone: {ms: 500}}\n";
	struct run r;

	(void)state;
	begin(&r, yaml, (struct sim_core_settings){0});
	sim_client_speak(&r.client, 1000);
	sim_client_silence(&r.client, 3000);
	sim_client_expect(
		&r.client,
		"completionStart\n"
		"USER FINAL \"What is a leaf?\" PARTIAL_TURN\n"
		"ASSISTANT SPECULATIVE \"Let me look.\" PARTIAL_TURN\n"
		"TOOL look {\"word\":\"leaf\",\"n\":3} TOOL_USE\n"
		"ASSISTANT FINAL \"Let me look.\" END_TURN\n");
	sim_client_tool_result(&r.client, "{\"colour\":\"green\"}");
	sim_client_silence(&r.client, 3000);
	sim_client_expect(
		&r.client,
		"ASSISTANT SPECULATIVE \"It is green.\" PARTIAL_TURN\n"
		"AUDIO 12000 END_TURN\n"
		"ASSISTANT FINAL \"It is green.\" END_TURN\n");
	finish(&r);
}

static void an_opening_turn_needs_no_learner(void **state)
{
	static const char yaml[] =
		"turns:\n"
		"  - on: open\n"
		"    delay_ms: 200\n"
		"    say: {text: Welcome!, tone: {ms: 100}}\n";
	struct run r;

	(void)state;
	begin(&r, yaml, (struct sim_core_settings){0});
	sim_client_silence(&r.client, 192);
	sim_client_expect(&r.client, HELLO);
	sim_client_silence(&r.client, 320);
	sim_client_expect(&r.client,
			  "ASSISTANT SPECULATIVE \"Welcome!\" PARTIAL_TURN\n"
			  "AUDIO 2400 END_TURN\n"
			  "ASSISTANT FINAL \"Welcome!\" END_TURN\n");
	finish(&r);
}

static void an_idle_session_ends_after_its_limit(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_silence(&r.client, 3200);
	sim_client_expect(&r.client, HELLO);
	sim_client_wait(&r.client, 54900);
	sim_client_expect(&r.client, "");
	sim_client_wait(&r.client, 200);
	sim_client_expect(
		&r.client,
		"exception validationException: InternalErrorCode=532::Timed "
		"out waiting for audio bytes or interactive content. Please "
		"ensure gaps between audio bytes and interactive content are "
		"less than 55 seconds.\n");
	/* The last frame went 32 ms before the silence was over. */
	assert_int_equal(r.client.ended_us / 1000 - 1000, 3200 - 32 + 55000);
	finish(&r);
}

static void a_session_lives_eight_minutes_at_most(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_silence(&r.client, 479900);
	sim_client_expect(&r.client, HELLO);
	sim_client_silence(&r.client, 200);
	sim_client_expect(&r.client,
			  "exception modelTimeoutException: Model has timed "
			  "out in processing the request. Try your request "
			  "again.\n");
	assert_int_equal(r.client.ended_us / 1000 - 1000, 480000);
	finish(&r);
}

static void a_breach_of_order_ends_the_session(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_expect(&r.client, HELLO);
	assert_null(sim_core_breach(r.client.core));
	sim_core_receive(r.client.core,
			 &(struct nova_event){.type = NOVA_PROMPT_END,
					      .prompt_name = "prompt-1"});
	sim_client_expect(&r.client,
			  "exception validationException: All contents must be "
			  "closed before ending prompt\n");
	assert_non_null(sim_core_breach(r.client.core));
	sim_client_silence(&r.client, 1000);
	sim_client_expect(&r.client, "");
	finish(&r);
}

static void a_scenario_fails_and_cuts_at_its_time(void **state)
{
	static const struct {
		const char *end;
		const char *wanted;
	} rows[] = {
		{"fail: {exception: throttlingException, message: Slow down., "
		 "after_ms: 300}",
		 "exception throttlingException: Slow down.\n"},
		{"fail: {}",
		 "exception modelStreamErrorException: The system encountered "
		 "an unexpected error during processing. Try your request "
		 "again.\n"},
		{"cut: reset", "cut 0\n"},
		{"cut: half_frame", "cut 1\n"},
		{"cut: {how: close, after_ms: 100}", "cut 2\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char yaml[512];
		struct run r;

		snprintf(yaml, sizeof yaml,
			 "turns:\n  - say: {text: Hm, tone: {ms: 5000}}\n"
			 "    %s\n",
			 rows[i].end);
		begin(&r, yaml, (struct sim_core_settings){0});
		sim_client_text(&r.client, "Hi");
		r.client.lines[0] = '\0';
		sim_client_silence(&r.client, 1000);
		sim_client_expect(&r.client, rows[i].wanted);
		finish(&r);
	}
}

static void ending_the_prompt_stops_the_answer(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){.speed = 1});
	sim_client_text(&r.client, "Hi");
	sim_client_silence(&r.client, 1504);
	sim_client_end(&r.client);
	assert_non_null(strstr(r.client.lines,
			       " PARTIAL_TURN\n"
			       "ASSISTANT FINAL \"Light is a\" PARTIAL_TURN\n"
			       "completionEnd END_TURN\nended\n"));
	finish(&r);
}

static void usage_counts_speech_but_not_silence(void **state)
{
	struct run r;

	(void)state;
	begin(&r, TWO_SENTENCES, (struct sim_core_settings){0});
	sim_client_silence(&r.client, 3200);
	sim_client_speak(&r.client, 2000);
	sim_client_silence(&r.client, 6000);
	assert_int_equal(r.client.usage.input_speech, 2 * 25);
	assert_int_equal(r.client.usage.output_speech, 3 * 25);
	assert_int_equal(r.client.usage.total,
			 r.client.usage.total_input +
				 r.client.usage.total_output);
	finish(&r);
}

static void turns_are_used_up_and_then_repeated(void **state)
{
	static const struct {
		const char *repeat;
		const char *third;
	} rows[] = {{"true", "\"One\""}, {"false", "\"Two\""}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char yaml[256];
		struct run r;

		snprintf(yaml, sizeof yaml,
			 "repeat: %s\nturns:\n"
			 "  - say: {text: One, tone: {ms: 50}}\n"
			 "  - say: {text: Two, tone: {ms: 50}}\n",
			 rows[i].repeat);
		begin(&r, yaml, (struct sim_core_settings){0});
		for (unsigned turn = 0; turn < 3; turn++) {
			r.client.lines[0] = '\0';
			sim_client_text(&r.client, "Go on");
			sim_client_silence(&r.client, 320);
		}
		assert_non_null(strstr(r.client.lines, rows[i].third));
		finish(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_block_by_block),
		cmocka_unit_test(
			a_silent_start_says_nothing_before_the_first_turn),
		cmocka_unit_test(a_turn_ends_exactly_at_the_pause),
		cmocka_unit_test(speech_at_any_rate_is_a_turn),
		cmocka_unit_test(sound_is_made_for_the_rate_that_was_asked),
		cmocka_unit_test(a_click_is_no_turn),
		cmocka_unit_test(a_short_pause_does_not_end_a_turn),
		cmocka_unit_test(typed_text_is_a_turn),
		cmocka_unit_test(audio_may_be_closed_and_opened_again),
		cmocka_unit_test(chunks_vary_and_join_to_the_whole_sound),
		cmocka_unit_test(sound_comes_at_the_set_speed),
		cmocka_unit_test(final_text_comes_when_it_was_heard),
		cmocka_unit_test(barge_in_cuts_what_was_not_heard),
		cmocka_unit_test(a_scenario_interrupts_by_itself),
		cmocka_unit_test(
			without_a_transcript_the_length_of_the_speech_is_told),
		cmocka_unit_test(typed_text_cuts_an_answer_too),
		cmocka_unit_test(a_tool_is_used_and_its_result_answered),
		cmocka_unit_test(an_opening_turn_needs_no_learner),
		cmocka_unit_test(an_idle_session_ends_after_its_limit),
		cmocka_unit_test(a_session_lives_eight_minutes_at_most),
		cmocka_unit_test(a_breach_of_order_ends_the_session),
		cmocka_unit_test(a_scenario_fails_and_cuts_at_its_time),
		cmocka_unit_test(ending_the_prompt_stops_the_answer),
		cmocka_unit_test(usage_counts_speech_but_not_silence),
		cmocka_unit_test(turns_are_used_up_and_then_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
