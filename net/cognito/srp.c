#include "net/cognito/srp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/random.h"

enum {
	NUMBER_DIGITS_MOST = 2 * SRP_GROUP_SIZE + 2,
	TEXT_MOST = 64 * 1024,
};

struct srp {
	BIGNUM *n, *g, *k;   /* the group; k = H(pad(N) | pad(g)) */
	BIGNUM *secret;      /* a */
	BIGNUM *public_half; /* A */
	char *public_text;   /* OpenSSL's memory */
	BN_CTX *work;
};

/* pad(n): bytes of n, with 00 in front of a first byte from 80 on.  Not padded
 * to the size of N. */
static void append_padded(struct bytes *b, const BIGNUM *n)
{
	int length = BN_num_bytes(n);

	if (length == 0 || BN_num_bits(n) % 8 == 0)
		bytes_append_u8(b, 0);
	uint8_t *at = bytes_reserve(b, (size_t)length);
	if (at)
		b->length += (size_t)BN_bn2bin(n, at);
}

/* Takes what is in b. */
static int hash(uint8_t out[SRP_HASH_SIZE], struct bytes *b)
{
	int err = b->failed;

	if (!err && !SHA256(b->data, b->length, out))
		err = PROBLEM_MEMORY;
	bytes_deinit(b);
	return err;
}

static int hash_numbers(uint8_t out[SRP_HASH_SIZE], const BIGNUM *first,
			const BIGNUM *second)
{
	struct bytes b;

	bytes_init_secret(&b, TEXT_MOST);
	append_padded(&b, first);
	append_padded(&b, second);
	return hash(out, &b);
}

/* --- our half --- */

static int make_group(struct srp *s)
{
	uint8_t k[SRP_HASH_SIZE];

	s->work = BN_CTX_new();
	/* RFC 5054 takes its 3072-bit prime from RFC 3526 */
	s->n = BN_get_rfc3526_prime_3072(NULL);
	s->g = BN_new();
	if (!s->work || !s->n || !s->g || !BN_set_word(s->g, 2) ||
	    hash_numbers(k, s->n, s->g))
		return PROBLEM_MEMORY;
	s->k = BN_bin2bn(k, sizeof k, NULL);
	return s->k ? 0 : PROBLEM_MEMORY;
}

