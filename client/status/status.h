/*
 * status: what a face shows of a conversation at this moment.
 *
 * A board that a session_sink keeps on the loop's thread and any thread may
 * read.  What is not known is not there: levels before the devices run, the
 * delay before the first answer.
 */
#ifndef CLIENT_STATUS_STATUS_H
#define CLIENT_STATUS_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/session/sink.h"

enum { STATUS_PARTIAL_SIZE = 2048 };

struct status {
	char state[16]; /* conversation.h; "" before the first */
	bool muted;
	bool has_levels;
	double mic_db, speaker_db; /* dBFS */
	unsigned volume;           /* percent */
	unsigned retry_ms;         /* until the next attempt; 0: none */
	/* From the end of speech, as the client's gate hears it, to the first
	 * sound of the answer; -1: not measured. */
	int first_audio_ms;
	unsigned answers;           /* of the tutor, so far */
	unsigned retries;           /* lost or refused connections */
	unsigned renewals;          /* of the stream */
	unsigned steps_done, steps; /* of the lesson; steps 0: none */
	char session_id[64];
	/* What has been heard of the present answer, cleaned, its end when it
	 * is long; "" between answers. */
	char partial[STATUS_PARTIAL_SIZE];
};

struct lesson;
struct status_board;

/* lesson: borrowed, NULL when there is none.  changed_fd: an eventfd (borrowed)
 * that is written to with each change, or -1. */
int status_board_create(struct status_board **out, const struct lesson *lesson,
			int changed_fd);
/* NULL is fine; returns NULL. */
struct status_board *status_board_free(struct status_board *b);
struct session_sink *status_board_sink(struct status_board *b);

/* Any thread. */
void status_board_read(struct status_board *b, struct status *out);
void status_board_volume(struct status_board *b, unsigned percent);
/* Does not count as a change: levels always move. */
void status_board_levels(struct status_board *b, double mic_db,
			 double speaker_db);

#endif
