#include "client/builtin/builtin.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/assets.h"
#include "client/lesson/lesson.h"
#include "client/tutor/tutor.h"
#include "client/xdg.h"
#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/loop/worker_thread.h"
#include "net/relay/server/server.h"
#include "net/renewal/renewing.h"
#include "net/sim/sim.h"

enum { TROUBLES_MOST = 4 };

/* Made up for one run: they only show that relay and simulator agree. */
struct local_keys {
	char id[UUID_TEXT_SIZE];
	char secret[UUID_TEXT_SIZE];
};

struct builtin {
	struct builtin_settings settings;
	struct local_keys keys;
	struct problem problem;

	/* --- simulator's thread */
	struct loop_thread *sim_thread;
	struct brain_maker *scenario, *tutor; /* one of them */
	struct worker *worker;                /* the tutor's */
	struct sim_server *sim;

	/* --- relay's thread */
	struct loop_thread *relay_thread;
	struct credentials_source *credentials;
	struct nova_upstream *bedrock, *upstream;
	struct relay_server *relay;

	/* --- under lock */
	pthread_mutex_t lock;
	struct problem troubles[TROUBLES_MOST];
	size_t trouble_count;

	/* --- set at the start */
	char endpoint[64];
	char url[64];
	char token[UUID_TEXT_SIZE];
};

/* --- on the simulator's thread --- */

static int load_scenario(struct builtin *b)
{
	char *path = NULL;
	int err;

	if (b->settings.scenario)
		return scenario_maker_create(&b->scenario, b->settings.scenario,
					     &b->problem);
	/* Without the asset, the scenario inside the program speaks in tones.
	 */
	asset_path(&path, "scenarios/photosynthesis.yaml");
	err = scenario_maker_create(&b->scenario, path, &b->problem);
	free(path);
	return err;
}

static void note_trouble(void *arg, const struct problem *p)
{
	struct builtin *b = arg;

	pthread_mutex_lock(&b->lock);
	if (b->trouble_count < TROUBLES_MOST)
		b->troubles[b->trouble_count++] = *p;
	pthread_mutex_unlock(&b->lock);
}

static int load_tutor(struct builtin *b)
{
	char *folder = xdg_made_folder(XDG_CACHE, "speech");
	struct tutor_settings settings = {
		.lesson = b->settings.lesson,
		.plan = b->settings.plan,
		.deaf = b->settings.typed,
		.model_dir = b->settings.speech_model,
		.cache_dir = folder,
		.trouble = note_trouble,
		.arg = b,
	};
	int err = worker_thread_create(&b->worker,
				       loop_thread_loop(b->sim_thread));

	if (err)
		problem_set(&b->problem, err,
			    "built-in tutor: the system gives no more threads");
	random_fill(&settings.seed, sizeof settings.seed);
	settings.worker = b->worker;
	if (!err)
		err = tutor_maker_create(&b->tutor, &settings, &b->problem);
	free(folder);
	return err;
}

static bool teaches(const struct builtin *b)
{
	return b->settings.lesson && !b->settings.scenario;
}

static void open_sim(void *arg)
{
	struct builtin *b = arg;
	struct sim_server_settings settings = {
		.key_id = b->keys.id,
		.secret = b->keys.secret,
		.core = {.model = b->settings.model,
			 .record_dir = b->settings.record_dir},
	};

	if (teaches(b) ? load_tutor(b) : load_scenario(b))
		return;
	if (b->scenario) {
		scenario_core_settings(b->scenario, &settings.core);
		settings.front = scenario_front_plan(b->scenario);
	} else {
		settings.core.turn_pause_ms = lesson_turn_pause_ms(
			b->settings.lesson->level);
	}
	if (sim_server_open(&b->sim, loop_thread_loop(b->sim_thread), &settings,
			    b->scenario ? b->scenario : b->tutor, &b->problem))
		return;
	snprintf(b->endpoint, sizeof b->endpoint, "http://127.0.0.1:%u",
		 sim_server_port(b->sim));
}

