/*
 * http2_auth: checks the signature of a request as the service does.
 *
 *   AWS4-HMAC-SHA256 Credential=KEY/20260102/us-east-1/bedrock/aws4_request,
 *   SignedHeaders=content-type;host;..., Signature=HEX
 *
 * The host may be signed as "host" or, as the JavaScript SDK does, as
 * ":authority"; HTTP/2 sends only the latter.
 */
#include "net/sim/http2_request.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/aws/sigv4.h"

struct authorization {
	char text[4096]; /* what the others lead into */
	char *key_id, *day, *region, *service;
	char *signed_headers, *signature;
};

static const char MISMATCH[] =
	"The request signature we calculated does not match the signature you "
	"provided. Check your AWS Secret Access Key and signing method. "
	"Consult the service documentation for details.";

/* --- reading --- */

static char *part_of(char *text, const char *name)
{
	size_t length = strlen(name);

	for (char *at = text; (at = strstr(at, name)); at++)
		if (at == text || at[-1] == ' ' || at[-1] == ',')
			return at + length;
	return NULL;
}

/* Cuts text at the first of the given characters; returns what follows. */
static char *cut_at(char *text, const char *characters)
{
	size_t n = text ? strcspn(text, characters) : 0;

	if (!text || text[n] == '\0')
		return NULL;
	text[n] = '\0';
	return text + n + 1;
}

static int parse_authorization(struct authorization *a, const char *value)
{
	size_t length = strlen(value);
	char *rest, *credential;

	if (length >= sizeof a->text ||
	    !text_starts(value, "AWS4-HMAC-SHA256 "))
		return PROBLEM_FORMAT;
	memcpy(a->text, value, length + 1);
	credential = part_of(a->text, "Credential=");
	a->signed_headers = part_of(a->text, "SignedHeaders=");
	a->signature = part_of(a->text, "Signature=");
	if (!credential || !a->signed_headers || !a->signature)
		return PROBLEM_FORMAT;
	cut_at(credential, ", ");
	cut_at(a->signed_headers, ", ");
	cut_at(a->signature, ", ");
	a->key_id = credential;
	a->day = cut_at(a->key_id, "/");
	a->region = cut_at(a->day, "/");
	a->service = cut_at(a->region, "/");
	rest = cut_at(a->service, "/");
	return text_equal(rest, "aws4_request") ? 0 : PROBLEM_FORMAT;
}

/* "20260102T030405Z" */
static int parse_date(int64_t *out_ms, const char *text)
{
	struct tm t = {0};
	int end = 0;

	if (strlen(text) != SIGV4_DATE_SIZE - 1 ||
	    sscanf(text, "%4d%2d%2dT%2d%2d%2dZ%n", &t.tm_year, &t.tm_mon,
		   &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &end) != 6 ||
	    end != SIGV4_DATE_SIZE - 1)
		return PROBLEM_FORMAT;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	*out_ms = (int64_t)timegm(&t) * 1000;
	return 0;
}

/* --- checks --- */

static int check_date(const struct http2_keys *keys, int64_t date_ms,
		      struct http2_refusal *why)
{
	int64_t limit = keys->skew_limit_ms;
	int64_t edge_ms = keys->now_ms;
	char date[SIGV4_DATE_SIZE], edge[SIGV4_DATE_SIZE], now[SIGV4_DATE_SIZE];
	bool late = date_ms < keys->now_ms - limit;

	if (!late && date_ms <= keys->now_ms + limit)
		return 0;
	edge_ms += late ? -limit : limit;
	sigv4_date(date, date_ms);
	sigv4_date(edge, edge_ms);
	sigv4_date(now, keys->now_ms);
	return http2_refuse(why, 403, "InvalidSignatureException",
			    late ? "Signature expired: %s is now earlier than "
				   "%s (%s - %d min.)"
				 : "Signature not yet current: %s is still "
				   "later than %s (%s + %d min.)",
			    date, edge, now, (int)(limit / 60000));
}

