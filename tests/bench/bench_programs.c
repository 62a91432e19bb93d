/*
 * bench_programs: what a real `habla talk` uses, and how fast it begins.
 *
 *   habla talk -> habla-relay -> habla sim       cpu_client, start_to_listening
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/dsp/sound_file.h"
#include "client/assets.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/bench/backend.h"
#include "tests/bench/bench.h"
#include "tests/bench/program.h"
#include "tests/bench/witness.h"

enum {
	MIC_RATE_HZ = 16000,
	QUESTION_SAMPLES_MOST = 60 * MIC_RATE_HZ,
	PAUSE_SAMPLES = 10 * MIC_RATE_HZ, /* the answer is heard in it */
	QUESTIONS = 4,
	SETTLE_MS = 1000,
	TALK_MS = 18000,
	STARTS = 7, /* in one run */
};

static const char mic_name[] = "questions.wav";

static void wait_ms(unsigned ms)
{
	const struct timespec time = {ms / 1000,
				      (long)(ms % 1000) * 1000 * 1000};

	nanosleep(&time, NULL);
}

/* --- the microphone: questions, and pauses for the answers --- */

static int add_question(struct sound_writer *w, const char *name,
			struct problem *p)
{
	static const int16_t silence[MIC_RATE_HZ];
	char *path = NULL;
	int16_t *samples = NULL;
	size_t count = 0;
	int err = asset_path(&path, name);

	if (err)
		problem_set(p, err, "assets/%s: is not there", name);
	else
		err = sound_file_load(&samples, &count, path, MIC_RATE_HZ,
				      QUESTION_SAMPLES_MOST, p);
	if (!err)
		err = sound_writer_write(w, samples, count);
	for (int i = 0; !err && i < PAUSE_SAMPLES / MIC_RATE_HZ; i++)
		err = sound_writer_write(w, silence, MIC_RATE_HZ);
	free(samples);
	free(path);
	return err;
}

static int make_mic(const struct bench *b, struct problem *p)
{
	static const char *const names[QUESTIONS] = {
		"speech/01-hello.wav",
		"speech/02-photosynthesis.wav",
		"speech/03-from-the-soil.wav",
		"speech/04-sunlight.wav",
	};
	struct sound_writer *w = NULL;
	char path[4096];
	int err;

	snprintf(path, sizeof path, "%s/%s", b->folder, mic_name);
	err = sound_writer_open(&w, path, MIC_RATE_HZ, 1, p);
	for (int i = 0; !err && i < QUESTIONS; i++)
		err = add_question(w, names[i], p);
	sound_writer_free(w);
	return err ? problem_add(p, err, "%s: cannot be written", path) : 0;
}

/* --- a client's CPU and memory --- */

struct talker {
	struct program program;
	double cpu_s;
	uint64_t at_us;
};

static int start_talker(struct talker *t, const struct bench *b,
			const struct backend *k, unsigned number, bool record,
			struct problem *p)
{
	char url[64], speaker[32], folder[32];
	const char *argv[] = {"habla",
			      "talk",
			      "--relay",
			      url,
			      "--mic",
			      "./questions.wav",
			      "--speaker",
			      speaker,
			      record ? "--record" : "--no-record",
			      record ? folder : NULL,
			      NULL};

	snprintf(url, sizeof url, "ws://127.0.0.1:%u", k->relay_port);
	snprintf(speaker, sizeof speaker, "./heard-%u.wav", number);
	snprintf(folder, sizeof folder, "./session-%u", number);
	return program_start(&t->program, b, argv, p);
}

static int add_talker(struct bench *b, struct talker *t,
		      const struct figure_name ids[3], struct problem *p)
{
	uint64_t now = clock_now_us(clock_system());
	struct program_memory memory;
	double cpu_s;
	int err = program_cpu_s(&t->program, &cpu_s, p);

	/* it has been answered; the line at the start begins the output */
	if (!err)
		err = program_expect(&t->program, "\nTutor: ", NULL, p);
	if (!err)
		err = program_memory(&t->program, &memory, p);
	if (err)
		return err;
	figures_add_value(&b->figures, &ids[0],
			  (cpu_s - t->cpu_s) /
				  ((double)(now - t->at_us) / 1e6) * 100);
	figures_add_value(&b->figures, &ids[1], memory.peak_mb);
	figures_add_value(&b->figures, &ids[2], memory.pss_mb);
	return 0;
}

