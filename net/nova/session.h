/*
 * nova_session: says the fixed parts of the protocol on a nova_stream.
 *
 * The opening (sessionStart, promptStart, system block, history, audio
 * container), audio in that container, typed text, tool results and the
 * ending, with promptName and contentNames kept right.  Used by the client
 * and by the relay's upstream.  Loop thread only; the stream is borrowed.
 */
#ifndef NET_NOVA_SESSION_H
#define NET_NOVA_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/event.h"
#include "net/nova/history.h"

struct nova_stream;
struct problem;

enum {
	NOVA_INPUT_RATE_HZ = 16000,
	NOVA_OUTPUT_RATE_HZ = 24000,
	NOVA_TEXT_PIECE_BYTES = 1024,
	NOVA_TOOL_USES_MOST = 16, /* that wait for their result at once */
	NOVA_TOOL_USE_ID_SIZE = 80,
};

/* All texts are borrowed for the call of nova_session_start(). */
struct nova_session_settings {
	const char *model;         /* decides what may be sent (model.h) */
	const char *voice;         /* NULL: by language, else "tiffany" */
	const char *system_prompt; /* NULL: a short tutor's prompt */
	const char *language;      /* "es", "en-GB"; NULL: not mentioned */
	const char *tools;         /* JSON array of toolSpecs, or NULL */
	const char *prompt_name;   /* NULL: a fresh UUID */
	const char *audio_name;    /* NULL: a fresh UUID */
	enum nova_turn_pause turn_pause;
	struct nova_inference inference; /* zero: 1024, 0.9, 0.7 */
	const struct history *history;   /* may be NULL */
};

struct nova_session {
	struct nova_stream *stream;
	char prompt_name[64], audio_name[64];
	bool open;
	bool text_input; /* the model answers typed text */
	/* Asked for and not answered yet; "" is a free place. */
	char tool_uses[NOVA_TOOL_USES_MOST][NOVA_TOOL_USE_ID_SIZE];
};

/* What the model cannot do, or tools that are none, before anything is opened:
 * 0, or PROBLEM_USAGE with one line.  Not part of nova_session_start(), because
 * a client of a relay does not know the relay's model. */
int nova_session_check(const struct nova_session_settings *settings,
		       struct problem *p);

/* Sends the whole opening.  0, PROBLEM_LIMIT for a given name of 64 bytes or
 * more, or what nova_stream_send() returned; then the session is not open. */
int nova_session_start(struct nova_session *s, struct nova_stream *stream,
		       const struct nova_session_settings *settings);
/* What was said before, between the system block and the audio container;
 * nova_session_start() does it for its settings.  Needs only stream and
 * prompt_name. */
int nova_session_history(struct nova_session *s, const struct history *history);
/* Samples at NOVA_INPUT_RATE_HZ; none is fine and sends nothing. */
int nova_session_audio(struct nova_session *s, const int16_t *samples,
		       size_t n);
/* A live typed message: an interactive USER text block.  PROBLEM_REJECTED when
 * the model does not answer typed text.  Empty text sends nothing. */
int nova_session_text(struct nova_session *s, const char *text);
/* Give it each event that the service sends: it notes what tools were asked
 * for.  False: a toolUse that cannot be answered (no id, or too many wait). */
bool nova_session_received(struct nova_session *s, const struct nova_event *e);
/* result must be the text of a JSON object; anything else is wrapped as
 * {"result":...}.  PROBLEM_REJECTED, and nothing is sent, when that id was not
 * asked for in this session or is answered: the service would end the session
 * over it. */
int nova_session_tool_result(struct nova_session *s, const char *tool_use_id,
			     const char *result);
/* contentEnd of the audio, promptEnd, sessionEnd.  The session is not open
 * afterwards, also when this fails; in that state all calls here return
 * PROBLEM_ORDER.  A block that could not be sent whole leaves the session in
 * that state, too: it cannot be ended in order any more. */
int nova_session_finish(struct nova_session *s);

#endif
