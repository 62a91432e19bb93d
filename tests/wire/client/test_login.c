/* `habla login` and `habla logout` as a person and as a script run them, at a
 * pool on loopback. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/cognito_server.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/stack.h"

enum { ARGUMENTS = 16, WORDS = 4 };

#define POOL     "--user-pool", COGNITO_POOL, "--client-id", COGNITO_CLIENT
#define PASSWORD COGNITO_PASSWORD "\n"

struct place {
	struct cognito_server *server;
	char *folder;
	char state[512], endpoint[128], secret[64], log[512];
	const char *environment[32];
};

static void place_open(struct place *p,
		       const struct cognito_server_settings *server)
{
	size_t n = 0;

	*p = (struct place){.server = cognito_server_start(server),
			    .folder = folder_make()};
	snprintf(p->state, sizeof p->state, "XDG_STATE_HOME=%s/state",
		 p->folder);
	snprintf(p->endpoint, sizeof p->endpoint, "HABLA_COGNITO_ENDPOINT=%s",
		 cognito_server_url(p->server));
	snprintf(p->log, sizeof p->log, "HABLA_LOG=%s/log", p->folder);
	p->environment[n++] = p->state;
	p->environment[n++] = p->endpoint;
	p->environment[n++] = p->log;
	p->environment[n++] = "XDG_CONFIG_HOME=/dev/null/none";
	p->environment[n++] = "HABLA_USER";
	p->environment[n++] = "HABLA_USER_POOL";
	p->environment[n++] = "HABLA_CLIENT_ID";
	p->environment[n++] = "http_proxy";
	p->environment[n++] = "ALL_PROXY";
	p->environment[n++] = server->with_secret
				      ? "HABLA_CLIENT_SECRET=" COGNITO_SECRET
				      : "HABLA_CLIENT_SECRET";
}

static void assert_no_secret(const char *text)
{
	static const char *const secrets[] = {"Corr3ct",      COGNITO_SECRET,
					      "N3w-password", COGNITO_CODE,
					      "eyJ",          "refresh-token"};

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (strstr(text, secrets[i]))
			fail_msg("\"%s\" in:\n%s", secrets[i], text);
}

static void place_close(struct place *p)
{
	char path[600];

	snprintf(path, sizeof path, "%s/log", p->folder);
	if (access(path, F_OK) == 0) {
		char *log = folder_read(p->folder, "log", NULL);

		assert_no_secret(log);
		free(log);
	}
	assert_string_equal(cognito_server_complaint(p->server), "");
	cognito_server_stop(p->server);
	folder_remove(p->folder);
}

/* Runs it with that on stdin; gives what it printed. */
static const char *run(struct place *place, const char *const *argv,
		       const char *input, int code)
{
	struct process p;

	process_start(&p, argv, place->environment);
	process_type(&p, input);
	close(p.input);
	p.input = -1;

	int got = process_wait(&p);
	if (got != code)
		fail_msg("%s: exit code %d, not %d:\n%s", argv[1], got, code,
			 p.text);
	return p.text;
}

static const char *login(struct place *place, const char *input, int code)
{
	const char *argv[] = {"habla",          "login",      POOL,
			      "--user",         COGNITO_USER, "--identity-pool",
			      COGNITO_IDENTITY, NULL};
	const char *text = run(place, argv, input, code);

	assert_no_secret(text);
	return text;
}

static const char *status(struct place *place, int code)
{
	const char *argv[] = {"habla", "login", "--status", NULL};

	return run(place, argv, "", code);
}

static const char *logout(struct place *place, int code)
{
	const char *argv[] = {"habla", "logout", NULL};

	return run(place, argv, "", code);
}

static unsigned mode_of(const struct place *p, const char *name)
{
	char path[600];
	struct stat s;

	snprintf(path, sizeof path, "%s/state/habla/%s", p->folder, name);
	return stat(path, &s) == 0 ? (unsigned)s.st_mode & 07777 : 0;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("lacks \"%s\":\n%s", part, text);
}

/* --- a whole life --- */

