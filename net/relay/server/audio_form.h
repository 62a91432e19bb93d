/*
 * audio_form: whether a client's audio is what Nova Sonic takes: raw 16-bit
 * samples.  One for each session, because only the first piece of a recording
 * says what it is.
 */
#ifndef NET_RELAY_SERVER_AUDIO_FORM_H
#define NET_RELAY_SERVER_AUDIO_FORM_H

#include <stdbool.h>

struct problem;
struct relay_message;

struct audio_form {
	const char *container; /* recognised once: refused from then on */
	bool begun;
};

/* m is an audio_input with audio.  0, or PROBLEM_REJECTED with words for the
 * client about what to send instead. */
int audio_form_check(struct audio_form *f, const struct relay_message *m,
		     struct problem *p);

#endif
