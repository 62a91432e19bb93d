#include "tests/bench/driver.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/relay/protocol.h"
#include "tests/bench/bench.h"
#include "tests/bench/wire.h"

enum { CLIENTS_MOST = 128, FRAMES_MOST = 1024, UP_SAMPLES = 320, QUIET = 20 };

struct driver {
	unsigned clients;
	unsigned frame; /* the next one to be sent */
	struct wire wires[CLIENTS_MOST];
	char ids[CLIENTS_MOST][64];
	uint64_t sent_us[CLIENTS_MOST][FRAMES_MOST];
	void (*received)(void *arg, const struct nova_event *e, uint64_t at_us);
	void *arg;
};

/* --- opening --- */

static int wait_for_session(struct driver *d, unsigned i, struct problem *p)
{
	uint64_t until = clock_now_us(clock_system()) + HANG_MS * 1000ull;
	struct wire *w = &d->wires[i];

	while (!d->ids[i][0]) {
		struct relay_message m = {0};
		int err = wire_read(w, until, p);

		if (err == 0)
			return problem_set(p, PROBLEM_TIMEOUT,
					   "the relay opens no session");
		if (err > 0)
			err = relay_message_parse(&m, w->text, w->length, p);
		if (err == 0 && m.type == RELAY_SESSION_INITIALIZED &&
		    m.session_id)
			snprintf(d->ids[i], sizeof d->ids[i], "%s",
				 m.session_id);
		if (err == 0 && m.type == RELAY_ERROR)
			err = problem_set(p, PROBLEM_SERVER, "the relay: %s",
					  m.text);
		relay_message_clear(&m);
		if (err < 0)
			return err;
	}
	return 0;
}

static int open_client(struct driver *d, unsigned i, uint16_t port,
		       struct problem *p)
{
	const struct relay_message initialize = {
		.type = RELAY_INITIALIZE_SESSION,
		.auth_token = "bench",
		.raw_events = true,
		.continuous_audio = true,
	};
	int err = wire_connect(&d->wires[i], port, p);

	if (!err)
		err = wire_send(&d->wires[i], &initialize, NULL, p);
	return err ? err : wait_for_session(d, i, p);
}

int driver_open(struct driver **out, uint16_t port, unsigned clients,
		struct problem *p)
{
	struct driver *d = calloc(1, sizeof *d);
	int err = 0;

	if (!d || clients > CLIENTS_MOST) {
		free(d);
		return problem_set(p, PROBLEM_LIMIT, "too many clients");
	}
	for (; !err && d->clients < clients; d->clients++)
		err = open_client(d, d->clients, port, p);
	if (err)
		driver_close(d);
	else
		*out = d;
	return err;
}

struct driver *driver_close(struct driver *d)
{
	if (!d)
		return NULL;
	for (unsigned i = 0; i < d->clients; i++)
		wire_close(&d->wires[i]);
	free(d);
	return NULL;
}

/* --- running --- */

static int take(struct driver *d, struct wire *w, struct problem *p)
{
	struct relay_message m = {0};
	int err;

	if (!d->received)
		return 0;
	err = relay_message_parse(&m, w->text, w->length, p);
	if (err)
		return err;
	if (m.type == RELAY_NOVA_RESPONSE && m.event.type == NOVA_AUDIO_OUTPUT)
		d->received(d->arg, &m.event, w->at_us);
	if (m.type == RELAY_SESSION_ERROR)
		err = problem_set(p, PROBLEM_SERVER, "the relay: %s", m.text);
	relay_message_clear(&m);
	return err;
}

/* Reads what has come to any of them, waiting until due_us at most. */
static int read_some(struct driver *d, struct pollfd *fds, uint64_t due_us,
		     struct problem *p)
{
	uint64_t now = clock_now_us(clock_system());
	uint64_t left = due_us > now ? due_us - now : 0;
	struct timespec wait = {(time_t)(left / 1000000),
				(long)(left % 1000000) * 1000};

	if (ppoll(fds, d->clients, &wait, NULL) <= 0)
		return 0;
	for (unsigned i = 0; i < d->clients; i++) {
		int err = 0;

		while ((fds[i].revents & POLLIN) && !err &&
		       (err = wire_read(&d->wires[i], 0, p)) > 0)
			err = take(d, &d->wires[i], p);
		if (err < 0)
			return err;
	}
	return 0;
}

/* Once at least, so that a driver that is late still reads. */
static int read_until(struct driver *d, uint64_t due_us, struct problem *p)
{
	struct pollfd fds[CLIENTS_MOST];
	int err;

	for (unsigned i = 0; i < d->clients; i++)
		fds[i] = (struct pollfd){d->wires[i].fd, POLLIN, 0};
	do
		err = read_some(d, fds, due_us, p);
	while (!err && clock_now_us(clock_system()) < due_us);
	return err;
}

static int send_frame(struct driver *d, unsigned i, struct problem *p)
{
	int16_t samples[UP_SAMPLES] = {(int16_t)i, (int16_t)d->frame};
	const struct relay_message m = {
		.type = RELAY_AUDIO_INPUT,
		.session_id = d->ids[i],
		.audio = (const uint8_t *)samples,
		.audio_length = sizeof samples,
	};

	for (size_t k = 2; k < UP_SAMPLES; k++)
		samples[k] = k % 2 ? QUIET : -QUIET;
	return wire_send(&d->wires[i], &m, &d->sent_us[i][d->frame], p);
}

int driver_run(struct driver *d, unsigned frames,
	       void (*received)(void *arg, const struct nova_event *e,
				uint64_t at_us),
	       void *arg, struct problem *p)
{
	uint64_t start = clock_now_us(clock_system()) + FRAME_US;
	int err = 0;

	if (d->frame + frames > FRAMES_MOST)
		return problem_set(p, PROBLEM_LIMIT, "too many frames");
	d->received = received;
	d->arg = arg;
	for (unsigned k = 0; !err && k < frames; k++, d->frame++) {
		for (unsigned i = 0; !err && i < d->clients; i++) {
			uint64_t due = start + k * (uint64_t)FRAME_US +
				       i * (uint64_t)FRAME_US / d->clients;

			err = read_until(d, due, p);
			if (!err)
				err = send_frame(d, i, p);
		}
	}
	return err;
}

uint64_t driver_sent_us(const struct driver *d, unsigned client, unsigned frame)
{
	return d->sent_us[client][frame];
}
