/* provider_process: credentials that a local program prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/aws/command_words.h"
#include "net/aws/provider.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/child.h"

enum {
	LIMIT_MS = 60000,
	OUTPUT_MOST = 64 * 1024,
	COMPLAINT_SIZE = 200,
};

struct process {
	struct provider base; /* first */
	const struct provider_context *x;
	char **argv;   /* owned */
	char *profile; /* owned */
	char *sign_in; /* owned; the AWS CLI is run: what a person does when
			* that fails; NULL: a credential_process */
	struct child *child; /* owned */
};

static struct process *process_of(struct provider *v)
{
	return (struct process *)(void *)v;
}

static const char *remedy(const struct process *v, char out[COMPLAINT_SIZE])
{
	if (v->sign_in)
		snprintf(out, COMPLAINT_SIZE,
			 "run %s --profile %s, then try "
			 "again",
			 v->sign_in, v->profile);
	else
		snprintf(out, COMPLAINT_SIZE,
			 "run its credential_process by "
			 "hand to see why");
	return out;
}

static int judge(const struct process *v, const struct child_result *r,
		 struct problem *p)
{
	char what[COMPLAINT_SIZE], why[COMPLAINT_SIZE];
	const char *colon;

	if (r->exit_code == 0 && !r->timed_out && !r->too_long)
		return 0;
	child_last_error(why, sizeof why, r);
	colon = *why ? ": " : "";
	if (r->timed_out)
		return problem_set(p, PROBLEM_TIMEOUT,
				   "AWS credentials: profile %s: %s gave no "
				   "answer within %d s; %s",
				   v->profile, v->argv[0], LIMIT_MS / 1000,
				   remedy(v, what));
	if (r->too_long)
		return problem_set(p, PROBLEM_FORMAT,
				   "AWS credentials: profile %s: %s printed "
				   "more than %d KiB; %s",
				   v->profile, v->argv[0], OUTPUT_MOST / 1024,
				   remedy(v, what));
	if (r->signal)
		return problem_set(p, PROBLEM_DENIED,
				   "AWS credentials: profile %s: %s was ended "
				   "by signal %d%s%s; %s",
				   v->profile, v->argv[0], r->signal, colon,
				   why, remedy(v, what));
	return problem_set(p, PROBLEM_DENIED,
			   "AWS credentials: profile %s: %s ended with exit "
			   "code %d%s%s; %s",
			   v->profile, v->argv[0], r->exit_code, colon, why,
			   remedy(v, what));
}

static void on_child(void *arg, const struct child_result *r)
{
	struct process *v = arg;
	struct credentials c = {0};
	struct problem p = {0};
	char what[COMPLAINT_SIZE];
	int err = judge(v, r, &p);

	snprintf(what, sizeof what, "profile %s: %s", v->profile, v->argv[0]);
	if (!err)
		err = credentials_from_json(&c, r->output, r->output_length,
					    CREDENTIALS_OF_PROCESS, what, &p);
	snprintf(c.source, sizeof c.source, "profile %s (%s)", v->profile,
		 v->argv[0]);
	v->child = child_free(v->child);
	if (!err) {
		provider_give(&v->base, &c);
		return;
	}
	credentials_clear(&c);
	provider_fail(&v->base, &p);
}

static void process_start(struct provider *base)
{
	struct process *v = process_of(base);
	const struct child_settings settings = {
		.argv = (const char *const *)v->argv,
		.limit_ms = LIMIT_MS,
		.output_most = OUTPUT_MOST,
	};
	struct problem p = {0}, why = {0};
	int err = child_start(&v->child, v->x->loop, &settings, on_child, v,
			      &why);

	if (!err)
		return;
	if (v->sign_in && err == PROBLEM_FILE)
		problem_set(&p, PROBLEM_FILE,
			    "AWS credentials: profile %s signs in with %s, "
			    "which needs the AWS CLI, and there is none; "
			    "install the package awscli",
			    v->profile, v->sign_in);
	else
		problem_set(&p, err,
			    "AWS credentials: profile %s: credential_process "
			    "cannot be run: %s",
			    v->profile,
			    why.code ? why.text : problem_name(err));
	provider_fail(base, &p);
}

static void process_free(struct provider *base)
{
	struct process *v = process_of(base);

	child_free(v->child);
	command_words_free(v->argv);
	free(v->profile);
	free(v->sign_in);
	free(v);
}

/* Takes argv. */
static int create(struct provider **out, const struct provider_context *x,
		  char **argv, const char *profile, const char *sign_in,
		  struct problem *p)
{
	static const struct provider_ops ops = {process_start, process_free};
	struct process *v = calloc(1, sizeof *v);

	if (!v) {
		command_words_free(argv);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	v->base.ops = &ops;
	v->x = x;
	v->argv = argv;
	v->profile = text_copy(profile);
	v->sign_in = text_copy(sign_in);
	if (!v->profile || (sign_in && !v->sign_in)) {
		process_free(&v->base);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	*out = &v->base;
	return 0;
}

int provider_process_create(struct provider **out,
			    const struct provider_context *x,
			    const char *command, const char *profile,
			    struct problem *p)
{
	char **argv = NULL;
	int err = command_words_split(&argv, command);

	if (err)
		return problem_set(p, err,
				   "AWS credentials: profile %s: "
				   "credential_process has a quote that is not "
				   "closed; correct it",
				   profile);
	return create(out, x, argv, profile, NULL, p);
}

int provider_cli_create(struct provider **out, const struct provider_context *x,
			const char *profile, const char *sign_in,
			struct problem *p)
{
	const char *const words[] = {
		"aws",      "configure", "export-credentials",
		"--format", "process",   "--profile",
		profile};
	enum { COUNT = sizeof words / sizeof *words };
	char **argv = calloc(COUNT + 1, sizeof *argv);
	bool whole = argv != NULL;

	for (size_t i = 0; whole && i < COUNT; i++) {
		argv[i] = text_copy(words[i]);
		whole = argv[i] != NULL;
	}
	if (!whole) {
		command_words_free(argv);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	return create(out, x, argv, profile, sign_in, p);
}
