/* sigv4_chain: the signatures of the events, each over the one before. */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/aws/sigv4_text.h"
#include "net/nova/frame.h"

enum {
	DATE_HEADER_BYTES = 15, /* 05 ":date" 08 int64 */
	TEXT_MAX = 512,         /* string to sign: four fixed lines and scope */
};

/* Contexts with the algorithms fetched once. */
static int open_contexts(struct sigv4_chain *c)
{
	EVP_MD *sha = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	int err = PROBLEM_MEMORY;

	c->digest = EVP_MD_CTX_new();
	c->mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	if (sha && c->digest && c->mac &&
	    EVP_DigestInit_ex2(c->digest, sha, NULL))
		err = 0;
	/* the contexts keep references of their own */
	EVP_MAC_free(hmac);
	EVP_MD_free(sha);
	return err;
}

static int keep(char *out, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size)
		return PROBLEM_LIMIT;
	memcpy(out, text, length + 1);
	return 0;
}

int sigv4_chain_init(struct sigv4_chain *c, const char *secret,
		     const char *region, const char *seed)
{
	struct sigv4_chain chain = {0};
	int err;

	if (keep(chain.secret, sizeof chain.secret, secret) ||
	    keep(chain.region, sizeof chain.region, region) ||
	    keep(chain.prior, sizeof chain.prior, seed))
		err = PROBLEM_LIMIT;
	else
		err = open_contexts(&chain);
	if (err) {
		sigv4_chain_clear(&chain);
		return err;
	}
	*c = chain;
	OPENSSL_cleanse(&chain, sizeof chain);
	return 0;
}

void sigv4_chain_clear(struct sigv4_chain *c)
{
	EVP_MD_CTX_free(c->digest);
	EVP_MAC_CTX_free(c->mac); /* wipes the key */
	OPENSSL_cleanse(c, sizeof *c);
}

/* Gives mac the key of the day of date, unless it has it already. */
static int set_day(struct sigv4_chain *c, const char *date)
{
	char sha[] = "SHA256";
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha, 0),
		OSSL_PARAM_construct_end(),
	};
	struct sigv4_keys keys;
	char day[sizeof c->day];

	memcpy(day, date, sizeof day - 1);
	day[sizeof day - 1] = '\0';
	if (strcmp(day, c->day) == 0)
		return 0;
	int err = sigv4_derive(&keys, c->secret, day, c->region, SIGV4_BEDROCK);
	if (!err && !EVP_MAC_init(c->mac, keys.signing, sizeof keys.signing,
				  parameters))
		err = PROBLEM_MEMORY;
	OPENSSL_cleanse(&keys, sizeof keys);
	if (!err)
		memcpy(c->day, day, sizeof day);
	return err;
}

static int hash(struct sigv4_chain *c, char out[SIGV4_HEX_SIZE],
		const void *data, size_t length)
{
	uint8_t raw[SIGV4_RAW_SIZE];

	/* no algorithm given: the one of open_contexts() again */
	if (!EVP_DigestInit_ex2(c->digest, NULL, NULL) ||
	    !EVP_DigestUpdate(c->digest, data, length) ||
	    !EVP_DigestFinal_ex(c->digest, raw, NULL))
		return PROBLEM_MEMORY;
	sigv4_hex(out, raw);
	return 0;
}

/* The encoded :date header alone is what an event's signature covers beside
 * its payload. */
static void encode_date(uint8_t out[DATE_HEADER_BYTES], int64_t date_ms)
{
	static const uint8_t start[] = {5, ':', 'd', 'a', 't', 'e', 8};

	memcpy(out, start, sizeof start);
	for (size_t i = 0; i < 8; i++)
		out[sizeof start + i] = (uint8_t)((uint64_t)date_ms >>
						  (56 - 8 * i));
}

int sigv4_chain_string_to_sign(struct sigv4_chain *c, struct bytes *out,
			       int64_t date_ms, const void *payload,
			       size_t length)
{
	char date[SIGV4_DATE_SIZE], scope[SIGV4_SCOPE_SIZE];
	char headers[SIGV4_HEX_SIZE], body[SIGV4_HEX_SIZE];
	uint8_t encoded[DATE_HEADER_BYTES];
	int err;

	sigv4_date(date, date_ms);
	err = sigv4_scope(scope, date, c->region, SIGV4_BEDROCK);
	if (err)
		return err;
	encode_date(encoded, date_ms);
	err = hash(c, headers, encoded, sizeof encoded);
	if (!err)
		err = hash(c, body, payload, length);
	if (err)
		return err;
	bytes_append_text(out, "AWS4-HMAC-SHA256-PAYLOAD\n");
	const char *const lines[] = {date, scope, c->prior, headers};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		bytes_append_text(out, lines[i]);
		bytes_append_u8(out, '\n');
	}
	return bytes_append_text(out, body);
}

int sigv4_chain_next(struct sigv4_chain *c, int64_t date_ms,
		     const void *payload, size_t length,
		     uint8_t out[SIGV4_RAW_SIZE])
{
	char date[SIGV4_DATE_SIZE];
	struct bytes text;
	uint8_t raw[SIGV4_RAW_SIZE];
	size_t size = 0;
	int err;

	sigv4_date(date, date_ms);
	err = set_day(c, date);
	if (err)
		return err;
	bytes_init(&text, TEXT_MAX);
	err = sigv4_chain_string_to_sign(c, &text, date_ms, payload, length);
	if (!err && (!EVP_MAC_init(c->mac, NULL, 0, NULL) ||
		     !EVP_MAC_update(c->mac, text.data, text.length) ||
		     !EVP_MAC_final(c->mac, raw, &size, sizeof raw)))
		err = PROBLEM_MEMORY;
	bytes_deinit(&text);
	if (err)
		return err;
	memcpy(out, raw, sizeof raw);
	sigv4_hex(c->prior, raw);
	return 0;
}

int sigv4_chain_frame(struct sigv4_chain *c, struct bytes *out, int64_t date_ms,
		      const void *payload, size_t length)
{
	uint8_t signature[SIGV4_RAW_SIZE];
	char prior[SIGV4_HEX_SIZE];
	int err;

	memcpy(prior, c->prior, sizeof prior);
	err = sigv4_chain_next(c, date_ms, payload, length, signature);
	if (err)
		return err;
	const struct frame_header headers[] = {
		{.name = ":date",
		 .name_length = 5,
		 .type = FRAME_TIMESTAMP,
		 .integer = date_ms},
		{.name = ":chunk-signature",
		 .name_length = 16,
		 .type = FRAME_BYTES,
		 .value = signature,
		 .value_length = sizeof signature},
	};
	err = frame_write(out, headers, 2, payload, length);
	/* a frame that is not sent must not be part of the chain */
	if (err)
		memcpy(c->prior, prior, sizeof prior);
	return err;
}
