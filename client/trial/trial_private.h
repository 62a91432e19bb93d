/* trial_private: the inside of a trial, for trial.c and trial_turns.c. */
#ifndef CLIENT_TRIAL_TRIAL_PRIVATE_H
#define CLIENT_TRIAL_TRIAL_PRIVATE_H

#include "client/trial/learner_mouth.h"
#include "client/trial/trial.h"
#include "net/base/clock.h"

enum { TRIAL_SINKS = 2 };

struct trial_track {
	int16_t *samples;
	size_t count, room;
};

struct trial {
	struct trial_settings settings;
	struct trial_log log;
	struct lesson *lesson;
	char *lesson_name, *prompt;
	struct tool_runner *tools;
	struct learner_mouth *mouth;
	struct playout *playout;
	struct virtual_voice *voice;
	struct faulty_upstream *faulty;
	struct nova_upstream *renewing;
	struct conversation *conversation;
	struct trial_track learner, tutor;
	struct timer limit, told;

	bool ready; /* a session has been there */
	uint64_t ready_us;
	bool ended, was_connected, complete, ending;
	struct problem end;

	/* --- trial_turns.c */
	size_t turn;       /* that runs; 0: none yet */
	uint64_t armed_us; /* since when the next one's start is waited for */
	bool base_known;   /* what it waits for has come, then */
	uint64_t base_us;
	unsigned renewals; /* before the turn's own */
	bool was_lost;     /* disconnect: the loss was seen */
};

/* Each 10 ms: the learner's next doing. */
void trial_turns_step(struct trial *t);

#endif
