/*
 * sign_in: from a user name and a password to a user pool's tokens, with the
 * challenges in between.  Loop thread only.
 *
 *   start --> asked --> answer --> asked ... --> done
 */
#ifndef NET_COGNITO_SIGN_IN_H
#define NET_COGNITO_SIGN_IN_H

struct cognito_tokens;
struct problem;
struct sign_in;
struct user_pool;

enum sign_in_flow {
	SIGN_IN_SRP,      /* the password stays here */
	SIGN_IN_PASSWORD, /* it is sent */
};

enum sign_in_question {
	SIGN_IN_NEW_PASSWORD, /* the school gave the present one */
	SIGN_IN_CODE,         /* six digits of an authenticator app */
};

struct sign_in_listener {
	/* sign_in_answer() is due, inside or later.  detail: the app's or
	 * device's name, or "". */
	void (*asked)(void *arg, enum sign_in_question question,
		      const char *detail);
	/* Once, last.  tokens is borrowed, may be taken from (it is cleared
	 * afterwards), and NULL when why says what happened: PROBLEM_DENIED
	 * for a wrong password or code.  tokens->user_id is set. */
	void (*done)(void *arg, struct cognito_tokens *tokens,
		     const struct problem *why);
	void *arg;
};

/* Copies user and password.  No callback from within.  pool is borrowed and
 * outlives it.  PROBLEM_MEMORY or as http_send(). */
int sign_in_start(struct sign_in **out, struct user_pool *pool,
		  enum sign_in_flow flow, const char *user,
		  const char *password, const struct sign_in_listener *listener,
		  struct problem *p);
/* Copies text.  Only after asked().  done() may be called from within, when
 * there is no memory. */
void sign_in_answer(struct sign_in *s, const char *text);
/* Wipes what it holds; no callback comes after; may be called inside one.  NULL
 * is fine; returns NULL. */
struct sign_in *sign_in_free(struct sign_in *s);

#endif
