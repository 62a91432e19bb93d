/* habla test: conversations that are written down, and their verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/report/report_finish.h"
#include "client/script/script.h"
#include "client/script/script_list.h"
#include "client/trial/script_from.h"
#include "client/trial/suite.h"
#include "client/xdg.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/yaml.h"

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY, "not enough memory; try again");
}

/* --- which --- */

static int read_shard(const struct settings *s, struct script_choice *out,
		      struct problem *p)
{
	const char *text = settings_text(s, SETTING_SHARD);
	unsigned at, of;
	char rest;

	if (!text)
		return 0;
	if (sscanf(text, "%u/%u%c", &at, &of, &rest) != 2 || at < 1 || at > of)
		return problem_set(p, PROBLEM_USAGE,
				   "--shard: \"%s\" is no part; write I/N, "
				   "like 1/3",
				   text);
	out->shard = at;
	out->shards = of;
	return 0;
}

static int read_scripts(const struct settings *s, struct script_list *out,
			struct problem *p)
{
	struct script_choice choice = {
		.tags = settings_text(s, SETTING_FILTER),
		.name = settings_text(s, SETTING_ONLY),
	};
	size_t count;
	const char *const *paths = settings_arguments(s, &count);
	int err = read_shard(s, &choice, p);

	if (!err && count == 0)
		err = problem_set(p, PROBLEM_USAGE,
				  "which scripts? name a file or a folder, "
				  "like: habla test assets/scripts");
	for (size_t i = 0; i < count && !err; i++)
		err = script_list_add(out, paths[i], p);
	if (!err)
		err = script_list_choose(out, &choice, p);
	return err;
}

/* --- running --- */

static enum suite_keep keep_of(const struct settings *s)
{
	const char *word = settings_text(s, SETTING_KEEP);

	return text_equal(word, "all")    ? SUITE_KEEP_ALL
	       : text_equal(word, "none") ? SUITE_KEEP_NONE
					  : SUITE_KEEP_FAILED;
}

/* Without a home folder nothing is kept; the tests run all the same. */
static int run_suite(const struct settings *s, const struct script_list *list,
		     struct test_report *report, struct problem *p)
{
	char *cache = xdg_made_folder(XDG_CACHE, "tests");
	char *state = settings_text(s, SETTING_KEEP_DIR)
			      ? text_copy(settings_text(s, SETTING_KEEP_DIR))
			      : xdg_made_folder(XDG_STATE, "tests");
	const struct suite_settings suite = {
		.cases = list->cases,
		.count = list->count,
		.settings = s,
		.jobs = (unsigned)settings_number(s, SETTING_JOBS),
		.repeat = (unsigned)settings_number(s, SETTING_REPEAT),
		.retry = (unsigned)settings_number(s, SETTING_RETRY),
		.timeout_s = (unsigned)settings_number(s, SETTING_TIMEOUT),
		.fail_fast = settings_flag(s, SETTING_FAIL_FAST),
		.seed = (uint64_t)settings_number(s, SETTING_SEED),
		.keep = state ? keep_of(s) : SUITE_KEEP_NONE,
		.keep_dir = state,
		.cache_dir = cache,
		.progress = isatty(STDERR_FILENO) ? stderr : NULL,
	};
	uint64_t before_us = clock_now_us(clock_system());
	int err = suite.keep != SUITE_KEEP_NONE ? xdg_make_folders(state, p)
						: 0;

	if (!err)
		err = suite_run(&suite, report, p);
	report->seed = suite.seed;
	report->duration_ms = (double)(clock_now_us(clock_system()) -
				       before_us) /
			      1000;
	free(state);
	free(cache);
	return err;
}

/* --- the end --- */

/* A run in which nothing was tested is none that passed. */
static int exit_of(const struct test_report *r, bool worse)
{
	if (worse || test_report_count(r, REPORT_FAILED) ||
	    test_report_count(r, REPORT_FLAKY))
		return EXIT_CODE_FAILED;
	if (test_report_count(r, REPORT_ERROR))
		return EXIT_CODE_CONNECT;
	return test_report_count(r, REPORT_PASSED) ? EXIT_CODE_OK
						   : EXIT_CODE_USAGE;
}

static void read_options(const struct settings *s, struct report_options *o)
{
	*o = (struct report_options){
		.files.path =
			{
				[REPORT_JUNIT] = settings_text(s,
							       SETTING_JUNIT),
				[REPORT_TAP] = settings_text(s, SETTING_TAP),
				[REPORT_JSON] = settings_text(
					s, SETTING_REPORT_JSON),
				[REPORT_HTML] = settings_text(s, SETTING_HTML),
			},
		.baseline = settings_text(s, SETTING_BASELINE),
		.save_baseline = settings_text(s, SETTING_SAVE_BASELINE),
		.style = {.colour = isatty(STDOUT_FILENO) &&
				    !getenv("NO_COLOR"),
			  .all = settings_flag(s, SETTING_ALL)},
		.seed = (uint64_t)settings_number(s, SETTING_SEED),
	};
}

static char *backend_name(const struct settings *s)
{
	char *url = settings_shown(s, SETTING_RELAY);
	char *name;

	switch (settings_backend(s)) {
	case BACKEND_RELAY:
		name = text_format("relay %s", url ? url : "");
		break;
	case BACKEND_BEDROCK:
		name = text_copy("bedrock");
		break;
	default:
		name = text_copy("sim");
		break;
	}
	free(url);
	return name;
}

/* *code: of the exit, when nothing else fails. */
static int run_all(const struct settings *s, const struct script_list *list,
		   int *code, struct problem *p)
{
	size_t count;
	struct report_options options;
	struct problem after = {0};
	char *backend = backend_name(s);
	struct test_report *report = test_report_new(
		settings_arguments(s, &count)[0], backend ? backend : "");
	bool worse = false;
	int err = report ? 0 : no_memory(p);

	read_options(s, &options);
	if (!err)
		err = report_options_check(&options, p);
	if (report && !err) {
		err = run_suite(s, list, report, p);
		int later = report_finish(&options, report, &worse, &after);
		if (!err && later) {
			*p = after;
			err = later;
		}
		*code = exit_of(report, worse);
	}
	test_report_free(report);
	free(backend);
	return err;
}

static void tell_checked(const struct script_list *list)
{
	printf("%zu script%s, %zu case%s: all can be run.\n",
	       list->script_count, list->script_count == 1 ? "" : "s",
	       list->count, list->count == 1 ? "" : "s");
}

/* Reads the scripts, and runs them unless they are only to be checked. */
static int use_scripts(const struct settings *s, int *code, struct problem *p)
{
	struct script_list list = {0};
	int err = read_scripts(s, &list, p);

	if (!err && settings_flag(s, SETTING_CHECK))
		tell_checked(&list);
	else if (!err)
		err = run_all(s, &list, code, p);
	script_list_deinit(&list);
	return err;
}

static int run(const struct settings *s)
{
	const char *session = settings_text(s, SETTING_FROM);
	struct problem p = {0};
	int code = EXIT_CODE_OK;
	int err = session ? script_from_session(stdout, session, &p)
			  : use_scripts(s, &code, &p);

	if (err) {
		fputs("habla test: ", stderr);
		yaml_print_problem(stderr, &p);
		code = err == PROBLEM_MEMORY ? EXIT_CODE_FAILED
					     : EXIT_CODE_USAGE;
	}
	return code;
}

int command_test(int argc, char **argv)
{
	return command_run(COMMAND_TEST, argc, argv, run);
}
