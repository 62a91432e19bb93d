/*
 * bench_micro: what the steps of the audio path cost by themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "audio/dsp/pcm_ring.h"
#include "audio/dsp/resampler.h"
#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/aws/sigv4.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"
#include "net/relay/protocol.h"
#include "tests/bench/bench.h"

enum {
	UP_SAMPLES = 320,   /* 20 ms at 16 kHz */
	DOWN_SAMPLES = 480, /* 20 ms at 24 kHz */
	UP_BYTES = UP_SAMPLES * 2,
	EVENT_SAMPLES = 512, /* 32 ms at 16 kHz, as the SDK's samples send */
	TEXT_BYTES = 8192,
	BUFFER_BYTES = 64 * 1024,
	CARD_HZ = 48000,
	BLOCK = CARD_HZ / 100,
	BATCH_US = 20000, /* long enough for a clock of 1 us */
	ROUNDS = 9,       /* batches in a run */
};

static const char session_id[] = "3f0a9e8b-6d2c-4c55-9a51-0d6b7f3f2f10";
static const char seed[] =
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct micro {
	int16_t samples[CARD_HZ];
	int16_t converted[2 * CARD_HZ];
	char base64[TEXT_BYTES];
	uint8_t decoded[TEXT_BYTES];
	struct bytes json, inner, outer;
	struct bytes event_text, relay_text;
	struct nova_event up, down;
	struct relay_message audio;
	struct sigv4_chain chain;
	struct resampler *to_16k, *to_48k;
	struct pcm_ring ring;
	int failed; /* of the last operation */
};

/* --- the operations --- */

static void encode(struct micro *m)
{
	base64_encode(m->base64, m->samples, UP_BYTES);
}

static void decode(struct micro *m)
{
	m->failed |= base64_decode(m->decoded, m->base64,
				   base64_encoded_length(UP_BYTES)) != UP_BYTES;
}

static void write_event(struct micro *m)
{
	bytes_clear(&m->json);
	m->failed |= nova_event_write(&m->json, &m->up, NOVA_TO_SERVICE);
}

static void parse_event(struct micro *m)
{
	struct nova_event e = {0};

	m->failed |= nova_event_parse(&e, (const char *)m->event_text.data,
				      m->event_text.length, NOVA_FROM_SERVICE,
				      NULL);
	nova_event_clear(&e);
}

/* JSON, inner message, signature, outer message: all that a frame is. */
static void sign_frame(struct micro *m)
{
	write_event(m);
	bytes_clear(&m->inner);
	bytes_clear(&m->outer);
	m->failed |= frame_write_chunk(&m->inner, (const char *)m->json.data,
				       m->json.length);
	m->failed |= sigv4_chain_frame(&m->chain, &m->outer,
				       clock_wall_ms(clock_system()),
				       m->inner.data, m->inner.length);
}

static void write_relay(struct micro *m)
{
	bytes_clear(&m->json);
	m->failed |= relay_message_write(&m->json, &m->audio, 0);
}

static void parse_relay(struct micro *m)
{
	struct relay_message message = {0};

	m->failed |= relay_message_parse(&message,
					 (const char *)m->relay_text.data,
					 m->relay_text.length, NULL);
	relay_message_clear(&message);
}

/* A second of sound, in the blocks of a card. */
static void resample_down(struct micro *m)
{
	for (size_t i = 0; i < CARD_HZ; i += BLOCK)
		resampler_process(m->to_16k, m->converted, m->samples + i,
				  BLOCK);
}

static void resample_up(struct micro *m)
{
	for (size_t i = 0; i < CARD_HZ / 2; i += BLOCK)
		resampler_process(m->to_48k, m->converted, m->samples + i,
				  BLOCK);
}

static void pass_ring(struct micro *m)
{
	pcm_ring_write(&m->ring, m->samples, BLOCK);
	pcm_ring_read(&m->ring, m->converted, BLOCK);
}

/* --- timing --- */

/* Microseconds for one call. */
static double time_once(struct micro *m, void (*run)(struct micro *m))
{
	uint64_t start = clock_now_us(clock_system()), now;
	size_t calls = 0;

	do {
		for (int i = 0; i < 10; i++)
			run(m);
		calls += 10;
		now = clock_now_us(clock_system());
	} while (now - start < BATCH_US);
	return (double)(now - start) / (double)calls;
}

