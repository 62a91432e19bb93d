/*
 * bench_direct: many direct streams in one process, as a relay holds them:
 *
 *   [this loop: nova_session -> bedrock] -- TLS --> habla sim
 *
 * Each sends 32 ms of sound every 32 ms and is spoken to without a pause.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "net/aws/credentials.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/nova/session.h"
#include "tests/bench/bench.h"
#include "tests/bench/endless.h"
#include "tests/bench/program.h"

enum {
	STREAMS_MOST = 500,
	EVENT_MS = 32,
	EVENT_SAMPLES = NOVA_INPUT_RATE_HZ * EVENT_MS / 1000,
	RUN_MS = 4000,
	STEP_MS = 20,
	OPENING_MS = 60000, /* hang limit of all openings */
	/* Less of what is due came: the machine cannot keep pace, and a share
	 * of a core would be a share of less work. */
	LEAST_PERCENT = 90,
	TRIES = 4,
};

struct direct_stream {
	struct direct *rig;
	struct nova_stream *stream;
	struct nova_session session;
	struct timer pace;
	uint64_t due_us;
	bool heard; /* its sound has begun */
};

struct direct {
	struct loop_thread *thread;
	struct program sim;
	char endpoint[64], ca_file[4200];
	struct credentials_source *keys;
	struct nova_upstream *upstream;
	struct direct_stream streams[STREAMS_MOST];
	unsigned wanted, hearing;
	uint64_t sent, received_samples;
	struct problem problem;
};

/* --- on the loop --- */

static void on_event(void *arg, const struct nova_event *e)
{
	struct direct_stream *s = arg;

	if (e->type != NOVA_AUDIO_OUTPUT)
		return;
	s->rig->hearing += !s->heard;
	s->heard = true;
	s->rig->received_samples += e->sample_count;
}

static void on_closed(void *arg, const struct problem *why)
{
	struct direct_stream *s = arg;

	timer_stop(&s->pace);
	problem_add(&s->rig->problem, why->code ? why->code : PROBLEM_CLOSED,
		    "%s", why->code ? why->text : "the simulator ended it");
}

static void send_next(void *arg)
{
	static const int16_t silence[EVENT_SAMPLES];
	struct direct_stream *s = arg;

	s->due_us += EVENT_MS * 1000;
	timer_start_at(&s->pace, s->due_us);
	if (nova_session_audio(&s->session, silence, EVENT_SAMPLES))
		problem_add(&s->rig->problem, PROBLEM_LIMIT,
			    "a stream takes no sound");
	s->rig->sent++;
}

/* Streams speak from their opening on, and so are spread over the 32 ms. */
static void on_opened(void *arg, const char *session_id)
{
	struct direct_stream *s = arg;
	struct clock *clock = loop_clock(loop_thread_loop(s->rig->thread));

	(void)session_id;
	timer_init(&s->pace, clock, send_next, s);
	s->due_us = clock_now_us(clock);
	timer_start_at(&s->pace, s->due_us);
}

static int open_one(struct direct *d, unsigned i)
{
	struct direct_stream *s = &d->streams[i];
	const struct nova_stream_listener listener = {
		.opened = on_opened,
		.event = on_event,
		.closed = on_closed,
		.arg = s,
	};
	const struct nova_session_settings settings = {0};

	s->rig = d;
	int err = nova_upstream_open(d->upstream, &listener, &s->stream,
				     &d->problem);
	if (!err)
		err = nova_session_start(&s->session, s->stream, &settings);
	return err;
}

static void open_upstream(void *arg)
{
	struct direct *d = arg;
	const struct bedrock_settings settings = {
		.endpoint = d->endpoint,
		.ca_file = d->ca_file,
		.credentials = d->keys,
	};

	bedrock_upstream_create(&d->upstream, loop_thread_loop(d->thread),
				&settings, &d->problem);
}

static void open_streams(void *arg)
{
	struct direct *d = arg;

	for (unsigned i = 0; i < d->wanted && !d->problem.code; i++)
		if (open_one(d, i))
			problem_add(&d->problem, PROBLEM_MEMORY,
				    "a stream cannot be opened");
}

static void close_streams(void *arg)
{
	struct direct *d = arg;

	for (unsigned i = 0; i < d->wanted; i++) {
		timer_stop(&d->streams[i].pace);
		nova_stream_free(d->streams[i].stream);
	}
	bedrock_upstream_free(d->upstream);
	credentials_source_free(d->keys);
}

/* What the loop's thread has counted. */
struct counts {
	const struct direct *d;
	unsigned hearing;
	uint64_t sent, received_samples;
	struct problem problem;
};

static void count(void *arg)
{
	struct counts *c = arg;

	c->hearing = c->d->hearing;
	c->sent = c->d->sent;
	c->received_samples = c->d->received_samples;
	c->problem = c->d->problem;
}

/* --- measuring --- */

static void wait_ms(unsigned ms)
{
	const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};

	nanosleep(&time, NULL);
}

