/* The HTTP/2 front, over real sockets, with the client that also talks to
 * Bedrock: signed sessions in clear text and over TLS, refusals, cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "net/aws/credentials.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/nova/session.h"
#include "net/sim/sim.h"
#include "tests/support/folder.h"
#include "tests/support/sim_client.h"

enum { TALKS = 8, SOUND_MOST = 24000 * 5, HANG_S = 120 };

struct talk {
	struct wire *wire;
	struct nova_stream *stream;
	struct nova_session session;
	unsigned opened, finals, closed;
	struct problem why;
	char said[256]; /* FINAL text of the tutor */
	int16_t sound[SOUND_MOST];
	size_t sound_count;
};

struct wire {
	struct loop *loop;
	char *folder;
	struct brain_maker *maker;
	struct sim_server *server;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
	struct talk talks[TALKS];
	bool (*done)(struct wire *w);
	struct timer hang, look;
};

/* --- waiting on the loop --- */

static void check(struct wire *w)
{
	if (w->done && w->done(w))
		loop_stop(w->loop);
}

static void hang(void *arg)
{
	(void)arg;
	fail_msg("nothing happened for %d s", HANG_S);
}

/* For what shows at the server's side only. */
static void look(void *arg)
{
	struct wire *w = arg;

	check(w);
	timer_start(&w->look, 5000);
}

static void run_until(struct wire *w, bool (*done)(struct wire *w))
{
	if (done(w))
		return;
	w->done = done;
	timer_start(&w->hang, HANG_S * UINT64_C(1000000));
	timer_start(&w->look, 5000);
	loop_run(w->loop);
	timer_stop(&w->hang);
	timer_stop(&w->look);
	w->done = NULL;
}

static bool first_said_all(struct wire *w)
{
	return w->talks[0].finals > 0 || w->talks[0].closed;
}

static bool all_said_all(struct wire *w)
{
	for (size_t i = 0; i < TALKS; i++)
		if (!w->talks[i].finals && !w->talks[i].closed)
			return false;
	return true;
}

static bool first_closed(struct wire *w)
{
	return w->talks[0].closed > 0;
}

static bool first_opened(struct wire *w)
{
	return w->talks[0].opened > 0 || w->talks[0].closed;
}

static bool all_opened(struct wire *w)
{
	for (size_t i = 0; i < TALKS; i++)
		if (!w->talks[i].opened)
			return false;
	return true;
}

static bool all_closed(struct wire *w)
{
	for (size_t i = 0; i < TALKS; i++)
		if (!w->talks[i].closed)
			return false;
	return true;
}

static bool nobody_lives(struct wire *w)
{
	return sim_server_live(w->server) == 0;
}

/* --- the client's listener --- */

static void opened(void *arg, const char *session_id)
{
	struct talk *t = arg;

	(void)session_id;
	t->opened++;
	check(t->wire);
}

static void event(void *arg, const struct nova_event *e)
{
	struct talk *t = arg;

	if (e->type == NOVA_AUDIO_OUTPUT) {
		assert_true(t->sound_count + e->sample_count <= SOUND_MOST);
		memcpy(t->sound + t->sound_count, e->samples,
		       e->sample_count * sizeof *e->samples);
		t->sound_count += e->sample_count;
	}
	if (e->type == NOVA_TEXT_OUTPUT && e->role == NOVA_ASSISTANT)
		snprintf(t->said, sizeof t->said, "%s", e->text);
	if (e->type == NOVA_CONTENT_END && e->content == NOVA_TEXT &&
	    e->stop == NOVA_END_TURN)
		t->finals++;
	check(t->wire);
}

static void closed(void *arg, const struct problem *why)
{
	struct talk *t = arg;

	t->closed++;
	t->why = *why;
	check(t->wire);
}

/* --- setting up --- */

struct plan {
	const char *yaml; /* NULL: HELLO */
	bool tls;
	const char *model, *key_id, *secret; /* of the client */
	struct sim_core_settings core;
	struct brain_maker *maker; /* in place of the scenario */
};