static void a_login_is_kept_shown_and_ended(void **state)
{
	const struct cognito_server_settings server = {.with_secret = true};
	struct place p;

	(void)state;
	place_open(&p, &server);
	assert_has(status(&p, 1), "not signed in");
	assert_has(login(&p, PASSWORD, 0), "Signed in as " COGNITO_USER);
	assert_int_equal(mode_of(&p, "login.json"), 0600);
	assert_int_equal(mode_of(&p, ""), 0700);
	assert_int_equal(mode_of(&p, "login.json.new"), 0);

	const char *shown = status(&p, 0);
	assert_has(shown, COGNITO_USER);
	assert_has(shown, COGNITO_POOL);
	assert_has(shown, COGNITO_IDENTITY);
	assert_has(shown, " minutes; they are renewed");
	assert_no_secret(shown);

	/* there is a log for place_close() to look through */
	char *log = folder_read(p.folder, "log", NULL);
	assert_has(log, "cognito: user pool " COGNITO_POOL ": status 200");
	free(log);

	assert_has(logout(&p, 0), "Signed out " COGNITO_USER);
	assert_true(cognito_server_revoked(p.server));
	assert_int_equal(mode_of(&p, "login.json"), 0);
	assert_has(status(&p, 1), "not signed in");
	assert_has(logout(&p, 0), "Nobody was signed in");
	place_close(&p);
}

static void a_second_login_needs_the_password_only(void **state)
{
	const struct cognito_server_settings server = {.with_secret = true};
	const char *again[] = {"habla", "login", NULL};
	const char *other[] = {"habla", "login", "--user-pool",
			       "eu-west-1_Another", NULL};
	struct place p;

	(void)state;
	place_open(&p, &server);
	login(&p, PASSWORD, 0);
	p.environment[9] = "HABLA_CLIENT_SECRET"; /* it is kept as well */
	assert_has(run(&p, again, PASSWORD, 0), COGNITO_USER);
	assert_int_equal(cognito_server_granted(p.server, "InitiateAuth"), 2);
	/* what is known of one pool is not told to another */
	assert_has(run(&p, other, PASSWORD, 2), "client id");
	place_close(&p);
}

/* --- questions --- */

static void each_question_takes_the_next_line_of_stdin(void **state)
{
	static const struct {
		struct cognito_server_settings server;
		const char *input;
	} rows[] = {
		{{0}, PASSWORD},
		{{0}, COGNITO_PASSWORD "\r\n"},
		{{0}, COGNITO_PASSWORD}, /* no line end */
		{{.with_code = true}, PASSWORD COGNITO_CODE "\n"},
		{{.new_password = true}, PASSWORD "N3w-password\n"},
		{{.new_password = true, .with_code = true},
		 PASSWORD "N3w-password\n" COGNITO_CODE "\n"},
	};
	struct place p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		place_open(&p, &rows[i].server);
		assert_has(login(&p, rows[i].input, 0), "Signed in");
		if (rows[i].server.new_password)
			assert_string_equal(cognito_server_password(p.server),
					    "N3w-password");
		place_close(&p);
	}
}

static void what_stdin_does_not_give_is_said(void **state)
{
	static const struct {
		struct cognito_server_settings server;
		const char *input, *says;
	} rows[] = {
		{{0}, "", "password: none was given"},
		{{0}, "\n", "password: none was given"},
		{{.with_code = true}, PASSWORD, "code: none was given"},
		{{.new_password = true},
		 PASSWORD,
		 "new password: none was given"},
	};
	struct place p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		place_open(&p, &rows[i].server);
		assert_has(login(&p, rows[i].input, 2), rows[i].says);
		assert_int_equal(mode_of(&p, "login.json"), 0);
		place_close(&p);
	}
}

/* --- refusals --- */

static void a_wrong_password_is_one_line_and_leaves_the_old_login(void **state)
{
	const struct cognito_server_settings server = {0};
	struct place p;

	(void)state;
	place_open(&p, &server);
	login(&p, PASSWORD, 0);

	char *before = folder_read(p.folder, "state/habla/login.json", NULL);
	const char *text = login(&p, "wrong-one\n", 3);
	char *after = folder_read(p.folder, "state/habla/login.json", NULL);

	assert_has(text, "habla login: user pool " COGNITO_POOL
			 ": user name or password is wrong");
	assert_null(strstr(text, "wrong-one"));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_string_equal(before, after);
	free(before);
	free(after);
	place_close(&p);
}

