#include "client/talk/teaching.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lesson/lesson_prompt.h"
#include "client/lessons.h"
#include "client/progress/progress.h"
#include "client/progress/progress_store.h"
#include "client/settings/settings.h"
#include "client/tools/tool_lesson.h"
#include "client/xdg.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/voice.h"

const char *teaching_learner(const struct settings *s)
{
	const char *learner = settings_text(s, SETTING_LEARNER);
	const char *student = settings_text(s, SETTING_STUDENT);

	return learner ? learner : student ? student : "learner";
}

int teaching_progress_path(char **out, struct problem *p)
{
	int err = xdg_path(out, XDG_DATA, "progress.db");

	if (err == PROBLEM_FILE)
		return problem_set(p, PROBLEM_USAGE,
				   "progress: there is no home folder to keep "
				   "it in; set HOME or XDG_DATA_HOME");
	return err ? problem_set(p, err,
				 "progress: not enough memory; try "
				 "again")
		   : 0;
}

/* --- which lesson --- */

/* Goes on with that lesson, if something is left of it.  PROBLEM_LIMIT: nothing
 * is. */
static int resume_lesson(struct teaching *t, const struct progress *progress,
			 const char *what, int64_t now_ms, struct problem *p)
{
	int err = lessons_open(&t->lesson, &t->name, what, p);

	if (err)
		return err;
	if (progress_resume(progress, teaching_learner(t->settings), t->lesson,
			    now_ms, &t->plan, t->run))
		return 0;
	t->lesson = lesson_free(t->lesson);
	free(t->name);
	t->name = NULL;
	return PROBLEM_LIMIT;
}

/* The latest lesson of which something is left. */
static int resume_any(struct teaching *t, const struct progress *progress,
		      int64_t now_ms, struct problem *p)
{
	const char *learner = teaching_learner(t->settings);
	const struct progress_lesson *l;
	int err = PROBLEM_LIMIT;

	for (size_t i = 0; err == PROBLEM_LIMIT &&
			   (l = progress_recent_lesson(progress, learner, i));
	     i++)
		err = resume_lesson(t, progress, l->name, now_ms, p);
	if (err == PROBLEM_LIMIT)
		return problem_set(p, PROBLEM_USAGE,
				   "--resume: \"%.64s\" has no lesson to go on "
				   "with, and nothing is due; begin one with "
				   "--lesson NAME",
				   learner);
	return err;
}

/* --lesson says which one; what of it is done is asked first then. */
static int resume(struct teaching *t, int64_t now_ms, struct problem *p)
{
	const char *what = settings_text(t->settings, SETTING_LESSON);
	struct progress *progress = NULL;
	int err = t->progress_path
			  ? progress_read(&progress, t->progress_path,
					  teaching_learner(t->settings), p)
			  : problem_set(p, PROBLEM_USAGE,
					"--resume: there is no home folder "
					"with progress in it");

	if (err)
		return err;
	if (what) {
		err = resume_lesson(t, progress, what, now_ms, p);
		if (err == PROBLEM_LIMIT)
			err = problem_set(p, PROBLEM_USAGE,
					  "--resume: nothing is left of this "
					  "lesson, and nothing is due; without "
					  "--resume it begins anew");
	} else {
		err = resume_any(t, progress, now_ms, p);
	}
	progress_free(progress);
	return err;
}

/* --- the prompt --- */

static int check_language(const struct teaching *t, struct problem *p)
{
	const char *flag = settings_text(t->settings, SETTING_LANGUAGE);
	const char *tag = lesson_language_tag(t->lesson->language);

	if (settings_source(t->settings, SETTING_LANGUAGE) != SOURCE_FLAG)
		return 0;
	/* strchr() finds the end of the text, too */
	if (text_starts(flag, tag) && strchr("-_", flag[strlen(tag)]))
		return 0;
	return problem_set(
		p, PROBLEM_USAGE,
		"--language: the lesson is in \"%s\"; leave the flag "
		"out",
		tag);
}

static int write_prompt(struct teaching *t, struct problem *p)
{
	char *wish = NULL;
	struct bytes b;
	int err = settings_system_text(&wish, t->settings, p);

	if (err)
		return err;
	bytes_init(&b, LESSON_PROMPT_BYTES_MOST);
	lesson_prompt_write(&b, t->lesson, &t->plan, wish);
	t->prompt = bytes_take_text(&b);
	if (b.failed == PROBLEM_LIMIT)
		err = problem_set(p, PROBLEM_USAGE,
				  "--system: with the lesson it is longer than "
				  "%d KiB; shorten it",
				  LESSON_PROMPT_BYTES_MOST / 1024);
	else if (!t->prompt)
		err = problem_set(p, PROBLEM_MEMORY, "not enough memory");
	bytes_deinit(&b);
	free(wish);
	return err;
}

