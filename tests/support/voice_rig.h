/*
 * voice_rig: a voice stage between two virtual devices, on a virtual clock.
 *
 * The microphone gives rig->mic from its first sample on, then silence; all
 * that the speaker played and all that the voice told is kept in the rig.
 */
#ifndef TESTS_SUPPORT_VOICE_RIG_H
#define TESTS_SUPPORT_VOICE_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/device/voice.h"

enum { RIG_SAMPLES = 10 * 48000, RIG_BLOCKS = 64, RIG_EDGES = 64 };

struct voice_rig {
	struct virtual_clock *clock;
	struct audio_device *mic_device, *speaker_device;
	struct playout *playout;
	struct voice *voice;
	const int16_t *mic; /* borrowed */
	size_t mic_count, mic_given;
	/* --- what came out */
	int16_t frames[RIG_SAMPLES];
	size_t frames_count;
	int16_t speaker[RIG_SAMPLES];
	size_t speaker_count;
	int16_t heard[2 * RIG_SAMPLES];
	size_t heard_count;          /* frames */
	uint64_t played[RIG_BLOCKS]; /* by block */
	unsigned backwards;          /* reports that fell behind an older one */
	unsigned drained;
	struct {
		bool started;
		uint64_t position;
	} edges[RIG_EDGES];
	size_t edges_count;
	size_t waiting_most; /* ever seen in the speaker's ring */
};

/* Heap, some MB.  Fails the running cmocka test when something fails. */
struct voice_rig *voice_rig_create(unsigned mic_hz, unsigned speaker_hz,
				   bool half_duplex, const int16_t *mic,
				   size_t mic_count);
struct voice_rig *voice_rig_free(struct voice_rig *rig);

/* Lets time pass, with a step each millisecond. */
void voice_rig_run(struct voice_rig *rig, unsigned ms);

#endif
