/*
 * sigv4: AWS Signature Version 4: of a POST request to any service, and for
 * Bedrock's event streams the chain of event signatures behind it.
 * docs/nova-sonic.md, "Signing".  Both for signing and for checking.
 */
#ifndef NET_AWS_SIGV4_H
#define NET_AWS_SIGV4_H

#include <stddef.h>
#include <stdint.h>

struct bytes;

enum { SIGV4_HEX_SIZE = 65, SIGV4_RAW_SIZE = 32, SIGV4_DATE_SIZE = 17 };

struct sigv4_credentials {
	const char *key_id;
	const char *secret;
	const char *token; /* NULL: long-term keys */
};

struct sigv4_header {
	const char *name; /* lower case */
	const char *value;
};

struct sigv4_request {
	const char *path; /* as on the wire; it is encoded once more here */
	const char *region;
	int64_t date_ms;                    /* UTC */
	const struct sigv4_header *headers; /* those to sign; any order */
	size_t header_count;
	const char *service;      /* NULL: bedrock */
	const char *payload_hash; /* hex, sigv4_payload_hash(); NULL: an event
				   * stream, whose events are signed */
};

/* "20260102T030405Z" */
void sigv4_date(char out[SIGV4_DATE_SIZE], int64_t date_ms);

/* Of a request's body.  0 or PROBLEM_MEMORY. */
int sigv4_payload_hash(char out[SIGV4_HEX_SIZE], const void *body,
		       size_t length);

/* Appends the canonical request. */
int sigv4_canonical_request(struct bytes *out, const struct sigv4_request *r);
/* Appends the text that the seed signature signs. */
int sigv4_string_to_sign(struct bytes *out, const struct sigv4_request *r,
			 const char *canonical, size_t length);
/* The seed signature. */
int sigv4_sign_request(char out[SIGV4_HEX_SIZE], const struct sigv4_request *r,
		       const char *secret);
/* Appends the value of the authorization header. */
int sigv4_authorization(struct bytes *out, const struct sigv4_request *r,
			const char *key_id, const char *signature);

/* The steps that lead from the secret to the key of one day. */
struct sigv4_keys {
	uint8_t date[SIGV4_RAW_SIZE];
	uint8_t region[SIGV4_RAW_SIZE];
	uint8_t service[SIGV4_RAW_SIZE];
	uint8_t signing[SIGV4_RAW_SIZE];
};

/* day is "20260102". */
int sigv4_derive(struct sigv4_keys *out, const char *secret, const char *day,
		 const char *region, const char *service);

/* The chain.  Holds the secret until sigv4_chain_clear(). */
struct sigv4_chain {
	char secret[256];
	char region[64];
	char prior[SIGV4_HEX_SIZE]; /* hex; begins as the seed signature */
	char day[9];                /* of the key that mac holds */
	void *digest, *mac;         /* OpenSSL's contexts, kept from event to
				     * event: making them costs more than the
				     * signature; owned */
};

/* PROBLEM_LIMIT when secret or region are longer than the fields. */
int sigv4_chain_init(struct sigv4_chain *c, const char *secret,
		     const char *region, const char *seed);
/* Safe on a chain of zero bytes. */
void sigv4_chain_clear(struct sigv4_chain *c);
/* Appends the text that the next event's signature signs. */
int sigv4_chain_string_to_sign(struct sigv4_chain *c, struct bytes *out,
			       int64_t date_ms, const void *payload,
			       size_t length);
/* Signs one payload (the whole inner message; empty for the last) and moves
 * the chain on.  Scope and key follow date_ms, across midnight too. */
int sigv4_chain_next(struct sigv4_chain *c, int64_t date_ms,
		     const void *payload, size_t length,
		     uint8_t out[SIGV4_RAW_SIZE]);
/* Appends the signed outer message around payload: sign and frame in one. */
int sigv4_chain_frame(struct sigv4_chain *c, struct bytes *out, int64_t date_ms,
		      const void *payload, size_t length);

#endif