static const char HELLO[] =
	"stream: {turn_pause_ms: 300, speed: 100}\n"
	"turns:\n"
	"  - say: {text: Hello., tone: {hz: 440, ms: 300}}\n";

static void serve(struct wire *w, const struct plan *plan)
{
	char *path = text_format("%s/s.yaml", w->folder);
	struct problem p = {0};
	struct sim_server_settings settings = {
		.key_id = "AKIDEXAMPLE",
		.secret = "wJalrXUtnFEMI/K7MDENG",
		.core = plan->core,
		.tls_dir = plan->tls ? w->folder : NULL,
	};

	settings.core.record_dir = w->folder;
	folder_write(w->folder, "s.yaml", plan->yaml ? plan->yaml : HELLO);
	assert_int_equal(scenario_maker_create(&w->maker, path, &p), 0);
	scenario_core_settings(w->maker, &settings.core);
	settings.front = scenario_front_plan(w->maker);
	if (sim_server_open(&w->server, w->loop, &settings,
			    plan->maker ? plan->maker : w->maker, &p) != 0)
		fail_msg("%s", p.text);
	free(path);
}

static void connect_to(struct wire *w, const struct plan *plan)
{
	char *ca = text_format("%s/sim-ca.pem", w->folder);
	char *url = text_format("http%s://127.0.0.1:%u", plan->tls ? "s" : "",
				sim_server_port(w->server));
	struct problem p = {0};
	struct bedrock_settings settings = {
		.endpoint = url,
		.ca_file = plan->tls ? ca : NULL,
		.model = plan->model,
	};

	if (credentials_fixed_create(
		    &w->keys, loop_clock(w->loop),
		    plan->key_id ? plan->key_id : "AKIDEXAMPLE",
		    plan->secret ? plan->secret : "wJalrXUtnFEMI/K7MDENG", NULL,
		    &p) != 0)
		fail_msg("%s", p.text);
	settings.credentials = w->keys;
	if (bedrock_upstream_create(&w->upstream, w->loop, &settings, &p) != 0)
		fail_msg("%s", p.text);
	free(url);
	free(ca);
}

static struct wire *begin(const struct plan *plan)
{
	struct wire *w = calloc(1, sizeof *w);

	assert_int_equal(loop_create(&w->loop), 0);
	w->folder = folder_make();
	timer_init(&w->hang, loop_clock(w->loop), hang, w);
	timer_init(&w->look, loop_clock(w->loop), look, w);
	for (size_t i = 0; i < TALKS; i++)
		w->talks[i].wire = w;
	serve(w, plan);
	connect_to(w, plan);
	return w;
}

static void finish(struct wire *w)
{
	for (size_t i = 0; i < TALKS; i++)
		nova_stream_free(w->talks[i].stream);
	bedrock_upstream_free(w->upstream);
	credentials_source_free(w->keys);
	sim_server_free(w->server);
	scenario_maker_free(w->maker);
	loop_free(w->loop);
	folder_remove(w->folder);
	free(w);
}

static void open_talk(struct wire *w, size_t i, const char *system)
{
	struct talk *t = &w->talks[i];

	nova_stream_free(t->stream);
	memset(t, 0, sizeof *t);
	t->wire = w;
	/* Not through nova_upstream_open(): it breaks the rules, too. */
	assert_int_equal(w->upstream->open(w->upstream,
					   &(struct nova_stream_listener){
						   .opened = opened,
						   .event = event,
						   .closed = closed,
						   .arg = t,
					   },
					   &t->stream, NULL),
			 0);
	assert_int_equal(nova_session_start(&t->session, t->stream,
					    &(struct nova_session_settings){
						    .system_prompt = system}),
			 0);
}