static const struct {
	const char *argv[ARGUMENTS];
	const char *words[WORDS];
} mistakes[] = {
	{{"habla", "login", POOL, "--password", "Corr3ct"},
	 {"--password", "stdin"}},
	{{"habla", "login", POOL, "--password=Corr3ct"},
	 {"--password", "stdin"}},
	{{"habla", "login", POOL, "--client-secret", COGNITO_SECRET},
	 {"--client-secret", "HABLA_CLIENT_SECRET"}},
	{{"habla", "login"}, {"user pool", "--user-pool"}},
	{{"habla", "login", "--user-pool", COGNITO_POOL},
	 {"client id", "--client-id"}},
	{{"habla", "login", "--user-pool", "TestPool", "--client-id", "x"},
	 {"TestPool", "eu-west-1_AbCdEfGhI"}},
	{{"habla", "login", POOL, "--region", "Europe"}, {"Europe", "region"}},
	{{"habla", "login", POOL, "--flow", "magic"}, {"magic", "srp"}},
	{{"habla", "login", POOL, "--user-pol", "x"},
	 {"--user-pol", "--user-pool"}},
	{{"habla", "logout", "--now"}, {"--now"}},
};

static void a_mistake_is_one_clear_line(void **state)
{
	const struct cognito_server_settings server = {0};
	const char *argv[ARGUMENTS + 1] = {0};
	struct place p;

	(void)state;
	place_open(&p, &server);
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		memcpy(argv, mistakes[i].argv, sizeof mistakes[i].argv);
		const char *text = run(&p, argv, PASSWORD, 2);
		for (size_t k = 0; k < WORDS && mistakes[i].words[k]; k++)
			assert_has(text, mistakes[i].words[k]);
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
		assert_no_secret(text);
	}
	p.environment[1] = "HABLA_COGNITO_ENDPOINT=http://192.0.2.1/";
	assert_has(login(&p, PASSWORD, 2), "this machine only");
	assert_int_equal(cognito_server_asked(p.server, "InitiateAuth"), 0);
	place_close(&p);
}

/* --- the file --- */

static void a_file_that_others_may_read_is_not_used(void **state)
{
	const struct cognito_server_settings server = {0};
	struct place p;
	char path[600];

	(void)state;
	place_open(&p, &server);
	login(&p, PASSWORD, 0);
	snprintf(path, sizeof path, "%s/state/habla/login.json", p.folder);
	assert_int_equal(chmod(path, 0640), 0);
	assert_has(status(&p, 1), "chmod 600");
	assert_has(logout(&p, 3), "chmod 600");
	assert_int_equal(mode_of(&p, "login.json"), 0640);
	/* a new login replaces it */
	login(&p, PASSWORD, 0);
	assert_int_equal(mode_of(&p, "login.json"), 0600);
	place_close(&p);
}

static void a_broken_file_is_one_line_and_can_be_replaced(void **state)
{
	const struct cognito_server_settings server = {0};
	struct place p;
	char path[600];

	(void)state;
	place_open(&p, &server);
	login(&p, PASSWORD, 0);
	snprintf(path, sizeof path, "%s/state/habla/login.json", p.folder);
	assert_int_equal(truncate(path, 40), 0);
	assert_has(status(&p, 1), "delete it and sign in again");
	login(&p, PASSWORD, 0);
	assert_has(status(&p, 0), COGNITO_USER);
	assert_int_equal(truncate(path, 40), 0);
	assert_has(logout(&p, 2), "its tokens were not revoked");
	assert_int_equal(mode_of(&p, "login.json"), 0);
	place_close(&p);
}

static void logout_without_the_pool_signs_out_here_and_says_so(void **state)
{
	const struct cognito_server_settings server = {0};
	const struct cognito_server_failure failure = {
		.operation = "RevokeToken",
		.status = 500,
		.exception = "InternalErrorException",
		.message = "x",
	};
	struct place p;

	(void)state;
	place_open(&p, &server);
	login(&p, PASSWORD, 0);
	cognito_server_fail(p.server, &failure);
	assert_has(logout(&p, 3), "not revoked");
	assert_int_equal(mode_of(&p, "login.json"), 0);
	place_close(&p);
}

/* --- on a terminal --- */

static bool echoes(const struct process *p)
{
	struct termios t;

	assert_int_equal(tcgetattr(p->output, &t), 0);
	return t.c_lflag & ECHO;
}

static void start_on_terminal(struct process *p, const struct place *place)
{
	static const char *const argv[] = {"habla", "login", POOL, NULL};

	process_start_on_terminal(p, argv, place->environment);
}

