/* answer: reads an HTTP answer that refuses the stream.
 * docs/nova-sonic.md, "Errors before the stream". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock_internal.h"
#include "net/bedrock/failures.h"
#include "net/bedrock/http2_client.h"

/* The service is said to accept 5 minutes; signers correct from 4. */
enum { SKEW_NOTICED_MS = 240000 };

/* A Retry-After beyond a day is as good as never. */
enum { RETRY_AFTER_MOST_S = 86400 };

void bedrock_error_name(char out[64], const char *text)
{
	const char *hash = memchr(text, '#', strcspn(text, ",:"));

	if (hash)
		text = hash + 1;
	snprintf(out, 64, "%.*s", (int)strcspn(text, ",:"), text);
}

/* The first of the keys whose value is a string, or NULL. */
static const char *string_of(const cJSON *o, const char *const *keys)
{
	for (; *keys; keys++) {
		const char *text = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(o, *keys));
		if (text)
			return text;
	}
	return NULL;
}

/* Names about time and signature, where a wrong clock explains all. */
static int is_about_signature(const char *name)
{
	static const char *const names[] = {
		"InvalidSignatureException",
		"SignatureDoesNotMatch",
		"IncompleteSignatureException",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return 1;
	return 0;
}

static int clock_problem(struct problem *p, const struct bedrock_upstream *u,
			 int64_t ahead_ms)
{
	long long seconds = llabs(ahead_ms) / 1000;
	char name[128], off[64];

	snprintf(name, sizeof name, "Bedrock %s", u->region);
	snprintf(off, sizeof off, "%lld min %lld s %s", seconds / 60,
		 seconds % 60, ahead_ms > 0 ? "ahead of" : "behind");
	return bedrock_own_problem(p, BEDROCK_CLOCK, name, off);
}

unsigned bedrock_retry_after_ms(const char *text, int64_t now_ms)
{
	int64_t date_ms = text_http_date(text);
	double seconds;

	if (date_ms >= 0)
		seconds = (double)(date_ms - now_ms) / 1000;
	else if (text_to_number(&seconds, text) != 0)
		return 0;
	if (!(seconds > 0))
		return 0;
	return (unsigned)(fmin(seconds, RETRY_AFTER_MOST_S) * 1000);
}

int bedrock_answer_problem(struct problem *p, const struct bedrock_upstream *u,
			   const struct http2_response *r, const char *body,
			   size_t length, int64_t now_ms)
{
	static const char *const names[] = {"code", "__type", NULL};
	static const char *const messages[] = {"message", "Message", NULL};
	cJSON *tree = cJSON_ParseWithLength(body, length);
	const char *message = string_of(tree, messages);
	const char *type = *r->error_type ? r->error_type
					  : string_of(tree, names);
	int64_t theirs = text_http_date(r->date);
	char name[64];
	int code;

	bedrock_error_name(name, type ? type : "");
	code = bedrock_problem(p, r->status, name, message, u->model,
			       u->region);
	if (r->status == 403 && theirs >= 0) {
		int64_t ahead = now_ms - theirs;
		if (llabs(ahead) > SKEW_NOTICED_MS &&
		    (code == PROBLEM_CLOCK || is_about_signature(name)))
			code = clock_problem(p, u, ahead);
	}
	p->retry_after_ms = bedrock_retry_after_ms(
		r->retry_after, theirs >= 0 ? theirs : now_ms);
	cJSON_Delete(tree);
	return code;
}