static double own_cpu_s(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static int wait_for_all(struct direct *d, struct problem *p)
{
	struct counts c = {.d = d};

	for (unsigned ms = 0; ms < OPENING_MS; ms += STEP_MS) {
		loop_thread_call(d->thread, count, &c);
		if (c.problem.code || c.hearing == d->wanted)
			break;
		wait_ms(STEP_MS);
	}
	if (c.problem.code) {
		*p = c.problem;
		return p->code;
	}
	return c.hearing == d->wanted
		       ? 0
		       : problem_set(p, PROBLEM_TIMEOUT,
				     "%u of %u streams are spoken to",
				     c.hearing, d->wanted);
}

static int run_once(struct bench *b, struct direct *d,
		    const struct figure_name *id, struct problem *p)
{
	struct counts before = {.d = d}, after = {.d = d};
	uint64_t start = clock_now_us(clock_system());
	double cpu = own_cpu_s();

	loop_thread_call(d->thread, count, &before);
	wait_ms(RUN_MS);
	loop_thread_call(d->thread, count, &after);
	cpu = own_cpu_s() - cpu;
	double wall_s = (double)(clock_now_us(clock_system()) - start) / 1e6;
	double up = (double)(after.sent - before.sent) * EVENT_MS / 1000;
	double down = (double)(after.received_samples -
			       before.received_samples) /
		      NOVA_OUTPUT_RATE_HZ;
	double due = wall_s * d->wanted * LEAST_PERCENT / 100;

	if (after.problem.code) {
		*p = after.problem;
		return p->code;
	}
	if (up < due || down < due)
		return problem_set(p, PROBLEM_TIMEOUT,
				   "%u streams: %.0f s of sound went up and "
				   "%.0f s came down in %.1f s; this machine "
				   "cannot keep pace",
				   d->wanted, up, down, wall_s);
	return figures_add_value(&b->figures, id,
				 cpu / wall_s / d->wanted * 100);
}

/* A run in which others held the cores is made again. */
static int run_in_pace(struct bench *b, struct direct *d,
		       const struct figure_name *id, struct problem *p)
{
	int err = PROBLEM_TIMEOUT;

	for (int i = 0; i < TRIES && err == PROBLEM_TIMEOUT; i++) {
		*p = (struct problem){0};
		err = run_once(b, d, id, p);
	}
	return err;
}

static int start_sim(struct direct *d, struct bench *b, struct problem *p)
{
	char state[4096];
	uint16_t port = 0;
	const char *const argv[] = {"habla", "sim",        "--port",
				    "0",     "--tls",      "--state",
				    state,   "--scenario", "endless.yaml",
				    NULL};
	int err = endless_write(b, "endless.yaml", p);

	snprintf(state, sizeof state, "%s/sim", b->folder);
	snprintf(d->ca_file, sizeof d->ca_file, "%s/sim-ca.pem", state);
	if (!err)
		err = program_start(&d->sim, b, argv, p);
	if (!err)
		err = program_expect_port(&d->sim, "https://127.0.0.1:", &port,
					  p);
	snprintf(d->endpoint, sizeof d->endpoint, "https://127.0.0.1:%u", port);
	return err;
}

static int measure(struct bench *b, unsigned streams,
		   const struct figure_name ids[2], struct problem *p)
{
	struct direct *d = calloc(1, sizeof *d);
	double idle_kb = 0, loaded_kb = 0;
	int err;

	if (!d)
		return problem_set(p, PROBLEM_MEMORY, "out of memory");
	d->wanted = streams;
	err = loop_thread_start(&d->thread, "direct");
	if (!err)
		err = credentials_fixed_create(
			&d->keys, loop_clock(loop_thread_loop(d->thread)),
			"bench", "bench", NULL, p);
	if (!err)
		err = start_sim(d, b, p);
	if (!err) {
		loop_thread_call(d->thread, open_upstream, d);
		idle_kb = program_own_pss_kb();
		loop_thread_call(d->thread, open_streams, d);
		err = wait_for_all(d, p);
	}
	for (unsigned i = 0; !err && i < (b->runs + 1) / 2; i++)
		err = run_in_pace(b, d, &ids[0], p);
	if (!err)
		loaded_kb = program_own_pss_kb();
	/* one stream is lost in what the process gives and takes by itself */
	if (!err && streams > 1)
		err = figures_add_value(&b->figures, &ids[1],
					(loaded_kb - idle_kb) / streams);
	if (d->thread)
		loop_thread_call(d->thread, close_streams, d);
	loop_thread_free(d->thread);
	program_end(&d->sim);
	free(d);
	return problem_add(p, err, "cannot be set up: %s", problem_name(err));
}

/* Descriptors: one a stream, and the simulator's in its own process. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int bench_direct(struct bench *b, struct problem *p)
{
	static const struct {
		unsigned streams;
		struct figure_name ids[2];
	} rows[] = {
		{1, {{"cpu_direct_stream", "%", 0}}},
		{50,
		 {{"cpu_direct_stream_of_50", "%", 0},
		  {"memory_direct_stream_of_50", "kB", 0}}},
		{200,
		 {{"cpu_direct_stream_of_200", "%", 0},
		  {"memory_direct_stream_of_200", "kB", 0}}},
		{500,
		 {{"cpu_direct_stream_of_500", "%", 0.20},
		  {"memory_direct_stream_of_500", "kB", 80}}},
	};
	int err = 0;

	allow_descriptors();
	for (size_t i = 0; !err && i < sizeof rows / sizeof *rows; i++)
		err = measure(b, rows[i].streams, rows[i].ids, p);
	return err;
}
