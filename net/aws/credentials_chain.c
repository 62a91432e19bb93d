#include "net/aws/credentials_chain.h"

#include <stdlib.h>

#include "net/aws/credentials_cache.h"
#include "net/aws/environment.h"
#include "net/aws/provider.h"
#include "net/aws/region.h"
#include "net/aws/shared_files.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/http/http.h"
#include "net/loop/loop.h"

static const char container_base[] = "http://169.254.170.2";

struct chain {
	struct provider base; /* first */
	struct loop *loop;    /* borrowed */
	struct aws_environment environment;
	struct http *http; /* owned */
	char *profile, *key_id, *secret, *token, *keys_from, *region,
		*container, *hint; /* owned */
	bool profile_first;
	struct provider *login; /* owned; may be NULL */

	/* --- of the fetch that is under way */
	struct provider_context context;
	char *fetch_region;      /* owned; context's */
	struct provider *chosen; /* owned */
	bool is_last; /* chosen is what is tried for want of others */
};

static struct chain *chain_of(struct provider *v)
{
	return (struct chain *)(void *)v;
}

static const char *variable(const struct chain *c, const char *name)
{
	return aws_environment_get(&c->environment, name);
}

/* --- one answer --- */

static int nothing_found(const struct chain *c, struct problem *p)
{
	if (variable(c, "AWS_BEARER_TOKEN_BEDROCK"))
		return problem_set(
			p, PROBLEM_DENIED,
			"AWS credentials: there are none: Bedrock API keys, as "
			"in AWS_BEARER_TOKEN_BEDROCK, cannot open speech "
			"streams; set AWS_ACCESS_KEY_ID and "
			"AWS_SECRET_ACCESS_KEY, or name a profile with "
			"--profile");
	return problem_set(
		p, PROBLEM_DENIED,
		"AWS credentials: there are none; set AWS_ACCESS_KEY_ID and "
		"AWS_SECRET_ACCESS_KEY (environment, .env or habla.env), or "
		"add a profile to ~/.aws/config and name it with --profile "
		"(looked at too: web identity token, container, instance "
		"metadata)%s%s",
		c->hint ? "; " : "", c->hint ? c->hint : "");
}

static void on_chosen(void *arg, const struct credentials *got,
		      const struct problem *why)
{
	struct chain *c = arg;
	struct problem p = {0};

	/* the metadata service was never named: its trouble matters less than
	 * what to do */
	if (!got && c->is_last &&
	    (why->code == PROBLEM_CONNECT ||
	     variable(c, "AWS_BEARER_TOKEN_BEDROCK")))
		nothing_found(c, &p);
	else if (!got)
		p = *why;
	c->base.done(c->base.arg, got, got ? NULL : &p);
}

/* --- choosing: *out stays NULL when that kind is not configured --- */

static int choose_keys(struct provider **out, const struct chain *c,
		       struct problem *p)
{
	bool given = c->key_id || c->secret;
	const char *key_id = given ? c->key_id
				   : variable(c, "AWS_ACCESS_KEY_ID");
	const char *secret = given ? c->secret
				   : variable(c, "AWS_SECRET_ACCESS_KEY");
	const char *token = given ? c->token : variable(c, "AWS_SESSION_TOKEN");
	const char *expiration = given ? NULL
				       : variable(c,
						  "AWS_CREDENTIAL_EXPIRATION");
	int64_t expires_ms = 0;

	if (!key_id && !secret)
		return 0;
	if (!key_id || !secret)
		return problem_set(
			p, PROBLEM_USAGE,
			"AWS credentials: %s is set without %s; set "
			"both",
			key_id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
			key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
	if (expiration && aws_time_parse(&expires_ms, expiration))
		return problem_set(p, PROBLEM_USAGE,
				   "AWS credentials: AWS_CREDENTIAL_EXPIRATION "
				   "is no time like 2026-01-02T03:04:05Z; "
				   "correct it");
	return provider_keys_create(out, key_id, secret, token, expires_ms,
				    !given         ? "environment"
				    : c->keys_from ? c->keys_from
						   : "settings",
				    p);
}

static int choose_profile(struct provider **out, const struct chain *c,
			  const struct shared_files *files, struct problem *p)
{
	const char *name = c->profile ? c->profile
				      : shared_files_profile(&c->environment);
	bool named = c->profile || variable(c, "AWS_PROFILE") ||
		     variable(c, "AWS_DEFAULT_PROFILE");

	/* nobody is told to have a default profile */
	if (!named && !shared_files_has(files, name))
		return 0;
	return provider_profile_create(out, &c->context, files, name, p);
}

static int choose_web_identity(struct provider **out, const struct chain *c,
			       struct problem *p)
{
	const char *file = variable(c, "AWS_WEB_IDENTITY_TOKEN_FILE");
	const struct provider_role role = {
		.arn = variable(c, "AWS_ROLE_ARN"),
		.session_name = variable(c, "AWS_ROLE_SESSION_NAME"),
		.where = "web identity",
	};

