/* The programs with AWS credentials from files, against `habla sim`, which
 * checks signatures. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "client/settings/settings.h"
#include "client/talk/aws.h"
#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

enum { VARIABLES_MAX = 32 };

struct world {
	char *folder, *config, *state_home;
	struct process sim;
	char endpoint[64];
	const char *environment[VARIABLES_MAX];
};

static void open_world(struct world *w, const char *config)
{
	static const char *const sim[] = {
		"habla",       "sim",          "--port", "0", "--access-key",
		"AKIDEXAMPLE", "--secret-key", "S3CRET", NULL};
	size_t n = 0;

	w->folder = folder_make();
	folder_write(w->folder, "aws-config", config);
	w->config = text_format("AWS_CONFIG_FILE=%s/aws-config", w->folder);
	w->state_home = text_format("XDG_STATE_HOME=%s", w->folder);
	for (; stack_environment[n]; n++) {
		assert_true(n < VARIABLES_MAX - 8);
		w->environment[n] = stack_environment[n];
	}
	w->environment[n++] = "AWS_ACCESS_KEY_ID";
	w->environment[n++] = "AWS_SECRET_ACCESS_KEY";
	w->environment[n++] = "AWS_BEARER_TOKEN_BEDROCK";
	w->environment[n++] = w->config;
	w->environment[n++] = w->state_home;
	w->environment[n] = NULL;
	process_start(&w->sim, sim, w->environment);
	snprintf(w->endpoint, sizeof w->endpoint, "http://127.0.0.1:%u",
		 stack_port_of(&w->sim, "http://"));
}

static void close_world(struct world *w)
{
	process_signal(&w->sim, SIGTERM);
	assert_int_equal(0, process_wait(&w->sim));
	folder_remove(w->folder);
	free(w->config);
	free(w->state_home);
}

static const char school[] = "[profile school]\n"
			     "region = eu-north-1\n"
			     "aws_access_key_id = AKIDEXAMPLE\n"
			     "aws_secret_access_key = S3CRET\n";

static void a_conversation_with_a_profile_says_whose_it_is(void **state)
{
	struct process talk;
	struct world w;

	(void)state;
	open_world(&w, school);
	char *record = text_format("%s/rec", w.folder);
	char *speaker = text_format("%s/out.wav", w.folder);
	const char *const argv[] = {"habla",      "talk",     "--bedrock",
				    "--endpoint", w.endpoint, "--profile",
				    "school",     "--mic",    SPEECH,
				    "--speaker",  speaker,    "--record",
				    record,       NULL};
	process_start(&talk, argv, w.environment);
	process_expect(&talk, "eu-north-1, at http://127.0.0.1");
	process_expect(&talk, "AWS credentials from profile school.");
	process_expect(&talk, "Connected");
	assert_int_equal(0, process_wait(&talk));
	assert_null(strstr(talk.text, "S3CRET"));
	/* and so says what is kept of it */
	char *transcript = folder_read(record, "transcript.md", NULL);
	char *session = folder_read(record, "session.json", NULL);
	assert_non_null(strstr(transcript, "eu-north-1"));
	assert_null(strstr(session, "S3CRET"));
	free(session);
	free(transcript);
	free(record);
	free(speaker);
	close_world(&w);
}

static void without_credentials_there_is_one_line(void **state)
{
	struct process talk;
	struct world w;

	(void)state;
	open_world(&w, "");
	const char *const argv[] = {"habla",       "talk",      "--bedrock",
				    "--endpoint",  w.endpoint,  "--mic",
				    SPEECH,        "--speaker", "/dev/null",
				    "--no-record", NULL};
	process_start(&talk, argv, w.environment);
	process_expect(&talk, "AWS credentials: there are none; set "
			      "AWS_ACCESS_KEY_ID");
	process_expect(&talk, "; with a school's account, run habla login\n");
	assert_int_equal(3, process_wait(&talk));
	close_world(&w);
}

