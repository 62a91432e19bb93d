/*
 * portaudio_rt: the functions that PortAudio calls on its own threads.
 *
 * They pass samples to device_rt and do nothing else.  For this room only;
 * apart from portaudio_device.c nobody includes it.
 */
#ifndef AUDIO_DEVICE_PORTAUDIO_RT_H
#define AUDIO_DEVICE_PORTAUDIO_RT_H

#include <stdatomic.h>

#include <portaudio.h>

#include "audio/device/device_rt.h"

struct portaudio_rt {
	struct device_rt *rt; /* borrowed; outlives the stream */
	atomic_bool ended;    /* the stream runs no more, whoever ended it */
};

int portaudio_rt_capture(const void *in, void *out, unsigned long frames,
			 const PaStreamCallbackTimeInfo *time,
			 PaStreamCallbackFlags flags, void *arg);
int portaudio_rt_playback(const void *in, void *out, unsigned long frames,
			  const PaStreamCallbackTimeInfo *time,
			  PaStreamCallbackFlags flags, void *arg);
void portaudio_rt_ended(void *arg);

#endif
