/* A whole spoken lesson (whole_lesson.h) at real time, out of the box: `habla
 * talk` with the microphone and the speaker of a sound server. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/speech/synthesiser.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/pulse.h"
#include "tests/support/stack.h"
#include "tests/support/whole_lesson.h"

enum { MIC_HZ = 24000 };

static void say(const struct pulse *pulse, struct synthesiser *learner,
		const struct whole_lesson_turn *turn)
{
	const struct synthesiser_request request = {turn->says, "en",
						    turn->voice, 1};
	const struct speech_sound *sound = NULL;
	struct pulse_tool player;
	struct problem p = {0};

	if (synthesiser_speak(learner, &request, &sound, &p))
		fail_msg("%s", p.text);
	const char *bytes = (const char *)sound->samples;
	size_t left = sound->count * sizeof *sound->samples;
	assert_int_equal(pulse_play(pulse, MIC_HZ, &player), 0);
	while (left > 0) {
		ssize_t n = write(player.fd, bytes, left);
		assert_true(n > 0);
		bytes += n;
		left -= (size_t)n;
	}
	assert_int_equal(pulse_tool_end(&player), 0);
	speech_sound_release(sound);
}

/* Where the next event begins. */
static size_t place(const struct process *talk, const char *found)
{
	return (size_t)(found - talk->text);
}

static void teach(struct process *talk, const struct pulse *pulse,
		  struct synthesiser *learner)
{
	size_t from = place(talk, process_expect(talk, "\"listening\""));

	for (size_t i = 0; i < whole_lesson_turn_count; i++) {
		const struct whole_lesson_turn *turn = &whole_lesson_turns[i];

		if (turn->into)
			process_expect_from(talk, from, turn->into);
		else if (i > 0)
			from = place(talk, process_expect_from(talk, from,
							       "\"answered\""));
		from = talk->length;
		say(pulse, learner, turn);
		process_expect_from(talk, from, turn->answer);
	}
	process_expect_from(talk, from, "\"answered\"");
}

static void a_lesson_out_of_the_box_is_taught_by_voice(void **state)
{
	const char *const argv[] = {"habla",     "talk",   "--sim",
				    "--headset", "--json", "--no-record",
				    NULL};
	const struct synthesiser_settings voice = {MIC_HZ, NULL};
	char *folder = folder_make();
	char *path = text_format("%s/habla/progress.db", folder);
	struct synthesiser *learner = NULL;
	struct pulse *pulse = NULL;
	struct process talk;
	struct problem p = {0};
	char why[256];

	(void)state;
	if (pulse_start(&pulse, why))
		fail_msg("%s", why);
	pulse_export(pulse);
	setenv("XDG_DATA_HOME", folder, 1);
	if (synthesiser_open(&learner, &voice, &p))
		fail_msg("%s", p.text);
	process_start(&talk, argv, stack_environment);
	teach(&talk, pulse, learner);
	process_signal(&talk, SIGINT);
	assert_int_equal(process_wait(&talk), 0);
	assert_non_null(strstr(talk.text, "\"event\":\"interrupted\""));
	whole_lesson_expect_progress(path, "learner");
	synthesiser_free(learner);
	pulse_stop(pulse);
	free(path);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lesson_out_of_the_box_is_taught_by_voice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
