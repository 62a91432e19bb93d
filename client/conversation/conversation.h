/*
 * conversation: the life of one conversation with a tutor.
 *
 * Opens sessions on a nova_upstream, sends the learner's frames, hands the
 * tutor's sound to the playout, follows turns and barge-in, keeps the
 * transcript, and connects again when a session is lost.  Tells its sinks
 * everything.  One thread: the client's loop, or the virtual clock's.
 */
#ifndef CLIENT_CONVERSATION_CONVERSATION_H
#define CLIENT_CONVERSATION_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/session/sink.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"

struct clock;
struct conversation;
struct playout;
struct problem;
struct tool_runner;

/* As the first client showed them, and what happens while connected. */
enum conversation_state {
	CONVERSATION_CONNECTING,   /* waiting for the first session */
	CONVERSATION_LISTENING,    /* connected, nobody speaks */
	CONVERSATION_HEARING,      /* connected, the learner speaks */
	CONVERSATION_THINKING,     /* connected, the learner has finished */
	CONVERSATION_SPEAKING,     /* connected, the tutor is audible */
	CONVERSATION_DISCONNECTED, /* lost, will try again */
	CONVERSATION_ENDED,
};
const char *conversation_state_name(enum conversation_state state);

struct conversation_settings {
	struct clock *clock;
	struct nova_upstream *upstream; /* borrowed */
	struct playout *playout;        /* borrowed */
	struct tool_runner *tools;      /* borrowed; NULL: none */
	struct nova_session_settings
		session;          /* texts borrowed; history and tools unused */
	unsigned reconnect_tries; /* 0: a lost session ends it */
	unsigned reconnect_step_ms; /* 0: RETRY_STEP_MS (retry.h) */
	size_t history_bytes;       /* 0: HISTORY_TOTAL_BYTES */
};

struct conversation_listener {
	/* A session is ready: the first one, or again after a loss. */
	void (*ready)(void *arg);
	/* The tutor has said and the speaker played a whole answer. */
	void (*answered)(void *arg);
	/* Last call.  why->code 0: ended in order. */
	void (*ended)(void *arg, const struct problem *why, bool was_connected);
	void *arg;
};

int conversation_create(struct conversation **out,
			const struct conversation_settings *settings,
			const struct conversation_listener *listener);
/* Frees at once, without a word to the other side when it still runs. */
struct conversation *conversation_free(struct conversation *c);

/* Before conversation_start().  The sink outlives the conversation. */
void conversation_add_sink(struct conversation *c, struct session_sink *sink);
/* The learner is a recording: an answer that does not begin within this time
 * after the end of speech ends the conversation.  0, as at first: no limit. */
void conversation_set_answer_timeout(struct conversation *c, unsigned ms);
/* Connects. */
void conversation_start(struct conversation *c);
/* Ends in order: closes the session, waits at most 3 s, then ended(). */
void conversation_end(struct conversation *c);
/* Ends at once with a problem (a device failed, the disk is full). */
void conversation_fail(struct conversation *c, const struct problem *why);
/* The stream below has renewed itself, or could not yet.  A person is told of
 * what he may have noticed. */
struct renewal_report;
void conversation_renewed(struct conversation *c,
			  const struct renewal_report *report);
/* One line for people, to all sinks. */
__attribute__((format(printf, 2, 3))) void
conversation_notice(struct conversation *c, const char *format, ...);

/* What has become of a program's command, to all sinks (sink.h). */
void conversation_command(struct conversation *c, const char *id,
			  const char *command, const char *status,
			  const struct problem *why);

/* From the voice stage. */
void conversation_frame(struct conversation *c, const int16_t *samples,
			size_t n);
void conversation_speech(struct conversation *c, bool started);
void conversation_played(struct conversation *c, uint32_t block,
			 uint64_t samples);
void conversation_drained(struct conversation *c);
/* The microphone was muted, or is not any more: tells the sinks. */
void conversation_muted(struct conversation *c, bool muted);
/* The rest of the present answer is not heard; the other side is not told, and
 * goes on.  PROBLEM_ORDER: there is nothing to skip. */
int conversation_skip(struct conversation *c);
/* A typed line from the learner; it goes into the transcript at once.
 * PROBLEM_ORDER: no session; PROBLEM_REJECTED: the model does not answer typed
 * text; p says it to a person. */
int conversation_type(struct conversation *c, const char *text,
		      struct problem *p);

enum conversation_state conversation_state(const struct conversation *c);
/* The learner has spoken and no answer was heard to its end, or skipped,
 * yet. */
bool conversation_waits_for_answer(const struct conversation *c);

#endif
