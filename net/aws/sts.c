#include "net/aws/sts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "net/aws/credentials.h"
#include "net/aws/environment.h"
#include "net/aws/region.h"
#include "net/aws/sigv4.h"
#include "net/base/bytes.h"
#include "net/base/host.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	FORM_MOST = 64 * 1024, /* a web identity token takes up to 20000 */
	AUTHORIZATION_MOST = 4096,
};

static const char form_type[] = "application/x-www-form-urlencoded";

/* --- the form --- */

static void append_encoded(struct bytes *b, const char *text)
{
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~";

	for (; *text; text++) {
		if (strchr(kept, *text))
			bytes_append_u8(b, (uint8_t)*text);
		else
			bytes_append_format(b, "%%%02X",
					    (unsigned)(unsigned char)*text);
	}
}

void sts_form_open(struct bytes *form, const char *action)
{
	bytes_init_secret(form, FORM_MOST);
	bytes_append_format(form, "Action=%s&Version=2011-06-15", action);
}

void sts_form_add(struct bytes *form, const char *name, const char *value)
{
	bytes_append_format(form, "&%s=", name);
	append_encoded(form, value);
}

/* --- where to --- */

/* With a path; the caller frees. */
static int make_url(char **out, const struct sts_request *r, struct problem *p)
{
	const char *given = NULL;

	if (!aws_environment_is_true(r->environment,
				     "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
		given = aws_environment_get(r->environment,
					    "AWS_ENDPOINT_URL_STS");
		if (!given)
			given = aws_environment_get(r->environment,
						    "AWS_ENDPOINT_URL");
	}
	if (given && !host_url_is_safe(given))
		return problem_set(p, PROBLEM_USAGE,
				   "STS: the address in AWS_ENDPOINT_URL_STS "
				   "or AWS_ENDPOINT_URL must begin with "
				   "https://, because keys come from there; "
				   "http:// is allowed to this machine only");
	if (!aws_region_is_name(r->region, strlen(r->region)))
		return problem_set(p, PROBLEM_USAGE,
				   "STS: \"%s\" is not the name of an AWS "
				   "region; correct it",
				   r->region);
	if (given) {
		const char *path = strchr(strstr(given, "://") + 3, '/');
		*out = text_format("%s%s", given, path ? "" : "/");
	} else {
		char *base = aws_service_url("sts", r->region);
		*out = base ? text_format("%s/", base) : NULL;
		free(base);
	}
	return *out ? 0 : problem_set(p, PROBLEM_MEMORY, "STS: out of memory");
}

/* --- the request --- */

/* Appends the authorization header's value. */
static int sign(struct bytes *out, const struct sts_request *r,
		const char *host, const char *path, const char *date)
{
	const struct credentials *c = r->signer;
	char hash[SIGV4_HEX_SIZE], signature[SIGV4_HEX_SIZE];
	const struct sigv4_header headers[] = {
		{"content-type", form_type},
		{"host", host},
		{"x-amz-date", date},
		{"x-amz-security-token", c->token},
	};
	const struct sigv4_request request = {
		.path = path,
		.region = r->region,
		.date_ms = r->now_ms,
		.headers = headers,
		.header_count = c->token ? 4 : 3,
		.service = "sts",
		.payload_hash = hash,
	};
	int err = sigv4_payload_hash(hash, r->form->data, r->form->length);

	if (!err)
		err = sigv4_sign_request(signature, &request, c->secret);
	if (!err)
		err = sigv4_authorization(out, &request, c->key_id, signature);
	return err;
}

struct header_lines {
	char *lines[5];
	const char *list[6];
	size_t count;
	bool failed;
};

/* Takes line. */
static void add_line(struct header_lines *h, char *line)
{
	if (!line) {
		h->failed = true;
		return;
	}
	h->list[h->count] = h->lines[h->count] = line;
	h->count++;
}

static int make_headers(struct header_lines *h, const struct sts_request *r,
			const char *url)
{
	char date[SIGV4_DATE_SIZE];
	struct bytes authorization;
	const char *start = strstr(url, "://") + 3;
	const char *path = strchr(start, '/');
	char *host = text_format("%.*s", (int)(path - start), start);
	int err = host ? 0 : PROBLEM_MEMORY;

	add_line(h, text_format("Content-Type: %s", form_type));
	add_line(h, text_copy("Accept: text/xml"));
	bytes_init(&authorization, AUTHORIZATION_MOST);
	if (!err && r->signer) {
		sigv4_date(date, r->now_ms);
		err = sign(&authorization, r, host, path, date);
		const char *value = err ? NULL : bytes_text(&authorization);
		add_line(h, value ? text_format("Authorization: %s", value)
				  : NULL);
		add_line(h, text_format("X-Amz-Date: %s", date));
		if (r->signer->token)
			add_line(h, text_format("X-Amz-Security-Token: %s",
						r->signer->token));
	}
	bytes_deinit(&authorization);
	free(host);
	return err ? err : h->failed ? PROBLEM_MEMORY : 0;
}

int sts_send(struct http_call **out, const struct sts_request *r,
	     http_done *done, void *arg, struct problem *p)
{
	struct header_lines h = {0};
	char *url = NULL, *name = NULL;
	int err = r->form->failed;

	if (!err)
		err = make_url(&url, r, p);
	if (url)
		err = make_headers(&h, r, url);
	name = text_format("STS %s", r->region);
	if (!err && !name)
		err = PROBLEM_MEMORY;
	if (!err) {
		const struct http_request request = {
			.name = name,
			.url = url,
			.headers = h.list,
			.body = r->form->data,
			.body_length = r->form->length,
		};
		err = http_send(out, r->http, &request, done, arg, p);
	}
	for (size_t i = 0; i < h.count; i++)
		text_wipe(h.lines[i]);
	free(url);
	free(name);
	return err ? problem_add(p, err,
				 "STS: the request cannot be made "
				 "(%s); try again",
				 problem_name(err))
		   : 0;
}
