/* doctor: what the tutor is told and may call: prompt, lesson, tools. */
#include <stdlib.h>

#include "client/doctor/doctor_checks.h"
#include "client/settings/settings.h"
#include "client/talk/teaching.h"
#include "client/tools/tool_file.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"

static void check_prompt(struct doctor *d)
{
	struct problem p = {0};
	char *text = NULL;

	if (settings_system_text(&text, d->settings, &p))
		doctor_say(d, "prompt", DOCTOR_FAIL, "%s", p.text);
	free(text);
}

static void check_lesson(struct doctor *d)
{
	struct teaching teaching = {0};
	struct problem p = {0}, unkept = {0};
	char line[512];

	if (teaching_open(&teaching, d->settings, loop_clock(d->loop), &p)) {
		doctor_say(d, "lesson", DOCTOR_FAIL, "%s", p.text);
	} else if (teaching.lesson) {
		teaching_line(&teaching, line, sizeof line);
		doctor_say(d, "lesson", DOCTOR_PASS, "%s", line);
	}
	teaching_close(&teaching, &unkept);
}

static void check_tools(struct doctor *d)
{
	const char *path = settings_text(d->settings, SETTING_TOOLS);
	struct tool_file *tools = NULL;
	struct problem p = {0};

	if (!path)
		return;
	if (tool_file_read(&tools, path, &p))
		doctor_say(d, "tools", DOCTOR_FAIL, "%s", p.text);
	else
		doctor_say(d, "tools", DOCTOR_PASS, "%zu in %s", tools->count,
			   path);
	tool_file_free(tools);
}

void doctor_check_files(struct doctor *d)
{
	check_prompt(d);
	check_lesson(d);
	check_tools(d);
}
