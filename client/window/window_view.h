/*
 * window_view: what the status window shows, as a plain struct, and the
 * functions that fold a conversation's events and sound into it.
 *
 * No SDL and no lock here: window.h says who may touch it.  It holds no
 * pointers that a copy would share, but for the lesson, which is constant.
 */
#ifndef CLIENT_WINDOW_WINDOW_VIEW_H
#define CLIENT_WINDOW_WINDOW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lesson/lesson.h"
#include "client/status/lesson_steps.h"

struct session_event;

enum {
	WINDOW_COLUMN_MS = 20,
	WINDOW_COLUMNS = 400, /* 8 s */
	WINDOW_MARKS = 32,
	WINDOW_CAPTIONS = 6,
	WINDOW_CAPTION_SIZE = 1024, /* bytes, UTF-8, with the NUL */
	WINDOW_LATENCIES = 20,
	WINDOW_TEXT_SIZE = 160,
	/* A column that is no louder counts as silence (-40 dBFS): a
	 * microphone is never quite still, but a window must be. */
	WINDOW_QUIET_PEAK = 327,
};

enum window_state {
	WINDOW_CONNECTING,
	WINDOW_LISTENING,
	WINDOW_HEARING,
	WINDOW_THINKING,
	WINDOW_SPEAKING,
	WINDOW_RECONNECTING,
	WINDOW_ENDED,
	WINDOW_STATES,
};

enum window_mark_kind {
	WINDOW_MARK_SPEECH_BEGAN,
	WINDOW_MARK_SPEECH_ENDED,
	WINDOW_MARK_INTERRUPTED,
};

struct window_mark {
	uint64_t column; /* counted from the first one */
	enum window_mark_kind kind;
};

struct window_caption {
	bool tutor;
	bool complete;
	bool cut;       /* the learner spoke into it */
	unsigned heard; /* words; the rest of text is planned */
	char text[WINDOW_CAPTION_SIZE];
};

struct window_view {
	/* --- conversation */
	enum window_state state;
	char connection[WINDOW_TEXT_SIZE]; /* for people */
	char notice[WINDOW_TEXT_SIZE];     /* the last problem, or "" */
	bool muted;

	/* --- sound: rings, column c is at c % WINDOW_COLUMNS */
	uint64_t columns; /* complete ones since the start */
	int16_t learner[WINDOW_COLUMNS], tutor[WINDOW_COLUMNS]; /* peaks */
	int learner_peak, tutor_peak; /* of the column that is being filled */
	size_t frames;                /* in it */
	uint64_t loud_until; /* columns before that one were loud, at least one
			      * of them or of the marks */
	struct window_mark marks[WINDOW_MARKS]; /* ring */
	size_t mark_count;                      /* all that ever were */

	/* --- captions, oldest first */
	struct window_caption captions[WINDOW_CAPTIONS];
	size_t caption_count;
	char planned_id[80]; /* content block whose text is planned */

	/* --- time from the end of speech to the answer, oldest first */
	unsigned latency_ms[WINDOW_LATENCIES];
	size_t latency_count;
	uint64_t asked_us; /* end of speech that is not answered; 0: none */

	/* --- lesson */
	struct lesson_steps steps;
};

void window_view_init(struct window_view *v, const struct lesson *lesson);
/* Returns whether anything that is shown has changed. */
bool window_view_event(struct window_view *v, const struct session_event *e);
/* Stereo at 48 kHz (session_sink.heard).  Returns whether a loud column was
 * completed. */
bool window_view_heard(struct window_view *v, const int16_t *stereo,
		       size_t frames);
/* Something loud, or a mark, is on the time axis, which scrolls. */
bool window_view_moves(const struct window_view *v);

/* The word that stands largest: "Listening". */
const char *window_state_word(enum window_state state);
/* Words are what blanks part. */
unsigned window_words(const char *text);
/* Where the word after the first n begins, or the end. */
size_t window_words_length(const char *text, unsigned n);

#endif
