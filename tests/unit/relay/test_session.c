/* A relay's session on a virtual clock: when it is ready, the silence that it
 * feeds, and its ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "net/relay/server/server.h"
#include "net/relay/server/session.h"
#include "net/relay/server/silence.h"
#include "tests/support/fake_upstream.h"

enum { SECOND_US = 1000 * 1000, HZ = 16000 };

struct bench {
	struct virtual_clock *time;
	struct clock *clock;
	struct fake_upstream fake;
	struct relay_server_counts counts;
	struct session_settings settings;
	struct session *session;
	char said[4096]; /* "type[: text]\n" each */
	unsigned over;
	uint64_t silence_told;
};

static void on_send(void *arg, const struct relay_message *m)
{
	struct bench *b = arg;
	size_t n = strlen(b->said);

	snprintf(b->said + n, sizeof b->said - n, "%s%s%s\n",
		 relay_type_name(m->type), m->type == RELAY_ERROR ? ": " : "",
		 m->type == RELAY_ERROR ? m->text : "");
	if (m->type == RELAY_SESSION_ENDED)
		b->silence_told = m->silence_samples;
}

static void on_over(void *arg, struct session *s)
{
	struct bench *b = arg;

	b->over++;
	b->session = session_free(s);
}

static void setup(struct bench *b)
{
	memset(b, 0, sizeof *b);
	assert_int_equal(virtual_clock_create(&b->time, 0), 0);
	b->clock = virtual_clock_clock(b->time);
	fake_upstream_init(&b->fake, b->clock);
	b->settings = (struct session_settings){
		.clock = b->clock,
		.upstream = &b->fake.upstream,
		.counts = &b->counts,
	};
}

static void teardown(struct bench *b)
{
	session_free(b->session);
	assert_int_equal(b->fake.live, 0);
	assert_int_equal(b->counts.sessions, 0);
	virtual_clock_free(b->time);
}

static void open_session(struct bench *b, bool continuous)
{
	const struct relay_message m = {
		.type = RELAY_INITIALIZE_SESSION,
		.continuous_audio = continuous,
	};
	const struct session_host host = {on_send, on_over, b};
	struct problem p;

	assert_int_equal(session_open(&b->session, &b->settings, &m, &host, &p),
			 0);
}

static void run_ms(struct bench *b, unsigned ms)
{
	virtual_clock_run_until(b->time,
				clock_now_us(b->clock) + (uint64_t)ms * 1000);
}

static void hear(struct bench *b, size_t samples, bool end)
{
	static const int16_t sound[HZ] = {1};
	const struct relay_message m = {
		.type = RELAY_AUDIO_INPUT,
		.audio = (const uint8_t *)sound,
		.audio_length = samples * 2,
		.end_of_utterance = end,
	};

	session_receive(b->session, &m);
}

/* --- ready --- */

static void ready_is_not_said_before_the_service_accepts(void **state)
{
	struct bench b;

	(void)state;
	setup(&b);
	open_session(&b, false);
	assert_string_equal(b.said, "");
	run_ms(&b, 10);
	assert_string_equal(b.said, "session_initialized\n");
	teardown(&b);
}

static void a_service_that_never_answers_is_given_up(void **state)
{
	struct bench b;

	(void)state;
	setup(&b);
	b.fake.never_opens = true;
	open_session(&b, false);
	run_ms(&b, 59 * 1000);
	assert_string_equal(b.said, "");
	run_ms(&b, 2000);
	assert_true(text_starts(b.said, "error: Session initialization failed: "
					"the fake service did not accept"));
	assert_int_equal(b.over, 1);
	teardown(&b);
}

static void a_session_that_names_no_voice_has_the_relays(void **state)
{
	static const struct {
		const char *relays, *sessions, *want;
	} rows[] = {
		{"amy", NULL, "promptStart amy\n"},
		{"amy", "matthew", "promptStart matthew\n"},
		{NULL, "matthew", "promptStart matthew\n"},
		{NULL, NULL, "promptStart tiffany\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct relay_message m = {
			.type = RELAY_INITIALIZE_SESSION,
			.voice_id = rows[i].sessions,
		};
		struct bench b;
		const struct session_host host = {on_send, on_over, &b};
		struct problem p;

		setup(&b);
		b.settings.voice = rows[i].relays;
		assert_int_equal(session_open(&b.session, &b.settings, &m,
					      &host, &p),
				 0);
		if (!strstr(b.fake.log, rows[i].want))
			fail_msg("no %s in %s", rows[i].want, b.fake.log);
		teardown(&b);
	}
}