static void close_sim(void *arg)
{
	struct builtin *b = arg;

	b->sim = sim_server_free(b->sim);
	b->worker = worker_free(b->worker);
	b->tutor = tutor_maker_free(b->tutor);
	b->scenario = scenario_maker_free(b->scenario);
}

/* --- on the relay's thread --- */

static void open_relay(void *arg)
{
	struct builtin *b = arg;
	struct loop *loop = loop_thread_loop(b->relay_thread);
	struct bedrock_settings bedrock = {
		.endpoint = b->endpoint,
		.model = b->settings.model,
	};

	if (credentials_fixed_create(&b->credentials, loop_clock(loop),
				     b->keys.id, b->keys.secret, NULL,
				     &b->problem))
		return;
	bedrock.credentials = b->credentials;
	if (bedrock_upstream_create(&b->bedrock, loop, &bedrock, &b->problem))
		return;

	const struct renewing_settings renewing = {
		.clock = loop_clock(loop),
		.upstream = b->bedrock,
		.model = b->settings.model,
	};
	if (renewing_upstream_create(&b->upstream, &renewing)) {
		problem_set(&b->problem, PROBLEM_MEMORY, "not enough memory");
		return;
	}

	struct relay_server_settings relay = {
		.token = b->token,
		.model = b->settings.model,
		.upstream = b->upstream,
		.mode = "simulator",
	};
	if (relay_server_open(&b->relay, loop, &relay, &b->problem))
		return;
	snprintf(b->url, sizeof b->url, "ws://127.0.0.1:%u",
		 relay_server_port(b->relay));
}

static void close_relay(void *arg)
{
	struct builtin *b = arg;

	b->relay = relay_server_free(b->relay);
	b->upstream = renewing_upstream_free(b->upstream);
	b->bedrock = bedrock_upstream_free(b->bedrock);
	b->credentials = credentials_source_free(b->credentials);
}

/* --- on the caller's --- */

int builtin_start(struct builtin **out, const struct builtin_settings *settings,
		  struct problem *p)
{
	struct builtin *b = calloc(1, sizeof *b);
	int err;

	if (!b)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	b->settings = *settings;
	pthread_mutex_init(&b->lock, NULL);
	random_uuid(b->keys.id);
	random_uuid(b->keys.secret);
	random_uuid(b->token);

	err = loop_thread_start(&b->sim_thread, "sim");
	if (!err)
		err = loop_thread_start(&b->relay_thread, "relay");
	if (err) {
		problem_set(&b->problem, err,
			    "built-in simulator: the system gives no more "
			    "threads");
		goto out;
	}
	loop_thread_call(b->sim_thread, open_sim, b);
	if (b->sim)
		loop_thread_call(b->relay_thread, open_relay, b);
	err = b->problem.code;
out:
	if (err) {
		if (p)
			*p = b->problem;
		builtin_free(b);
	} else {
		*out = b;
	}
	return err;
}

const char *builtin_relay_url(const struct builtin *b)
{
	return b->url;
}

const char *builtin_token(const struct builtin *b)
{
	return b->token;
}

int builtin_trouble(struct builtin *b, struct problem *p)
{
	int code = 0;

	pthread_mutex_lock(&b->lock);
	if (b->trouble_count > 0) {
		*p = b->troubles[0];
		code = p->code;
		b->trouble_count--;
		memmove(b->troubles, b->troubles + 1,
			b->trouble_count * sizeof b->troubles[0]);
	}
	pthread_mutex_unlock(&b->lock);
	return code;
}

struct builtin *builtin_free(struct builtin *b)
{
	if (!b)
		return NULL;
	/* The relay first: it still says goodbye to the simulator. */
	if (b->relay_thread)
		loop_thread_call(b->relay_thread, close_relay, b);
	if (b->sim_thread)
		loop_thread_call(b->sim_thread, close_sim, b);
	loop_thread_free(b->relay_thread);
	loop_thread_free(b->sim_thread);
	pthread_mutex_destroy(&b->lock);
	free(b);
	return NULL;
}
