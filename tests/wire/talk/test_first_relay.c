/*
 * `habla talk` against a relay of the first kind, which knows none of the
 * additive members and answers in typed messages alone; and what the flags of
 * the program become on the wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/base64.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"
#include "tests/support/wave.h"
#include "tests/support/ws_peer.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/thank-you.wav"
#define SECRET "hush-hush-4711"

enum { ANSWER = 24000, CHUNKS = 10, CHUNK = ANSWER / CHUNKS };

static int16_t answer[ANSWER];
static char *initialize;       /* the message, as it came */
static unsigned audio_samples; /* of all audio_input before the answer */

static void say_answer(struct ws_peer *c)
{
	static char text[CHUNK * 4];

	ws_say(c, "{\"type\":\"transcription\",\"sessionId\":\"s\","
		  "\"text\":\"Thank you.\"}");
	for (int i = 0; i < CHUNKS; i++) {
		base64_encode(text, answer + i * CHUNK, CHUNK * sizeof *answer);
		ws_say(c,
		       "{\"type\":\"audio_response\",\"sessionId\":\"s\","
		       "\"audioBase64\":\"%s\"}",
		       text);
	}
	ws_say(c, "{\"type\":\"text_response\",\"sessionId\":\"s\","
		  "\"text\":\"You are welcome.\"}");
	ws_say(c, "{\"type\":\"inference_complete\",\"sessionId\":\"s\","
		  "\"message\":\"done\"}");
}

/* Answers after four seconds of audio: the words and some silence. */
static void first_relay(struct ws_peer *c, void *arg)
{
	(void)arg;
	ws_say(c, "{\"type\":\"connection_established\",\"message\":\"hi\"}");
	ws_expect(c, "initialize_session");
	initialize = text_copy(c->text);
	ws_say(c, "{\"type\":\"nova_session_ready\",\"sessionId\":\"s\"}");
	ws_say(c, "{\"type\":\"session_initialized\",\"sessionId\":\"s\"}");
	while (audio_samples < 4 * 16000) {
		ws_expect(c, "audio_input");
		audio_samples += (unsigned)strlen(ws_member(c, "audioData")) *
				 3 / 8;
	}
	say_answer(c);
	ws_expect(c, "end_session");
	ws_say(c, "{\"type\":\"session_ended\",\"sessionId\":\"s\"}");
	while (ws_read(c) != WS_LOST && c->opcode != WS_CLOSE)
		;
}

static const char *member(const cJSON *tree, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(tree, key);

	return cJSON_IsString(v) ? v->valuestring : "";
}

static void expect_initialize(void)
{
	cJSON *m = cJSON_Parse(initialize);

	assert_non_null(m);
	assert_string_equal(member(m, "authToken"), SECRET);
	assert_string_equal(member(m, "courseId"), "biology");
	assert_string_equal(member(m, "studentId"), "s-17");
	assert_string_equal(member(m, "systemPrompt"), "Be kind.");
	assert_string_equal(member(m, "turnPause"), "LOW");
	assert_string_equal(member(m, "events"), "raw");
	assert_string_equal(
		member(cJSON_GetObjectItemCaseSensitive(m, "voiceConfig"),
		       "voiceId"),
		"amy");
	assert_true(cJSON_IsTrue(
		cJSON_GetObjectItemCaseSensitive(m, "continuousAudio")));
	assert_null(cJSON_GetObjectItemCaseSensitive(m, "history"));
	assert_null(cJSON_GetObjectItemCaseSensitive(m, "tools"));
	cJSON_Delete(m);
}

static void expect_received(const char *folder)
{
	char *path = text_format("%s/session/received.wav", folder);
	struct sound came = sound_load(path, 24000);

	assert_int_equal(came.count, ANSWER);
	assert_memory_equal(came.samples, answer, sizeof answer);
	free(came.samples);
	free(path);
}

/* Nothing that is kept holds the token. */
static void expect_no_secret(const char *folder)
{
	static const char *const names[] = {"session/session.json",
					    "session/events.jsonl",
					    "session/transcript.md", "log"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t length;
		char *text = folder_read(folder, names[i], &length);

		assert_non_null(text);
		assert_true(length > 0);
		if (memmem(text, length, SECRET, strlen(SECRET)))
			fail_msg("the token is in %s", names[i]);
		free(text);
	}
}

static void a_relay_of_the_first_kind_is_understood(void **state)
{
	char *folder = folder_make();
	char *system = text_format("@%s/system.txt", folder);
	char *speaker = text_format("%s/speaker.wav", folder);
	char *record = text_format("%s/session", folder);
	char *log = text_format("%s/log", folder);
	struct ws_server server;
	struct process talk;
	char url[64];

	(void)state;
	wave_tone(answer, ANSWER, 440, 24000, 9000);
	folder_write(folder, "system.txt", "Be kind.");
	ws_server_start(&server, first_relay, NULL, NULL);
	snprintf(url, sizeof url, "ws://127.0.0.1:%u", server.port);

	const char *argv[] = {
		"habla",    "talk",     "--relay",      url,         "--token",
		SECRET,     "--course", "biology",      "--student", "s-17",
		"--voice",  "amy",      "--turn-pause", "low",       "--system",
		system,     "--mic",    SPEECH,         "--speaker", speaker,
		"--record", record,     "--log",        log,         NULL};

	process_start(&talk, argv, stack_environment);
	int code = process_wait(&talk);
	ws_server_stop(&server);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	assert_non_null(strstr(talk.text, "You:   Thank you.\n"));
	assert_non_null(strstr(talk.text, "Tutor: You are welcome.\n"));
	assert_null(strstr(talk.text, SECRET));
	expect_initialize();
	expect_received(folder);
	expect_no_secret(folder);
	free(initialize);
	free(system);
	free(speaker);
	free(record);
	free(log);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relay_of_the_first_kind_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
