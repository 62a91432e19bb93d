/*
 * virtual_talk: a whole conversation under the virtual clock, in one thread:
 * virtual microphone and speaker, the voice stage, the conversation, and the
 * in-memory simulator behind an upstream that can be broken.
 */
#ifndef TESTS_SUPPORT_VIRTUAL_TALK_H
#define TESTS_SUPPORT_VIRTUAL_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/conversation/conversation.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/sim/sim.h"

struct tool_runner;
struct virtual_clock;
struct virtual_voice;

enum {
	VT_MIC_HZ = 16000,
	VT_SPEAKER_HZ = 24000,
	VT_LINES_MAX = 4096,
	VT_SECONDS_MAX = 600, /* of sound kept */
};

/* Who answers in place of a scenario, and the tools (may be set to NULL): made
 * for the talk's clock, and freed before it. */
struct virtual_talk_taught {
	void (*prepare)(void *arg, struct clock *clock,
			struct brain_maker **brain, struct tool_runner **tools);
	void (*let_go)(void *arg);
	void *arg;
	unsigned turn_pause_ms;
	unsigned tries; /* reconnect_tries */
	/* The streams renew themselves, and cannot be broken; 0: they do not.
	 */
	unsigned renew_after_ms, force_after_ms;
};

struct virtual_talk {
	struct virtual_clock *virtual;
	struct clock *clock;
	struct brain_maker *scenario; /* NULL: a brain of the test's own */
	struct virtual_talk_taught taught;
	struct nova_upstream *memory, *renewing; /* or NULL */
	struct playout *playout;
	struct virtual_voice *voice;
	struct conversation *conversation;

	/* the upstream in between */
	struct nova_upstream upstream;
	struct nova_stream_listener
		listener; /* conversation's, of the live one */
	struct nova_stream *live;
	unsigned opened; /* streams asked for */
	unsigned refuse; /* so many of the next opens fail with CONNECT */

	const int16_t *say; /* what the microphone gives next; else silence */
	size_t say_left;
	int16_t *heard; /* all that the speaker played, at VT_SPEAKER_HZ */
	size_t heard_count;

	struct session_sink sink;
	struct session_sink *watcher; /* borrowed, or NULL */
	enum nova_role sent_role;     /* of the block being sent */
	char *lines[VT_LINES_MAX]; /* "transcript USER text", "state hearing" */
	size_t line_count;
	unsigned ready_count, answered_count, interrupted_count;
	uint64_t interrupted_at_us, retry_at_us[16];
	unsigned retry_count;
	bool ended, was_connected;
	struct problem why;
};

/* scenario: YAML text.  tries: reconnect_tries. */
void virtual_talk_open(struct virtual_talk *t, const char *scenario,
		       unsigned tries);
/* The same with tools (borrowed) and a model; both may be NULL. */
void virtual_talk_open_with_tools(struct virtual_talk *t, const char *scenario,
				  unsigned tries, struct tool_runner *tools,
				  const char *model);
/* Over streams that renew themselves, and cannot be broken. */
void virtual_talk_open_renewing(struct virtual_talk *t, const char *scenario,
				unsigned renew_after_ms,
				unsigned force_after_ms);
/* A new session is told so many bytes of history at most. */
void virtual_talk_open_forgetful(struct virtual_talk *t, const char *scenario,
				 unsigned tries, size_t history_bytes);
/* Another sink (borrowed) sees all events, and what is heard. */
void virtual_talk_open_watched(struct virtual_talk *t, const char *scenario,
			       struct session_sink *watcher);
/* A brain and tools of the test's own. */
void virtual_talk_open_taught(struct virtual_talk *t,
			      const struct virtual_talk_taught *taught);
void virtual_talk_close(struct virtual_talk *t);

/* The microphone gives these samples from now on (borrowed). */
void virtual_talk_say(struct virtual_talk *t, const int16_t *samples, size_t n);
/* Runs for so long. */
void virtual_talk_run(struct virtual_talk *t, unsigned ms);
/* Runs until *counter reaches value; fails after limit_ms. */
void virtual_talk_run_until(struct virtual_talk *t, const unsigned *counter,
			    unsigned value, unsigned limit_ms);
/* The live stream ends with this code, as if the network had. */
void virtual_talk_break(struct virtual_talk *t, int code);

/* True when some line begins with this. */
bool virtual_talk_told(const struct virtual_talk *t, const char *beginning);
/* How many do. */
unsigned virtual_talk_count(const struct virtual_talk *t,
			    const char *beginning);

/* A learner's "speech": n samples of a loud 300 Hz tone at VT_MIC_HZ. */
void virtual_talk_make_speech(int16_t *samples, size_t n);

#endif
