#include "tests/support/relay_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/loop/loop.h"
#include "net/sim/sim.h"
#include "tests/support/await.h"

static struct loop *loop_of(struct relay_fixture *f)
{
	return loop_thread_loop(f->thread);
}

static void open_server(void *arg)
{
	struct relay_fixture *f = arg;

	fake_upstream_init(&f->fake, loop_clock(loop_of(f)));
	f->settings.upstream = &f->fake.upstream;
	if (f->maker) {
		memory_upstream_create(&f->simulator, loop_clock(loop_of(f)),
				       NULL, f->maker);
		f->settings.upstream = f->simulator;
	}
	if (relay_server_open(&f->server, loop_of(f), &f->settings,
			      &f->problem) == 0)
		f->port = relay_server_port(f->server);
}

void relay_start(struct relay_fixture *f,
		 const struct relay_server_settings *settings,
		 const char *scenario)
{
	char path[512];
	struct problem p;

	memset(f, 0, sizeof *f);
	if (settings)
		f->settings = *settings;
	if (scenario) {
		snprintf(path, sizeof path, "%s/%s", HABLA_SOURCE_DIR,
			 scenario);
		if (scenario_maker_create(&f->maker, *scenario ? path : NULL,
					  &p))
			fail_msg("%s", p.text);
	}
	assert_int_equal(loop_thread_start(&f->thread, "relay"), 0);
	loop_thread_call(f->thread, open_server, f);
	if (!f->server)
		fail_msg("%s", f->problem.text);
}

static void free_server(void *arg)
{
	struct relay_fixture *f = arg;

	f->server = relay_server_free(f->server);
	f->simulator = memory_upstream_free(f->simulator);
}

void relay_stop_server(struct relay_fixture *f)
{
	loop_thread_call(f->thread, free_server, f);
}

void relay_stop(struct relay_fixture *f)
{
	relay_stop_server(f);
	f->thread = loop_thread_free(f->thread);
	f->maker = scenario_maker_free(f->maker);
	assert_int_equal(f->fake.live, 0);
}

static void read_counts(void *arg)
{
	struct relay_fixture *f = arg;

	relay_server_counts(f->server, &f->counts);
}

struct relay_server_counts relay_counts(struct relay_fixture *f)
{
	loop_thread_call(f->thread, read_counts, f);
	return f->counts;
}

static bool idle(void *arg)
{
	struct relay_server_counts c = relay_counts(arg);

	return c.connections == 0 && c.sessions == 0;
}

bool relay_is_idle(struct relay_fixture *f)
{
	return await(idle, f);
}

struct saying {
	struct relay_fixture *f;
	const struct nova_event *e;
	int code;
	const char *text;
};

static void say(void *arg)
{
	struct saying *s = arg;

	if (s->e)
		fake_upstream_say(&s->f->fake, s->e);
	else
		fake_upstream_end(&s->f->fake, s->code, s->text);
}

void relay_fake_says(struct relay_fixture *f, const struct nova_event *e)
{
	struct saying s = {.f = f, .e = e};

	loop_thread_call(f->thread, say, &s);
}

void relay_fake_ends(struct relay_fixture *f, int code, const char *text)
{
	struct saying s = {.f = f, .code = code, .text = text};

	loop_thread_call(f->thread, say, &s);
}