static int measure(struct bench *b, struct micro *m,
		   const struct figure_name *id, void (*run)(struct micro *m),
		   double megabytes)
{
	struct samples s = {0};
	int err = 0;

	for (unsigned i = 0; !err && i < b->runs; i++) {
		for (int k = 0; k < ROUNDS; k++) {
			double us = time_once(m, run);

			samples_add(&s,
				    megabytes > 0 ? megabytes / us * 1e6 : us);
		}
		err = m->failed ? PROBLEM_FORMAT
				: figures_add(&b->figures, id, &s);
	}
	samples_deinit(&s);
	return err;
}

/* --- the material --- */

static int prepare_texts(struct micro *m)
{
	m->up = (struct nova_event){
		.type = NOVA_AUDIO_INPUT,
		.prompt_name = session_id,
		.content_id = session_id,
		.samples = m->samples,
		.sample_count = EVENT_SAMPLES,
	};
	m->down = (struct nova_event){
		.type = NOVA_AUDIO_OUTPUT,
		.session_id = session_id,
		.completion_id = session_id,
		.prompt_name = session_id,
		.content_id = session_id,
		.samples = m->samples,
		.sample_count = DOWN_SAMPLES,
	};
	m->audio = (struct relay_message){
		.type = RELAY_AUDIO_INPUT,
		.session_id = session_id,
		.audio = (const uint8_t *)m->samples,
		.audio_length = UP_BYTES,
	};
	int err = nova_event_write(&m->event_text, &m->down, NOVA_FROM_SERVICE);
	return err ? err : relay_message_write(&m->relay_text, &m->audio, 0);
}

static int prepare(struct micro *m)
{
	struct bytes *const buffers[] = {&m->json, &m->inner, &m->outer,
					 &m->event_text, &m->relay_text};
	unsigned value = 1;

	for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
		bytes_init(buffers[i], BUFFER_BYTES);
	for (size_t i = 0; i < CARD_HZ; i++) {
		value = value * 1103515245u + 12345u;
		m->samples[i] = (int16_t)(value >> 18);
	}
	int err = prepare_texts(m);
	if (!err)
		err = sigv4_chain_init(&m->chain, "secret", "us-east-1", seed);
	if (!err)
		err = resampler_create(&m->to_16k, CARD_HZ, 16000);
	if (!err)
		err = resampler_create(&m->to_48k, CARD_HZ / 2, CARD_HZ);
	return err ? err : pcm_ring_init(&m->ring, CARD_HZ);
}

static void micro_free(struct micro *m)
{
	bytes_deinit(&m->json);
	bytes_deinit(&m->inner);
	bytes_deinit(&m->outer);
	bytes_deinit(&m->event_text);
	bytes_deinit(&m->relay_text);
	sigv4_chain_clear(&m->chain);
	resampler_free(m->to_16k);
	resampler_free(m->to_48k);
	pcm_ring_deinit(&m->ring);
	free(m);
}

int bench_micro(struct bench *b, struct problem *p)
{
	static const struct {
		struct figure_name id;
		void (*run)(struct micro *m);
		double megabytes; /* of one call; 0: us a call */
	} rows[] = {
		{{"micro_base64_encode", "MB/s", 0}, encode, UP_BYTES / 1e6},
		{{"micro_base64_decode", "MB/s", 0}, decode, UP_BYTES / 1e6},
		{{"micro_event_write", "us", 0}, write_event, 0},
		{{"micro_event_parse", "us", 0}, parse_event, 0},
		{{"micro_sign_frame", "us", 12}, sign_frame, 0},
		{{"micro_relay_write", "us", 0}, write_relay, 0},
		{{"micro_relay_parse", "us", 0}, parse_relay, 0},
		{{"micro_resample_48k_16k", "us/s", 0}, resample_down, 0},
		{{"micro_resample_24k_48k", "us/s", 0}, resample_up, 0},
		{{"micro_pcm_ring", "us", 0}, pass_ring, 0},
	};
	struct micro *m = calloc(1, sizeof *m);
	int err = m ? prepare(m) : PROBLEM_MEMORY;

	for (size_t i = 0; !err && i < sizeof rows / sizeof rows[0]; i++)
		err = measure(b, m, &rows[i].id, rows[i].run,
			      rows[i].megabytes);
	if (m)
		micro_free(m);
	return err ? problem_set(p, err, "an operation failed: %s",
				 problem_name(err))
		   : 0;
}
