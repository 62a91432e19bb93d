/* provider_container: credentials of an ECS task or an EKS pod, from an address
 * in its environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/aws/environment.h"
#include "net/aws/metadata.h"
#include "net/aws/provider.h"
#include "net/base/host.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/http/http.h"

enum { TRIES = 3, TOKEN_MOST = 16 * 1024 };

static const char relative[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
static const char full[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
static const char token_variable[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
static const char file_variable[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

struct container {
	struct provider base; /* first */
	const struct provider_context *x;
	char *url;              /* owned */
	struct http_call *call; /* owned */
	unsigned tries;
};

static struct container *container_of(struct provider *v)
{
	return (struct container *)(void *)v;
}

static void ask(struct container *v);

static void on_answer(void *arg, const struct http_answer *a,
		      const struct problem *why)
{
	struct container *v = arg;
	struct credentials c = {.source = "container"};
	struct problem p = {0};
	bool again = !a || a->status >= 500;

	if (again && ++v->tries < TRIES) {
		v->call = http_call_free(v->call);
		ask(v);
		return;
	}
	if (!a)
		problem_set(&p, why->code, "AWS credentials: container: %s",
			    why->text);
	else if (a->status != 200)
		problem_set(&p,
			    a->status >= 500 ? PROBLEM_SERVER : PROBLEM_DENIED,
			    "AWS credentials: container: its service refused "
			    "(HTTP %d); check %s and the role of the task or "
			    "pod",
			    a->status, file_variable);
	else
		credentials_from_json(&c, a->body, a->body_length,
				      CREDENTIALS_OF_SERVICE,
				      "the container's service", &p);
	v->call = http_call_free(v->call);
	if (!p.code) {
		provider_give(&v->base, &c);
		return;
	}
	credentials_clear(&c);
	provider_fail(&v->base, &p);
}

/* The "Authorization: ..." line, or NULL in *out when there is no token; caller
 * wipes and frees.  The file changes while we run. */
static int make_authorization(char **out, const struct container *v,
			      struct problem *p)
{
	const struct aws_environment *e = v->x->environment;
	const char *path = aws_environment_get(e, file_variable);
	const char *token = aws_environment_get(e, token_variable);
	char *text = NULL;
	size_t length = 0;
	int err = 0;

	*out = NULL;
	if (path) {
		err = text_read_file(&text, &length, path, TOKEN_MOST);
		if (err)
			return problem_set(
				p, err,
				"AWS credentials: container: %s cannot be "
				"read: %s; check %s",
				path,
				err == PROBLEM_FILE ? strerror(errno)
						    : problem_name(err),
				file_variable);
		while (length > 0 && strchr("\r\n", text[length - 1]))
			text[--length] = '\0';
		token = text;
	}
	if (token && strpbrk(token, "\r\n"))
		err = problem_set(p, PROBLEM_USAGE,
				  "AWS credentials: container: the token in %s "
				  "has a line end in it; correct it",
				  path ? file_variable : token_variable);
	else if (token && !(*out = text_format("Authorization: %s", token)))
		err = problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	text_wipe(text);
	return err;
}

static void ask(struct container *v)
{
	struct problem p = {0};
	char *authorization;
	int err = make_authorization(&authorization, v, &p);

	if (!err) {
		const char *const headers[] = {"Accept: application/json",
					       authorization, NULL};
		const struct http_request request = {
			.name = "container credentials",
			.url = v->url,
			.headers = headers,
			.timeout_ms = metadata_timeout_ms(v->x->environment),
			.direct = !text_starts(v->url, "https:"),
		};
		err = http_send(&v->call, v->x->http, &request, on_answer, v,
				&p);
		problem_add(&p, err, "AWS credentials: container: %s",
			    problem_name(err));
	}
	text_wipe(authorization);
	if (err)
		provider_fail(&v->base, &p);
}

static void container_start(struct provider *base)
{
	container_of(base)->tries = 0;
	ask(container_of(base));
}

static void container_free(struct provider *base)
{
	struct container *v = container_of(base);

	http_call_free(v->call);
	free(v->url);
	free(v);
}

/* Only services of this machine are asked in the clear. */
static int check_url(const char *url, struct problem *p)
{
	static const char *const hosts[] = {"169.254.170.2", "169.254.170.23",
					    "[fd00:ec2::23]", NULL};

	if (host_url_is_safe(url) || aws_url_has_host(url, hosts))
		return 0;
	return problem_set(p, PROBLEM_USAGE,
			   "AWS credentials: container: the address in %s is "
			   "not allowed; use https://, or http:// to this "
			   "machine, 169.254.170.2, 169.254.170.23 or "
			   "[fd00:ec2::23]",
			   full);
}

int provider_container_create(struct provider **out,
			      const struct provider_context *x,
			      struct problem *p)
{
	static const struct provider_ops ops = {container_start,
						container_free};
	const char *tail = aws_environment_get(x->environment, relative);
	const char *whole = aws_environment_get(x->environment, full);
	struct container *v;

	*out = NULL;
	if (!tail && !whole)
		return 0;
	if (!tail && check_url(whole, p))
		return p->code;
	v = calloc(1, sizeof *v);
	if (!v)
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	v->base.ops = &ops;
	v->x = x;
	v->url = tail ? text_format("%s%s%s", x->container_base,
				    *tail == '/' ? "" : "/", tail)
		      : text_copy(whole);
	if (!v->url) {
		container_free(&v->base);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	*out = &v->base;
	return 0;
}
