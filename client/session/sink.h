/*
 * session_sink: who wants to see every event and every sample; a seam.
 *
 * Kinds: the session folder, the terminal, --json, the window; later a
 * test's verdict.  Called on the conversation's thread, in order; a sink that
 * does slow work copies what it needs and does it elsewhere.
 */
#ifndef CLIENT_SESSION_SINK_H
#define CLIENT_SESSION_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "net/nova/event.h"

struct problem;

enum session_direction { SESSION_LOCAL, SESSION_SENT, SESSION_RECEIVED };

/* What happened in the client itself (SESSION_LOCAL). */
enum session_kind {
	SESSION_NOVA,       /* a Nova Sonic event, see nova; not local */
	SESSION_STATE,      /* text: the new state; see conversation.h */
	SESSION_ID,         /* text: the session id given by the other side */
	SESSION_SPEECH,     /* text: "started" or "ended": the learner's, as
			     * the client's own gate hears it */
	SESSION_TRANSCRIPT, /* role, text, cut: a line is complete */
	SESSION_PARTIAL, /* role, text: what has been heard of a line so far */
	SESSION_INTERRUPTED, /* number: samples flushed (24 kHz) */
	SESSION_SKIPPED,     /* number: samples flushed; by the learner, and
			      * the other side does not know */
	SESSION_MUTED,       /* text: "on" or "off": the microphone's mute */
	SESSION_ANSWERED,    /* the tutor's turn has been played to its end */
	SESSION_TOOL_CALL,   /* tool, tool_use_id; text: arguments (JSON) */
	SESSION_TOOL_RESULT, /* tool, tool_use_id; text: result (JSON); number:
			      * ms it took; problem: why it is an error, or
			      * could not be given */
	SESSION_RETRY,     /* number: attempt; tries; delay_ms; problem: why */
	SESSION_COUNTDOWN, /* each second from then on.  number: attempt; tries;
			    * delay_ms: what is left */
	SESSION_RENEWAL,   /* of the stream past its 8 minutes.  number: 1 for
			    * the first; delay_ms: time without a listener;
			    * replayed_ms; cut: within an answer; text: the new
			    * session's id; problem: why there is none yet */
	SESSION_COMMAND,   /* of a program that leads the conversation.  text:
			    * what is to be done; command_id, command_status;
			    * problem: why it was refused */
	SESSION_NOTICE,    /* text: one line for people */
	SESSION_PROBLEM,   /* problem: what went wrong */
	SESSION_END,       /* number: exit code */
};

struct session_event {
	uint64_t at_us; /* monotonic, the conversation's clock */
	enum session_direction direction;
	enum session_kind kind;
	const struct nova_event *nova;
	enum nova_role role;
	bool cut;   /* the learner spoke into it */
	bool typed; /* the learner's line was typed */
	const char *text;
	const char *tool, *tool_use_id;
	const char *command_id;     /* JSON; NULL: it has none */
	const char *command_status; /* "begun", "done", "cut", "refused" */
	const struct problem *problem;
	int64_t number;
	unsigned delay_ms, replayed_ms;
	unsigned tries; /* most attempts; 0: not told */
};

struct session_sink;
struct session_sink_ops {
	void (*event)(struct session_sink *s, const struct session_event *e);
	/* Stereo at VOICE_HEARD_RATE_HZ, left learner, right tutor.  May be
	 * NULL.  The only call that comes on the voice thread. */
	void (*heard)(struct session_sink *s, const int16_t *stereo,
		      size_t frames);
};

/* First member of every kind. */
struct session_sink {
	const struct session_sink_ops *ops;
	struct session_sink *next; /* list kept by the conversation */
};

/* "state", "transcript", ...: the name in JSON lines. */
const char *session_kind_name(enum session_kind kind);

#endif
