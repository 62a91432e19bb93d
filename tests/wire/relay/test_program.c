/* habla-relay as a person starts it, with the simulator behind it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/base64.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/ws_peer.h"

enum { VOICE = 16000 };

static uint16_t start(struct process *p, const char *const *argv)
{
	process_start(p, argv, (const char *const[]){"PORT", NULL});
	const char *at = process_expect(p, "listening on ws://127.0.0.1:");
	process_expect(p, "model amazon.nova-2-5-sonic\n");
	return (uint16_t)atoi(strrchr(strchr(at, '/'), ':') + 1);
}

/* A second of a loud square wave. */
static void speak(struct ws_peer *c, const char *id)
{
	static int16_t voice[VOICE];
	static char text[VOICE * 2 * 4 / 3 + 8];

	for (int i = 0; i < VOICE; i++)
		voice[i] = i / 27 % 2 ? 8000 : -8000;
	base64_encode(text, voice, sizeof voice);
	ws_say(c,
	       "{\"type\":\"audio_input\",\"sessionId\":\"%s\","
	       "\"audioData\":\"%s\"}",
	       id, text);
}

static void a_session_by_hand_is_answered(void **state)
{
	static const char *const argv[] = {"habla-relay", "--sim", "--port",
					   "0", NULL};
	static const char *const answer[] = {"transcription", "audio_response",
					     "inference_complete",
					     "text_response"};
	struct process p;
	struct ws_peer c;
	char id[64];
	uint16_t port = start(&p, argv);

	(void)state;
	assert_int_equal(ws_connect(&c, port, NULL, NULL), 101);
	ws_expect(&c, "connection_established");
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"dev\"}");
	ws_expect(&c, "session_initialized");
	assert_string_equal(ws_member(&c, "mode"), "simulator");
	snprintf(id, sizeof id, "%s", ws_member(&c, "sessionId"));
	speak(&c, id);
	/* nothing more is sent: the relay's silence ends the turn */
	ws_say(&c,
	       "{\"type\":\"audio_input\",\"sessionId\":\"%s\","
	       "\"audioData\":\"\",\"isEndOfUtterance\":true}",
	       id);
	for (int i = 0; i < 4; i++)
		ws_expect(&c, answer[i]);
	ws_say(&c, "{\"type\":\"end_session\",\"sessionId\":\"%s\"}", id);
	ws_expect(&c, "session_ended");
	process_signal(&p, SIGTERM);
	assert_int_equal(ws_read(&c), WS_CLOSE);
	assert_int_equal(c.close_code, 1001);
	ws_disconnect(&c, false);
	assert_int_equal(process_wait(&p), 0);
}

/* --- the page --- */

/* Whether the message read last is what the page prints: the same members, and
 * their values but for those that differ each time. */
static bool is_as_printed(const struct ws_peer *c, const char *line,
			  const char *session)
{
	cJSON *want = cJSON_Parse(line), *got = cJSON_Parse(c->text);
	bool same = want && got;

	for (const cJSON *w = want ? want->child : NULL; w && same;
	     w = w->next) {
		const cJSON *g = cJSON_GetObjectItemCaseSensitive(got,
								  w->string);
		if (!g || (g->type != w->type)) {
			same = false;
		} else if (cJSON_IsString(w) &&
			   strcmp(w->valuestring, "...") != 0) {
			bool id = strcmp(w->valuestring, "SESSION") == 0;

			same = strcmp(g->valuestring,
				      id ? session : w->valuestring) == 0;
		}
	}
	if (same)
		same = cJSON_GetArraySize(want) == cJSON_GetArraySize(got);
	cJSON_Delete(want);
	cJSON_Delete(got);
	return same;
}

/* One line of the page; *skips: any other messages may come before. */
static void play(struct ws_peer *c, const char *line, char *session,
		 size_t size, bool *skips)
{
	char *text;

	if (strcmp(line, "< ...") == 0) {
		*skips = true;
		return;
	}
	if (*line == '>') {
		const char *at = strstr(line, "SESSION");

		text = at ? text_format("%.*s%s%s", (int)(at - line), line,
					session, at + strlen("SESSION"))
			  : text_copy(line);
		ws_say(c, "%s", text + 2);
		free(text);
		return;
	}
	do {
		assert_int_equal(ws_read(c), WS_TEXT);
		if (strstr(c->text, "session_initialized"))
			snprintf(session, size, "%s",
				 ws_member(c, "sessionId"));
	} while (!is_as_printed(c, line + 2, session) && *skips);
	if (!is_as_printed(c, line + 2, session))
		fail_msg("%s\nand not\n%s", c->text, line);
	*skips = false;
}