/* --- silence --- */

static void silence_follows_the_audio_by_its_rules(void **state)
{
	static const struct {
		bool continuous;
		bool ends;     /* isEndOfUtterance with the audio */
		unsigned ms;   /* after the audio */
		unsigned want; /* samples of silence by then */
		const char *why;
	} rows[] = {
		{false, false, 990, 0, "it may be a pause of the network"},
		{false, false, 1010, 320, "one second without audio"},
		{false, false, 2010, 51 * 320, "at real-time pace"},
		{false, true, 10, 320, "the client says that it is over"},
		{false, true, 1010, 51 * 320, "at real-time pace, at once"},
		{true, false, 19990, 0, "this client sends always"},
		{true, false, 20010, 320, "and yet it did not"},
		{true, true, 10, 320, "its word counts the same"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bench b;
		setup(&b);
		open_session(&b, rows[i].continuous);
		run_ms(&b, 500);
		hear(&b, 320, rows[i].ends);
		run_ms(&b, rows[i].ms);
		if (b.counts.silence_samples != rows[i].want)
			fail_msg("%s: %llu", rows[i].why,
				 (unsigned long long)b.counts.silence_samples);
		assert_int_equal(b.fake.samples, 320 + rows[i].want);
		assert_int_equal(b.fake.silent_samples, 319 + rows[i].want);
		teardown(&b);
	}
}

static void audio_stops_the_silence(void **state)
{
	struct bench b;

	(void)state;
	setup(&b);
	open_session(&b, false);
	run_ms(&b, 100);
	hear(&b, 0, true);
	run_ms(&b, 105);
	assert_int_equal(b.counts.silence_samples, 6 * 320);
	for (int i = 0; i < 50; i++) {
		hear(&b, 320, false);
		run_ms(&b, 20);
	}
	assert_int_equal(b.counts.silence_samples, 6 * 320);
	/* saying it twice does not feed twice as fast */
	hear(&b, 0, true);
	run_ms(&b, 5);
	hear(&b, 0, true);
	run_ms(&b, 100);
	assert_int_equal(b.counts.silence_samples, 12 * 320);
	teardown(&b);
}

static void empty_audio_means_nothing(void **state)
{
	struct bench b;

	(void)state;
	setup(&b);
	open_session(&b, false);
	run_ms(&b, 900);
	size_t before = b.fake.events;
	hear(&b, 0, false);
	assert_int_equal(b.fake.events, before);
	run_ms(&b, 200);
	assert_true(b.counts.silence_samples > 0);
	teardown(&b);
}

static void feed_nothing(void *arg, const int16_t *samples, size_t n)
{
	(void)samples;
	*(size_t *)arg += n;
}

static void a_minute_of_silence_is_a_minute(void **state)
{
	struct virtual_clock *time;
	struct silence s;
	size_t given = 0;

	(void)state;
	assert_int_equal(virtual_clock_create(&time, 0), 0);
	silence_init(&s, virtual_clock_clock(time), SILENCE_AFTER_MS,
		     feed_nothing, &given);
	silence_start(&s);
	silence_end_utterance(&s);
	virtual_clock_run_until(time, 60ull * SECOND_US - 1);
	assert_int_equal(given, 60 * HZ);
	assert_int_equal(s.samples, given);
	silence_stop(&s);
	virtual_clock_free(time);
}

/* --- ends --- */

static void the_end_tells_how_much_silence_there_was(void **state)
{
	const struct relay_message end = {.type = RELAY_END_SESSION};
	struct bench b;

	(void)state;
	setup(&b);
	open_session(&b, false);
	run_ms(&b, 1500);
	uint64_t silence = b.counts.silence_samples;
	assert_true(silence > 0);
	session_receive(b.session, &end);
	run_ms(&b, 10);
	assert_string_equal(b.said, "session_initialized\nsession_ended\n");
	assert_int_equal(b.silence_told, silence);
	assert_non_null(strstr(b.fake.log, "promptEnd\nsessionEnd\n"));
	teardown(&b);
}

static void an_end_that_the_service_ignores_takes_five_seconds(void **state)
{
	const struct relay_message end = {.type = RELAY_END_SESSION};
	struct bench b;

	(void)state;
	setup(&b);
	b.fake.never_ends = true;
	open_session(&b, false);
	run_ms(&b, 100);
	session_receive(b.session, &end);
	run_ms(&b, 4900);
	assert_int_equal(b.over, 0);
	run_ms(&b, 200);
	assert_int_equal(b.over, 1);
	assert_string_equal(b.said, "session_initialized\nsession_ended\n");
	teardown(&b);
}

static void a_service_that_cannot_take_more_ends_the_session(void **state)
{
	struct bench b;

	(void)state;
	setup(&b);
	open_session(&b, false);
	run_ms(&b, 100);
	b.fake.send_error = PROBLEM_LIMIT;
	hear(&b, 320, false);
	assert_int_equal(b.over, 1);
	assert_string_equal(b.said, "session_initialized\nsession_error\n");
	teardown(&b);
}

/* --- what the model and the service would not take --- */

static void
what_the_model_cannot_do_is_refused_before_it_is_opened(void **state)
{
	static const struct {
		const char *model, *want;
		struct relay_message m;
	} rows[] = {
		{NULL,
		 "\"tifany\" is no voice of amazon.nova-2-5-sonic; did you "
		 "mean \"tiffany\"?",
		 {.voice_id = "tifany"}},
		{"amazon.nova-sonic-v1:0",
		 "\"pt-BR\" is no language of amazon.nova-sonic-v1:0; it "
		 "speaks English, French, Italian, German and Spanish",
		 {.language = "pt-BR"}},
		{"amazon.nova-sonic-v1:0",
		 "amazon.nova-sonic-v1:0 decides by itself when a turn ends; "
		 "leave the setting out",
		 {.turn_pause = NOVA_PAUSE_LOW}},
		{NULL,
		 "inputSchema.json of tool \"n\" is not the text of a JSON "
		 "object",
		 {.tools = "[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
			   "{\"json\":\"3\"}}}]"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench b;
		struct problem p = {0};
		const struct session_host host = {on_send, on_over, &b};
		setup(&b);
		b.settings.model = rows[i].model;
		assert_int_equal(PROBLEM_USAGE,
				 session_open(&b.session, &b.settings,
					      &rows[i].m, &host, &p));
		assert_string_equal(rows[i].want, p.text);
		assert_int_equal(0, b.fake.opened);
		teardown(&b);
	}
}

static void a_result_that_nobody_asked_for_is_refused(void **state)
{
	const struct relay_message result = {.type = RELAY_TOOL_RESULT,
					     .tool_use_id = "u-1",
					     .text = "{}"};
	struct bench b;

	(void)state;
	setup(&b);
	open_session(&b, false);
	run_ms(&b, 10);
	session_receive(b.session, &result);
	assert_non_null(strstr(b.said, "error: Tool result refused"));
	assert_null(strstr(b.fake.log, "toolResult"));

	fake_upstream_say(&b.fake, &(struct nova_event){.type = NOVA_TOOL_USE,
							.tool_use_id = "u-1"});
	b.said[0] = '\0';
	session_receive(b.session, &result);
	assert_null(strstr(b.said, "error"));
	assert_non_null(strstr(b.fake.log, "toolResult {}"));
	session_receive(b.session, &result);
	assert_non_null(strstr(b.said, "error: Tool result refused"));
	/* and the session lives */
	assert_int_equal(0, b.over);
	teardown(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_the_model_cannot_do_is_refused_before_it_is_opened),
		cmocka_unit_test(a_result_that_nobody_asked_for_is_refused),
		cmocka_unit_test(ready_is_not_said_before_the_service_accepts),
		cmocka_unit_test(a_service_that_never_answers_is_given_up),
		cmocka_unit_test(a_session_that_names_no_voice_has_the_relays),
		cmocka_unit_test(silence_follows_the_audio_by_its_rules),
		cmocka_unit_test(audio_stops_the_silence),
		cmocka_unit_test(empty_audio_means_nothing),
		cmocka_unit_test(a_minute_of_silence_is_a_minute),
		cmocka_unit_test(the_end_tells_how_much_silence_there_was),
		cmocka_unit_test(
			an_end_that_the_service_ignores_takes_five_seconds),
		cmocka_unit_test(
			a_service_that_cannot_take_more_ends_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