/* The built-in tutor teaches always; a scenario says what it says. */
static const char *builtin_lesson(const struct settings *s)
{
	return settings_backend(s) == BACKEND_SIM &&
			       !settings_text(s, SETTING_SCENARIO)
		       ? "photosynthesis"
		       : NULL;
}

int teaching_open(struct teaching *t, const struct settings *settings,
		  const struct clock *clock, struct problem *p)
{
	const char *what = settings_text(settings, SETTING_LESSON);
	bool go_on = settings_flag(settings, SETTING_RESUME);
	struct problem no_home;
	int err = 0;

	*t = (struct teaching){.settings = settings};
	if (!what && !go_on)
		what = builtin_lesson(settings);
	if (!what && !go_on)
		return 0;
	teaching_progress_path(&t->progress_path, &no_home);
	if (go_on)
		err = resume(t, clock_wall_ms(clock), p);
	else
		err = lessons_open(&t->lesson, &t->name, what, p);
	if (!err && !go_on)
		lesson_plan_whole(&t->plan, t->lesson);
	if (!err)
		err = check_language(t, p);
	if (!err)
		err = write_prompt(t, p);
	if (err)
		teaching_close(t, NULL);
	return err;
}

/* --- the session --- */

/* A voice that was not chosen for this lesson must speak its language. */
static bool voice_fits(const struct settings *s, const char *language)
{
	const struct nova_model *m = nova_model_find(
		settings_text(s, SETTING_MODEL));
	const char *name = settings_text(s, SETTING_VOICE);
	size_t count;
	const struct nova_voice *voices = nova_voices(&count);

	if (settings_source(s, SETTING_VOICE) == SOURCE_FLAG)
		return true;
	for (size_t i = 0; i < count; i++)
		if (text_equal(voices[i].name, name) &&
		    nova_voice_speaks(&voices[i], m, language))
			return true;
	return false;
}

void teaching_apply(const struct teaching *t,
		    struct nova_session_settings *session)
{
	const struct settings *s = t->settings;

	if (!t->lesson)
		return;
	session->system_prompt = t->prompt;
	if (settings_source(s, SETTING_LANGUAGE) != SOURCE_FLAG)
		session->language = lesson_language_tag(t->lesson->language);
	if (!voice_fits(s, session->language))
		session->voice = NULL;
	if (settings_source(s, SETTING_TURN_PAUSE) != SOURCE_FLAG)
		session->turn_pause =
			nova_model_find(session->model)->turn_detection
				? lesson_nova_pause(t->lesson->level)
				: NOVA_PAUSE_DEFAULT;
}

/* --- progress --- */

/* The folder above the last "/". */
static int make_folder_of(const char *path, struct problem *p)
{
	const char *slash = strrchr(path, '/');
	char *folder = text_format("%.*s", (int)(slash - path), path);
	int err = folder ? xdg_make_folders(folder, p) : PROBLEM_MEMORY;

	free(folder);
	return err;
}

int teaching_begin(struct teaching *t, const struct clock *clock,
		   const char *session, struct problem *p)
{
	const struct progress_settings settings = {
		.path = t->progress_path,
		.learner = teaching_learner(t->settings),
		.session = session,
		.clock = clock,
	};
	struct problem ignored;

	if (!t->lesson || !t->progress_path)
		return 0;
	/* one that cannot be made is told by the store, which goes on trying */
	if (make_folder_of(t->progress_path, &ignored) == PROBLEM_MEMORY)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	return progress_store_create(&t->store, &settings, t->lesson, t->name,
				     t->plan.resumed ? t->run : NULL, p);
}

int teaching_tool(struct teaching *t, struct clock *clock,
		  struct tool_runner **tool, struct problem *p)
{
	*tool = NULL;
	return t->lesson ? tool_lesson_create(tool, clock, t->lesson, &t->store,
					      p)
			 : 0;
}

void teaching_line(const struct teaching *t, char *text, size_t size)
{
	const struct lesson *l = t->lesson;
	const struct lesson_step *first = &l->steps[t->plan.steps[0]];

	if (!t->plan.resumed)
		snprintf(text, size, _("Lesson: %s, %zu steps."), l->title,
			 l->step_count);
	else if (t->plan.review > 0)
		snprintf(
			text, size,
			_("Lesson: %s. Missed before and due again: %zu; left: "
			  "%zu of %zu steps."),
			l->title, t->plan.review,
			t->plan.count - t->plan.review, l->step_count);
	else
		snprintf(
			text, size,
			_("Lesson: %s. It goes on at step \"%s\"; left: %zu of "
			  "%zu."),
			l->title, first->id, t->plan.count, l->step_count);
}

int teaching_trouble(struct teaching *t, struct problem *p)
{
	return t->store ? progress_store_trouble(t->store, p) : 0;
}

void teaching_close(struct teaching *t, struct problem *p)
{
	t->store = progress_store_close(t->store, p);
	t->lesson = lesson_free(t->lesson);
	free(t->name);
	free(t->prompt);
	free(t->progress_path);
	*t = (struct teaching){0};
}