static const struct figure_name client_ids[2][3] = {
	{{"cpu_client", "%", 5},
	 {"memory_client", "MB", 25},
	 {"memory_client_pss", "MB", 0}},
	{{"cpu_client_recording", "%", 5},
	 {"memory_client_recording", "MB", 25},
	 {"memory_client_recording_pss", "MB", 0}},
};

/* All talk at one time: CPU time counts for each by itself. */
static int talk_all(struct bench *b, const struct backend *k,
		    struct talker *talkers, unsigned count, struct problem *p)
{
	int err = 0;

	for (unsigned i = 0; !err && i < count; i++)
		err = start_talker(&talkers[i], b, k, i, i % 2 == 1, p);
	if (err)
		return err;
	wait_ms(SETTLE_MS);
	for (unsigned i = 0; !err && i < count; i++) {
		talkers[i].at_us = clock_now_us(clock_system());
		err = program_cpu_s(&talkers[i].program, &talkers[i].cpu_s, p);
	}
	if (!err)
		wait_ms(TALK_MS);
	/* the figures of one kind stay together in the table */
	for (unsigned kind = 0; kind < 2; kind++) {
		for (unsigned i = kind; !err && i < count; i += 2)
			err = add_talker(b, &talkers[i], client_ids[kind], p);
	}
	return err;
}

int bench_client_program(struct bench *b, struct problem *p)
{
	unsigned count = 2 * (b->runs < 5 ? b->runs : 5);
	struct talker *talkers = calloc(count, sizeof *talkers);
	struct backend k = {0};
	int err;

	if (!talkers)
		return problem_set(p, PROBLEM_MEMORY, "no memory");
	err = make_mic(b, p);
	if (!err)
		err = backend_start(&k, b, NULL, p);
	if (!err)
		err = talk_all(b, &k, talkers, count, p);
	for (unsigned i = 0; i < count; i++)
		program_end(&talkers[i].program);
	backend_end(&k);
	free(talkers);
	return err;
}

/* --- from start to listening --- */

static int start_once(struct bench *b, const struct backend *k,
		      struct samples *s, struct problem *p)
{
	static struct program talk;
	char url[64];
	const char *const argv[] = {"habla",     "talk",
				    "--relay",   url,
				    "--mic",     "./questions.wav",
				    "--speaker", "./heard.wav",
				    "--json",    NULL};
	uint64_t at_us = 0;
	int err;

	snprintf(url, sizeof url, "ws://127.0.0.1:%u", k->relay_port);
	err = program_start(&talk, b, argv, p);
	if (!err)
		err = program_expect(&talk, "\"state\":\"listening\"", &at_us,
				     p);
	/* the devices are opened beside connecting: the later one counts */
	if (!err)
		err = program_expect(&talk, "\"Microphone: ", &at_us, p);
	if (!err)
		samples_add(s, (double)(at_us - talk.start_us) / 1000);
	program_end(&talk);
	return err;
}

int bench_client_start(struct bench *b, struct problem *p)
{
	static const struct figure_name id = {"start_to_listening", "ms", 150};
	struct backend k = {0};
	struct samples s = {0};
	struct tries tries = {0};
	int err = make_mic(b, p);

	if (!err)
		err = backend_start(&k, b, NULL, p);
	while (!err && tries_left(&tries, b->runs)) {
		struct witness witness;

		if (witness_start(&witness))
			err = problem_set(p, PROBLEM_MEMORY,
					  "no thread for a witness");
		for (int i = 0; !err && i < STARTS; i++)
			err = start_once(b, &k, &s, p);
		tries_note(&tries, witness_end_ms(&witness));
		b->figures.noise = tries.noise;
		if (!err)
			err = figures_add(&b->figures, &id, &s);
		b->figures.noise = 0;
	}
	backend_end(&k);
	samples_deinit(&s);
	return err;
}
