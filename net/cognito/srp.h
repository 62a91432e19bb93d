/*
 * srp: the arithmetic of USER_SRP_AUTH, by which a user pool learns that we
 * know the password without seeing it.
 *
 * RFC 5054's 3072-bit group and SHA-256, with the padding and the key
 * derivation of amazon-cognito-identity-js 6.3.21 (AuthenticationHelper.js).
 * Numbers of the wire are hexadecimal.  Any thread, one object a thread.
 */
#ifndef NET_COGNITO_SRP_H
#define NET_COGNITO_SRP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;
struct srp;

enum {
	SRP_SECRET_SIZE = 128,
	SRP_HASH_SIZE = 32,
	SRP_GROUP_SIZE = 384, /* bytes of N */
	SRP_KEY_SIZE = 16,
	SRP_SIGNATURE_SIZE = 45, /* base64 of a hash, and NUL */
	SRP_TIMESTAMP_SIZE = 80, /* any year, any int of struct tm */
};

/* The secret number is new for each sign-in.  0 or PROBLEM_MEMORY. */
int srp_create(struct srp **out);
/* The same with a known secret, for vectors. */
int srp_create_with(struct srp **out, const uint8_t *secret, size_t length);
/* Wipes it.  NULL is fine; returns NULL. */
struct srp *srp_free(struct srp *s);

/* SRP_A.  Borrowed from s. */
const char *srp_public(const struct srp *s);

/* What PASSWORD_VERIFIER says, and what answers it.  All borrowed. */
struct srp_challenge {
	const char *pool_name; /* behind the "_" of the pool's id */
	const char *user_id;   /* USER_ID_FOR_SRP */
	const char *password;
	const char *salt;         /* SALT */
	const char *server;       /* SRP_B */
	const char *secret_block; /* SECRET_BLOCK, base64 */
	const char *timestamp;    /* srp_timestamp() */
};

/* Big-endian, zeros in front. */
struct srp_keys {
	uint8_t u[SRP_HASH_SIZE], x[SRP_HASH_SIZE];
	uint8_t premaster[SRP_GROUP_SIZE]; /* S */
	uint8_t key[SRP_KEY_SIZE];
};

/* 0, PROBLEM_MEMORY, or PROBLEM_FORMAT when the challenge is malformed or one
 * that would give the password away (srp_is_safe()); fills p.  The caller
 * wipes *out. */
int srp_derive(struct srp_keys *out, const struct srp *s,
	       const struct srp_challenge *c, struct problem *p);

/* RFC 5054, 2.5.3 and 2.6: false when u is 0 or B a multiple of N. */
bool srp_is_safe(const uint8_t u[SRP_HASH_SIZE], const uint8_t *server,
		 size_t length);

/* PASSWORD_CLAIM_SIGNATURE.  As srp_derive(). */
int srp_claim(char out[SRP_SIGNATURE_SIZE], const struct srp *s,
	      const struct srp_challenge *c, struct problem *p);

/* "Fri Jan 2 03:04:05 UTC 2026", whatever the locale. */
void srp_timestamp(char out[SRP_TIMESTAMP_SIZE], int64_t wall_ms);

#endif
