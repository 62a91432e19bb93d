/* provider_imds: credentials of an EC2 instance's role, from its metadata
 * service: a token, the role's name, its credentials. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/aws/environment.h"
#include "net/aws/metadata.h"
#include "net/aws/provider.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/http/http.h"

static const char role_path[] = "/latest/meta-data/iam/security-credentials/";

struct imds {
	struct provider base; /* first */
	const struct provider_context *x;
	char *endpoint; /* owned; without "/" at its end */
	char *token;    /* owned; the header line; NULL: version 1 */
	char role[128];
	struct http_call *call; /* owned */
};

static struct imds *imds_of(struct provider *v)
{
	return (struct imds *)(void *)v;
}

uint32_t metadata_timeout_ms(const struct aws_environment *e)
{
	const char *set = aws_environment_get(e,
					      "AWS_METADATA_SERVICE_TIMEOUT");
	long seconds = set ? strtol(set, NULL, 10) : 0;

	return seconds > 0 && seconds <= 600 ? (uint32_t)seconds * 1000 : 1000;
}

__attribute__((format(printf, 3, 4))) static void fail(struct imds *v, int code,
						       const char *format, ...)
{
	char text[PROBLEM_TEXT_SIZE];
	struct problem p;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, _(format), args);
	va_end(args);
	v->call = http_call_free(v->call);
	problem_set(&p, code, "AWS credentials: instance metadata: %s", text);
	provider_fail(&v->base, &p);
}

/* The answer's problem for people, when it was not 200. */
static void fail_answer(struct imds *v, const struct http_answer *a,
			const struct problem *why)
{
	if (!a)
		fail(v, PROBLEM_CONNECT, "%s", why->text);
	else if (a->status == 404)
		fail(v, PROBLEM_CONNECT,
		     "this instance has no role; attach one");
	else if (a->status == 401 || a->status == 403)
		fail(v, PROBLEM_DENIED,
		     "it refused (HTTP %d); switch the instance's metadata "
		     "options on, with a hop limit of 2 for containers",
		     a->status);
	else
		fail(v, PROBLEM_SERVER,
		     "it failed (HTTP %d); try again in a moment", a->status);
}

static void ask(struct imds *v, const char *path, const char *name,
		http_done *done)
{
	const bool wants_token = path == NULL;
	char *url = text_format("%s%s%s", v->endpoint,
				wants_token ? "/latest/api/token" : path, name);
	const char *const ttl[] = {
		"X-aws-ec2-metadata-token-ttl-seconds: 21600", NULL};
	const char *const token[] = {v->token, NULL};
	const struct http_request request = {
		.name = "instance metadata",
		.method = wants_token ? "PUT" : "GET",
		.url = url,
		.headers = wants_token ? ttl : token,
		.timeout_ms = metadata_timeout_ms(v->x->environment),
		.direct = true,
	};
	struct problem p = {0};

	v->call = http_call_free(v->call);
	int err = url ? http_send(&v->call, v->x->http, &request, done, v, &p)
		      : PROBLEM_MEMORY;
	free(url);
	if (err)
		fail(v, err, "%s", p.code ? p.text : problem_name(err));
}

static void on_credentials(void *arg, const struct http_answer *a,
			   const struct problem *why)
{
	struct imds *v = arg;
	struct credentials c = {0};
	struct problem p = {0};

	if (!a || a->status != 200) {
		fail_answer(v, a, why);
		return;
	}
	credentials_from_json(&c, a->body, a->body_length,
			      CREDENTIALS_OF_SERVICE, "instance metadata", &p);
	snprintf(c.source, sizeof c.source, "instance metadata (role %.90s)",
		 v->role);
	v->call = http_call_free(v->call);
	if (!p.code) {
		provider_give(&v->base, &c);
		return;
	}
	credentials_clear(&c);
	provider_fail(&v->base, &p);
}

static void on_role(void *arg, const struct http_answer *a,
		    const struct problem *why)
{
	struct imds *v = arg;

	if (!a || a->status != 200) {
		fail_answer(v, a, why);
		return;
	}
	size_t length = strcspn(a->body, "\r\n");
	/* it becomes a part of a path */
	if (length == 0 || length >= sizeof v->role ||
	    strcspn(a->body, " /?#%") < length) {
		fail(v, PROBLEM_FORMAT,
		     "it names no role; check "
		     "AWS_EC2_METADATA_SERVICE_ENDPOINT");
		return;
	}
	snprintf(v->role, sizeof v->role, "%.*s", (int)length, a->body);
	ask(v, role_path, v->role, on_credentials);
}

static void on_token(void *arg, const struct http_answer *a,
		     const struct problem *why)
{
	struct imds *v = arg;
	const struct aws_environment *e = v->x->environment;
	bool old = a ? a->status == 403 || a->status == 404 || a->status == 405
		     : why->code == PROBLEM_TIMEOUT;

	v->token = text_wipe(v->token);
	if (a && a->status == 200) {
		size_t length = strcspn(a->body, "\r\n");
		v->token = text_format("X-aws-ec2-metadata-token: %.*s",
				       (int)length, a->body);
		if (!v->token) {
			fail(v, PROBLEM_MEMORY, "out of memory");
			return;
		}
	} else if (!old ||
		   aws_environment_is_true(e, "AWS_EC2_METADATA_V1_DISABLED")) {
		fail_answer(v, a, why);
		return;
	}
	ask(v, role_path, "", on_role);
}

static void imds_start(struct provider *base)
{
	ask(imds_of(base), NULL, "", on_token);
}

static void imds_free(struct provider *base)
{
	struct imds *v = imds_of(base);

	http_call_free(v->call);
	free(v->endpoint);
	text_wipe(v->token);
	free(v);
}

int provider_imds_create(struct provider **out,
			 const struct provider_context *x, struct problem *p)
{
	static const struct provider_ops ops = {imds_start, imds_free};
	const struct aws_environment *e = x->environment;
	const char *set = aws_environment_get(
		e, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
	struct imds *v;

	*out = NULL;
	if (aws_environment_is_true(e, "AWS_EC2_METADATA_DISABLED"))
		return 0;
	if (!set)
		set = text_equal_fold(
			      aws_environment_get(
				      e,
				      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
			      "IPv6")
			      ? "http://[fd00:ec2::254]"
			      : "http://169.254.169.254";
	v = calloc(1, sizeof *v);
	if (v)
		v->endpoint = text_copy(set);
	if (!v || !v->endpoint) {
		free(v);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	v->base.ops = &ops;
	v->x = x;
	size_t length = strlen(v->endpoint);
	if (length > 0 && v->endpoint[length - 1] == '/')
		v->endpoint[length - 1] = '\0';
	*out = &v->base;
	return 0;
}
