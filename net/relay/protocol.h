/*
 * protocol: the relay's JSON messages, one copy for both ends.
 *
 * docs/protocol.md lists them; a test reads its examples.  A parsed message
 * owns its texts in storage; one built by hand borrows them.
 */
#ifndef NET_RELAY_PROTOCOL_H
#define NET_RELAY_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/event.h"
#include "net/nova/history.h"

struct bytes;
struct problem;

/* What one message may hold, in bytes: clients send less than servers. */
enum {
	RELAY_CLIENT_MESSAGE_LIMIT = 1024 * 1024,
	RELAY_SERVER_MESSAGE_LIMIT = 16 * 1024 * 1024,
};

enum relay_type {
	RELAY_NONE,
	RELAY_UNKNOWN, /* a type that we do not know; see type_name */
	/* client to server */
	RELAY_INITIALIZE_SESSION,
	RELAY_AUDIO_INPUT,
	RELAY_TEXT_INPUT,
	RELAY_TOOL_RESULT,
	RELAY_END_SESSION,
	RELAY_PING,
	/* server to client */
	RELAY_CONNECTION_ESTABLISHED,
	RELAY_SESSION_INITIALIZED,
	RELAY_NOVA_SESSION_READY,
	RELAY_NOVA_RESPONSE,
	RELAY_TRANSCRIPTION,
	RELAY_TEXT_RESPONSE,
	RELAY_AUDIO_RESPONSE,
	RELAY_TOOL_USE,
	RELAY_INTERRUPTED,
	RELAY_INFERENCE_COMPLETE,
	RELAY_NOVA_ERROR,
	RELAY_SESSION_ERROR,
	RELAY_ERROR,
	RELAY_PONG,
	RELAY_SESSION_ENDED,
};

struct relay_message {
	enum relay_type type;
	const char *type_name;
	const char *session_id;

	/* initialize_session */
	const char *auth_token, *course_id, *student_id;
	const char *prompt_name, *audio_content_name;
	struct nova_inference inference; /* voiceConfig; zero: not given */
	const char *voice_id;
	const char *system_prompt, *language;
	enum nova_turn_pause turn_pause;
	const char *tools;             /* JSON array text */
	const struct history *history; /* borrowed, or owned by storage */
	bool raw_events;               /* "events":"raw" */
	bool continuous_audio;

	/* audio_input, audio_response */
	const uint8_t *audio; /* decoded bytes, as they came */
	size_t audio_length;
	const char *audio_format; /* of the object form, or NULL */
	bool end_of_utterance;

	/* texts: text_input, transcription, text_response; `message` or `error`
	 * of the others; tool_result's result and tool_use's input (JSON) */
	const char *text;
	int code; /* errors: a PROBLEM_*, written as "code":"throttled"; 0: none
		   */
	const char *tool_name, *tool_use_id;
	const char *mode; /* session_initialized: "real", ... */
	/* nova_response; with raw_events its textOutput gets "text" too */
	struct nova_event event;
	double timestamp_ms;      /* ping, pong; others: ISO 8601 is written */
	uint64_t silence_samples; /* session_ended.addedSilenceSamples */

	void *storage;
};

/* Parses one message.  PROBLEM_FORMAT fills p with words for the peer:
 * "Invalid message format: ...".  The caller clears *out. */
int relay_message_parse(struct relay_message *out, const char *json,
			size_t length, struct problem *p);
void relay_message_clear(struct relay_message *m);

/* Appends m as JSON.  wall_ms gives the timestamps.  out is empty or ends with
 * a line end (json_text.h).  Returns 0 or the buffer's failure. */
int relay_message_write(struct bytes *out, const struct relay_message *m,
			int64_t wall_ms);

/* "audio_input"; NULL for RELAY_NONE and RELAY_UNKNOWN. */
const char *relay_type_name(enum relay_type type);
enum relay_type relay_type_from_name(const char *name, size_t length);

#endif
