/* The simulator and the relay inside the program: on this machine only, at
 * ports and with a token that nobody can know before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/builtin/builtin.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "tests/support/ws_peer.h"

static const struct builtin_settings settings = {0};

static struct builtin *start(void)
{
	struct builtin *b = NULL;
	struct problem p = {0};

	if (builtin_start(&b, &settings, &p))
		fail_msg("%s", p.text);
	return b;
}

/* Asks for a session with the token; c->text is the answer. */
static void ask(struct ws_peer *c, const struct builtin *b, const char *token)
{
	const char *url = builtin_relay_url(b);
	uint16_t port = (uint16_t)atoi(strrchr(url, ':') + 1);

	assert_int_equal(ws_connect(c, port, NULL, NULL), 101);
	ws_expect(c, "connection_established");
	ws_say(c, "{\"type\":\"initialize_session\",\"authToken\":\"%s\"}",
	       token);
	assert_int_equal(ws_read(c), WS_TEXT);
}

static void each_start_has_ports_and_a_token_of_its_own(void **state)
{
	struct builtin *one = start(), *other = start();

	(void)state;
	assert_true(text_starts(builtin_relay_url(one), "ws://127.0.0.1:"));
	assert_string_not_equal(builtin_relay_url(one),
				builtin_relay_url(other));
	assert_string_not_equal(builtin_token(one), builtin_token(other));
	assert_int_equal(strlen(builtin_token(one)), UUID_TEXT_SIZE - 1);
	builtin_free(one);
	builtin_free(other);
}

static void only_the_token_opens_a_session(void **state)
{
	struct builtin *b = start();
	struct ws_peer c;

	(void)state;
	ask(&c, b, "habla");
	assert_string_equal(ws_member(&c, "type"), "error");
	assert_string_equal(ws_member(&c, "code"), "denied");
	ws_disconnect(&c, false);
	ask(&c, b, builtin_token(b));
	assert_string_equal(ws_member(&c, "type"), "session_initialized");
	assert_string_equal(ws_member(&c, "mode"), "simulator");
	ws_disconnect(&c, false);
	builtin_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_start_has_ports_and_a_token_of_its_own),
		cmocka_unit_test(only_the_token_opens_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
