#include "net/aws/aws_identity.h"

#include <stdlib.h>

#include "net/aws/credentials.h"
#include "net/aws/sts.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"

struct aws_identity_call {
	aws_identity_done *done;
	void *arg;
	struct http_call *http; /* owned */
};

static void on_answer(void *arg, const struct http_answer *answer,
		      const struct problem *why)
{
	struct aws_identity_call *c = arg;
	struct sts_answer a = {0};
	struct problem p = {0};
	int err = sts_read(&a, answer, why, "AWS identity",
			   "check the credentials", &p);

	if (!err && (!a.account || !a.arn || !a.user_id))
		err = problem_set(&p, PROBLEM_FORMAT,
				  "AWS identity: STS named none; check "
				  "AWS_ENDPOINT_URL_STS and any proxy");
	const struct aws_identity identity = {a.account, a.arn, a.user_id};
	/* c may be gone afterwards */
	c->done(c->arg, err ? NULL : &identity, err ? &p : NULL);
	sts_answer_clear(&a);
}

int aws_identity_ask(struct aws_identity_call **out,
		     const struct aws_identity_settings *settings,
		     aws_identity_done *done, void *arg, struct problem *p)
{
	struct aws_identity_call *c = calloc(1, sizeof *c);
	struct bytes form;
	int err;

	if (!c)
		return problem_set(p, PROBLEM_MEMORY,
				   "AWS identity: out of memory");
	c->done = done;
	c->arg = arg;
	sts_form_open(&form, "GetCallerIdentity");
	const struct sts_request request = {
		.http = settings->http,
		.environment = settings->environment,
		.region = settings->region ? settings->region : "us-east-1",
		.form = &form,
		.signer = settings->credentials,
		.now_ms = clock_wall_ms(loop_clock(settings->loop)),
	};
	err = sts_send(&c->http, &request, on_answer, c, p);
	bytes_deinit(&form);
	if (err)
		aws_identity_free(c);
	else
		*out = c;
	return err;
}

struct aws_identity_call *aws_identity_free(struct aws_identity_call *c)
{
	if (!c)
		return NULL;
	http_call_free(c->http);
	free(c);
	return NULL;
}
