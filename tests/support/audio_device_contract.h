/* audio_device_contract: what every kind of audio_device is held to. */
#ifndef TESTS_SUPPORT_AUDIO_DEVICE_CONTRACT_H
#define TESTS_SUPPORT_AUDIO_DEVICE_CONTRACT_H

#include <stddef.h>

struct audio_device;

struct audio_device_kind {
	const char *name;
	/* A new device that is not started. */
	struct audio_device *(*open)(void *arg);
	/* Lets the device pass at least so many frames, or a little more.
	 * NULL: it does so by itself, and the suite waits for it. */
	void (*advance)(void *arg, struct audio_device *d, size_t frames);
	void *arg;
};

/* Both fail the running cmocka test when the contract is broken. */
void audio_device_contract_playback(const struct audio_device_kind *kind);
void audio_device_contract_capture(const struct audio_device_kind *kind);

#endif