static int make_halves(struct srp *s, const uint8_t *secret, size_t length)
{
	s->secret = BN_bin2bn(secret, (int)length, NULL);
	s->public_half = BN_new();
	if (!s->secret || !s->public_half)
		return PROBLEM_MEMORY;
	BN_set_flags(s->secret, BN_FLG_CONSTTIME);
	if (!BN_mod_exp(s->public_half, s->g, s->secret, s->n, s->work))
		return PROBLEM_MEMORY;
	s->public_text = BN_bn2hex(s->public_half);
	if (!s->public_text)
		return PROBLEM_MEMORY;
	for (char *c = s->public_text; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c = (char)(*c - 'A' + 'a');
	return 0;
}

int srp_create_with(struct srp **out, const uint8_t *secret, size_t length)
{
	struct srp *s = calloc(1, sizeof *s);

	if (!s)
		return PROBLEM_MEMORY;
	int err = make_group(s);
	if (!err)
		err = make_halves(s, secret, length);
	if (err)
		srp_free(s);
	else
		*out = s;
	return err;
}

int srp_create(struct srp **out)
{
	uint8_t secret[SRP_SECRET_SIZE];

	random_fill(secret, sizeof secret);
	int err = srp_create_with(out, secret, sizeof secret);
	OPENSSL_cleanse(secret, sizeof secret);
	return err;
}

struct srp *srp_free(struct srp *s)
{
	if (!s)
		return NULL;
	BN_free(s->n);
	BN_free(s->g);
	BN_free(s->k);
	BN_clear_free(s->secret);
	BN_free(s->public_half);
	OPENSSL_free(s->public_text);
	BN_CTX_free(s->work);
	free(s);
	return NULL;
}

const char *srp_public(const struct srp *s)
{
	return s->public_text;
}

/* --- the answer to a challenge --- */

static int bad_challenge(struct problem *p, const char *cause)
{
	return problem_set(p, PROBLEM_FORMAT,
			   "Cognito's challenge: %s; check the network and "
			   "the endpoint, and try again",
			   cause);
}

static int read_number(BIGNUM **out, const char *hex, struct problem *p)
{
	size_t length = strlen(hex);

	/* BN_hex2bn() stops at what is no digit, and takes a sign */
	if (length == 0 || length > NUMBER_DIGITS_MOST ||
	    strspn(hex, "0123456789abcdefABCDEF") != length)
		return bad_challenge(p, "a number in it is not hexadecimal");
	return BN_hex2bn(out, hex) ? 0 : PROBLEM_MEMORY;
}

/* x = H(pad(salt) | H(poolName | USER_ID_FOR_SRP | ":" | password)) */
static int derive_x(uint8_t out[SRP_HASH_SIZE], const struct srp_challenge *c,
		    const BIGNUM *salt)
{
	uint8_t identity[SRP_HASH_SIZE];
	struct bytes b;

	bytes_init_secret(&b, TEXT_MOST);
	bytes_append_text(&b, c->pool_name);
	bytes_append_text(&b, c->user_id);
	bytes_append_text(&b, ":");
	bytes_append_text(&b, c->password);
	int err = hash(identity, &b);
	if (err)
		return err;
	append_padded(&b, salt);
	bytes_append(&b, identity, sizeof identity);
	err = hash(out, &b);
	OPENSSL_cleanse(identity, sizeof identity);
	return err;
}

/* S = (B - k*g^x) ^ (a + u*x) mod N */
static int derive_premaster(BIGNUM *out, const struct srp *s,
			    const BIGNUM *server, const struct srp_keys *keys)
{
	BIGNUM *u = BN_bin2bn(keys->u, sizeof keys->u, NULL);
	BIGNUM *x = BN_bin2bn(keys->x, sizeof keys->x, NULL);
	BIGNUM *base = BN_new(), *exponent = BN_new();
	int good = u && x && base && exponent;

	if (good) {
		BN_set_flags(x, BN_FLG_CONSTTIME);
		BN_set_flags(exponent, BN_FLG_CONSTTIME);
		good = BN_mod_exp(base, s->g, x, s->n, s->work) &&
		       BN_mod_mul(base, base, s->k, s->n, s->work) &&
		       BN_mod_sub(base, server, base, s->n, s->work) &&
		       BN_mul(exponent, u, x, s->work) &&
		       BN_add(exponent, exponent, s->secret) &&
		       BN_mod_exp(out, base, exponent, s->n, s->work);
	}
	BN_free(u);
	BN_clear_free(x);
	BN_clear_free(base);
	BN_clear_free(exponent);
	return good ? 0 : PROBLEM_MEMORY;
}

/* HKDF (RFC 5869) with pad(u) as the salt, one block, cut to 16 bytes. */
static int derive_key(struct srp_keys *keys, const BIGNUM *premaster)
{
	static const uint8_t info[] = "Caldera Derived Key\x01";
	uint8_t early[SRP_HASH_SIZE], block[SRP_HASH_SIZE];
	BIGNUM *u = BN_bin2bn(keys->u, sizeof keys->u, NULL);
	struct bytes salt, material;

	bytes_init(&salt, TEXT_MOST);
	bytes_init_secret(&material, TEXT_MOST);
	if (u)
		append_padded(&salt, u);
	append_padded(&material, premaster);
	int good = u && !salt.failed && !material.failed &&
		   HMAC(EVP_sha256(), salt.data, (int)salt.length,
			material.data, material.length, early, NULL) &&
		   HMAC(EVP_sha256(), early, sizeof early, info,
			sizeof info - 1, block, NULL);
	if (good)
		memcpy(keys->key, block, sizeof keys->key);
	OPENSSL_cleanse(early, sizeof early);
	OPENSSL_cleanse(block, sizeof block);
	bytes_deinit(&material);
	bytes_deinit(&salt);
	BN_free(u);
	return good ? 0 : PROBLEM_MEMORY;
}

bool srp_is_safe(const uint8_t u[SRP_HASH_SIZE], const uint8_t *server,
		 size_t length)
{
	static const uint8_t zero[SRP_HASH_SIZE];
	BN_CTX *work = BN_CTX_new();
	BIGNUM *n = BN_get_rfc3526_prime_3072(NULL);
	BIGNUM *b = BN_bin2bn(server, (int)length, NULL);
	bool safe = work && n && b && BN_nnmod(b, b, n, work) &&
		    !BN_is_zero(b) && memcmp(u, zero, sizeof zero) != 0;

	BN_free(b);
	BN_free(n);
	BN_CTX_free(work);
	return safe;
}

static bool is_safe(const uint8_t u[SRP_HASH_SIZE], const BIGNUM *server)
{
	uint8_t raw[NUMBER_DIGITS_MOST / 2];
	int length = BN_bn2bin(server, raw);

	return srp_is_safe(u, raw, (size_t)length);
}

static int derive_all(struct srp_keys *out, const struct srp *s,
		      const struct srp_challenge *c, const BIGNUM *salt,
		      const BIGNUM *server, struct problem *p)
{
	BIGNUM *premaster = BN_new();
	int err = premaster ? hash_numbers(out->u, s->public_half, server)
			    : PROBLEM_MEMORY;

	if (!err && !is_safe(out->u, server))
		err = bad_challenge(p, "it would give the password away");
	if (!err)
		err = derive_x(out->x, c, salt);
	if (!err)
		err = derive_premaster(premaster, s, server, out);
	if (!err &&
	    BN_bn2binpad(premaster, out->premaster, sizeof out->premaster) < 0)
		err = PROBLEM_MEMORY;
	if (!err)
		err = derive_key(out, premaster);
	BN_clear_free(premaster);
	return err;
}

int srp_derive(struct srp_keys *out, const struct srp *s,
	       const struct srp_challenge *c, struct problem *p)
{
	BIGNUM *salt = NULL, *server = NULL;

	*out = (struct srp_keys){0};
	int err = read_number(&salt, c->salt, p);
	if (!err)
		err = read_number(&server, c->server, p);
	if (!err)
		err = derive_all(out, s, c, salt, server, p);
	BN_free(salt);
	BN_free(server);
	if (err)
		problem_add(p, err, "sign-in: not enough memory; try again");
	return err;
}

/* poolName | USER_ID_FOR_SRP | SECRET_BLOCK, decoded | TIMESTAMP */
static int write_claim(struct bytes *b, const struct srp_challenge *c,
		       struct problem *p)
{
	size_t length = strlen(c->secret_block);

	bytes_append_text(b, c->pool_name);
	bytes_append_text(b, c->user_id);
	uint8_t *at = bytes_reserve(b, base64_decoded_bound(length));
	if (at) {
		long n = base64_decode(at, c->secret_block, length);
		if (n < 0)
			return bad_challenge(p, "SECRET_BLOCK is no base64");
		b->length += (size_t)n;
	}
	bytes_append_text(b, c->timestamp);
	return b->failed;
}

int srp_claim(char out[SRP_SIGNATURE_SIZE], const struct srp *s,
	      const struct srp_challenge *c, struct problem *p)
{
	uint8_t signature[SRP_HASH_SIZE];
	struct srp_keys keys;
	struct bytes text;

	bytes_init(&text, TEXT_MOST);
	int err = srp_derive(&keys, s, c, p);
	if (!err)
		err = write_claim(&text, c, p);
	if (!err && !HMAC(EVP_sha256(), keys.key, sizeof keys.key, text.data,
			  text.length, signature, NULL))
		err = PROBLEM_MEMORY;
	if (!err) {
		base64_encode(out, signature, sizeof signature);
		out[SRP_SIGNATURE_SIZE - 1] = '\0';
	} else {
		problem_add(p, err, "sign-in: not enough memory; try again");
	}
	OPENSSL_cleanse(&keys, sizeof keys);
	bytes_deinit(&text);
	return err;
}

void srp_timestamp(char out[SRP_TIMESTAMP_SIZE], int64_t wall_ms)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
				       "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr",
					 "May", "Jun", "Jul", "Aug",
					 "Sep", "Oct", "Nov", "Dec"};
	struct tm tm = {.tm_mday = 1};
	time_t seconds = (time_t)(wall_ms / 1000);

	gmtime_r(&seconds, &tm);
	/* the day of the month has no zero in front, the time has */
	snprintf(out, SRP_TIMESTAMP_SIZE, "%s %s %d %02d:%02d:%02d UTC %d",
		 days[tm.tm_wday % 7], months[tm.tm_mon % 12], tm.tm_mday,
		 tm.tm_hour, tm.tm_min, tm.tm_sec, 1900 + tm.tm_year);
}
