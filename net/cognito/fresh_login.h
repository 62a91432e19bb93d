/*
 * fresh_login: the login on disk, with tokens that are still good; they are
 * renewed at the user pool when they are not.
 *
 * Loop thread only.  Safe beside other processes that do the same: one asks
 * the pool, the others find its result.
 */
#ifndef NET_COGNITO_FRESH_LOGIN_H
#define NET_COGNITO_FRESH_LOGIN_H

#include <stdint.h>

struct fresh_login;
struct http;
struct login;
struct loop;
struct problem;

/* Tokens are good for at least this long; they may live no more than 5 min. */
enum { FRESH_LOGIN_MARGIN_MS = 60 * 1000 };

/* login is borrowed for the call, and NULL when why says what happened:
 * PROBLEM_DENIED when nobody is signed in or the login has ended. */
typedef void fresh_login_done(void *arg, const struct login *login,
			      const struct problem *why);

/* path: see login_file.h; copied.  No done() from within.  0 or
 * PROBLEM_MEMORY. */
int fresh_login_get(struct fresh_login **out, struct loop *l, struct http *h,
		    const char *path, fresh_login_done *done, void *arg);
/* No done() comes after; may be called inside it.  NULL is fine; returns
 * NULL. */
struct fresh_login *fresh_login_free(struct fresh_login *f);

#endif
