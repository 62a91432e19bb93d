/* provider_role: credentials of a role, from STS: with other credentials, or
 * with a web identity token. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/aws/provider.h"
#include "net/aws/sts.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"

enum { TOKEN_MOST = 20000, DURATION_LEAST = 900, DURATION_MOST = 43200 };

struct role {
	struct provider base; /* first */
	const struct provider_context *x;
	char *arn, *session_name, *external_id, *duration, *where; /* owned */
	int64_t clock_offset_ms; /* STS's clock, less ours */
	bool corrected;          /* was set, once */
	struct provider *source; /* owned; or else: */
	char *token_file;        /* owned */
	struct http_call *call;  /* owned */
};

static struct role *role_of(struct provider *v)
{
	return (struct role *)(void *)v;
}

/* "arn:aws:iam::123456789012:role/tutor" is "tutor" for people. */
static const char *short_name(const char *arn)
{
	const char *slash = strrchr(arn, '/');

	return slash ? slash + 1 : arn;
}

static int take_answer(struct credentials *out, const struct role *v,
		       const struct http_answer *answer,
		       const struct problem *why, struct problem *p)
{
	struct sts_answer a = {0};
	char what[256];
	int err;

	snprintf(what, sizeof what, "AWS credentials: %s: role %s", v->where,
		 short_name(v->arn));
	err = sts_read(&a, answer, why, what,
		       v->token_file
			       ? "let the role's trust policy allow "
				 "sts:AssumeRoleWithWebIdentity for this token"
			       : "allow sts:AssumeRole, in the role's trust "
				 "policy too",
		       p);
	if (!err && (!a.key_id || !a.secret || !a.token || !a.expiration ||
		     aws_time_parse(&out->expires_ms, a.expiration)))
		err = problem_set(p, PROBLEM_FORMAT,
				  "%s: STS gave no whole credentials; check "
				  "AWS_ENDPOINT_URL_STS and any proxy",
				  what);
	if (!err) {
		const struct credentials c = {
			.key_id = a.key_id,
			.secret = a.secret,
			.token = a.token,
			.expires_ms = out->expires_ms,
		};
		if (credentials_copy(out, &c))
			err = problem_set(p, PROBLEM_MEMORY,
					  "AWS: out of memory");
		snprintf(out->source, sizeof out->source, "%s (role %s)",
			 v->where, short_name(v->arn));
	}
	sts_answer_clear(&a);
	return err;
}

static void role_start(struct provider *base);

/* Takes the service's time and asks once more. */
static bool correct_clock(struct role *v, const struct http_answer *answer)
{
	const char *date = http_answer_header(answer, "Date");
	int64_t theirs = date ? text_http_date(date) : -1;

	if (v->corrected || theirs < 0)
		return false;
	v->corrected = true;
	v->clock_offset_ms = theirs - clock_wall_ms(loop_clock(v->x->loop));
	v->call = http_call_free(v->call);
	role_start(&v->base);
	return true;
}

static void on_answer(void *arg, const struct http_answer *answer,
		      const struct problem *why)
{
	struct role *v = arg;
	struct credentials c = {0};
	struct problem p = {0};
	int err = take_answer(&c, v, answer, why, &p);

	if (err == PROBLEM_CLOCK && answer && correct_clock(v, answer))
		return;
	v->call = http_call_free(v->call);
	if (err)
		provider_fail(&v->base, &p);
	else
		provider_give(&v->base, &c);
}

/* --- asking --- */

static void send_form(struct role *v, struct bytes *form,
		      const struct credentials *signer)
{
	const struct sts_request request = {
		.http = v->x->http,
		.environment = v->x->environment,
		.region = v->x->region,
		.form = form,
		.signer = signer,
		.now_ms = clock_wall_ms(loop_clock(v->x->loop)) +
			  v->clock_offset_ms,
	};
	struct problem p = {0}, why = {0};

	if (v->duration)
		sts_form_add(form, "DurationSeconds", v->duration);
	int err = sts_send(&v->call, &request, on_answer, v, &why);
	bytes_deinit(form);
	if (!err)
		return;
	problem_set(&p, err, "AWS credentials: %s: %s", v->where, why.text);
	provider_fail(&v->base, &p);
}