/* 0.6 s of voice and 0.4 s of silence, all at once: time is in samples. */
static void ask(struct talk *t, int16_t *question)
{
	sim_client_voice(question, 9600, 16000, 0);
	memset(question + 9600, 0, 6400 * sizeof *question);
	for (size_t at = 0; at < 16000; at += 500)
		assert_int_equal(
			nova_session_audio(&t->session, question + at, 500), 0);
}

static void expect_file(struct wire *w, const char *name, unsigned rate_hz,
			const int16_t *samples, size_t n)
{
	char *path = text_format("%s/%s", w->folder, name);
	int16_t *loaded;
	size_t count;

	assert_int_equal(sound_file_load(&loaded, &count, path, rate_hz,
					 1 << 20, NULL),
			 0);
	assert_int_equal(count, n);
	assert_memory_equal(loaded, samples, n * sizeof *loaded);
	free(loaded);
	free(path);
}

static void whole_conversation(struct wire *w)
{
	int16_t question[16000];
	struct talk *t = &w->talks[0];

	open_talk(w, 0, "Be kind.");
	ask(t, question);
	run_until(w, first_said_all);
	assert_string_equal(t->said, "Hello.");
	assert_int_equal(t->opened, 1);
	assert_int_equal(t->sound_count, 300 * 24);
	assert_int_equal(sim_server_live(w->server), 1);
	assert_int_equal(nova_session_finish(&t->session), 0);
	run_until(w, first_closed);
	if (t->why.code)
		fail_msg("%s", t->why.text);
	run_until(w, nobody_lives);
	expect_file(w, "received-1.wav", 16000, question, 16000);
	expect_file(w, "sent-1.wav", 24000, t->sound, t->sound_count);
}

/* --- the tests --- */

static void a_signed_session_in_clear_text(void **state)
{
	struct wire *w = begin(&(struct plan){0});

	(void)state;
	whole_conversation(w);
	finish(w);
}

static void a_signed_session_over_tls(void **state)
{
	struct wire *w = begin(&(struct plan){.tls = true});

	(void)state;
	whole_conversation(w);
	finish(w);
}

static void the_older_model_has_a_colon_in_its_path(void **state)
{
	struct wire *w = begin(
		&(struct plan){.model = "amazon.nova-2-sonic-v1:0"});

	(void)state;
	whole_conversation(w);
	finish(w);
}

static void certificates_are_kept_while_they_are_good(void **state)
{
	struct wire *w = begin(&(struct plan){.tls = true});
	char *before = folder_read(w->folder, "sim-cert.pem", NULL), *after;

	(void)state;
	sim_server_free(w->server);
	scenario_maker_free(w->maker);
	bedrock_upstream_free(w->upstream);
	credentials_source_free(w->keys);
	serve(w, &(struct plan){.tls = true});
	connect_to(w, &(struct plan){.tls = true});
	after = folder_read(w->folder, "sim-cert.pem", NULL);
	assert_string_equal(before, after);
	free(after);
	whole_conversation(w);

	sim_server_free(w->server);
	scenario_maker_free(w->maker);
	folder_write(w->folder, "sim-key.pem", "no key\n");
	serve(w, &(struct plan){.tls = true});
	after = folder_read(w->folder, "sim-cert.pem", NULL);
	assert_string_not_equal(before, after);
	free(before);
	free(after);
	finish(w);
}

