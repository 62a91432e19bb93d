/*
 * devices: which microphone and speaker a conversation uses.
 *
 * From --mic and --speaker: a sound card's device, a file, "-" (raw s16le
 * pipe), or nothing: the card's default, and without a card the recordings
 * that come with Habla and a speaker that only takes its time.
 */
#ifndef CLIENT_TALK_DEVICES_H
#define CLIENT_TALK_DEVICES_H

#include <stdbool.h>

#include "client/conversation/voice_link.h"

struct problem;

struct talk_devices {
	const char *mic, *speaker; /* settings; NULL: default */
	bool headset;
	bool given; /* the microphone hears what it is given */
	bool text; /* no device: silence up, and answers only take their time */
	/* --- filled by talk_devices_open(): nobody else's until the link has
	 * told that the devices are open */
	bool recordings; /* the microphone gives recordings: it is cued, and
			  * the conversation ends after the last */
	bool piped;      /* the microphone is a pipe with an end */
	bool no_mic_found, no_speaker_found;
	bool half_duplex;
	char mic_name[160], speaker_name[160];
};

/* For voice_link_settings.open, with a struct talk_devices as arg; opener
 * thread. */
int talk_devices_open(void *arg, struct voice_link_devices *out,
		      struct problem *p);

/* Checks what can be checked before anything is connected: a file that is
 * named must be readable sound. */
int talk_devices_check(const struct talk_devices *d, struct problem *p);

#endif
