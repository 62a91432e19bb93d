/* Each allocation of a conversation over Bedrock fails once: from the loop and
 * the keys over an answer and a renewal to the goodbye.  Whatever fails, the
 * conversation goes on or ends with one line; nothing is leaked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/nova/session.h"
#include "net/renewal/renewing.h"
#include "tests/support/folder.h"
#include "tests/support/short_of_memory.h"
#include "tests/support/stack.h"

enum {
	HANG_US = 60 * 1000000,
	RATE = NOVA_INPUT_RATE_HZ,
	FRAME = RATE / 50,
	FRAME_US = 20000,
	SPEECH = RATE / 2,
	AT_ONCE = 2 * SPEECH, /* what the learner has said when it opens */
};

#define SCENARIO                                                               \
	"stream: {turn_pause_ms: 200, speed: 100}\n"                           \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: What the learner said.\n"                                   \
	"    say:\n"                                                           \
	"      - {text: I have heard it., tone: {hz: 500, ms: 20}}\n"

struct talk {
	const char *endpoint;
	struct loop *loop;
	struct credentials_source *keys;
	struct nova_upstream *bedrock, *renewing;
	struct nova_stream *stream;
	struct nova_session session;
	struct timer frame, hang;
	unsigned sent; /* samples */
	bool answered, renewed, finished, closed;
	struct problem why;
};

static void stop(struct talk *t, const struct problem *why)
{
	t->closed = true;
	t->why = *why;
	loop_stop(t->loop);
}

/* What is sent could not be: that is for the owner to tell. */
static void stop_for(struct talk *t, int err)
{
	struct problem p;

	problem_set(&p, err, "the test: %s", problem_name(err));
	stop(t, &p);
}

static void look(struct talk *t)
{
	int err;

	if (!t->answered || !t->renewed || t->finished || t->closed)
		return;
	t->finished = true;
	timer_stop(&t->frame);
	err = nova_session_finish(&t->session);
	if (err)
		stop_for(t, err);
}

static void on_hang(void *arg)
{
	(void)arg;
	fail_msg("nothing has come about for a minute");
}

/* Speech, and then silence for ever. */
static void speak(void *arg)
{
	struct talk *t = arg;
	int16_t samples[FRAME];
	int err;

	for (unsigned i = 0; i < FRAME; i++)
		samples[i] = t->sent + i >= SPEECH ? 0
			     : i / 20 % 2          ? 8000
						   : -8000;
	t->sent += FRAME;
	err = nova_session_audio(&t->session, samples, FRAME);
	if (err)
		stop_for(t, err);
	else
		timer_start(&t->frame, t->sent < AT_ONCE ? 0 : FRAME_US);
}

static void on_opened(void *arg, const char *session_id)
{
	struct talk *t = arg;

	(void)session_id;
	timer_start(&t->frame, 0);
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct talk *t = arg;

	if (e->type != NOVA_CONTENT_END || e->content != NOVA_AUDIO ||
	    e->stop != NOVA_END_TURN)
		return;
	t->answered = true;
	renewing_upstream_renew_now(t->renewing);
}

static void on_closed(void *arg, const struct problem *why)
{
	timer_stop(&((struct talk *)arg)->frame);
	stop(arg, why);
}

static void on_renewed(void *arg, const struct renewal_report *report)
{
	struct talk *t = arg;

	/* refused for want of memory, it is tried again later: enough seen */
	(void)report;
	t->renewed = true;
	look(t);
}

static int open_upstreams(struct talk *t, struct problem *p)
{
	const struct bedrock_settings bedrock = {.endpoint = t->endpoint};
	struct bedrock_settings settings = bedrock;
	struct renewing_settings renewing = {.renewed = on_renewed, .arg = t};
	int err = credentials_fixed_create(&t->keys, loop_clock(t->loop),
					   "AKIDEXAMPLE", "stack-secret", NULL,
					   p);

	if (err)
		return err;
	settings.credentials = t->keys;
	err = bedrock_upstream_create(&t->bedrock, t->loop, &settings, p);
	if (err)
		return err;
	renewing.clock = loop_clock(t->loop);
	renewing.upstream = t->bedrock;
	err = renewing_upstream_create(&t->renewing, &renewing);
	return err ? problem_set(p, err, "no memory") : 0;
}

static int open_stream(struct talk *t, struct problem *p)
{
	const struct nova_stream_listener listener = {on_opened, on_event,
						      on_closed, t};
	const struct nova_session_settings session = {
		.system_prompt = "Be kind.",
	};
	int err = nova_upstream_open(t->renewing, &listener, &t->stream, p);

	if (err)
		return err;
	err = nova_session_start(&t->session, t->stream, &session);
	return err ? problem_set(p, err, "the test: %s", problem_name(err)) : 0;
}

static void talk(struct talk *t)
{
	struct problem p = {0};
	int err = loop_create(&t->loop);

	if (err) {
		problem_set(&t->why, err, "no memory for the loop");
		return;
	}
	timer_init(&t->frame, loop_clock(t->loop), speak, t);
	timer_init(&t->hang, loop_clock(t->loop), on_hang, NULL);
	timer_start(&t->hang, HANG_US);
	err = open_upstreams(t, &p);
	if (!err)
		err = open_stream(t, &p);
	if (err) {
		assert_int_equal(err, p.code);
		t->why = p;
	} else {
		loop_run(t->loop);
	}
	timer_stop(&t->hang);
	timer_stop(&t->frame);
	nova_stream_free(t->stream);
	renewing_upstream_free(t->renewing);
	bedrock_upstream_free(t->bedrock);
	credentials_source_free(t->keys);
	loop_free(t->loop);
}

/* Returns how many allocations there were. */
static unsigned talk_without(const struct stack *s, unsigned n, bool *failed)
{
	struct talk t = {.endpoint = s->endpoint};

	short_of_memory_begin(n);
	talk(&t);
	unsigned count = short_of_memory_end(failed);
	if (!t.why.code)
		assert_true(t.answered && t.renewed && t.finished);
	else if (!*failed || !*t.why.text || strchr(t.why.text, '\n'))
		fail_msg("allocation %u: %s \"%s\"", n,
			 problem_name(t.why.code), t.why.text);
	return count;
}

static void each_allocation_may_fail_once(void **state)
{
	cJSON_Hooks hooks = {malloc, free};
	struct stack s = {0};
	bool failed;

	(void)state;
	cJSON_InitHooks(&hooks);
	s.folder = folder_make();
	stack_start(&s, stack_file(&s, "scenario.yaml", SCENARIO));
	unsigned count = talk_without(&s, 0, &failed);
	unsigned failures = 0;
	for (unsigned n = 1; n <= count; n++) {
		talk_without(&s, n, &failed);
		failures += failed;
	}
	/* how many there are differs a little, with how bytes arrive */
	assert_in_range(failures, count * 9 / 10, count);
	print_message("%u allocations, %u failed\n", count, failures);
	stack_stop(&s);
	cJSON_InitHooks(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_may_fail_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
