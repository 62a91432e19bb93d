/*
 * bench_load: what a real habla-relay uses for each session.
 *
 *   this -> habla-relay -> habla sim             cpu_relay_session
 */
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "tests/bench/backend.h"
#include "tests/bench/bench.h"
#include "tests/bench/driver.h"
#include "tests/bench/endless.h"

enum { LOAD_FRAMES = 150, LOAD_SESSIONS = 50 };

struct load_figures {
	struct figure_name cpu, memory;
};

static int load_once(struct bench *b, const struct backend *k, struct driver *d,
		     unsigned sessions, const struct figure_name *id,
		     struct problem *p)
{
	uint64_t start = clock_now_us(clock_system());
	double before, after;
	int err = program_cpu_s(&k->relay, &before, p);

	if (!err)
		err = driver_run(d, LOAD_FRAMES, NULL, NULL, p);
	if (!err)
		err = program_cpu_s(&k->relay, &after, p);
	if (err)
		return err;
	double wall_s = (double)(clock_now_us(clock_system()) - start) / 1e6;
	return figures_add_value(&b->figures, id,
				 (after - before) / wall_s / sessions * 100);
}

static int load(struct bench *b, unsigned sessions,
		const struct load_figures *ids, struct problem *p)
{
	static const char scenario[] = "load.yaml";
	unsigned runs = (b->runs + 1) / 2;
	struct backend k = {0};
	struct driver *d = NULL;
	struct program_memory idle = {0}, loaded = {0};
	int err = endless_write(b, scenario, p);

	if (!err)
		err = backend_start(&k, b, scenario, p);
	if (!err)
		err = program_memory(&k.relay, &idle, p);
	if (!err)
		err = driver_open(&d, k.relay_port, sessions, p);
	if (!err)
		err = driver_run(d, WARM_UP_FRAMES, NULL, NULL, p);
	for (unsigned i = 0; !err && i < runs; i++)
		err = load_once(b, &k, d, sessions, &ids->cpu, p);
	if (!err)
		err = program_memory(&k.relay, &loaded, p);
	if (!err)
		err = figures_add_value(&b->figures, &ids->memory,
					(loaded.pss_mb - idle.pss_mb) * 1024 /
						sessions);
	driver_close(d);
	backend_end(&k);
	return err;
}

int bench_relay_program(struct bench *b, struct problem *p)
{
	static const struct load_figures one = {
		{"cpu_relay_session", "%", 0},
		{"memory_relay_session", "kB", 0},
	};
	static const struct load_figures many = {
		{"cpu_relay_session_of_50", "%", 0},
		{"memory_relay_session_of_50", "kB", 0},
	};
	int err = load(b, 1, &one, p);

	return err ? err : load(b, LOAD_SESSIONS, &many, p);
}
