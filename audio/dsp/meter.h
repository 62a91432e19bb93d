/* meter: level of a block of samples, in dB relative to a full-scale square
 * wave (0 dBFS = 32768).  Silence is METER_SILENCE_DB. */
#ifndef AUDIO_DSP_METER_H
#define AUDIO_DSP_METER_H

#include <stddef.h>
#include <stdint.h>

#define METER_SILENCE_DB (-120.0)

double meter_rms_db(const int16_t *samples, size_t n);
double meter_peak_db(const int16_t *samples, size_t n);

/* Signal to noise of got against wanted, in dB, at equal alignment and after
 * removing the best common gain.  Identical: 200. */
double meter_snr_db(const int16_t *wanted, const int16_t *got, size_t n);

#endif