	if (!file)
		return 0;
	if (!role.arn)
		return problem_set(p, PROBLEM_USAGE,
				   "AWS credentials: "
				   "AWS_WEB_IDENTITY_TOKEN_FILE is set without "
				   "AWS_ROLE_ARN; set both");
	return provider_web_identity_create(out, &c->context, &role, file, p);
}

/* --- a fetch --- */

static int open_context(struct chain *c, const struct shared_files *files,
			struct problem *p)
{
	const char *region = c->region;

	if (!region)
		region = aws_region_of(&c->environment, files, c->profile);
	c->fetch_region = text_copy(region ? region : "us-east-1");
	if (!c->fetch_region)
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	c->context = (struct provider_context){
		.loop = c->loop,
		.http = c->http,
		.environment = &c->environment,
		.region = c->fetch_region,
		.container_base = c->container ? c->container : container_base,
	};
	return 0;
}

/* With 0 and nothing chosen it is the login's turn. */
static int choose(struct chain *c, struct problem *p)
{
	struct shared_files *files = NULL;
	struct provider **out = &c->chosen;
	int err = 0;

	if (!c->profile_first)
		err = choose_keys(out, c, p);
	/* keys need no file, and so no whole one */
	if (err || *out)
		return err;
	err = shared_files_load(&files, &c->environment, p);
	if (!err)
		err = open_context(c, files, p);
	if (!err)
		err = choose_profile(out, c, files, p);
	if (!err && !*out)
		err = choose_web_identity(out, c, p);
	if (!err && !*out)
		err = provider_container_create(out, &c->context, p);
	if (!err && !*out && !c->login) {
		err = provider_imds_create(out, &c->context, p);
		c->is_last = true;
		if (!err && !*out)
			err = nothing_found(c, p);
	}
	shared_files_free(files);
	return err;
}

static void end_fetch(struct chain *c)
{
	c->chosen = provider_free(c->chosen);
	free(c->fetch_region);
	c->fetch_region = NULL;
	c->is_last = false;
}

static void chain_start(struct provider *base)
{
	struct chain *c = chain_of(base);
	struct problem p = {0};

	end_fetch(c);
	if (choose(c, &p))
		provider_fail(base, &p);
	else
		provider_start(c->chosen ? c->chosen : c->login, on_chosen, c);
}

static void chain_free(struct provider *base)
{
	struct chain *c = chain_of(base);

	end_fetch(c);
	provider_free(c->login);
	http_free(c->http);
	free(c->profile);
	free(c->key_id);
	text_wipe(c->secret);
	text_wipe(c->token);
	free(c->keys_from);
	free(c->region);
	free(c->container);
	free(c->hint);
	free(c);
}

/* NULL for NULL and for ""; *failed is set without memory. */
static char *keep(const char *text, bool *failed)
{
	char *copy = text && *text ? text_copy(text) : NULL;

	if (text && *text && !copy)
		*failed = true;
	return copy;
}

int credentials_chain_create(struct credentials_source **out, struct loop *l,
			     const struct credentials_chain_settings *settings,
			     struct problem *p)
{
	static const struct provider_ops ops = {chain_start, chain_free};
	struct chain *c = calloc(1, sizeof *c);
	bool failed = false;
	int err;

	if (!c) {
		provider_free(settings->login);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	c->login = settings->login;
	c->base.ops = &ops;
	c->loop = l;
	if (settings->environment)
		c->environment = *settings->environment;
	c->profile = keep(settings->profile, &failed);
	c->profile_first = settings->profile_first && c->profile;
	c->key_id = keep(settings->key_id, &failed);
	c->secret = keep(settings->secret, &failed);
	c->token = keep(settings->token, &failed);
	c->keys_from = keep(settings->keys_from, &failed);
	c->region = keep(settings->region, &failed);
	c->container = keep(settings->container_base, &failed);
	c->hint = keep(settings->hint, &failed);
	err = failed ? PROBLEM_MEMORY
		     : http_create(&c->http, l, settings->ca_file, p);
	if (err) {
		chain_free(&c->base);
		return problem_add(p, err, "AWS: out of memory");
	}
	err = credentials_cache_create(out, loop_clock(l), &c->base);
	return err ? problem_set(p, err, "AWS: out of memory") : 0;
}
