#include "tests/support/whole_lesson.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/progress/progress.h"
#include "net/base/problem.h"

const struct whole_lesson_turn whole_lesson_turns[] = {
	{"slt", "Hello", NULL, "Today we find out how plants make"},
	{"slt", "I think it is photosynthesis", NULL,
	 "Making food takes energy."},
	{"rms", "It comes from the soil", NULL, "Many people thought so."},
	{"rms", "from the sunlight", NULL, "Which liquid do the roots"},
	{"awb", "It is water", NULL, "Which gas does a leaf take in"},
	{"kal16", "oxygen", NULL, "That is what people breathe in."},
	{"rms", "carbon dioxide", NULL, "comes in through tiny openings"},
	{"slt", "I do not know", NULL, "Your skin has tiny openings, too."},
	{"slt", "They are called stomata", NULL, "A green"},
	{"awb", "repeat", "A green", "A green substance in the leaf catches"},
	{"rms", "It is chlorophyll", NULL, "And in which tiny parts"},
	{"slt", "in the chloroplasts", NULL, "A leaf uses the red and"},
	{"rms", "It is reflected", NULL, "Photosynthesis makes two things."},
	{"slt", "sugar and oxygen", NULL, "Now all together."},
	{"rms", "sunlight and water and carbon dioxide", NULL,
	 "What happens to photosynthesis at night"},
	{"slt", "It stops", NULL, "Last question."},
	{"rms", "We need oxygen to breathe", NULL, whole_lesson_summary},
};

const size_t whole_lesson_turn_count = sizeof whole_lesson_turns /
				       sizeof *whole_lesson_turns;

const char whole_lesson_summary[] =
	"You answered all 12 questions, 9 of them at once.";

void whole_lesson_expect_progress(const char *path, const char *learner)
{
	static const struct {
		const char *step;
		unsigned tries;
	} steps[] = {
		{"name", 1},   {"energy", 2},      {"from-the-soil", 1},
		{"gas-in", 2}, {"stomata", 2},     {"pigment", 1},
		{"place", 1},  {"green-light", 1}, {"products", 1},
		{"needs", 1},  {"night", 1},       {"why-it-matters", 1},
	};
	struct progress *progress = NULL;
	struct problem p = {0};

	if (progress_read(&progress, path, learner, &p))
		fail_msg("%s", p.text);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct progress_state s = progress_state(progress, learner,
							 "photosynthesis",
							 steps[i].step);
		if (s.answers != steps[i].tries || s.last != LESSON_RIGHT)
			fail_msg("%s: %u answers, the last %s", steps[i].step,
				 s.answers, lesson_result_name(s.last));
	}
	progress_free(progress);
}
