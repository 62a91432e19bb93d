/*
 * client_rig: a whole client but for its devices and sinks: voice link,
 * conversation, relay client, on their own threads as in `habla talk`; with
 * the times at which the tutor's sound got somewhere.
 */
#ifndef TESTS_BENCH_CLIENT_RIG_H
#define TESTS_BENCH_CLIENT_RIG_H

#include <stddef.h>
#include <stdint.h>

struct client_rig;
struct problem;

enum {
	RIG_SPEAKER_HZ = 24000,
	RIG_CHUNKS_MOST = 1024,
	RIG_WATCH_US = 250, /* how often the speaker's ring is looked at */
};

/* Connects to a relay on that port.  Any thread, as all functions here. */
int client_rig_start(struct client_rig **out, uint16_t port,
		     unsigned mic_rate_hz, struct problem *p);
struct client_rig *client_rig_stop(struct client_rig *r);

/* See card_captured_us(); 0 as well while the microphone is not open. */
uint64_t client_rig_captured_us(const struct client_rig *r, unsigned code);
/* When the chunk of that index was in the playout; 0: not yet. */
uint64_t client_rig_pushed_us(const struct client_rig *r, size_t chunk);
/* When its last sample was in the speaker's ring, RIG_WATCH_US late at most,
 * given the samples of all chunks up to it. */
uint64_t client_rig_ringed_us(const struct client_rig *r, size_t chunk);

#endif