static void a_password_typed_at_a_terminal_is_not_echoed(void **state)
{
	const struct cognito_server_settings server = {.new_password = true,
						       .with_code = true};
	struct process p;
	struct place place;

	(void)state;
	place_open(&place, &server);
	start_on_terminal(&p, &place);
	process_expect(&p, "User name: ");
	assert_true(echoes(&p));
	process_type(&p, COGNITO_USER "\n");
	process_expect(&p, "Password of " COGNITO_USER);
	assert_false(echoes(&p));
	process_type(&p, PASSWORD);
	process_expect(&p, "New password: ");
	assert_false(echoes(&p));
	process_type(&p, "N3w-password\n");
	process_expect(&p, "once more: ");
	assert_false(echoes(&p));
	process_type(&p, "N3w-password\n");
	process_expect(&p, "Code of the authenticator app (Ana's phone): ");
	assert_true(echoes(&p));
	process_type(&p, COGNITO_CODE "\n");
	process_expect(&p, "Signed in as " COGNITO_USER);
	assert_true(echoes(&p));
	assert_int_equal(process_wait(&p), 0);
	assert_null(strstr(p.text, "Corr3ct"));
	assert_null(strstr(p.text, "N3w-password"));
	place_close(&place);
}

static void two_new_passwords_that_differ_are_refused(void **state)
{
	const struct cognito_server_settings server = {.new_password = true};
	struct process p;
	struct place place;

	(void)state;
	place_open(&place, &server);
	start_on_terminal(&p, &place);
	process_expect(&p, "User name: ");
	process_type(&p, COGNITO_USER "\n");
	process_expect(&p, "Password of ");
	process_type(&p, PASSWORD);
	process_expect(&p, "New password: ");
	process_type(&p, "N3w-password\n");
	process_expect(&p, "once more: ");
	process_type(&p, "N3w-passwort\n");
	assert_int_equal(process_wait(&p), 2);
	assert_has(p.text, "not the same");
	assert_string_equal(cognito_server_password(place.server),
			    COGNITO_PASSWORD);
	place_close(&place);
}

static void the_terminal_is_as_before_however_it_ends(void **state)
{
	static const struct {
		const char *typed;
		int signal;
	} rows[] = {
		{"half\x03", 0}, {"half\x1c", 0}, {"", SIGTERM}, {"", SIGHUP}};
	const struct cognito_server_settings server = {0};
	struct process p;
	struct place place;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		place_open(&place, &server);
		start_on_terminal(&p, &place);
		process_expect(&p, "User name: ");
		process_type(&p, COGNITO_USER "\n");
		process_expect(&p, "Password of ");
		assert_false(echoes(&p));
		process_type(&p, rows[i].typed);
		if (rows[i].signal)
			process_signal(&p, rows[i].signal);
		process_expect(&p, "nothing was changed");
		assert_true(echoes(&p));
		assert_int_equal(process_wait(&p), 1);
		assert_null(strstr(p.text, "half"));
		assert_int_equal(mode_of(&place, "login.json"), 0);
		assert_int_equal(
			cognito_server_asked(place.server, "InitiateAuth"), 0);
		place_close(&place);
	}
}

/* --- and then a conversation --- */

static void start_sim(struct process *sim, char *endpoint, size_t size)
{
	static const char *const argv[] = {"habla",
					   "sim",
					   "--port",
					   "0",
					   "--access-key",
					   COGNITO_KEY_ID,
					   "--secret-key",
					   COGNITO_KEY,
					   NULL};

	process_start(sim, argv, stack_environment);
	snprintf(endpoint, size, "http://127.0.0.1:%u",
		 stack_port_of(sim, "http://"));
}

/* Talks to endpoint, with one more flag and its value; both may be NULL. */
static void start_talk(struct process *p, const struct place *place,
		       const char *endpoint, const char *flag,
		       const char *value)
{
	const char *argv[] = {"habla",
			      "talk",
			      "--bedrock",
			      "--endpoint",
			      endpoint,
			      "--mic",
			      HABLA_SOURCE_DIR "/tests/data/speech-10s.wav",
			      "--speaker",
			      "/dev/null",
			      "--no-record",
			      flag,
			      value,
			      NULL};

	process_start(p, argv, place->environment);
}

static void end_talk(struct process *p, int code, const char *says)
{
	int got = process_wait(p);

	if (got != code)
		fail_msg("exit code %d, not %d:\n%s", got, code, p->text);
	assert_has(p->text, says);
}

static void talk(struct place *place, const char *endpoint, const char *flag,
		 const char *value, int code, const char *says)
{
	struct process p;

	start_talk(&p, place, endpoint, flag, value);
	end_talk(&p, code, says);
}

