/*
 * builtin: a simulator and a relay on loopback, inside this program.
 *
 * Each has its own thread and loop and a port of its own choosing; the relay
 * asks for a random token.  Talking goes through real sockets.
 */
#ifndef CLIENT_BUILTIN_BUILTIN_H
#define CLIENT_BUILTIN_BUILTIN_H

struct builtin;
struct problem;

struct builtin_settings {
	const char *scenario; /* NULL: the one that comes with Habla */
	const char *model;
	const char *record_dir; /* simulator's own recordings, or NULL */
};

int builtin_start(struct builtin **out, const struct builtin_settings *settings,
		  struct problem *p);
const char *builtin_relay_url(const struct builtin *b);
const char *builtin_token(const struct builtin *b);
struct builtin *builtin_free(struct builtin *b);

#endif
