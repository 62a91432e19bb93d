/*
 * relay_fixture: a relay on a loop of its own, in front of a fake service or
 * of the simulator, for tests that talk to it over a socket.
 */
#ifndef TESTS_SUPPORT_RELAY_FIXTURE_H
#define TESTS_SUPPORT_RELAY_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/relay/server/server.h"
#include "tests/support/fake_upstream.h"

struct relay_fixture {
	struct loop_thread *thread;
	struct fake_upstream fake;
	struct brain_maker *maker; /* of the simulator */
	struct nova_upstream *simulator;
	struct relay_server *server;
	struct relay_server_settings settings;
	uint16_t port;
	/* for calls onto the thread */
	struct relay_server_counts counts;
	struct problem problem;
};

/* settings may be NULL; its upstream is put in here.  scenario: a file under
 * the source folder, "" for the built-in one, NULL for the fake service. */
void relay_start(struct relay_fixture *f,
		 const struct relay_server_settings *settings,
		 const char *scenario);
/* Frees the server; the loop goes on. */
void relay_stop_server(struct relay_fixture *f);
void relay_stop(struct relay_fixture *f);

struct relay_server_counts relay_counts(struct relay_fixture *f);
/* Waits until the relay holds no connection and no session. */
bool relay_is_idle(struct relay_fixture *f);

/* On the relay's thread, in the fake service's stream opened last. */
void relay_fake_says(struct relay_fixture *f, const struct nova_event *e);
void relay_fake_ends(struct relay_fixture *f, int code, const char *text);

#endif
