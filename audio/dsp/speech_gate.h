/*
 * speech_gate: tells speech from silence by energy, block by block.
 *
 * A noise floor follows the quietest recent blocks; speech is what stands
 * some dB above it and above an absolute least level, for long enough.  Times
 * are counted in samples of the stream, so the answer does not depend on how
 * the stream was cut.
 */
#ifndef AUDIO_DSP_SPEECH_GATE_H
#define AUDIO_DSP_SPEECH_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct speech_gate_settings {
	unsigned rate_hz;
	double least_db;       /* quieter is never speech; default -50 */
	double above_floor_db; /* default 9 */
	unsigned start_ms;     /* speech needs this long; default 60 */
	unsigned end_ms;       /* silence that ends speech; default 300 */
};

struct speech_gate {
	struct speech_gate_settings settings;
	double floor_db;
	double sum; /* of the block being filled */
	size_t in_block;
	uint64_t position;   /* samples seen */
	uint64_t loud_since; /* start of the present loud run */
	uint64_t last_loud;  /* end of the last loud block */
	bool loud, speech;
};

struct speech_gate_edge {
	bool started;      /* true: speech began, false: it ended */
	uint64_t position; /* stream sample at which it really did: the end is
			    * the end of the last loud block, not of the wait */
};

/* Zero members of settings (but rate_hz) take their defaults. */
void speech_gate_init(struct speech_gate *g,
		      const struct speech_gate_settings *settings);
/* Takes all n samples, writes up to room edges in order, returns how many
 * (never more than one for each 10 ms begun). */
size_t speech_gate_process(struct speech_gate *g, const int16_t *samples,
			   size_t n, struct speech_gate_edge *edges,
			   size_t room);
bool speech_gate_in_speech(const struct speech_gate *g);
/* Samples since the last loud block (0 while loud). */
uint64_t speech_gate_silence(const struct speech_gate *g);

#endif
