/* habla lesson: what a teacher needs while writing one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/lesson/judge.h"
#include "client/lesson/lesson_prompt.h"
#include "client/lessons.h"
#include "client/settings/settings.h"
#include "net/base/bytes.h"
#include "net/base/language.h"
#include "net/base/problem.h"

enum { LINE_SIZE = 4096 };

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY, "not enough memory; try again");
}

static void print_lesson(const struct lesson *l)
{
	printf(_("%s: %s.\n"
		 "Language %s, level %s: a turn ends after %.1f s of silence.\n"
		 "Steps: %zu. Words: %zu.\n"),
	       l->id, l->title, lesson_language_tag(l->language),
	       lesson_level_name(l->level),
	       lesson_turn_pause_ms(l->level) / 1000.0, l->step_count,
	       l->word_count);
	for (size_t i = 0; i < l->step_count; i++)
		printf("  %-16s %s\n", l->steps[i].id, l->steps[i].question);
	puts(_("The lesson can be taught."));
}

static int print_prompt(const struct lesson *l, struct problem *p)
{
	struct lesson_plan plan;
	struct bytes b;
	int err;

	lesson_plan_whole(&plan, l);
	bytes_init(&b, LESSON_PROMPT_BYTES_MOST);
	lesson_prompt_write(&b, l, &plan, NULL);
	err = b.failed || !bytes_text(&b) ? no_memory(p) : 0;
	if (!err)
		fputs(bytes_text(&b), stdout);
	bytes_deinit(&b);
	return err;
}

/* --- trying answers --- */

/* "mistake (oxygen)", "partly (water)" */
static void print_verdict(const struct lesson_step *s,
			  const struct judgement *j)
{
	fputs(judge_verdict_name(j->verdict), stdout);
	if (j->verdict == JUDGE_MISTAKE)
		printf(" (%s)",
		       s->mistakes[j->mistake].words.parts[0].wordings[0].text);
	if (j->verdict == JUDGE_PARTLY)
		for (size_t i = 0; i < s->answers[j->answer].count; i++)
			if (j->parts >> i & 1)
				printf(" (%s)", s->answers[j->answer]
							.parts[i]
							.wordings[0]
							.text);
	if (j->request != JUDGE_NO_REQUEST)
		printf(" [%s]", judge_request_name(j->request));
}

static int judge_lines(const struct lesson *l, const char *id,
		       struct problem *p)
{
	size_t step = lesson_find_step(l, id);
	struct judge *judge;
	struct judgement j;
	char line[LINE_SIZE];

	if (step == l->step_count)
		return problem_set(p, PROBLEM_USAGE,
				   "--step: the lesson has no step \"%.64s\"; "
				   "leave the flag out to see them",
				   id);
	if (judge_create(&judge, l))
		return no_memory(p);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		judge_answer(judge, step, line, JUDGE_TYPED, &j);
		print_verdict(&l->steps[step], &j);
		printf(": %s\n", line);
		fflush(stdout);
	}
	judge_free(judge);
	return 0;
}

static int check(const struct settings *s, struct problem *p)
{
	const char *what = settings_text(s, SETTING_CHECK);
	const char *step = settings_text(s, SETTING_STEP);
	struct lesson *l = NULL;
	char *name = NULL;
	int err;

	if (!what)
		return problem_set(p, PROBLEM_USAGE,
				   "which lesson? name it with --check "
				   "NAME|FILE");
	err = lessons_open(&l, &name, what, p);
	if (err)
		return err;
	if (step)
		err = judge_lines(l, step, p);
	else if (settings_flag(s, SETTING_PROMPT))
		err = print_prompt(l, p);
	else
		print_lesson(l);
	lesson_free(l);
	free(name);
	return err;
}

static int run(const struct settings *s)
{
	struct problem p = {0};
	int err = check(s, &p);

	if (err)
		fprintf(stderr, _("habla lesson: %s\n"), p.text);
	return exit_code_for(err, 0);
}

int command_lesson(int argc, char **argv)
{
	return command_run(COMMAND_LESSON, argc, argv, run);
}
