/*
 * bench_client: how long sound takes through the client.
 *
 *   card -> ring -> [voice thread] -> [loop: conversation, relay client] ->
 *       socket -> here          capture_to_socket
 *   here -> socket -> [loop: relay client, conversation] -> playout
 *       -> [voice thread] -> ring        socket_to_playout, socket_to_ring
 *
 * This end plays the relay by hand, so that no time of a relay is in it.
 */
#include <unistd.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/relay/protocol.h"
#include "tests/bench/bench.h"
#include "tests/bench/card.h"
#include "tests/bench/client_rig.h"
#include "tests/bench/wire.h"
#include "tests/bench/witness.h"

enum {
	FRAMES = 210, /* a run: 4 s after warming up */
	CHUNK_SAMPLES = RIG_SPEAKER_HZ * FRAME_MS / 1000,
};

static const char session_id[] = "bench";
static const char content_id[] = "answer";

struct client_figures {
	struct figure_name to_socket, to_playout, to_ring;
};

struct client_run {
	struct client_rig *rig;
	struct wire wire;
	int listening;
	unsigned frames; /* received */
	uint64_t sent_us[FRAMES];
	struct samples to_socket;
};

/* --- as a relay --- */

static int say(struct client_run *r, const struct relay_message *m,
	       uint64_t *at_us, struct problem *p)
{
	return wire_send(&r->wire, m, at_us, p);
}

static int say_event(struct client_run *r, const struct nova_event *e,
		     uint64_t *at_us, struct problem *p)
{
	const struct relay_message m = {
		.type = RELAY_NOVA_RESPONSE,
		.session_id = session_id,
		.raw_events = true,
		.event = *e,
	};

	return say(r, &m, at_us, p);
}

static int take_message(struct client_run *r, bool *initialized,
			struct problem *p)
{
	struct relay_message m = {0};
	int err = relay_message_parse(&m, r->wire.text, r->wire.length, p);

	if (err)
		return err;
	if (m.type == RELAY_INITIALIZE_SESSION)
		*initialized = true;
	if (m.type == RELAY_AUDIO_INPUT && m.audio_length > 0) {
		unsigned code = card_code(
			(const int16_t *)(const void *)m.audio,
			m.audio_length / 2);
		uint64_t captured = client_rig_captured_us(r->rig, code);

		if (++r->frames > WARM_UP_FRAMES && captured)
			samples_add(&r->to_socket,
				    ((double)r->wire.at_us - (double)captured) /
					    1000);
	}
	relay_message_clear(&m);
	return 0;
}

static int open_session(struct client_run *r, struct problem *p)
{
	const struct relay_message hello = {
		.type = RELAY_CONNECTION_ESTABLISHED,
		.text = "Connected",
	};
	const struct relay_message ready = {
		.type = RELAY_SESSION_INITIALIZED,
		.session_id = session_id,
		.text = "Session ready",
		.mode = "simulator",
	};
	const struct nova_event start = {
		.type = NOVA_CONTENT_START,
		.content_id = content_id,
		.content = NOVA_AUDIO,
		.role = NOVA_ASSISTANT,
		.rate_hz = RIG_SPEAKER_HZ,
	};
	uint64_t until = clock_now_us(clock_system()) + HANG_MS * 1000ull;
	bool initialized = false;
	int err = say(r, &hello, NULL, p);

	while (!err && !initialized) {
		int got = wire_read(&r->wire, until, p);

		if (got < 0)
			err = got;
		else if (got == 0)
			err = problem_set(p, PROBLEM_TIMEOUT,
					  "the client opens no session");
		else
			err = take_message(r, &initialized, p);
	}
	if (!err)
		err = say(r, &ready, NULL, p);
	return err ? err : say_event(r, &start, NULL, p);
}

/* Reads what comes until due_us. */
static int take_until(struct client_run *r, uint64_t due_us, struct problem *p)
{
	bool initialized = true;
	int got;

	while ((got = wire_read(&r->wire, due_us, p)) > 0 ||
	       clock_now_us(clock_system()) < due_us) {
		if (got < 0)
			return got;
		if (got > 0 && take_message(r, &initialized, p))
			return p->code;
	}
	return got;
}

