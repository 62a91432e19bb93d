/*
 * credentials_source: where AWS credentials come from; a seam.
 *
 * Kinds: fixed, chain (environment, profile, STS, processes, metadata
 * services), cognito (a school's login).  Loop thread only.
 */
#ifndef NET_AWS_CREDENTIALS_H
#define NET_AWS_CREDENTIALS_H

#include <stddef.h>
#include <stdint.h>

struct clock;
struct problem;

struct credentials {
	char *key_id, *secret; /* owned */
	char *token;           /* owned; NULL: long-term keys */
	int64_t expires_ms;    /* UTC; 0: never */
	char source[128];      /* for people: "profile school (role tutor)" */
};

int credentials_copy(struct credentials *out, const struct credentials *from);
/* Wipes the secrets.  Safe on zero bytes. */
void credentials_clear(struct credentials *c);

struct credentials_source;

/* credentials is borrowed for the call and NULL when there are none; then why
 * is one line with cause and remedy (PROBLEM_DENIED when nothing is
 * configured). */
typedef void credentials_done(void *arg, const struct credentials *credentials,
			      const struct problem *why);

/* One question; embedded in or owned by the one who asks. */
struct credentials_call {
	credentials_done *done;
	void *arg;
	struct credentials_source *source; /* NULL: not under way */
	struct credentials_call *next;     /* the source's own */
};

struct credentials_source_ops {
	void (*get)(struct credentials_source *s, struct credentials_call *c);
	void (*cancel)(struct credentials_source *s,
		       struct credentials_call *c);
	void (*free)(struct credentials_source *s);
};

/* First member of every kind. */
struct credentials_source {
	const struct credentials_source_ops *ops;
};

/* Asks; done() is never called from within.  What a source keeps is good for
 * at least CREDENTIALS_MARGIN_MS more, else it is fetched anew; two questions
 * at once lead to one fetch. */
enum { CREDENTIALS_MARGIN_MS = 5 * 60 * 1000 };
void credentials_get(struct credentials_source *s, struct credentials_call *c,
		     credentials_done *done, void *arg);
/* No done() comes after.  Does nothing when it is not under way. */
void credentials_cancel(struct credentials_call *c);
/* NULL is fine; returns NULL. */
struct credentials_source *
credentials_source_free(struct credentials_source *s);

/* Always these (token NULL: long-term keys).  PROBLEM_USAGE when one of the
 * first two is empty, PROBLEM_MEMORY. */
int credentials_fixed_create(struct credentials_source **out, struct clock *c,
			     const char *key_id, const char *secret,
			     const char *token, struct problem *p);

#endif
