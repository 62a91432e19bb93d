/*
 * backend: where the tutor of this conversation is, made from the settings.
 */
#ifndef CLIENT_TALK_BACKEND_H
#define CLIENT_TALK_BACKEND_H

struct builtin;
struct loop;
struct nova_upstream;
struct problem;
struct settings;

struct talk_backend {
	struct nova_upstream *upstream;
	struct builtin *builtin; /* --sim */
	int kind;                /* enum backend */
	char line[256];          /* "Tutor: ...", for people */
};

/* On the loop's thread.  Returns 0 or a problem code; then there is nothing
 * to close. */
int talk_backend_open(struct talk_backend *b, struct loop *loop,
		      const struct settings *settings, struct problem *p);
/* On the loop's thread. */
void talk_backend_close_upstream(struct talk_backend *b);
/* After that, on any other thread. */
void talk_backend_close(struct talk_backend *b);

#endif
