/* doctor: one silent session, as a conversation would open it. */
#include <stdio.h>

#include "client/doctor/doctor_checks.h"
#include "client/settings/settings.h"
#include "client/talk/backend.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"

enum {
	FRAME_MS = 20,
	FRAME_SAMPLES = NOVA_INPUT_RATE_HZ * FRAME_MS / 1000,
	FRAMES = 25,
	LIMIT_MS = 30000, /* longer than any wait of the streams themselves */
};

struct trial {
	struct doctor *doctor;
	struct nova_stream *stream;
	struct nova_session session;
	struct timer pace, limit;
	unsigned frames;
	uint64_t start_us, opened_us;
	struct problem end; /* code 0: ended in order */
};

static void on_opened(void *arg, const char *session_id)
{
	struct trial *t = arg;

	(void)session_id;
	t->opened_us = clock_now_us(loop_clock(t->doctor->loop));
	timer_start(&t->pace, FRAME_MS * 1000);
}

static void on_event(void *arg, const struct nova_event *e)
{
	(void)arg;
	(void)e;
}

static void on_closed(void *arg, const struct problem *why)
{
	struct trial *t = arg;

	t->end = *why;
	loop_stop(t->doctor->loop);
}

static void send_frame(void *arg)
{
	static const int16_t silence[FRAME_SAMPLES];
	struct trial *t = arg;

	if (t->frames++ == FRAMES) {
		nova_session_finish(&t->session);
		return; /* the other side closes */
	}
	nova_session_audio(&t->session, silence, FRAME_SAMPLES);
	timer_start(&t->pace, FRAME_MS * 1000);
}

static void on_limit(void *arg)
{
	struct trial *t = arg;

	problem_set(&t->end, PROBLEM_TIMEOUT,
		    "the session neither ended nor failed within %d s; try "
		    "again",
		    LIMIT_MS / 1000);
	loop_stop(t->doctor->loop);
}

static int hold_session(struct trial *t, struct nova_upstream *upstream)
{
	struct clock *clock = loop_clock(t->doctor->loop);
	const struct settings *s = t->doctor->settings;
	const struct nova_stream_listener listener = {
		.opened = on_opened,
		.event = on_event,
		.closed = on_closed,
		.arg = t,
	};
	const struct nova_session_settings session = {
		.model = settings_text(s, SETTING_MODEL),
		.voice = settings_text(s, SETTING_VOICE),
		.language = settings_text(s, SETTING_LANGUAGE),
	};

	timer_init(&t->pace, clock, send_frame, t);
	timer_init(&t->limit, clock, on_limit, t);
	t->start_us = clock_now_us(clock);
	int err = nova_upstream_open(upstream, &listener, &t->stream, &t->end);
	if (!err)
		err = nova_session_start(&t->session, t->stream, &session);
	if (!err) {
		timer_start(&t->limit, LIMIT_MS * 1000ull);
		loop_run(t->doctor->loop);
	}
	timer_stop(&t->pace);
	timer_stop(&t->limit);
	nova_stream_free(t->stream);
	return problem_add(&t->end, err, "a session cannot be opened: %s",
			   problem_name(err));
}

void doctor_check_session(struct doctor *d)
{
	struct trial t = {.doctor = d};
	struct talk_backend backend;

	if (d->unreachable)
		return;
	if (talk_backend_open(&backend, d->loop, d->settings, NULL, &t.end)) {
		doctor_say(d, "session", DOCTOR_FAIL, "%s", t.end.text);
		return;
	}
	hold_session(&t, backend.upstream);
	if (t.end.code)
		doctor_say(d, "session", DOCTOR_FAIL, "%s", t.end.text);
	else
		doctor_say(d, "session", DOCTOR_PASS,
			   "accepted after %u ms, ended in order",
			   (unsigned)((t.opened_us - t.start_us) / 1000));
	talk_backend_close_upstream(&backend);
	talk_backend_close(&backend);
}
