#include "tests/bench/client_rig.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "audio/device/device_pump.h"
#include "audio/dsp/playout.h"
#include "client/conversation/conversation.h"
#include "client/conversation/voice_link.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"
#include "net/relay/client.h"
#include "tests/bench/bench.h"
#include "tests/bench/card.h"

enum {
	PLAYOUT_LIMIT = 60 * RIG_SPEAKER_HZ,
	CHUNK_SAMPLES = RIG_SPEAKER_HZ * FRAME_MS / 1000,
};

struct client_rig {
	/* --- set at the start */
	struct loop_thread *thread;
	uint16_t port;
	unsigned mic_rate_hz;
	struct problem problem;

	/* --- loop thread only */
	struct nova_upstream tapped; /* what the conversation opens; see tap */
	struct nova_stream_listener tap;
	struct nova_upstream *relay;
	struct playout *playout;
	struct conversation *conversation;
	struct voice_link *link;
	size_t pushes;

	/* --- opener thread, then constant */
	_Atomic(struct audio_device *) mic;
	struct audio_device *speaker;

	/* --- watcher's thread */
	struct device_pump watcher;
	size_t ringed;

	_Atomic(uint64_t) pushed_us[RIG_CHUNKS_MOST];
	_Atomic(uint64_t) ringed_us[RIG_CHUNKS_MOST];
};

/* --- between the relay's stream and the conversation --- */

static void tap_opened(void *arg, const char *session_id)
{
	struct client_rig *r = arg;

	r->tap.opened(r->tap.arg, session_id);
}

/* When the conversation has returned, the samples are in the playout. */
static void tap_event(void *arg, const struct nova_event *e)
{
	struct client_rig *r = arg;

	r->tap.event(r->tap.arg, e);
	if (e->type == NOVA_AUDIO_OUTPUT && r->pushes < RIG_CHUNKS_MOST)
		atomic_store(&r->pushed_us[r->pushes++],
			     clock_now_us(clock_system()));
}

static void tap_closed(void *arg, const struct problem *why)
{
	struct client_rig *r = arg;

	r->tap.closed(r->tap.arg, why);
}

static int tap_open(struct nova_upstream *u,
		    const struct nova_stream_listener *listener,
		    struct nova_stream **out, struct problem *p)
{
	/* tapped is not the first member, so it cannot be cast */
	struct client_rig *r = (void *)((char *)u -
					offsetof(struct client_rig, tapped));
	const struct nova_stream_listener tap = {tap_opened, tap_event,
						 tap_closed, r};

	r->tap = *listener;
	return nova_upstream_open(r->relay, &tap, out, p);
}

/* --- the speaker's ring --- */

static void watch(void *arg)
{
	struct client_rig *r = arg;
	size_t chunks = audio_device_written(r->speaker) / CHUNK_SAMPLES;

	while (r->ringed < chunks && r->ringed < RIG_CHUNKS_MOST)
		atomic_store(&r->ringed_us[r->ringed++],
			     clock_now_us(clock_system()));
}

/* --- voice link --- */

static int open_cards(void *arg, struct voice_link_devices *out,
		      struct problem *p)
{
	struct client_rig *r = arg;
	int err = card_open(&out->mic, AUDIO_CAPTURE, r->mic_rate_hz);

	if (!err)
		err = card_open(&out->speaker, AUDIO_PLAYBACK, RIG_SPEAKER_HZ);
	if (err)
		return problem_set(p, err, "no memory for a card");
	r->speaker = out->speaker;
	atomic_store(&r->mic, out->mic);
	return 0;
}

static void on_opened(void *arg, const struct problem *p)
{
	struct client_rig *r = arg;

	if (p->code)
		conversation_fail(r->conversation, p);
	else
		device_pump_start(&r->watcher);
}

static void on_frame(void *arg, const int16_t *samples, size_t n)
{
	conversation_frame(((struct client_rig *)arg)->conversation, samples,
			   n);
}

static void on_speech(void *arg, bool started)
{
	conversation_speech(((struct client_rig *)arg)->conversation, started);
}

static void on_played(void *arg, uint32_t block, uint64_t samples)
{
	conversation_played(((struct client_rig *)arg)->conversation, block,
			    samples);
}

static void on_drained(void *arg)
{
	conversation_drained(((struct client_rig *)arg)->conversation);
}

