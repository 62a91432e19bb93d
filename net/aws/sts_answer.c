/* sts_answer: what STS sends, which is XML. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "net/aws/sts.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { VALUE_MOST = 32 * 1024 };

struct xml {
	struct sts_answer *out;
	char *code, *message; /* owned; of an error */
	struct bytes text;    /* of the element that is open */
	int err;
	XML_Parser parser;
};

static char **field_of(struct xml *x, const char *element)
{
	const struct {
		const char *name;
		char **field;
	} fields[] = {
		{"AccessKeyId", &x->out->key_id},
		{"SecretAccessKey", &x->out->secret},
		{"SessionToken", &x->out->token},
		{"Expiration", &x->out->expiration},
		{"Account", &x->out->account},
		{"Arn", &x->out->arn},
		{"UserId", &x->out->user_id},
		{"Code", &x->code},
		{"Message", &x->message},
	};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strcmp(fields[i].name, element) == 0)
			return fields[i].field;
	return NULL;
}

static void on_start(void *arg, const XML_Char *name, const XML_Char **unused)
{
	struct xml *x = arg;

	(void)name;
	(void)unused;
	bytes_clear(&x->text);
}

static void on_text(void *arg, const XML_Char *text, int length)
{
	struct xml *x = arg;

	bytes_append(&x->text, text, (size_t)length);
}

/* The first of each name counts. */
static void on_end(void *arg, const XML_Char *name)
{
	struct xml *x = arg;
	char **field = field_of(x, name);

	if (x->text.failed && !x->err)
		x->err = x->text.failed;
	if (field && !*field) {
		const char *text = bytes_text(&x->text);
		*field = text_copy(text);
		if (!*field && !x->err)
			x->err = PROBLEM_MEMORY;
	}
	bytes_clear(&x->text);
}

/* STS declares no document type: entities are somebody's trick. */
static void on_doctype(void *arg, const XML_Char *name, const XML_Char *system,
		       const XML_Char *public, int has_subset)
{
	struct xml *x = arg;

	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	x->err = PROBLEM_FORMAT;
	XML_StopParser(x->parser, XML_FALSE);
}

static int parse(struct xml *x, const char *body, size_t length)
{
	x->parser = XML_ParserCreate(NULL);
	if (!x->parser)
		return PROBLEM_MEMORY;
	bytes_init_secret(&x->text, VALUE_MOST);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	if (XML_Parse(x->parser, body, (int)length, XML_TRUE) !=
		    XML_STATUS_OK &&
	    !x->err)
		x->err = PROBLEM_FORMAT;
	XML_ParserFree(x->parser);
	bytes_deinit(&x->text);
	return x->err;
}

void sts_answer_clear(struct sts_answer *a)
{
	text_wipe(a->key_id);
	text_wipe(a->secret);
	text_wipe(a->token);
	free(a->expiration);
	free(a->account);
	free(a->arn);
	free(a->user_id);
	*a = (struct sts_answer){0};
}

/* --- errors --- */

static const struct {
	const char *code, *message; /* message: a part of it, or NULL */
	int problem;
	const char *remedy; /* NULL: the caller's hint */
} errors[] = {
	{"AccessDenied", NULL, PROBLEM_DENIED, NULL},
	{"ExpiredToken", NULL, PROBLEM_DENIED,
	 "get new credentials; these have expired"},
	{"ExpiredTokenException", NULL, PROBLEM_DENIED,
	 "get new credentials; these have expired"},
	{"InvalidClientTokenId", NULL, PROBLEM_DENIED,
	 "check the key id, and that it was not deleted"},
	{"SignatureDoesNotMatch", "Signature expired", PROBLEM_CLOCK,
	 "set this machine's clock"},
	{"SignatureDoesNotMatch", "not yet current", PROBLEM_CLOCK,
	 "set this machine's clock"},
	{"RequestExpired", NULL, PROBLEM_CLOCK, "set this machine's clock"},
	{"SignatureDoesNotMatch", NULL, PROBLEM_DENIED,
	 "check the secret key; it does not belong to the key id"},
	{"IncompleteSignature", NULL, PROBLEM_DENIED,
	 "check the key id and the secret key"},
	{"InvalidIdentityToken", NULL, PROBLEM_DENIED,
	 "check that the token's issuer is an identity provider of the "
	 "account"},
	{"IDPRejectedClaim", NULL, PROBLEM_DENIED, "get a new token"},
	{"RegionDisabledException", NULL, PROBLEM_DENIED,
	 "activate STS in this region, or use another"},
	{"ValidationError", NULL, PROBLEM_REJECTED,
	 "correct the role's settings"},
	{"Throttling", NULL, PROBLEM_THROTTLED, "try again in a moment"},
};

static int refused(struct problem *p, const struct xml *x, int status,
		   const char *what, const char *hint)
{
	const char *code = x->code ? x->code : "";
	const char *message = x->message ? x->message : "";
	const char *remedy = status >= 500 ? "try again in a moment" : hint;
	int problem = status >= 500   ? PROBLEM_SERVER
		      : status == 429 ? PROBLEM_THROTTLED
				      : PROBLEM_DENIED;

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		if (strcmp(errors[i].code, code) != 0 ||
		    (errors[i].message &&
		     !strcasestr(message, errors[i].message)))
			continue;
		problem = errors[i].problem;
		remedy = errors[i].remedy ? errors[i].remedy : hint;
		break;
	}
	size_t cut = text_utf8_cut(message, strlen(message), 200);
	while (cut > 0 && (message[cut - 1] == '.' || message[cut - 1] == ' '))
		cut--;
	return problem_set(p, problem,
			   "%s: STS refused (HTTP %d%s%s%s%.*s); %s", what,
			   status, *code ? ", " : "", code, cut ? ": " : "",
			   (int)cut, message, remedy);
}

int sts_read(struct sts_answer *out, const struct http_answer *a,
	     const struct problem *why, const char *what, const char *hint,
	     struct problem *p)
{
	struct xml x = {.out = out};
	int err;

	if (!a)
		return problem_set(p, why->code, "%s: %s", what, why->text);
	err = parse(&x, a->body, a->body_length);
	if (err == PROBLEM_MEMORY)
		problem_set(p, err, "%s: out of memory", what);
	else if (a->status != 200)
		err = refused(p, &x, a->status, what, hint);
	else if (err)
		err = problem_set(p, PROBLEM_FORMAT,
				  "%s: STS gave what cannot be read; check "
				  "AWS_ENDPOINT_URL_STS and any proxy",
				  what);
	free(x.code);
	free(x.message);
	return err;
}
