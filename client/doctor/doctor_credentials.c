/* doctor: AWS credentials. */
#include "client/doctor/doctor_checks.h"
#include "client/settings/settings.h"
#include "client/talk/aws.h"
#include "net/aws/aws_identity.h"
#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"

#include <stdlib.h>

struct account {
	struct doctor *doctor;
	struct credentials credentials;
	struct problem why;
};

static void on_credentials(void *arg, const struct credentials *credentials,
			   const struct problem *why)
{
	struct account *a = arg;

	if (!credentials)
		a->why = *why;
	else if (credentials_copy(&a->credentials, credentials))
		problem_set(&a->why, PROBLEM_MEMORY, "out of memory");
	loop_stop(a->doctor->loop);
}

static void on_identity(void *arg, const struct aws_identity *identity,
			const struct problem *why)
{
	struct account *a = arg;

	if (identity)
		doctor_say(a->doctor, "account", DOCTOR_PASS, "%s",
			   identity->arn);
	else /* a network may let Bedrock through and nothing else */
		doctor_say(a->doctor, "account", DOCTOR_WARN, "%s", why->text);
	loop_stop(a->doctor->loop);
}

static void ask_identity(struct account *a)
{
	struct doctor *d = a->doctor;
	struct aws_identity_call *call = NULL;
	struct problem p = {0};
	char *region = NULL;
	int err = talk_region(&region, d->settings, &p);
	struct aws_identity_settings settings = {
		.loop = d->loop,
		.http = d->http,
		.region = region,
		.credentials = &a->credentials,
	};

	if (!err)
		err = aws_identity_ask(&call, &settings, on_identity, a, &p);
	if (err)
		doctor_say(d, "account", DOCTOR_FAIL, "%s",
			   *p.text ? p.text : problem_name(err));
	else
		loop_run(d->loop);
	aws_identity_free(call);
	free(region);
}

void doctor_check_credentials(struct doctor *d)
{
	struct account a = {.doctor = d};
	struct credentials_source *source = NULL;
	struct credentials_call call = {0};

	if (settings_backend(d->settings) != BACKEND_BEDROCK)
		return;
	if (talk_credentials_create(&source, d->loop, d->settings, &a.why) ==
	    0) {
		credentials_get(source, &call, on_credentials, &a);
		loop_run(d->loop);
	}
	if (a.credentials.key_id) {
		doctor_say(d, "credentials", DOCTOR_PASS, "from %s",
			   a.credentials.source);
		ask_identity(&a);
	} else {
		doctor_say(d, "credentials", DOCTOR_FAIL, "%s", a.why.text);
		d->unreachable = true;
	}
	credentials_clear(&a.credentials);
	credentials_source_free(source);
}