static void on_nothing(void *arg)
{
	(void)arg;
}

static void on_device_failed(void *arg, const struct problem *p)
{
	conversation_fail(((struct client_rig *)arg)->conversation, p);
}

static void on_ended(void *arg, const struct problem *why, bool was_connected)
{
	(void)was_connected;
	if (why->code)
		fprintf(stderr, "habla-bench: the client: %s\n", why->text);
	(void)arg;
}

/* --- on the loop thread --- */

static int open_conversation(struct client_rig *r, struct problem *p)
{
	const struct conversation_settings settings = {
		.clock = loop_clock(loop_thread_loop(r->thread)),
		.upstream = &r->tapped,
		.playout = r->playout,
		.session = {.model = NOVA_MODEL_DEFAULT},
	};
	const struct conversation_listener listener = {on_nothing, on_nothing,
						       on_ended, r};
	int err = conversation_create(&r->conversation, &settings, &listener);

	return err ? problem_set(p, err, "no memory for a client") : 0;
}

static int open_link(struct client_rig *r, struct problem *p)
{
	const struct voice_link_settings settings = {
		.loop = loop_thread_loop(r->thread),
		.playout = r->playout,
		.open = open_cards,
		.open_arg = r,
	};
	const struct voice_link_listener listener = {
		.opened = on_opened,
		.frame = on_frame,
		.speech = on_speech,
		.played = on_played,
		.drained = on_drained,
		.recording_done = on_nothing,
		.failed = on_device_failed,
		.arg = r,
	};
	int err = voice_link_create(&r->link, &settings, &listener);

	return err ? problem_set(p, err, "no thread for a client") : 0;
}

static void open_rig(void *arg)
{
	struct client_rig *r = arg;
	struct problem *p = &r->problem;
	char url[64];
	const struct relay_client_settings relay = {.url = url};

	snprintf(url, sizeof url, "ws://127.0.0.1:%u", r->port);
	if (relay_upstream_create(&r->relay, loop_thread_loop(r->thread),
				  &relay, p))
		return;
	r->tapped = (struct nova_upstream){tap_open, r->relay->name};
	if (playout_create(&r->playout, PLAYOUT_LIMIT)) {
		problem_set(p, PROBLEM_MEMORY, "no memory for a client");
		return;
	}
	if (open_conversation(r, p) || open_link(r, p))
		return;
	conversation_start(r->conversation);
}

static void close_rig(void *arg)
{
	struct client_rig *r = arg;

	device_pump_stop(&r->watcher);
	r->link = voice_link_free(r->link);
	r->conversation = conversation_free(r->conversation);
	r->playout = playout_free(r->playout);
	r->relay = relay_upstream_free(r->relay);
}

/* --- on any thread --- */

int client_rig_start(struct client_rig **out, uint16_t port,
		     unsigned mic_rate_hz, struct problem *p)
{
	struct client_rig *r = calloc(1, sizeof *r);
	int err;

	if (!r)
		return problem_set(p, PROBLEM_MEMORY, "no memory for a client");
	r->port = port;
	r->mic_rate_hz = mic_rate_hz;
	device_pump_init(&r->watcher, NULL, RIG_WATCH_US, 0, watch, r);
	err = loop_thread_start(&r->thread, "client");
	if (err) {
		free(r);
		return problem_set(p, err, "no thread for a client");
	}
	loop_thread_call(r->thread, open_rig, r);
	err = r->problem.code;
	if (err) {
		*p = r->problem;
		client_rig_stop(r);
	} else {
		*out = r;
	}
	return err;
}

struct client_rig *client_rig_stop(struct client_rig *r)
{
	if (!r)
		return NULL;
	loop_thread_call(r->thread, close_rig, r);
	loop_thread_free(r->thread);
	free(r);
	return NULL;
}

uint64_t client_rig_captured_us(const struct client_rig *r, unsigned code)
{
	const struct audio_device *mic = atomic_load(&r->mic);

	return mic ? card_captured_us(mic, code) : 0;
}

uint64_t client_rig_pushed_us(const struct client_rig *r, size_t chunk)
{
	return atomic_load(&r->pushed_us[chunk]);
}

uint64_t client_rig_ringed_us(const struct client_rig *r, size_t chunk)
{
	return atomic_load(&r->ringed_us[chunk]);
}