static int send_chunk(struct client_run *r, unsigned index, struct problem *p)
{
	int16_t samples[CHUNK_SAMPLES];
	const struct nova_event e = {
		.type = NOVA_AUDIO_OUTPUT,
		.content_id = content_id,
		.samples = samples,
		.sample_count = CHUNK_SAMPLES,
	};

	for (size_t i = 0; i < CHUNK_SAMPLES; i++)
		samples[i] = card_level(index);
	return say_event(r, &e, &r->sent_us[index], p);
}

/* Full duplex, each way a frame every 20 ms. */
static int converse(struct client_run *r, struct problem *p)
{
	int err = open_session(r, p);
	uint64_t due = clock_now_us(clock_system()) + FRAME_US;

	for (unsigned i = 0; !err && i < FRAMES; i++, due += FRAME_US) {
		err = take_until(r, due, p);
		if (!err)
			err = send_chunk(r, i, p);
	}
	return err ? err : take_until(r, due + 10 * FRAME_US, p);
}

/* --- figures --- */

static int add_down(struct bench *b, const struct client_run *r,
		    const struct figure_name *id,
		    uint64_t (*arrived)(const struct client_rig *rig,
					size_t chunk))
{
	struct samples s = {0};
	int err;

	for (size_t i = WARM_UP_FRAMES; i < FRAMES; i++) {
		uint64_t at = arrived(r->rig, i);

		if (at)
			samples_add(&s, ((double)at - (double)r->sent_us[i]) /
						1000);
	}
	err = figures_add(&b->figures, id, &s);
	samples_deinit(&s);
	return err;
}

static int run_once(struct bench *b, const struct client_figures *ids,
		    unsigned mic_rate_hz, struct tries *tries,
		    struct problem *p)
{
	struct client_run r = {.listening = -1};
	struct witness witness = {0};
	uint16_t port;
	int err = wire_listen(&r.listening, &port, p);

	if (!err)
		err = client_rig_start(&r.rig, port, mic_rate_hz, p);
	if (!err)
		err = wire_accept(&r.wire, r.listening, p);
	if (!err && witness_start(&witness))
		err = problem_set(p, PROBLEM_MEMORY, "no thread for a witness");
	if (!err)
		err = converse(&r, p);
	if (err)
		goto out;
	tries_note(tries, witness_end_ms(&witness));
	b->figures.noise = tries->noise;
	err = figures_add(&b->figures, &ids->to_socket, &r.to_socket);
	if (!err && ids->to_playout.name)
		err = add_down(b, &r, &ids->to_playout, client_rig_pushed_us);
	if (!err && ids->to_ring.name)
		err = add_down(b, &r, &ids->to_ring, client_rig_ringed_us);
	if (err)
		problem_set(p, err, "no frame came through the client");
out:
	b->figures.noise = 0;
	witness_end_ms(&witness);
	client_rig_stop(r.rig);
	wire_close(&r.wire);
	if (r.listening >= 0)
		close(r.listening);
	samples_deinit(&r.to_socket);
	return err;
}

int bench_client_audio(struct bench *b, struct problem *p)
{
	static const struct client_figures ids = {
		{"capture_to_socket", "ms", 2},
		{"socket_to_playout", "ms", 2},
		{"socket_to_ring", "ms", 2},
	};
	struct tries tries = {0};
	int err = 0;

	while (!err && tries_left(&tries, b->runs))
		err = run_once(b, &ids, 16000, &tries, p);
	return err;
}

int bench_client_audio_48k(struct bench *b, struct problem *p)
{
	static const struct client_figures ids = {
		.to_socket = {"capture_to_socket_48k", "ms", 2},
	};
	struct tries tries = {0};
	int err = 0;

	while (!err && tries_left(&tries, b->runs))
		err = run_once(b, &ids, 48000, &tries, p);
	return err;
}
