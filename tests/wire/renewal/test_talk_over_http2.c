/* A talk with Bedrock's form of the simulator, over TLS and in clear text,
 * that is longer than its streams live.  Nothing here looks at how long it
 * takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/sim/sim.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"
#include "tests/support/renewal_rig.h"

enum {
	/* Twice as long as the renewals need, for a machine that stalls. */
	LIFE_MS = 20000,
	RENEW_MS = 3000,
	FORCE_MS = 12000,
	TURNS = 7,
};

struct wire {
	struct loop *loop;
	struct sim_server *server;
	struct credentials_source *keys;
	struct renewal_rig rig;
	char *folder;
	size_t answers; /* awaited */
};

static void open_wire(struct wire *w, bool tls)
{
	struct problem p = {0};
	char *ca = NULL, *url;

	assert_int_equal(loop_create(&w->loop), 0);
	w->folder = folder_make();
	rig_init_on_clock(&w->rig, loop_clock(w->loop));
	const struct sim_server_settings settings = {
		.tls_dir = tls ? w->folder : NULL,
		.key_id = "AKID",
		.secret = "secret",
		.core = {.life_ms = LIFE_MS, .turn_pause_ms = RIG_PAUSE_MS},
	};
	if (sim_server_open(&w->server, w->loop, &settings, w->rig.maker, &p))
		fail_msg("%s", p.text);
	assert_int_equal(credentials_fixed_create(&w->keys, w->rig.clock,
						  "AKID", "secret", NULL, &p),
			 0);
	url = text_format("http%s://127.0.0.1:%u", tls ? "s" : "",
			  (unsigned)sim_server_port(w->server));
	if (tls)
		ca = text_format("%s/sim-ca.pem", w->folder);
	const struct bedrock_settings bedrock = {.endpoint = url,
						 .ca_file = ca,
						 .credentials = w->keys};
	if (bedrock_upstream_create(&w->rig.below, w->loop, &bedrock, &p))
		fail_msg("%s", p.text);
	free(url);
	free(ca);
}

static void close_wire(struct wire *w)
{
	struct nova_upstream *bedrock = w->rig.below;

	rig_end(&w->rig);
	rig_close(&w->rig);
	bedrock_upstream_free(bedrock);
	sim_server_free(w->server);
	credentials_source_free(w->keys);
	loop_free(w->loop);
	folder_remove(w->folder);
}

static bool is_open(void *arg)
{
	return ((struct wire *)arg)->rig.opened;
}

/* Its sound has come, its text was said. */
static bool is_answered(void *arg)
{
	struct wire *w = arg;
	const char *finals = bytes_text(&w->rig.finals);
	size_t count = 0;

	for (const char *c = finals; *c; c++)
		count += *c == '|';
	return w->rig.closed || count >= w->answers;
}

static void talk(bool tls)
{
	struct wire *w = calloc(1, sizeof *w);
	struct renewal_rig *rig;

	assert_non_null(w);
	open_wire(w, tls);
	rig = &w->rig;
	rig->renew_after_ms = RENEW_MS;
	rig->force_after_ms = FORCE_MS;
	rig->answer_ms = 600;
	rig_start(rig, NULL);
	loop_until(w->loop, is_open, w);
	for (size_t i = 0; i < TURNS; i++) {
		rig_say(rig, 500 + 200 * (unsigned)i);
		w->answers = i + 1;
		loop_until(w->loop, is_answered, w);
		assert_string_equal("", rig->why.text);
	}
	assert_true(rig->report_count > 2);
	assert_int_equal(0, rig->refusals_told);
	assert_true(rig->most_live <= 3);
	rig_expect_all_words(rig, TURNS);
	rig_expect_all_answered(rig, TURNS);
	rig_expect_whole_answers(rig);
	rig_expect_histories(rig);
	for (size_t i = 0; i < rig->report_count; i++)
		assert_int_equal(0, rig->reports[i].gap_ms);
	close_wire(w);
	free(w);
}

static void a_talk_outlives_its_streams_in_clear_text(void **state)
{
	(void)state;
	talk(false);
}

static void a_talk_outlives_its_streams_over_tls(void **state)
{
	(void)state;
	talk(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_talk_outlives_its_streams_in_clear_text),
		cmocka_unit_test(a_talk_outlives_its_streams_over_tls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