static void what_cannot_be_taken_is_refused_with_its_reason(void **state)
{
	static const struct {
		struct plan plan;
		int code;
	} rows[] = {
		{{.secret = "another-secret"}, PROBLEM_DENIED},
		{{.key_id = "AKIDOTHER"}, PROBLEM_DENIED},
		{{.model = "amazon.titan-text"}, PROBLEM_MODEL},
		{{.yaml = "stream: {refuse: {status: 429}}\n"
			  "turns:\n  - say: x\n"},
		 PROBLEM_THROTTLED},
		{{.yaml = "stream:\n  refuse: {status: 500, exception: "
			  "InternalServerException}\n"
			  "turns:\n  - say: x\n"},
		 PROBLEM_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wire *w = begin(&rows[i].plan);

		open_talk(w, 0, "Be kind.");
		run_until(w, first_closed);
		assert_int_equal(w->talks[0].why.code, rows[i].code);
		assert_int_equal(w->talks[0].opened, 0);
		assert_int_equal(sim_server_sessions(w->server), 0);
		finish(w);
	}
}

static void only_the_first_streams_are_refused(void **state)
{
	struct wire *w = begin(&(struct plan){
		.yaml = "stream: {refuse: {first: 2}, turn_pause_ms: 300, "
			"speed: 100}\n"
			"turns:\n"
			"  - say: {text: Hello., tone: {hz: 440, ms: 300}}\n"});

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		open_talk(w, 0, "Be kind.");
		run_until(w, first_closed);
		assert_int_equal(w->talks[0].why.code, PROBLEM_THROTTLED);
	}
	whole_conversation(w);
	finish(w);
}

static void the_response_may_begin_late(void **state)
{
	static const char *const streams[] = {
		"headers: after_first_event",
		"headers: after_first_event, headers_delay_ms: 30",
		"headers_delay_ms: 30",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *yaml = text_format(
			"stream: {%s, turn_pause_ms: 300, speed: 100}\n"
			"turns:\n"
			"  - say: {text: Hello., tone: {hz: 440, ms: 300}}\n",
			streams[i]);
		struct wire *w = begin(&(struct plan){.yaml = yaml});

		whole_conversation(w);
		finish(w);
		free(yaml);
	}
}

