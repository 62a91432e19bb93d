/*
 * login_file: a login as it is kept on disk, for one person's eyes (mode
 * 0600).
 *
 * A file is replaced whole, so that a reader sees the old one or the new one.
 * Who writes holds the lock (login_lock.h).
 */
#ifndef NET_COGNITO_LOGIN_FILE_H
#define NET_COGNITO_LOGIN_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct cognito_tokens;
struct problem;
struct user_pool_settings;

/* Texts are owned. */
struct login {
	char *user;    /* as it was typed */
	char *user_id; /* as the pool calls that user */
	char *user_pool, *client_id;
	char *client_secret; /* NULL: the client has none */
	char *identity_pool; /* NULL: none was named */
	char *region;        /* NULL: the one in the pools' ids */
	char *endpoint;      /* NULL: the region's */
	char *id_token, *access_token;
	char *refresh_token; /* NULL: cannot be continued */
	int64_t expires_ms;  /* UTC, of id_token and access_token */
};

/* Wipes it.  Safe on zero bytes. */
void login_clear(struct login *l);
/* The pool that this login is of; borrowed from l. */
struct user_pool_settings login_pool(const struct login *l);
/* Takes the tokens; what a refresh does not give (refresh token) stays. */
void login_take_tokens(struct login *l, struct cognito_tokens *t);

/* *found is false, with 0, when there is no such file.  PROBLEM_DENIED: others
 * may read or replace it.  PROBLEM_FORMAT: broken.  PROBLEM_FILE,
 * PROBLEM_MEMORY.  All fill p with a line that names the remedy. */
int login_read(struct login *out, bool *found, const char *path,
	       struct problem *p);
/* Under the lock.  PROBLEM_DENIED: others may write to its folder. */
int login_write(const char *path, const struct login *l, struct problem *p);
/* Under the lock.  A file that is not there is fine. */
int login_delete(const char *path, struct problem *p);

#endif
