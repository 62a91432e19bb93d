#include "client/talk/backend.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/builtin/builtin.h"
#include "client/settings/settings.h"
#include "client/talk/aws.h"
#include "client/talk/teaching.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"
#include "net/nova/stream.h"
#include "net/relay/client.h"
#include "net/renewal/renewing.h"

static int open_relay(struct talk_backend *b, struct loop *loop,
		      const struct settings *s, const char *url,
		      const char *token, struct problem *p)
{
	struct relay_client_settings relay = {
		.url = url,
		.ca_file = settings_text(s, SETTING_CA_FILE),
		.token = token,
		.course = settings_text(s, SETTING_COURSE),
		.student = settings_text(s, SETTING_STUDENT),
	};

	return relay_upstream_create(&b->upstream, loop, &relay, p);
}

static void on_renewed(void *arg, const struct renewal_report *report)
{
	struct talk_backend *b = arg;

	if (b->renewed)
		b->renewed(b->renewed_arg, report);
}

/* A conversation outlives the 8 minutes of a stream.  A relay sees to that
 * itself. */
static int renew(struct talk_backend *b, struct loop *loop,
		 const struct settings *s, struct problem *p)
{
	const struct renewing_settings renewing = {
		.clock = loop_clock(loop),
		.upstream = b->below,
		.model = settings_text(s, SETTING_MODEL),
		.renew_after_ms = 1000 * (uint32_t)settings_number(
						 s, SETTING_RENEW_AFTER),
		.history_bytes = 1024 * (size_t)settings_number(
						s, SETTING_HISTORY_LIMIT),
		.renewed = on_renewed,
		.arg = b,
	};
	int err = renewing_upstream_create(&b->upstream, &renewing);

	return err ? problem_set(p, err, "not enough memory") : 0;
}

static int open_bedrock(struct talk_backend *b, struct loop *loop,
			const struct settings *s, const char *region,
			struct problem *p)
{
	struct bedrock_settings bedrock = {
		.region = region,
		.endpoint = settings_text(s, SETTING_ENDPOINT),
		.ca_file = settings_text(s, SETTING_CA_FILE),
		.model = settings_text(s, SETTING_MODEL),
	};
	int err = talk_credentials_create(&b->credentials, loop, s, p);

	if (err)
		return err;
	bedrock.credentials = b->credentials;
	err = bedrock_upstream_create(&b->below, loop, &bedrock, p);
	return err ? err : renew(b, loop, s, p);
}

static int open_sim(struct talk_backend *b, struct loop *loop,
		    const struct settings *s, const struct teaching *teaching,
		    struct problem *p)
{
	struct builtin_settings builtin = {
		.scenario = settings_text(s, SETTING_SCENARIO),
		.lesson = teaching ? teaching->lesson : NULL,
		.plan = teaching ? &teaching->plan : NULL,
		.typed = settings_flag(s, SETTING_TEXT),
		.speech_model = settings_text(s, SETTING_SPEECH_MODEL),
		.model = settings_text(s, SETTING_MODEL),
	};
	int err = builtin_start(&b->builtin, &builtin, p);

	if (!err)
		err = open_relay(b, loop, s, builtin_relay_url(b->builtin),
				 builtin_token(b->builtin), p);
	return err;
}

static const char *or_default(const char *text, const char *other)
{
	return text ? text : other;
}

int talk_backend_open(struct talk_backend *b, struct loop *loop,
		      const struct settings *s, const struct teaching *teaching,
		      struct problem *p)
{
	const char *relay = settings_text(s, SETTING_RELAY);
	/* Without what a URL may hold of user and password. */
	char *url = settings_shown(s, SETTING_RELAY);
	char *endpoint = settings_shown(s, SETTING_ENDPOINT);
	char *region = NULL;
	int err;

	*b = (struct talk_backend){.kind = settings_backend(s)};
	switch (settings_backend(s)) {
	case BACKEND_RELAY:
		err = open_relay(b, loop, s, relay,
				 settings_text(s, SETTING_TOKEN), p);
		snprintf(b->line, sizeof b->line, _("Tutor: the relay at %s"),
			 or_default(url, ""));
		break;
	case BACKEND_BEDROCK:
		err = talk_region(&region, s, p);
		if (!err)
			err = open_bedrock(b, loop, s, region, p);
		snprintf(b->line, sizeof b->line,
			 endpoint ? _("Tutor: Amazon Bedrock, %s, %s, at %s")
				  : _("Tutor: Amazon Bedrock, %s, %s%s (this "
				      "costs money)"),
			 or_default(settings_text(s, SETTING_MODEL),
				    NOVA_MODEL_DEFAULT),
			 or_default(region, ""), or_default(endpoint, ""));
		break;
	default:
		err = open_sim(b, loop, s, teaching, p);
		snprintf(b->line, sizeof b->line,
			 _("Tutor: the built-in simulator (no account, no "
			   "network)"));
		break;
	}
	free(url);
	free(endpoint);
	free(region);
	if (err) {
		talk_backend_close_upstream(b);
		talk_backend_close(b);
	}
	return err;
}

int talk_backend_trouble(struct talk_backend *b, struct problem *p)
{
	return b->builtin ? builtin_trouble(b->builtin, p) : 0;
}

void talk_backend_ask_source(struct talk_backend *b, credentials_done *done,
			     void *arg)
{
	if (b->credentials)
		credentials_get(b->credentials, &b->asked, done, arg);
}

static void close_upstream(struct talk_backend *b)
{
	if (b->kind == BACKEND_BEDROCK) {
		b->upstream = renewing_upstream_free(b->upstream);
		b->below = bedrock_upstream_free(b->below);
	} else if (b->upstream) {
		b->upstream = relay_upstream_free(b->upstream);
	}
}

void talk_backend_close_upstream(struct talk_backend *b)
{
	close_upstream(b);
	credentials_cancel(&b->asked);
	b->credentials = credentials_source_free(b->credentials);
}

void talk_backend_close(struct talk_backend *b)
{
	b->builtin = builtin_free(b->builtin);
}
