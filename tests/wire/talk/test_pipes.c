/* `habla talk` in a pipe: raw sound in and out, or events out; text for people
 * goes to standard error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

#define SCENARIO                                                               \
	"name: one answer\n"                                                   \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    say:\n"                                                           \
	"      - {text: What I say., tone: {hz: 500, ms: 2500}}\n"

static void write_raw(const struct stack *stack, const char *name,
		      struct sound sound)
{
	FILE *f = fopen(stack_path(stack, name), "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(sound.samples, sizeof(int16_t), sound.count, f),
			 sound.count);
	assert_int_equal(fclose(f), 0);
}

static struct sound read_raw(const struct stack *stack, const char *name)
{
	struct sound s = {0};
	size_t length = 0;

	s.samples = (int16_t *)(void *)folder_read(stack->folder, name,
						   &length);
	assert_non_null(s.samples);
	s.count = length / sizeof(int16_t);
	return s;
}

static void run_with_pipes(const struct stack *stack, const char *flags)
{
	static struct process talk;
	char script[2048];

	snprintf(script, sizeof script,
		 "cd '%s' && exec '%s/habla' talk --relay %s --mic - %s "
		 "<in.raw >out.raw 2>err.txt",
		 stack->folder, HABLA_BINARY_DIR, stack->relay_url, flags);

	const char *argv[] = {"sh", "-c", script, NULL};

	process_start(&talk, argv, stack_environment);

	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code,
			 folder_read(stack->folder, "err.txt", NULL));
}

static void raw_sound_goes_in_and_out_bit_for_bit(void **state)
{
	struct stack stack = {.folder = folder_make()};
	struct sound speech = sound_load(SPEECH, 16000);

	(void)state;
	stack_start(&stack, stack_file(&stack, "scenario.yaml", SCENARIO));
	write_raw(&stack, "in.raw", speech);
	run_with_pipes(&stack, "--speaker - --record session");

	struct sound sent = sound_load(stack_path(&stack, "session/sent.wav"),
				       16000);
	struct sound came = sound_load(
		stack_path(&stack, "session/received.wav"), 24000);
	struct sound out = read_raw(&stack, "out.raw");
	char *words = folder_read(stack.folder, "err.txt", NULL);

	assert_true(sound_contains(sent, speech));
	assert_true(came.count > 2 * 24000);
	assert_true(sound_plays(out, came));
	assert_non_null(strstr(words, "What I say."));
	free(words);
	free(out.samples);
	free(came.samples);
	free(sent.samples);
	free(speech.samples);
	stack_stop(&stack);
}

static void events_alone_go_to_standard_output(void **state)
{
	struct stack stack = {.folder = folder_make()};
	struct sound speech = sound_load(SPEECH, 16000);
	bool answered = false, ended = false;
	char *rest = NULL;

	(void)state;
	stack_start(&stack, stack_file(&stack, "scenario.yaml", SCENARIO));
	write_raw(&stack, "in.raw", speech);
	run_with_pipes(&stack, "--json --speaker speaker.wav --no-record");

	char *out = folder_read(stack.folder, "out.raw", NULL);
	char *words = folder_read(stack.folder, "err.txt", NULL);

	assert_true(out[strlen(out) - 1] == '\n');
	for (char *line = strtok_r(out, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		cJSON *event = cJSON_Parse(line);

		if (!cJSON_IsObject(event))
			fail_msg("no event: %s", line);
		cJSON_Delete(event);
		answered |= strstr(line, "\"event\":\"answered\"") != NULL;
		ended = strstr(line, "\"event\":\"end\",\"exit_code\":0}");
	}
	assert_true(answered);
	assert_true(ended); /* and nothing follows it */
	assert_non_null(strstr(words, "Tutor: What I say."));
	free(words);
	free(out);
	free(speech.samples);
	stack_stop(&stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_sound_goes_in_and_out_bit_for_bit),
		cmocka_unit_test(events_alone_go_to_standard_output),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
