/* bedrock_request: the signed request that opens a stream.
 * docs/nova-sonic.md, "Connection" and "Signing". */
#include "net/aws/credentials.h"
#include "net/aws/sigv4.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock_internal.h"
#include "net/bedrock/http2_client.h"

enum { AUTHORIZATION_MOST = 1024 * 1024, HEADER_COUNT = 10 };

static const char eventstream[] = "application/vnd.amazon.eventstream";

/* Signs the request; seed gets the signature that begins the chain. */
static int sign(const struct bedrock_upstream *u, const struct credentials *c,
		struct bytes *authorization, char date[SIGV4_DATE_SIZE],
		char seed[SIGV4_HEX_SIZE])
{
	const struct sigv4_header headers[] = {
		{"content-type", eventstream},
		{"host", u->endpoint.authority},
		{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS"},
		{"x-amz-date", date},
		{"x-amz-security-token", c->token},
	};
	const struct sigv4_request r = {
		.path = u->path,
		.region = u->region,
		.date_ms = bedrock_now_ms(u),
		.headers = headers,
		.header_count = c->token ? 5 : 4,
	};

	sigv4_date(date, r.date_ms);
	int err = sigv4_sign_request(seed, &r, c->secret);
	return err ? err
		   : sigv4_authorization(authorization, &r, c->key_id, seed);
}

int bedrock_request_open(struct http2_client **out, struct sigv4_chain *chain,
			 const struct bedrock_upstream *u,
			 const struct credentials *c,
			 void (*progress)(void *arg), void *arg)
{
	char date[SIGV4_DATE_SIZE], seed[SIGV4_HEX_SIZE];
	struct bytes authorization;
	int err;

	bytes_init(&authorization, AUTHORIZATION_MOST);
	err = sign(u, c, &authorization, date, seed);
	const char *signed_by = err ? NULL : bytes_text(&authorization);
	if (!signed_by) {
		err = err ? err : PROBLEM_MEMORY;
		goto out;
	}
	err = sigv4_chain_init(chain, c->secret, u->region, seed);
	if (err)
		goto out;

	const struct http2_header headers[HEADER_COUNT] = {
		{":method", "POST", false},
		{":scheme", u->endpoint.tls ? "https" : "http", false},
		{":authority", u->endpoint.authority, false},
		{":path", u->path, false},
		{"content-type", eventstream, false},
		{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS",
		 false},
		{"x-amz-date", date, false},
		{"user-agent", "habla/" HABLA_VERSION, false},
		{"authorization", signed_by, true},
		{"x-amz-security-token", c->token ? c->token : "", true},
	};
	const struct http2_client_settings settings = {
		.name = u->name,
		.endpoint = &u->endpoint,
		.tls = u->tls,
		.proxy = &u->proxy,
		.headers = headers,
		.header_count = c->token ? HEADER_COUNT : HEADER_COUNT - 1,
		.progress = progress,
		.arg = arg,
	};
	err = http2_client_open(out, u->loop, &settings);

out:
	bytes_deinit(&authorization);
	return err;
}
