/*
 * event_line: a session event as one line of JSON: events.jsonl and --json.
 *
 * {"t":<us since the session's start>,"dir":"sent|received|local",
 *  "layer":"nova|client","event":"<name>",...}.  docs/session-folder.md.
 */
#ifndef CLIENT_SESSION_EVENT_LINE_H
#define CLIENT_SESSION_EVENT_LINE_H

#include <stdint.h>

#include "client/session/sink.h"

struct bytes;

/* Where the samples of an audio event stand, in place of base64. */
struct event_audio_place {
	const char *file; /* "sent.wav", or NULL: only the count */
	uint64_t first_sample;
};

/* Appends the line with its newline.  start_us is subtracted from e->at_us.
 * Secrets never appear: only named members are written. */
int event_line_write(struct bytes *out, const struct session_event *e,
		     uint64_t start_us, const struct event_audio_place *place);

#endif
