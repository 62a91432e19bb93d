#include "tests/support/cognito_srp_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

/* RFC 5054, appendix A, 3072-bit group. */
static const char group[] =
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
	"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
	"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
	"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
	"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
	"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

enum { HASH = 32, PADDED_MOST = 400 };

struct srp_server {
	char pool_name[64], user_id[128];
	BIGNUM *n, *a_public, *b_secret, *b_public, *verifier;
	BN_CTX *work;
	char salt[33];
	char *public_hex;
};

/* Bytes of the hex form with a zero more where it begins with 8 to f, as the
 * JavaScript of Cognito's own library has it. */
static int padded(unsigned char *out, const BIGNUM *n)
{
	int length = BN_num_bytes(n);

	out[0] = 0;
	BN_bn2bin(n, out + 1);
	if (out[1] >= 0x80 || length == 0)
		return length + 1;
	memmove(out, out + 1, (size_t)length);
	return length;
}

static BIGNUM *hash_of(const void *a, int a_length, const void *b, int b_length)
{
	unsigned char out[HASH];
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	EVP_DigestUpdate(md, a, (size_t)a_length);
	EVP_DigestUpdate(md, b, (size_t)b_length);
	EVP_DigestFinal_ex(md, out, NULL);
	EVP_MD_CTX_free(md);
	return BN_bin2bn(out, HASH, NULL);
}

static BIGNUM *hash_of_numbers(const BIGNUM *a, const BIGNUM *b)
{
	unsigned char a_bytes[PADDED_MOST + 1], b_bytes[PADDED_MOST + 1];
	int a_length = padded(a_bytes, a), b_length = padded(b_bytes, b);

	return hash_of(a_bytes, a_length, b_bytes, b_length);
}

/* v = g^x, x = H(pad(salt) | H(pool | user | ":" | password)) */
static void make_verifier(struct srp_server *s, const char *password)
{
	char name[256], tail[300];
	unsigned char salt_bytes[PADDED_MOST + 1], inner[HASH];
	BIGNUM *salt = NULL, *g = BN_new();

	snprintf(name, sizeof name, "%s%s", s->pool_name, s->user_id);
	snprintf(tail, sizeof tail, ":%s", password);
	BIGNUM *identity = hash_of(name, (int)strlen(name), tail,
				   (int)strlen(tail));
	BN_bn2binpad(identity, inner, HASH);
	BN_hex2bn(&salt, s->salt);
	BIGNUM *x = hash_of(salt_bytes, padded(salt_bytes, salt), inner, HASH);
	BN_set_word(g, 2);
	BN_mod_exp(s->verifier, g, x, s->n, s->work);
	BN_free(identity);
	BN_free(salt);
	BN_free(g);
	BN_free(x);
}

/* B = k*v + g^b */
static void make_public(struct srp_server *s)
{
	BIGNUM *g = BN_new(), *left = BN_new();

	BN_set_word(g, 2);
	BIGNUM *k = hash_of_numbers(s->n, g);
	BN_mod_mul(left, k, s->verifier, s->n, s->work);
	BN_mod_exp(s->b_public, g, s->b_secret, s->n, s->work);
	BN_mod_add(s->b_public, s->b_public, left, s->n, s->work);
	s->public_hex = BN_bn2hex(s->b_public);
	BN_free(k);
	BN_free(g);
	BN_free(left);
}

struct srp_server *srp_server_start(const char *pool_name, const char *user_id,
				    const char *password,
				    const char *client_public)
{
	struct srp_server *s = calloc(1, sizeof *s);
	unsigned char random[64];
	int bound = (int)strlen(client_public);

	snprintf(s->pool_name, sizeof s->pool_name, "%s", pool_name);
	snprintf(s->user_id, sizeof s->user_id, "%s", user_id);
	s->work = BN_CTX_new();
	s->verifier = BN_new();
	s->b_public = BN_new();
	BN_hex2bn(&s->n, group);
	if (bound == 0 || BN_hex2bn(&s->a_public, client_public) != bound)
		return srp_server_free(s);
	BN_nnmod(s->verifier, s->a_public, s->n, s->work);
	if (BN_is_zero(s->verifier))
		return srp_server_free(s);
	RAND_bytes(random, sizeof random);
	s->b_secret = BN_bin2bn(random, sizeof random, NULL);
	for (size_t i = 0; i < 16; i++)
		snprintf(s->salt + 2 * i, 3, "%02x", random[i]);
	make_verifier(s, password);
	make_public(s);
	return s;
}

struct srp_server *srp_server_free(struct srp_server *s)
{
	if (!s)
		return NULL;
	BN_free(s->n);
	BN_free(s->a_public);
	BN_free(s->b_secret);
	BN_free(s->b_public);
	BN_free(s->verifier);
	BN_CTX_free(s->work);
	OPENSSL_free(s->public_hex);
	free(s);
	return NULL;
}

const char *srp_server_salt(const struct srp_server *s)
{
	return s->salt;
}

const char *srp_server_public(const struct srp_server *s)
{
	return s->public_hex;
}

/* K from S = (A * v^u)^b. */
static void make_key(const struct srp_server *s, unsigned char key[HASH])
{
	unsigned char salt[PADDED_MOST + 1], material[PADDED_MOST + 1];
	unsigned char early[HASH];
	BIGNUM *u = hash_of_numbers(s->a_public, s->b_public);
	BIGNUM *base = BN_new();

	BN_mod_exp(base, s->verifier, u, s->n, s->work);
	BN_mod_mul(base, base, s->a_public, s->n, s->work);
	BN_mod_exp(base, base, s->b_secret, s->n, s->work);
	int salt_length = padded(salt, u);
	int material_length = padded(material, base);
	HMAC(EVP_sha256(), salt, salt_length, material, (size_t)material_length,
	     early, NULL);
	HMAC(EVP_sha256(), early, HASH,
	     (const unsigned char *)"Caldera Derived Key\1", 20, key, NULL);
	BN_free(u);
	BN_free(base);
}

bool srp_server_accepts(const struct srp_server *s, const char *block,
			const char *timestamp, const char *signature)
{
	unsigned char key[HASH], right[HASH];
	char text[512], base64[64];

	make_key(s, key);
	snprintf(text, sizeof text, "%s%s%s%s", s->pool_name, s->user_id, block,
		 timestamp);
	HMAC(EVP_sha256(), key, 16, (const unsigned char *)text, strlen(text),
	     right, NULL);
	EVP_EncodeBlock((unsigned char *)base64, right, HASH);
	return strcmp(base64, signature) == 0;
}
