/* habla progress: what was learned, for people and for other programs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/progress/progress_export.h"
#include "client/settings/settings.h"
#include "client/talk/teaching.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { OUTPUT_MOST = 256 << 20 };

static int write_to(const char *flag, const char *path, const struct bytes *b,
		    struct problem *p)
{
	int err;

	if (text_equal(path, "-")) {
		size_t n = fwrite(b->data, 1, b->length, stdout);
		err = n == b->length && fflush(stdout) == 0
			      ? 0
			      : problem_from_file_errno(errno);
		path = "stdout";
	} else {
		err = text_replace_file(path, b->data, b->length);
	}
	if (err)
		problem_set(p, err,
			    "--%s: %s cannot be written: %s; name another file",
			    flag, path, strerror(errno));
	return err;
}

static int show(const struct settings *s, const struct progress *progress,
		struct problem *p)
{
	const char *anki = settings_text(s, SETTING_ANKI);
	const char *xapi = settings_text(s, SETTING_XAPI);
	bool json = settings_flag(s, SETTING_JSON);
	int64_t now_ms = clock_wall_ms(clock_system());
	struct bytes b;
	int err = 0;

	bytes_init(&b, OUTPUT_MOST);
	if (anki) {
		progress_write_anki(&b, progress);
		err = b.failed ? b.failed : write_to("anki", anki, &b, p);
	}
	if (xapi && !err) {
		bytes_clear(&b);
		progress_write_xapi(&b, progress);
		err = b.failed ? b.failed : write_to("xapi", xapi, &b, p);
	}
	if (!err && (json || (!anki && !xapi))) {
		bytes_clear(&b);
		if (json)
			progress_write_json(&b, progress, now_ms);
		else
			progress_write_table(&b, progress, now_ms);
		err = b.failed ? b.failed : write_to("json", "-", &b, p);
	}
	bytes_deinit(&b);
	return err ? problem_add(p, err,
				 "not enough memory; choose one "
				 "learner with --learner")
		   : 0;
}

static int print(const struct settings *s, struct problem *p)
{
	struct progress *progress = NULL;
	char *path = NULL;
	int err = teaching_progress_path(&path, p);

	if (!err)
		err = progress_read(&progress, path,
				    settings_text(s, SETTING_LEARNER), p);
	if (!err)
		err = show(s, progress, p);
	progress_free(progress);
	free(path);
	return err;
}

static int run(const struct settings *s)
{
	struct problem p = {0};
	int err = print(s, &p);

	if (err)
		fprintf(stderr, _("habla progress: %s\n"), p.text);
	return exit_code_for(err, 0);
}

int command_progress(int argc, char **argv)
{
	return command_run(COMMAND_PROGRESS, argc, argv, run);
}