static void a_session_goes_as_the_page_prints_it(void **state)
{
	static const char *const argv[] = {"habla-relay", "--sim", "--port",
					   "0", NULL};
	static const char block[] = "```text\n";
	char *page = folder_read(HABLA_SOURCE_DIR, "docs/protocol.md", NULL);
	char *at = strstr(page, block), *rest = NULL;
	char session[64] = "";
	bool skips = false;
	unsigned lines = 0;
	struct process p;
	struct ws_peer c;
	uint16_t port = start(&p, argv);

	(void)state;
	assert_non_null(at);
	at += sizeof block - 1;
	*strstr(at, "```") = '\0';
	assert_int_equal(ws_connect(&c, port, NULL, NULL), 101);
	for (char *line = strtok_r(at, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest), lines++)
		play(&c, line, session, sizeof session, &skips);
	assert_true(lines > 10);
	ws_disconnect(&c, false);
	process_signal(&p, SIGTERM);
	assert_int_equal(process_wait(&p), 0);
	free(page);
}

static void a_scenario_says_how_the_service_behaves_too(void **state)
{
	static const char scenario[] =
		"stream: {refuse: {status: 429, first: 1}, turn_pause_ms: 100}"
		"\nturns: [{on: speech, hear: words, say: [Yes.]}]\n";
	char *folder = folder_make();
	char *path = text_format("%s/s.yaml", folder);
	const char *const argv[] = {"habla-relay", "--scenario", path,
				    "--port",      "0",          NULL};
	FILE *f = fopen(path, "w");
	struct process p;
	struct ws_peer c;
	char id[64];

	(void)state;
	assert_non_null(f);
	fputs(scenario, f);
	fclose(f);
	uint16_t port = start(&p, argv);
	assert_int_equal(ws_connect(&c, port, NULL, NULL), 101);
	ws_expect(&c, "connection_established");
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"dev\"}");
	assert_int_equal(ws_read(&c), WS_TEXT);
	assert_string_equal(ws_member(&c, "type"), "error");
	assert_string_equal(ws_member(&c, "code"), "throttled");
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"dev\"}");
	ws_expect(&c, "session_initialized");
	snprintf(id, sizeof id, "%s", ws_member(&c, "sessionId"));
	speak(&c, id);
	ws_say(&c,
	       "{\"type\":\"audio_input\",\"sessionId\":\"%s\","
	       "\"audioData\":\"\",\"isEndOfUtterance\":true}",
	       id);
	ws_expect(&c, "transcription");
	ws_say(&c, "{\"type\":\"end_session\",\"sessionId\":\"%s\"}", id);
	ws_expect(&c, "session_ended");
	/* a pause of 100 ms is five frames; 1.5 s would be 75 */
	assert_true(atoi(strstr(c.text, "addedSilenceSamples\":") + 21) <
		    40 * 320);
	ws_disconnect(&c, false);
	process_signal(&p, SIGTERM);
	assert_int_equal(process_wait(&p), 0);
	free(path);
	folder_remove(folder);
}

static void faults_at_the_start_are_one_line_with_a_remedy(void **state)
{
	static const struct {
		const char *argv[6];
		int code;
		const char *words;
	} rows[] = {
		{{"habla-relay", "--prot", "8080"}, 2, "did you mean --port?"},
		{{"habla-relay", "--port"}, 2, "--port: needs a value"},
		{{"habla-relay", "--port", "70000"}, 2, "0 to 65535"},
		{{"habla-relay", "now"}, 2, "takes no arguments"},
		{{"habla-relay", "--sim", "--listen", "0.0.0.0"},
		 2,
		 "refused until authentication exists"},
		{{"habla-relay", "--scenario", "/nowhere.yaml"},
		 2,
		 "/nowhere.yaml"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct process p;
		process_start(&p, rows[i].argv, NULL);
		assert_int_equal(process_wait(&p), rows[i].code);
		if (!strstr(p.text, rows[i].words))
			fail_msg("%s", p.text);
		/* one line */
		assert_ptr_equal(strchr(p.text, '\n'), p.text + p.length - 1);
	}
}

static void a_port_in_use_is_named(void **state)
{
	static const char *const first_argv[] = {"habla-relay", "--sim",
						 "--port", "0", NULL};
	char port[8];
	const char *const argv[] = {"habla-relay", "--sim", "--port", port,
				    NULL};
	struct process first, second;

	(void)state;
	snprintf(port, sizeof port, "%u", start(&first, first_argv));
	process_start(&second, argv, NULL);
	assert_int_equal(process_wait(&second), 3);
	assert_non_null(strstr(second.text, port));
	assert_non_null(strstr(second.text, "choose another with --port"));
	process_signal(&first, SIGINT);
	assert_int_equal(process_wait(&first), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_by_hand_is_answered),
		cmocka_unit_test(a_session_goes_as_the_page_prints_it),
		cmocka_unit_test(a_scenario_says_how_the_service_behaves_too),
		cmocka_unit_test(
			faults_at_the_start_are_one_line_with_a_remedy),
		cmocka_unit_test(a_port_in_use_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