static int collect_signed(struct sigv4_header *out, size_t *count,
			  const struct http2_request *r, char *names)
{
	char *save = NULL;
	bool host = false;

	*count = 0;
	for (char *name = strtok_r(names, ";", &save); name;
	     name = strtok_r(NULL, ";", &save)) {
		const char *value = http2_request_find(r, name);

		if (text_equal(name, "host") || text_equal(name, ":authority"))
			host = true;
		if (!value && text_equal(name, "host"))
			value = http2_request_find(r, ":authority");
		if (!value || *count == HTTP2_HEADERS_MOST)
			return PROBLEM_DENIED;
		out[(*count)++] = (struct sigv4_header){name, value};
	}
	return host ? 0 : PROBLEM_DENIED;
}

static int check_signature(const struct http2_request *r,
			   struct authorization *a, int64_t date_ms,
			   const char *secret)
{
	struct sigv4_header headers[HTTP2_HEADERS_MOST];
	char expected[SIGV4_HEX_SIZE];
	struct sigv4_request s = {
		.path = http2_request_find(r, ":path"),
		.region = a->region,
		.date_ms = date_ms,
		.headers = headers,
	};
	int err = collect_signed(headers, &s.header_count, r,
				 a->signed_headers);

	if (err == 0)
		err = sigv4_sign_request(expected, &s, secret);
	if (err)
		return err;
	if (strlen(a->signature) != SIGV4_HEX_SIZE - 1 ||
	    CRYPTO_memcmp(expected, a->signature, SIGV4_HEX_SIZE - 1) != 0)
		return PROBLEM_DENIED;
	return 0;
}

static int check_all(const struct http2_request *r,
		     const struct http2_keys *keys, struct authorization *a,
		     struct sigv4_chain *chain, struct http2_refusal *why)
{
	const char *value = http2_request_find(r, "authorization");
	const char *date = http2_request_find(r, "x-amz-date");
	char day[SIGV4_DATE_SIZE];
	int64_t date_ms;
	int err;

	if (!value)
		return http2_refuse(why, 403,
				    "MissingAuthenticationTokenException",
				    "Missing Authentication Token");
	if (parse_authorization(a, value) != 0 || !date ||
	    parse_date(&date_ms, date) != 0)
		return http2_refuse(why, 403, "IncompleteSignatureException",
				    "Authorization header requires "
				    "'Credential', 'SignedHeaders' and "
				    "'Signature', and a 'X-Amz-Date' header.");
	if (!text_equal(a->key_id, keys->key_id))
		return http2_refuse(why, 403, "UnrecognizedClientException",
				    "The security token included in the "
				    "request is invalid.");
	err = check_date(keys, date_ms, why);
	if (err)
		return err;
	sigv4_date(day, date_ms);
	day[8] = '\0';
	if (!text_equal(a->service, "bedrock") || !text_equal(a->day, day))
		return http2_refuse(why, 403, "InvalidSignatureException",
				    "Credential should be scoped to correct "
				    "service and date: 'bedrock', '%s'.",
				    day);
	err = check_signature(r, a, date_ms, keys->secret);
	if (err == PROBLEM_DENIED)
		return http2_refuse(why, 403, "InvalidSignatureException", "%s",
				    MISMATCH);
	if (err == 0)
		err = sigv4_chain_init(chain, keys->secret, a->region,
				       a->signature);
	if (err)
		http2_refuse(why, 500, "InternalServerException", "%s", "");
	return err;
}

int http2_check_date(const struct http2_request *r,
		     const struct http2_keys *keys, struct http2_refusal *why)
{
	const char *date = http2_request_find(r, "x-amz-date");
	int64_t date_ms;

	if (!date || parse_date(&date_ms, date) != 0)
		return 0;
	return check_date(keys, date_ms, why);
}

int http2_authenticate(const struct http2_request *r,
		       const struct http2_keys *keys, struct sigv4_chain *chain,
		       struct http2_refusal *why)
{
	struct authorization *a = calloc(1, sizeof *a);
	int err;

	if (!a) {
		http2_refuse(why, 500, "InternalServerException", "%s", "");
		return PROBLEM_MEMORY;
	}
	err = check_all(r, keys, a, chain, why);
	free(a);
	return err;
}
