#include "client/trial/suite.h"

#include <pthread.h>
#include <stdlib.h>

#include "client/report/test_report.h"
#include "client/script/script.h"
#include "client/settings/settings.h"
#include "client/speech/synthesiser.h"
#include "client/trial/judge_program.h"
#include "client/trial/live.h"
#include "client/trial/simulated.h"
#include "client/trial/suite_private.h"
#include "client/trial/virtual_voice.h"
#include "net/base/problem.h"

struct suite {
	const struct suite_settings *settings;
	struct synthesiser *voices;
	struct judge_program judge;
	struct suite_runs *cases;

	/* --- under lock */
	pthread_mutex_t lock;
	size_t next; /* of count * repeat */
	size_t ended, failed;
	bool stopped;
	struct problem problem; /* the first script that cannot be run */
};

static bool is_good(const struct report_case *c)
{
	return c->verdict == REPORT_PASSED || c->verdict == REPORT_SKIPPED;
}

/* --- one run --- */

static bool is_simulated(const struct suite *s)
{
	return settings_backend(s->settings->settings) == BACKEND_SIM;
}

static int run_in(struct suite *s, const struct script_case *c, size_t run,
		  const char *folder, struct report_case *out,
		  struct problem *p)
{
	const struct suite_settings *settings = s->settings;
	const struct simulated_settings simulated = {
		.script = c,
		.voices = s->voices,
		.judge = &s->judge,
		.settings = settings->settings,
		.model = settings_text(settings->settings, SETTING_MODEL),
		.seed = suite_seed(settings, c, run),
		.timeout_s = c->timeout_s ? c->timeout_s : settings->timeout_s,
		.cache_dir = settings->cache_dir,
		.folder = folder,
	};

	out->seed = simulated.seed;
	return is_simulated(s) ? simulated_run(&simulated, out, p)
			       : live_run(&simulated, out, p);
}

static bool asks_judge(const struct script_expectation *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].about == SCRIPT_JUDGE)
			return true;
	return false;
}

/* A simulated run is the same each time; a service and a judge may say
 * something else when they are asked again. */
static bool is_same_again(const struct suite *s, const struct script_case *c)
{
	bool judged = asks_judge(c->expectations, c->expectation_count);

	for (size_t i = 0; i < c->turn_count && !judged; i++)
		judged = asks_judge(c->turns[i].expectations,
				    c->turns[i].expectation_count);
	return is_simulated(s) && !judged;
}

/* Runs that are the same again are run with a folder when they turn out to be
 * worth one; others always, and what nobody wants is removed. */
static int run_kept(struct suite *s, const struct script_case *c, size_t run,
		    struct report_case **out, struct problem *p)
{
	const struct suite_settings *settings = s->settings;
	bool once = !is_same_again(s, c);
	char *folder = NULL;
	int err = 0;

	if (settings->keep == SUITE_KEEP_ALL ||
	    (once && settings->keep != SUITE_KEEP_NONE))
		folder = suite_folder(settings, c, run);
	err = run_in(s, c, run, folder, *out, p);
	if (!err && folder && settings->keep == SUITE_KEEP_FAILED &&
	    is_good(*out)) {
		suite_remove_folder(folder);
		(*out)->folder = (*out)->audio = NULL;
	}
	if (!err && !folder && settings->keep == SUITE_KEEP_FAILED &&
	    !is_good(*out)) {
		struct report_case *again = suite_new_case(settings, c);
		folder = again ? suite_folder(settings, c, run) : NULL;
		if (folder && run_in(s, c, run, folder, again, p) == 0) {
			report_case_free(*out);
			*out = again;
		} else {
			report_case_free(again);
		}
	}
	free(folder);
	return err;
}

/* Why a case is not for this backend; NULL: it is. */
static const char *unsuited(const struct suite *s, const struct script_case *c)
{
	if (c->backend == SCRIPT_ON_SIM && !is_simulated(s))
		return "it is for the simulator (backend: sim)";
	if (c->backend == SCRIPT_ON_LIVE && is_simulated(s))
		return "it is for a real service (backend: live)";
	return NULL;
}

static struct report_case *run_one(struct suite *s, size_t at, size_t run,
				   struct problem *p)
{
	const struct script_case *c = s->settings->cases[at];
	struct report_case *out = suite_new_case(s->settings, c);
	const char *why = unsuited(s, c);
	int err = 0;

	if (!out) {
		problem_set(p, PROBLEM_MEMORY, "not enough memory");
		return NULL;
	}
	if (why) {
		out->verdict = REPORT_SKIPPED;
		report_case_text(out, &out->reason, why);
		return out;
	}
	err = run_kept(s, c, run, &out, p);
	if (err) {
		out->verdict = REPORT_ERROR;
		report_case_text(out, &out->reason, p->text);
	}
	out->runs = 1;
	out->passed = out->verdict == REPORT_PASSED;
	return out;
}

