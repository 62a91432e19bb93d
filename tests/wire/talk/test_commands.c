/* `habla talk --commands`: another program leads the conversation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/exit_code.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/stack.h"

/* A short answer, one that can be interrupted, and one to what was typed. */
static const char scenario[] =
	"name: led by a program\n"
	"stream: {speed: 8, turn_pause_ms: 800}\n"
	"turns:\n"
	"  - on: speech\n"
	"    hear: first words\n"
	"    say: [{text: Good., tone: {hz: 440, ms: 300}}]\n"
	"  - on: speech\n"
	"    hear: second words\n"
	"    say: [{text: This takes a long time to say., "
	"tone: {hz: 440, ms: 60000}}]\n"
	"  - on: speech\n"
	"    hear: third words\n"
	"    say: [{text: I was interrupted., tone: {hz: 330, ms: 60000}}]\n"
	"  - on: text\n"
	"    say: [{text: You typed., tone: {hz: 660, ms: 300}}]\n";

static struct stack stack;

static int start_servers(void **state)
{
	(void)state;
	stack.folder = folder_make();
	stack_start(&stack, stack_file(&stack, "led.yaml", scenario));
	return 0;
}

static int stop_servers(void **state)
{
	(void)state;
	stack_stop(&stack);
	return 0;
}

static void lead(struct process *p, const char *sound, const char *file)
{
	const char *arguments[] = {"--commands", "--no-record", sound, file,
				   NULL};

	stack_talk(&stack, p, arguments);
}

struct conversation_log {
	struct process p;
	size_t at; /* what was seen of its output */
};

static void tell(struct conversation_log *l, const char *command)
{
	process_type(&l->p, command);
	process_type(&l->p, "\n");
}

static void see(struct conversation_log *l, const char *text)
{
	const char *at = process_expect_from(&l->p, l->at, text);

	l->at = (size_t)(at - l->p.text) + strlen(text);
}

static void a_program_speaks_interrupts_and_types(void **state)
{
	struct conversation_log l = {0};

	(void)state;
	lead(&l.p, "--speaker", stack_path(&stack, "tutor.wav"));
	tell(&l, "{\"do\":\"say\",\"id\":1,\"text\":\"What is a leaf?\"}");
	see(&l, "\"id\":1,\"do\":\"say\",\"status\":\"begun\"");
	see(&l, "\"text\":\"first words\"");
	see(&l, "\"text\":\"Good.\"");
	see(&l, "\"id\":1,\"do\":\"say\",\"status\":\"done\"");
	tell(&l, "{\"do\":\"interrupt\",\"id\":\"x\"}");
	see(&l, "\"id\":\"x\",\"do\":\"interrupt\",\"status\":\"refused\"");
	see(&l, "command 2: there is no answer to interrupt");
	tell(&l, "{\"do\":\"say\",\"id\":2,\"text\":\"And what is light?\"}");
	see(&l, "\"event\":\"partial\"");
	tell(&l, "{\"do\":\"interrupt\",\"id\":3,\"text\":\"Wait, please.\"}");
	see(&l, "\"id\":2,\"do\":\"say\",\"status\":\"cut\"");
	see(&l, "\"id\":3,\"do\":\"interrupt\",\"status\":\"begun\"");
	see(&l, "\"event\":\"interrupted\"");
	see(&l, "\"text\":\"third words\"");
	see(&l, "\"event\":\"partial\"");
	tell(&l, "{\"do\":\"interrupt\",\"id\":4}");
	see(&l, "\"event\":\"skipped\"");
	see(&l, "\"id\":3,\"do\":\"interrupt\",\"status\":\"cut\"");
	see(&l, "\"id\":4,\"do\":\"interrupt\",\"status\":\"done\"");
	tell(&l, "{\"do\":\"mute\",\"id\":5,\"on\":true}");
	see(&l, "\"event\":\"muted\",\"muted\":\"on\"");
	see(&l, "\"id\":5,\"do\":\"mute\",\"status\":\"done\"");
	tell(&l, "{\"do\":\"end\",\"id\":6}");
	see(&l, "\"id\":6,\"do\":\"end\",\"status\":\"done\"");
	see(&l, "\"exit_code\":0");
	assert_int_equal(process_wait(&l.p), 0);
}

/* All at once, and the end of the input ends it after the last answer. */
static void turns_wait_for_each_other_and_a_wrong_line_for_nobody(void **state)
{
	const char *play = stack_file(&stack, "none.wav", "no sound");
	struct conversation_log l = {0};
	char command[400];

	(void)state;
	lead(&l.p, "--speaker", stack_path(&stack, "tutor.wav"));
	tell(&l, "{\"do\":\"type\",\"id\":1,\"text\":\"one\"}");
	tell(&l, "{\"do\":\"sing\"}");
	snprintf(command, sizeof command,
		 "{\"do\":\"play\",\"id\":2,\"file\":\"%s\"}", play);
	tell(&l, command);
	tell(&l, "{\"do\":\"play\",\"id\":3,\"file\":\"" HABLA_SOURCE_DIR
		 "/tests/data/thank-you.wav\"}");
	close(l.p.input);
	l.p.input = -1;
	see(&l, "command 2: \\\"do\\\" is sing; it is one of say, play, type, "
		"mute, interrupt, end");
	see(&l, "\"id\":1,\"do\":\"type\",\"status\":\"begun\"");
	see(&l, "\"text\":\"You typed.\"");
	see(&l, "\"id\":1,\"do\":\"type\",\"status\":\"done\"");
	see(&l, "\"id\":2,\"do\":\"play\",\"status\":\"refused\"");
	see(&l, "none.wav");
	see(&l, "\"id\":3,\"do\":\"play\",\"status\":\"begun\"");
	see(&l, "\"text\":\"Good.\"");
	see(&l, "\"id\":3,\"do\":\"play\",\"status\":\"done\"");
	see(&l, "\"exit_code\":0");
	assert_int_equal(process_wait(&l.p), 0);
}

static void a_microphone_and_commands_exclude_each_other(void **state)
{
	struct process p;

	(void)state;
	lead(&p, "--mic", "somewhere.wav");
	assert_int_equal(process_wait(&p), EXIT_CODE_USAGE);
	assert_non_null(strstr(p.text, "--mic and --commands exclude each "
				       "other: the commands say what the "
				       "microphone hears"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_speaks_interrupts_and_types),
		cmocka_unit_test(
			turns_wait_for_each_other_and_a_wrong_line_for_nobody),
		cmocka_unit_test(a_microphone_and_commands_exclude_each_other),
	};

	return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
