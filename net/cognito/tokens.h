/* tokens: what a sign-in or a refresh gives. */
#ifndef NET_COGNITO_TOKENS_H
#define NET_COGNITO_TOKENS_H

#include <stdint.h>

struct cJSON;

struct cognito_tokens {
	char *id, *access;  /* owned */
	char *refresh;      /* owned; NULL: the old one stays */
	char *user_id;      /* owned; the pool's own name for the user */
	int64_t expires_ms; /* UTC, of id and access */
};

/* Reads AuthenticationResult; now_ms: UTC.  user_id is what the access token
 * says, else NULL.  PROBLEM_FORMAT or PROBLEM_MEMORY; then *out is empty. */
int cognito_tokens_read(struct cognito_tokens *out, const struct cJSON *answer,
			int64_t now_ms);
/* Wipes them.  Safe on zero bytes. */
void cognito_tokens_clear(struct cognito_tokens *t);

/* A text of a token's middle part; caller frees.  NULL: not there.  Nothing is
 * checked: only for tokens that the pool has given us itself. */
char *cognito_token_claim(const char *token, const char *name);

#endif