/* --- threads --- */

static void show_progress(const struct suite *s)
{
	FILE *out = s->settings->progress;
	size_t all = s->settings->count * s->settings->repeat;

	if (!out)
		return;
	fprintf(out, "\r\033[K%zu of %zu", s->ended, all);
	if (s->failed)
		fprintf(out, ", %zu not passed", s->failed);
	fflush(out);
}

/* False: nothing is left. */
static bool take(struct suite *s, size_t *at, size_t *run)
{
	const struct suite_settings *settings = s->settings;
	bool there;

	pthread_mutex_lock(&s->lock);
	there = !s->stopped && s->next < settings->count * settings->repeat;
	if (there) {
		*at = s->next % settings->count;
		*run = s->next++ / settings->count;
	}
	pthread_mutex_unlock(&s->lock);
	return there;
}

static void give(struct suite *s, size_t at, size_t run, struct report_case *c,
		 const struct problem *p)
{
	bool good = c && is_good(c);

	pthread_mutex_lock(&s->lock);
	s->cases[at].runs[run] = c;
	s->ended++;
	s->failed += !good;
	if (p->code && !s->problem.code)
		s->problem = *p;
	if ((!good && s->settings->fail_fast) || p->code)
		s->stopped = true;
	show_progress(s);
	pthread_mutex_unlock(&s->lock);
}

/* Failed runs of the last repeat are tried again, each in its own place. */
static void retry(struct suite *s, size_t at, const struct report_case *c)
{
	const struct suite_settings *settings = s->settings;
	size_t run = settings->repeat;
	bool good = !c || is_good(c);

	for (unsigned i = 0; i < settings->retry && !good; i++, run++) {
		struct problem p = {0};
		struct report_case *again = run_one(s, at, run, &p);
		s->cases[at].runs[run] = again;
		good = !again || is_good(again) || p.code;
	}
}

static void *work(void *arg)
{
	struct suite *s = arg;
	size_t at, run;

	while (take(s, &at, &run)) {
		struct problem p = {0};
		struct report_case *c = run_one(s, at, run, &p);
		if (run + 1 == s->settings->repeat && !p.code)
			retry(s, at, c);
		give(s, at, run, c, &p);
	}
	return NULL;
}

static void run_all(struct suite *s)
{
	enum { JOBS_MOST = 64 };
	pthread_t threads[JOBS_MOST];
	size_t count = 0, wanted = s->settings->jobs;

	/* this thread is one of them */
	while (count + 1 < wanted && count < JOBS_MOST &&
	       pthread_create(&threads[count], NULL, work, s) == 0)
		count++;
	work(s);
	while (count > 0)
		pthread_join(threads[--count], NULL);
	if (s->settings->progress)
		fputs("\r\033[K", s->settings->progress);
}

/* --- the whole --- */

static int open_suite(struct suite *s, struct problem *p)
{
	const struct suite_settings *settings = s->settings;
	const struct synthesiser_settings voices = {
		.rate_hz = VIRTUAL_MIC_HZ,
		.cache_dir = settings->cache_dir,
	};
	size_t most = settings->repeat + settings->retry;

	s->cases = calloc(settings->count, sizeof *s->cases);
	if (!s->cases)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	for (size_t i = 0; i < settings->count; i++) {
		s->cases[i].runs = calloc(most, sizeof(struct report_case *));
		s->cases[i].count = most;
		if (!s->cases[i].runs)
			return problem_set(p, PROBLEM_MEMORY,
					   "not enough memory");
	}
	return synthesiser_open(&s->voices, &voices, p);
}

int suite_run(const struct suite_settings *settings, struct test_report *report,
	      struct problem *p)
{
	struct suite s = {
		.settings = settings,
		.judge.cache_dir = settings->cache_dir,
	};
	int err = open_suite(&s, p), added = 0;

	pthread_mutex_init(&s.lock, NULL);
	if (!err)
		run_all(&s);
	for (size_t i = 0; s.cases && i < settings->count; i++) {
		if (!err && !added)
			added = suite_add(report, settings, settings->cases[i],
					  &s.cases[i]);
		free(s.cases[i].runs);
	}
	if (!err && s.problem.code) {
		*p = s.problem;
		err = s.problem.code;
	}
	if (!err && added)
		err = problem_set(p, added, "not enough memory");
	free(s.cases);
	synthesiser_free(s.voices);
	pthread_mutex_destroy(&s.lock);
	return err;
}
