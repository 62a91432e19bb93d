/*
 * simulated: a trial against the simulator in the same thread, under a virtual
 * clock of its own: as fast as the machine can, and the same for the same
 * script and seed.  Any thread; several at once.
 */
#ifndef CLIENT_TRIAL_SIMULATED_H
#define CLIENT_TRIAL_SIMULATED_H

#include <stdint.h>

struct judge_program;
struct problem;
struct report_case;
struct script_case;
struct settings;
struct synthesiser;

struct simulated_settings {
	const struct script_case *script; /* all borrowed */
	struct synthesiser *voices;       /* 16 kHz */
	struct judge_program *judge;
	const struct settings *settings; /* for session.json */
	const char *model;               /* NULL: the default */
	uint64_t seed;
	unsigned timeout_s;
	const char *cache_dir; /* of the tutor's speech; NULL: none */
	const char *folder;    /* session folder to write; NULL: none */
};

/* Fills out, verdict and all.  What cannot be run at all (PROBLEM_FILE, a
 * voice that is missing) fills p and leaves out as it was. */
int simulated_run(const struct simulated_settings *s, struct report_case *out,
		  struct problem *p);

#endif