enum { FIRST_AWS = 10 }; /* in a place's environment */

/* Wherever this test runs. */
static void forget_aws(struct place *p)
{
	static const char *const variables[] = {
		"AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY",
		"AWS_PROFILE",
		"AWS_CONFIG_FILE=/nonexistent",
		"AWS_SHARED_CREDENTIALS_FILE=/nonexistent",
		"AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI"};

	assert_null(p->environment[FIRST_AWS]);
	memcpy(p->environment + FIRST_AWS, variables, sizeof variables);
}

static void end_sim(struct process *sim)
{
	process_signal(sim, SIGTERM);
	assert_int_equal(process_wait(sim), 0);
}

static void a_login_is_enough_to_talk(void **state)
{
	const struct cognito_server_settings server = {0};
	struct process sim;
	struct place p;
	char endpoint[64];

	(void)state;
	place_open(&p, &server);
	start_sim(&sim, endpoint, sizeof endpoint);
	forget_aws(&p);
	login(&p, PASSWORD, 0);
	talk(&p, endpoint, NULL, NULL, 0, "Tutor: ");
	assert_int_equal(cognito_server_granted(p.server,
						"GetCredentialsForIdentity"),
			 1);

	/* keys go before a login, but not before one that is asked for */
	p.environment[FIRST_AWS] = "AWS_ACCESS_KEY_ID=AKIDOTHER";
	p.environment[FIRST_AWS + 1] = "AWS_SECRET_ACCESS_KEY=other";
	talk(&p, endpoint, NULL, NULL, 3, "AWS_ACCESS_KEY_ID");
	talk(&p, endpoint, "--identity-pool", COGNITO_IDENTITY, 0, "Tutor: ");
	talk(&p, endpoint, "--guest", NULL, 2, "--identity-pool");
	assert_int_equal(cognito_server_granted(p.server,
						"GetCredentialsForIdentity"),
			 2);
	logout(&p, 0);
	talk(&p, endpoint, "--identity-pool", COGNITO_IDENTITY, 3,
	     "habla login");
	end_sim(&sim);
	place_close(&p);
}

/* Each refresh token works once, and each program needs a new one. */
static void two_programs_at_once_share_one_login(void **state)
{
	const struct cognito_server_settings server = {.rotation = true,
						       .lifetime_s = 1};
	struct process sim, talks[2];
	struct place p;
	char endpoint[64];

	(void)state;
	place_open(&p, &server);
	start_sim(&sim, endpoint, sizeof endpoint);
	forget_aws(&p);
	login(&p, PASSWORD, 0);
	for (size_t i = 0; i < 2; i++)
		start_talk(&talks[i], &p, endpoint, NULL, NULL);
	for (size_t i = 0; i < 2; i++)
		end_talk(&talks[i], 0, "Tutor: ");
	assert_true(cognito_server_granted(p.server,
					   "GetTokensFromRefreshToken") >= 2);
	assert_int_equal(
		cognito_server_granted(p.server, "GetTokensFromRefreshToken"),
		cognito_server_asked(p.server, "GetTokensFromRefreshToken"));
	assert_has(logout(&p, 0), "Signed out");
	assert_true(cognito_server_revoked(p.server));
	end_sim(&sim);
	place_close(&p);
}

int main(void)
{
	/* a program that has ended reads nothing more */
	signal(SIGPIPE, SIG_IGN);

	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_is_kept_shown_and_ended),
		cmocka_unit_test(a_second_login_needs_the_password_only),
		cmocka_unit_test(each_question_takes_the_next_line_of_stdin),
		cmocka_unit_test(what_stdin_does_not_give_is_said),
		cmocka_unit_test(
			a_wrong_password_is_one_line_and_leaves_the_old_login),
		cmocka_unit_test(a_mistake_is_one_clear_line),
		cmocka_unit_test(a_file_that_others_may_read_is_not_used),
		cmocka_unit_test(a_broken_file_is_one_line_and_can_be_replaced),
		cmocka_unit_test(
			logout_without_the_pool_signs_out_here_and_says_so),
		cmocka_unit_test(a_password_typed_at_a_terminal_is_not_echoed),
		cmocka_unit_test(two_new_passwords_that_differ_are_refused),
		cmocka_unit_test(the_terminal_is_as_before_however_it_ends),
		cmocka_unit_test(a_login_is_enough_to_talk),
		cmocka_unit_test(two_programs_at_once_share_one_login),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
