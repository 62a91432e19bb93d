#include "net/cognito/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/http/http.h"

const char *exchange_text(const struct cJSON *object, const char *key)
{
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(object, key));
}

/* "com.amazonaws.x#NameException:http://..." -> "NameException" */
static void set_exception(struct cognito_refusal *r, const char *text)
{
	const char *hash = strchr(text, '#');
	const char *from = hash ? hash + 1 : text;

	snprintf(r->exception, sizeof r->exception, "%.*s",
		 (int)strcspn(from, ":"), from);
}

/* The order of the SDKs: body's __type, body's code, header. */
static void read_refusal(struct cognito_refusal *r, const cJSON *json,
			 const struct http_answer *answer)
{
	const char *name = exchange_text(json, "__type");
	const char *message = exchange_text(json, "message");

	if (!name)
		name = exchange_text(json, "code");
	if (!name)
		name = http_answer_header(answer, "x-amzn-errortype");
	if (!message)
		message = exchange_text(json, "Message");
	*r = (struct cognito_refusal){.status = answer->status};
	set_exception(r, name ? name : "");
	if (message) {
		size_t n = text_utf8_cut(message, strlen(message),
					 sizeof r->message - 1);
		memcpy(r->message, message, n);
	}
}

static void tell(struct exchange *x, const struct http_answer *answer)
{
	cJSON *json = cJSON_ParseWithLength(answer->body, answer->body_length);
	struct cognito_refusal refusal;
	struct problem p = {0};
	struct exchange_answer a = {0};

	if (answer->status != 200) {
		read_refusal(&refusal, json, answer);
		a.refusal = &refusal;
	} else if (cJSON_IsObject(json)) {
		a.json = json;
	} else {
		problem_set(&p, PROBLEM_FORMAT,
			    "%s: the answer is not Cognito's; check the "
			    "endpoint, and the network for a page that wants "
			    "a sign-in",
			    x->name);
		a.why = &p;
	}
	x->done(x->arg, &a);
	cJSON_Delete(json);
}

static void on_answer(void *arg, const struct http_answer *answer,
		      const struct problem *why)
{
	struct exchange *x = arg;
	struct http_call *call = x->call;

	/* done() may send the next one, or free what x is in */
	x->call = NULL;
	log_debug("cognito", "%s: status %d", x->name,
		  answer ? answer->status : 0);
	if (answer)
		tell(x, answer);
	else
		x->done(x->arg, &(struct exchange_answer){.why = why});
	http_call_free(call);
}

int exchange_send(struct exchange *x, const struct exchange_to *to,
		  const char *operation, struct bytes *body,
		  exchange_done *done, void *arg, struct problem *p)
{
	char target[128];
	const char *const headers[] = {
		"content-type: application/x-amz-json-1.1", target, NULL};
	const struct http_request request = {
		.name = to->name,
		.method = "POST",
		.url = to->url,
		.headers = headers,
		.body = body->data,
		.body_length = body->length,
	};
	int err = body->failed;

	snprintf(target, sizeof target, "x-amz-target: %s.%s", to->service,
		 operation);
	x->name = to->name;
	x->done = done;
	x->arg = arg;
	if (!err)
		err = http_send(&x->call, to->http, &request, on_answer, x, p);
	bytes_deinit(body);
	if (err)
		problem_add(p, err, "%s: not enough memory; try again",
			    to->name);
	return err;
}

void exchange_cancel(struct exchange *x)
{
	x->call = http_call_free(x->call);
}
