/* device_kind: what the kinds of audio_device share.  For this room only. */
#ifndef AUDIO_DEVICE_DEVICE_KIND_H
#define AUDIO_DEVICE_DEVICE_KIND_H

#include <stdatomic.h>

#include "audio/device/audio_device.h"
#include "net/base/problem.h"

enum {
	DEVICE_BLOCK_MS = 10, /* files, pipes and virtual devices */
	/* What a voice thread may miss before microphone sound is lost. */
	DEVICE_RING_MS = 1000,
	DEVICE_BLOCK_MOST = 4096, /* samples of a block at any rate taken */
};

/* Fills the part that all kinds have.  On failure nothing is to be freed. */
int audio_device_init(struct audio_device *d,
		      const struct audio_device_ops *ops,
		      enum audio_direction dir, unsigned rate_hz,
		      unsigned channels);
void audio_device_deinit(struct audio_device *d);

/* A failure noted by the thread of the device, read by any other.  Zero bytes
 * are a good beginning.  Only the first is kept. */
struct device_failure {
	struct problem problem; /* written once, before code */
	atomic_int code;
};
__attribute__((format(printf, 3, 4))) void
device_failure_note(struct device_failure *f, int code, const char *format,
		    ...);
int device_failure_get(struct device_failure *f, struct problem *p);

#endif
