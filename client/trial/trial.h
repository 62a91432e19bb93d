/*
 * trial: one run of a script's case: a conversation on a clock, with the
 * script as learner and everything that comes noted in a trial_log.
 *
 *   script -> [learner_mouth] -> virtual microphone -> conversation -> upstream
 *   trial_log <- virtual speaker <- ... and all session events
 *
 * The clock is virtual (trial_run_simulated()) or a loop's (the owner runs the
 * loop until done()).  One thread.
 */
#ifndef CLIENT_TRIAL_TRIAL_H
#define CLIENT_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "client/session/sink.h"
#include "client/trial/trial_log.h"
#include "net/base/problem.h"

struct clock;
struct nova_session_settings;
struct nova_upstream;
struct renewal_report;
struct script_case;
struct synthesiser;
struct trial;

struct trial_settings {
	const struct script_case *script; /* all are borrowed */
	struct clock *clock;
	struct nova_upstream *upstream; /* below our trouble and renewal */
	bool renews;                    /* it renews itself, or must not be */
	struct synthesiser *voices;
	/* What the session is told; the script's members go before. */
	const struct nova_session_settings *session;
	uint64_t seed;
	unsigned timeout_s;
	struct session_sink *sinks[2]; /* NULL: none; heard() too */
	/* Once, not within trial_start().  The log is complete. */
	void (*done)(void *arg);
	void *arg;
};

/* Prepares all sound, which may take long.  A script that cannot be run (no
 * such file, no voice) fills p. */
int trial_create(struct trial **out, const struct trial_settings *settings,
		 struct problem *p);
void trial_start(struct trial *t);
/* NULL is fine; returns NULL. */
struct trial *trial_free(struct trial *t);

struct trial_log *trial_log_of(struct trial *t);
/* How it ended: code 0, or why it did not end in order.  connected: a session
 * had been there. */
const struct problem *trial_end(const struct trial *t, bool *connected);
/* All turns came to their time. */
bool trial_is_complete(const struct trial *t);
/* Both sides as they were at the devices: 16 kHz and 24 kHz. */
struct trial_sound {
	const int16_t *samples;
	size_t count;
};
struct trial_sound trial_learner_sound(const struct trial *t);
struct trial_sound trial_tutor_sound(const struct trial *t);

#endif
