/*
 * card: a sound card that is none: real time, 10 ms blocks, and samples that
 * say when they were captured.
 *
 * Each 20 ms frame of the microphone is a level of its own, its code, which
 * survives resampling and tells the frames of 2.5 s apart.
 */
#ifndef TESTS_BENCH_CARD_H
#define TESTS_BENCH_CARD_H

#include <stddef.h>
#include <stdint.h>

#include "audio/device/audio_device.h"

enum { CARD_CODES = 128 };

int card_open(struct audio_device **out, enum audio_direction dir,
	      unsigned rate_hz);

/* When device_rt_capture() had taken the last sample of the newest frame with
 * that code; 0: none yet.  Any thread. */
uint64_t card_captured_us(const struct audio_device *d, unsigned code);

/* The level of a code, and the code of a frame by its middle. */
int16_t card_level(unsigned code);
unsigned card_code(const int16_t *samples, size_t n);

#endif
