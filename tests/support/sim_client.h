/*
 * sim_client: a client of a sim_core for tests, on a virtual clock.
 *
 * Speaks and is silent at real-time pace in frames of 32 ms, and keeps what
 * came as one line for each block:
 *
 *   completionStart
 *   USER FINAL "Hello" PARTIAL_TURN
 *   ASSISTANT SPECULATIVE "Good day." PARTIAL_TURN
 *   AUDIO 24000 END_TURN
 *   TOOL look {"word":"leaf"} TOOL_USE
 *   completionEnd END_TURN
 *   exception validationException: Invalid input request, ...
 */
#ifndef TESTS_SUPPORT_SIM_CLIENT_H
#define TESTS_SUPPORT_SIM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/event.h"
#include "net/sim/core.h"

struct sim_client {
	struct virtual_clock *time;
	struct clock *clock;
	struct sim_core *core;
	unsigned rate_hz;
	const char *audio_name;
	const char *tools;     /* of the next prompt; NULL: one named "look" */
	char lines[16 * 1024]; /* each ends with \n */
	/* the block that is open */
	bool block_open;
	char block[2048];
	size_t block_samples;
	/* all sound that came */
	int16_t *samples;
	size_t sample_count;
	size_t chunks[4096];     /* size of each */
	uint64_t chunk_us[4096]; /* when it came */
	size_t chunk_count;
	char tool_use_id[64];
	uint64_t ended_us; /* time of exception, cut or end; 0: it lives */
	struct nova_usage usage; /* the last */
	size_t sent;             /* samples, for the phase of the voice */
};

/* Every settings member may be zero. */
void sim_client_open(struct sim_client *c,
		     const struct sim_core_settings *settings,
		     struct brain_maker *maker);
void sim_client_close(struct sim_client *c);

/* sessionStart, promptStart (output 24 kHz), system block, audio container. */
void sim_client_begin(struct sim_client *c);
void sim_client_prompt(struct sim_client *c, unsigned output_hz);
/* A message of before: a block that is not interactive. */
void sim_client_history(struct sim_client *c, enum nova_role role,
			const char *text);
void sim_client_audio(struct sim_client *c, unsigned input_hz);
void sim_client_end(struct sim_client *c);

void sim_client_speak(struct sim_client *c, unsigned ms);
void sim_client_silence(struct sim_client *c, unsigned ms);
/* Exactly these samples in one event; no time passes. */
void sim_client_send(struct sim_client *c, const int16_t *samples, size_t n);
void sim_client_text(struct sim_client *c, const char *text);
void sim_client_tool_result(struct sim_client *c, const char *result);
void sim_client_wait(struct sim_client *c, unsigned ms);

/* A voice: 300 Hz at -20 dB. */
void sim_client_voice(int16_t *out, size_t n, unsigned rate_hz, size_t phase);

/* Fails the test when the lines since the last call differ. */
void sim_client_expect(struct sim_client *c, const char *lines);
uint64_t sim_client_now_ms(const struct sim_client *c);

#endif