static void on_source(void *arg, const struct credentials *signer,
		      const struct problem *why)
{
	struct role *v = arg;
	struct bytes form;

	if (!signer) {
		provider_fail(&v->base, why);
		return;
	}
	sts_form_open(&form, "AssumeRole");
	sts_form_add(&form, "RoleArn", v->arn);
	sts_form_add(&form, "RoleSessionName", v->session_name);
	if (v->external_id)
		sts_form_add(&form, "ExternalId", v->external_id);
	send_form(v, &form, signer);
}

/* The token without what an editor leaves at its end; caller wipes, frees. */
static int read_token(char **out, const struct role *v, struct problem *p)
{
	size_t length;
	int err = text_read_file(out, &length, v->token_file, TOKEN_MOST);

	if (err)
		return problem_set(p, err,
				   "AWS credentials: %s: the token file %s "
				   "cannot be read: %s; check "
				   "AWS_WEB_IDENTITY_TOKEN_FILE or "
				   "web_identity_token_file",
				   v->where, v->token_file,
				   err == PROBLEM_FILE ? strerror(errno)
						       : problem_name(err));
	while (length > 0 && strchr(" \t\r\n", (*out)[length - 1]))
		(*out)[--length] = '\0';
	if (length > 0)
		return 0;
	*out = text_wipe(*out);
	return problem_set(p, PROBLEM_FORMAT,
			   "AWS credentials: %s: the token file %s is empty; "
			   "get a new token",
			   v->where, v->token_file);
}

static void role_start(struct provider *base)
{
	struct role *v = role_of(base);
	struct problem p = {0};
	struct bytes form;
	char *token = NULL;

	if (v->source) {
		provider_start(v->source, on_source, v);
		return;
	}
	if (read_token(&token, v, &p)) {
		provider_fail(base, &p);
		return;
	}
	sts_form_open(&form, "AssumeRoleWithWebIdentity");
	sts_form_add(&form, "RoleArn", v->arn);
	sts_form_add(&form, "RoleSessionName", v->session_name);
	sts_form_add(&form, "WebIdentityToken", token);
	text_wipe(token);
	send_form(v, &form, NULL);
}

static void role_free(struct provider *base)
{
	struct role *v = role_of(base);

	http_call_free(v->call);
	provider_free(v->source);
	free(v->arn);
	free(v->session_name);
	free(v->external_id);
	free(v->duration);
	free(v->where);
	free(v->token_file);
	free(v);
}

/* --- making --- */

static int check_duration(const struct provider_role *role, struct problem *p)
{
	const char *text = role->duration_seconds;
	char *end;
	long seconds = text ? strtol(text, &end, 10) : DURATION_LEAST;

	if (!text || (*end == '\0' && seconds >= DURATION_LEAST &&
		      seconds <= DURATION_MOST))
		return 0;
	return problem_set(p, PROBLEM_USAGE,
			   "AWS credentials: %s: duration_seconds is no number "
			   "from %d to %d; correct it",
			   role->where, DURATION_LEAST, DURATION_MOST);
}

/* Takes source. */
static int create(struct provider **out, const struct provider_context *x,
		  const struct provider_role *role, struct provider *source,
		  const char *token_file, struct problem *p)
{
	static const struct provider_ops ops = {role_start, role_free};
	struct role *v = NULL;
	int err = check_duration(role, p);

	if (!err)
		v = calloc(1, sizeof *v);
	if (!v) {
		provider_free(source);
		return err ? err
			   : problem_set(p, PROBLEM_MEMORY,
					 "AWS: out of memory");
	}
	v->base.ops = &ops;
	v->x = x;
	v->source = source;
	v->arn = text_copy(role->arn);
	v->session_name = text_copy(role->session_name ? role->session_name
						       : "habla");
	v->external_id = text_copy(role->external_id);
	v->duration = text_copy(role->duration_seconds);
	v->where = text_copy(role->where);
	v->token_file = text_copy(token_file);
	if (!v->arn || !v->session_name || !v->where ||
	    (role->external_id && !v->external_id) ||
	    (role->duration_seconds && !v->duration) ||
	    (token_file && !v->token_file)) {
		role_free(&v->base);
		return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	}
	*out = &v->base;
	return 0;
}

int provider_role_create(struct provider **out,
			 const struct provider_context *x,
			 const struct provider_role *role,
			 struct provider *source, struct problem *p)
{
	return create(out, x, role, source, NULL, p);
}

int provider_web_identity_create(struct provider **out,
				 const struct provider_context *x,
				 const struct provider_role *role,
				 const char *token_file, struct problem *p)
{
	return create(out, x, role, NULL, token_file, p);
}