static void the_relay_takes_a_profile_too(void **state)
{
	struct process relay, talk;
	struct world w;
	char url[64];

	(void)state;
	open_world(&w, school);
	const char *const served[] = {"habla-relay", "--port",   "0",
				      "--endpoint",  w.endpoint, "--profile",
				      "school",      NULL};
	process_start(&relay, served, w.environment);
	process_expect(&relay, "Bedrock eu-north-1");
	snprintf(url, sizeof url, "ws://127.0.0.1:%u",
		 stack_port_of(&relay, "ws://"));
	const char *const argv[] = {"habla",     "talk",      "--relay",
				    url,         "--mic",     SPEECH,
				    "--speaker", "/dev/null", "--no-record",
				    NULL};
	process_start(&talk, argv, w.environment);
	process_expect(&talk, "Connected");
	process_expect(&talk, "Tutor: Hello");
	assert_int_equal(0, process_wait(&talk));
	process_signal(&relay, SIGTERM);
	assert_int_equal(0, process_wait(&relay));
	close_world(&w);
}

static void a_relay_without_credentials_says_so_at_once(void **state)
{
	struct process relay;
	struct world w;

	(void)state;
	open_world(&w, "");
	const char *const argv[] = {"habla-relay", "--port",   "0",
				    "--endpoint",  w.endpoint, NULL};
	process_start(&relay, argv, w.environment);
	process_expect(&relay, "habla-relay: AWS credentials: there are none");
	process_signal(&relay, SIGTERM);
	assert_int_equal(0, process_wait(&relay));
	close_world(&w);
}

/* --- from settings to credentials --- */

struct asked {
	struct credentials got;
	bool done;
};

static void on_credentials(void *arg, const struct credentials *c,
			   const struct problem *why)
{
	struct asked *a = arg;

	assert_null(why);
	assert_int_equal(0, credentials_copy(&a->got, c));
	a->done = true;
}

static bool is_done(void *arg)
{
	return ((struct asked *)arg)->done;
}

/* A token that an older login has left in a file spoils no long-term keys. */
static void a_token_counts_beside_its_own_key_only(void **state)
{
	static const struct {
		const char *token; /* of the environment */
		const char *want;
	} rows[] = {{NULL, NULL}, {"S3CRET-env", "S3CRET-env"}};
	char *const argv[] = {(char[]){"talk"}, (char[]){"--bedrock"}, NULL};
	char *folder = folder_make();

	(void)state;
	char *habla = text_format("%s/habla", folder);
	assert_int_equal(0, mkdir(habla, 0700));
	folder_write(habla, "habla.env", "AWS_SESSION_TOKEN=S3CRET-stale\n");
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "S3CRET", 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct credentials_source *source;
		struct credentials_call call;
		struct asked a = {0};
		struct settings *s;
		struct problem p;
		struct loop *l;

		if (rows[i].token)
			setenv("AWS_SESSION_TOKEN", rows[i].token, 1);
		else
			unsetenv("AWS_SESSION_TOKEN");
		assert_int_equal(0,
				 settings_load(&s, COMMAND_TALK, 2, argv, &p));
		assert_int_equal(0, loop_create(&l));
		assert_int_equal(0, talk_credentials_create(&source, l, s, &p));
		credentials_get(source, &call, on_credentials, &a);
		loop_until(l, is_done, &a);
		if (rows[i].want)
			assert_string_equal(rows[i].want, a.got.token);
		else
			assert_null(a.got.token);
		credentials_clear(&a.got);
		credentials_source_free(source);
		loop_free(l);
		settings_free(s);
	}
	free(habla);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_conversation_with_a_profile_says_whose_it_is),
		cmocka_unit_test(without_credentials_there_is_one_line),
		cmocka_unit_test(the_relay_takes_a_profile_too),
		cmocka_unit_test(a_relay_without_credentials_says_so_at_once),
		cmocka_unit_test(a_token_counts_beside_its_own_key_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