static void a_stream_fails_and_breaks_as_the_scenario_says(void **state)
{
	static const struct {
		const char *end;
		int code;
	} rows[] = {
		{"cut: reset", PROBLEM_CLOSED},
		{"cut: half_frame", PROBLEM_CLOSED},
		{"cut: close", PROBLEM_CLOSED},
		{"fail: {exception: throttlingException}", PROBLEM_THROTTLED},
		{"fail: {exception: modelTimeoutException}", PROBLEM_TIMEOUT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *yaml = text_format("turns:\n  - say: Hm\n    %s\n",
					 rows[i].end);
		struct wire *w = begin(&(struct plan){.yaml = yaml});

		open_talk(w, 0, "Be kind.");
		assert_int_equal(nova_session_text(&w->talks[0].session, "Hi"),
				 0);
		run_until(w, first_closed);
		if (w->talks[0].why.code != rows[i].code)
			fail_msg("%s: %s", rows[i].end, w->talks[0].why.text);
		run_until(w, nobody_lives);
		finish(w);
		free(yaml);
	}
}

static void a_breach_of_order_is_answered_in_the_stream(void **state)
{
	struct wire *w = begin(&(struct plan){0});
	struct talk *t = &w->talks[0];

	(void)state;
	open_talk(w, 0, "Be kind.");
	run_until(w, first_opened);
	assert_int_equal(
		nova_stream_send(
			t->stream,
			&(struct nova_event){
				.type = NOVA_PROMPT_END,
				.prompt_name = t->session.prompt_name}),
		0);
	run_until(w, first_closed);
	assert_int_equal(t->why.code, PROBLEM_UNCLEAR);
	assert_non_null(strstr(t->why.text, "All contents must be closed"));
	finish(w);
}

static void a_client_that_goes_away_leaves_nothing_behind(void **state)
{
	struct wire *w = begin(&(struct plan){0});

	(void)state;
	open_talk(w, 0, "Be kind.");
	run_until(w, first_opened);
	assert_int_equal(sim_server_live(w->server), 1);
	w->talks[0].stream = nova_stream_free(w->talks[0].stream);
	run_until(w, nobody_lives);
	finish(w);
}

static void all_streams_can_be_reset_at_once(void **state)
{
	struct wire *w = begin(&(struct plan){0});

	(void)state;
	for (size_t i = 0; i < TALKS; i++)
		open_talk(w, i, "Be kind.");
	run_until(w, all_opened);
	assert_int_equal(sim_server_live(w->server), TALKS);
	sim_server_reset_all(w->server);
	run_until(w, all_closed);
	for (size_t i = 0; i < TALKS; i++)
		assert_int_equal(w->talks[i].why.code, PROBLEM_CLOSED);
	run_until(w, nobody_lives);
	finish(w);
}

/* --- a brain that says its system prompt, in samples too --- */

struct parrot {
	struct brain base;
	char prompt[64];
};

static void parrot_started(struct brain *b, const struct brain_session *s)
{
	snprintf(((struct parrot *)b)->prompt, 64, "%s", s->system_prompt);
}

static void parrot_turn_ended(struct brain *b, const int16_t *samples, size_t n,
			      const char *text)
{
	struct parrot *p = (struct parrot *)b;
	int16_t sound[4800];

	(void)samples;
	(void)n;
	(void)text;
	for (size_t i = 0; i < 4800; i++)
		sound[i] = (int16_t)(p->prompt[0] * 100 + (int)(i % 100));
	assert_int_equal(sim_say(b->core, p->prompt, sound, 4800), 0);
	assert_int_equal(sim_end_turn(b->core), 0);
}

static void parrot_tool_result(struct brain *b, const char *id,
			       const char *result)
{
	(void)b;
	(void)id;
	(void)result;
}

static void parrot_interrupted(struct brain *b, const struct brain_heard *heard)
{
	(void)heard;
	(void)b;
}

static void parrot_free(struct brain *b)
{
	free(b);
}

static int parrot_make(struct brain_maker *m, struct clock *clock,
		       struct brain **out, struct problem *p)
{
	static const struct brain_ops ops = {
		.session_started = parrot_started,
		.turn_ended = parrot_turn_ended,
		.tool_result = parrot_tool_result,
		.interrupted = parrot_interrupted,
		.free = parrot_free,
	};
	struct parrot *b = calloc(1, sizeof *b);

	(void)m;
	(void)clock;
	(void)p;
	b->base.ops = &ops;
	*out = &b->base;
	return 0;
}

static void eight_sessions_at_once_hear_each_their_own_answer(void **state)
{
	static struct brain_maker parrots = {parrot_make};
	struct wire *w = begin(&(struct plan){.maker = &parrots});
	int16_t question[16000];

	(void)state;
	for (size_t i = 0; i < TALKS; i++) {
		char prompt[2] = {(char)('A' + i), '\0'};
		open_talk(w, i, prompt);
	}
	for (size_t i = 0; i < TALKS; i++)
		ask(&w->talks[i], question);
	run_until(w, all_said_all);
	assert_int_equal(sim_server_sessions(w->server), TALKS);
	for (size_t i = 0; i < TALKS; i++) {
		struct talk *t = &w->talks[i];

		assert_int_equal(t->said[0], 'A' + (int)i);
		assert_int_equal(t->sound_count, 4800);
		for (size_t k = 0; k < 4800; k++)
			assert_int_equal(t->sound[k],
					 ('A' + (int)i) * 100 + (int)(k % 100));
	}
	finish(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_session_in_clear_text),
		cmocka_unit_test(a_signed_session_over_tls),
		cmocka_unit_test(the_older_model_has_a_colon_in_its_path),
		cmocka_unit_test(certificates_are_kept_while_they_are_good),
		cmocka_unit_test(
			what_cannot_be_taken_is_refused_with_its_reason),
		cmocka_unit_test(only_the_first_streams_are_refused),
		cmocka_unit_test(the_response_may_begin_late),
		cmocka_unit_test(
			a_stream_fails_and_breaks_as_the_scenario_says),
		cmocka_unit_test(a_breach_of_order_is_answered_in_the_stream),
		cmocka_unit_test(a_client_that_goes_away_leaves_nothing_behind),
		cmocka_unit_test(all_streams_can_be_reset_at_once),
		cmocka_unit_test(
			eight_sessions_at_once_hear_each_their_own_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
