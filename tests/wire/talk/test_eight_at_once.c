/*
 * Eight conversations at once through one relay: eight `habla talk`, one
 * relay and one simulator, whose brain answers each with the pitch that it
 * heard, twice as high.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/relay/server/server.h"
#include "net/sim/sim.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"
#include "tests/support/wave.h"

enum { TALKS = 8, MIC_HZ = 16000, TUTOR_HZ = 24000, ANSWER = TUTOR_HZ };

static double pitch_of(int i)
{
	return 300 + 100.0 * i;
}

/* --- a brain that gives back the pitch it heard --- */

static int16_t *answer_to(const int16_t *samples, size_t n)
{
	int16_t *tone = calloc(ANSWER, sizeof *tone);
	int loudest = 0;

	if (!tone)
		abort();
	for (int i = 1; i < TALKS; i++) {
		if (wave_power_db(samples, n, pitch_of(i), MIC_HZ) >
		    wave_power_db(samples, n, pitch_of(loudest), MIC_HZ))
			loudest = i;
	}
	wave_tone(tone, ANSWER, 2 * pitch_of(loudest), TUTOR_HZ, 9000);
	return tone;
}

static void parrot_started(struct brain *b, const struct brain_session *s)
{
	(void)b;
	(void)s;
}

static void parrot_answers(struct brain *b, const int16_t *samples, size_t n,
			   const char *text)
{
	int16_t *tone = answer_to(samples, n);

	(void)text;
	sim_transcript(b->core, "a tone");
	sim_say(b->core, "The same, an octave higher.", tone, ANSWER);
	sim_end_turn(b->core);
	free(tone);
}

static void parrot_no_tool(struct brain *b, const char *id, const char *result)
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
		.turn_ended = parrot_answers,
		.tool_result = parrot_no_tool,
		.interrupted = parrot_interrupted,
		.free = parrot_free,
	};
	struct brain *b = calloc(1, sizeof *b);

	(void)m;
	(void)clock;
	if (!b)
		return problem_set(p, PROBLEM_MEMORY, "no memory");
	b->ops = &ops;
	*out = b;
	return 0;
}

/* --- simulator and relay on threads of this test --- */

struct servers {
	struct loop_thread *sim_thread, *relay_thread;
	struct brain_maker parrots;
	struct sim_server *sim;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
	struct relay_server *relay;
	char url[64];
	unsigned sessions;
	int err; /* of the threads; cmocka's checks are for the test's own */
};

static void open_sim(void *arg)
{
	struct servers *s = arg;
	struct sim_server_settings settings = {0};

	s->err = sim_server_open(&s->sim, loop_thread_loop(s->sim_thread),
				 &settings, &s->parrots, NULL);
}

static void open_relay(void *arg)
{
	struct servers *s = arg;
	struct loop *loop = loop_thread_loop(s->relay_thread);
	char endpoint[64];
	struct bedrock_settings bedrock = {.endpoint = endpoint};

	snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u",
		 sim_server_port(s->sim));
	s->err = credentials_fixed_create(&s->keys, loop_clock(loop), "any",
					  "any", NULL, NULL);
	if (s->err)
		return;
	bedrock.credentials = s->keys;
	s->err = bedrock_upstream_create(&s->upstream, loop, &bedrock, NULL);
	if (s->err)
		return;

	struct relay_server_settings relay = {.upstream = s->upstream};

	s->err = relay_server_open(&s->relay, loop, &relay, NULL);
	if (s->err)
		return;
	snprintf(s->url, sizeof s->url, "ws://127.0.0.1:%u",
		 relay_server_port(s->relay));
}

static void close_relay(void *arg)
{
	struct servers *s = arg;

	relay_server_free(s->relay);
	bedrock_upstream_free(s->upstream);
	credentials_source_free(s->keys);
}

static void close_sim(void *arg)
{
	struct servers *s = arg;

	s->sessions = sim_server_sessions(s->sim);
	sim_server_free(s->sim);
}

static void servers_start(struct servers *s)
{
	*s = (struct servers){.parrots.make = parrot_make};
	assert_int_equal(loop_thread_start(&s->sim_thread, "sim"), 0);
	assert_int_equal(loop_thread_start(&s->relay_thread, "relay"), 0);
	loop_thread_call(s->sim_thread, open_sim, s);
	assert_int_equal(s->err, 0);
	loop_thread_call(s->relay_thread, open_relay, s);
	assert_int_equal(s->err, 0);
}

static void servers_stop(struct servers *s)
{
	loop_thread_call(s->relay_thread, close_relay, s);
	loop_thread_call(s->sim_thread, close_sim, s);
	loop_thread_free(s->relay_thread);
	loop_thread_free(s->sim_thread);
}

/* --- the test --- */

static void write_question(const char *path, double hz)
{
	static int16_t samples[MIC_HZ];
	struct sound_writer *w = NULL;

	wave_tone(samples, MIC_HZ, hz, MIC_HZ, 9000);
	assert_int_equal(sound_writer_open(&w, path, MIC_HZ, 1, NULL), 0);
	assert_int_equal(sound_writer_write(w, samples, MIC_HZ), 0);
	sound_writer_free(w);
}

static void start_talk(struct process *p, const struct servers *s,
		       const char *folder, int i)
{
	char mic[512], record[512], speaker[512];

	snprintf(mic, sizeof mic, "%s/question-%d.wav", folder, i);
	snprintf(record, sizeof record, "%s/talk-%d", folder, i);
	snprintf(speaker, sizeof speaker, "%s/speaker-%d.wav", folder, i);
	write_question(mic, pitch_of(i));

	const char *argv[] = {"habla",    "talk", "--relay",   s->url,
			      "--mic",    mic,    "--speaker", speaker,
			      "--record", record, NULL};

	process_start(p, argv, stack_environment);
}

static void expect_own_answer(const char *folder, int i)
{
	char path[512];

	snprintf(path, sizeof path, "%s/talk-%d/received.wav", folder, i);

	struct sound s = sound_load(path, TUTOR_HZ);

	assert_int_equal(s.count, ANSWER);
	for (int k = 0; k < TALKS; k++) {
		double db = wave_power_db(s.samples, s.count, 2 * pitch_of(k),
					  TUTOR_HZ);

		if (k == i ? db < -20 : db > -50)
			fail_msg("talk %d hears %.0f dB of the answer to %d", i,
				 db, k);
	}
	free(s.samples);
}

static void each_hears_only_its_own_answer(void **state)
{
	static struct process talks[TALKS];
	struct servers servers;
	char *folder = folder_make();

	(void)state;
	servers_start(&servers);
	for (int i = 0; i < TALKS; i++)
		start_talk(&talks[i], &servers, folder, i);
	for (int i = 0; i < TALKS; i++) {
		int code = process_wait(&talks[i]);

		if (code)
			fail_msg("talk %d, exit code %d:\n%s", i, code,
				 talks[i].text);
	}
	for (int i = 0; i < TALKS; i++)
		expect_own_answer(folder, i);
	servers_stop(&servers);
	assert_int_equal(servers.sessions, TALKS);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hears_only_its_own_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
