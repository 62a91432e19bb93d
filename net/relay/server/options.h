/* options: how habla-relay is started: its flags and its help.  One thread. */
#ifndef NET_RELAY_SERVER_OPTIONS_H
#define NET_RELAY_SERVER_OPTIONS_H

#include <stdbool.h>

enum { RELAY_EXIT_USAGE = 2, RELAY_EXIT_NOT_LISTENING = 3 };

/* Texts are borrowed from argv and the environment; NULL: not given. */
struct relay_options {
	unsigned port;
	const char *listen, *endpoint, *region, *profile, *model, *voice;
	const char *allow_origin, *ca_file, *scenario, *log;
	unsigned renew_after;   /* seconds; 0: the default */
	unsigned history_limit; /* KB; 0: the default */
	bool sim;
};

/* 0, or the exit code after a line on standard error.  --help and --version
 * print and end the program. */
int relay_options_read(struct relay_options *o, int argc, char **argv);

#endif
