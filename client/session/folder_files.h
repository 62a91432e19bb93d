/*
 * folder_files: the files of a session folder, docs/session-folder.md.
 *
 * One thread (the folder's writer).  A file that fails is left as it is,
 * whole up to there; the others go on, and the first failure is kept.
 */
#ifndef CLIENT_SESSION_FOLDER_FILES_H
#define CLIENT_SESSION_FOLDER_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "client/session/sink.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"

struct sound_writer;

struct folder_sound {
	const char *name;
	struct sound_writer *writer; /* NULL once it has failed */
	uint64_t frames;
};

struct folder_text {
	const char *name;
	int fd;        /* -1 once it has failed */
	int64_t whole; /* bytes up to the end of the last whole line */
};

struct folder_files {
	char *dir;  /* owned; absolute */
	char *head; /* owned; the part of session.json known from
		     * the start: members, without braces */
	int64_t start_wall_ms;
	uint64_t start_us, last_us;
	struct folder_sound sent, received, heard;
	struct folder_text events, transcript;
	struct bytes lines; /* events.jsonl, not written yet */
	struct bytes scratch;
	struct problem failure; /* the first; code 0: none */
	uint64_t lost_events, lost_frames;
	/* from the events */
	struct problem problem;
	bool has_end;
	int64_t exit_code;
};

/* Takes dir and head in any case.  backend: who the tutor is.  After a failure
 * f is given to folder_files_discard(). */
int folder_files_open(struct folder_files *f, char *dir, char *head,
		      const char *backend, int64_t start_wall_ms,
		      uint64_t start_us, struct problem *p);
/* Sound is written at once, the line is kept for folder_files_flush(). */
void folder_files_event(struct folder_files *f, const struct session_event *e);
/* lost: frames missing behind these; they become silence. */
void folder_files_heard(struct folder_files *f, const int16_t *stereo,
			size_t frames, uint64_t lost);
/* Events that never came here: a line says so. */
void folder_files_lost(struct folder_files *f, uint64_t events);
void folder_files_flush(struct folder_files *f);
/* Completes session.json, closes and frees all but f itself. */
void folder_files_close(struct folder_files *f);

/* Instead of close, when the session never began: removes the files again. */
void folder_files_discard(struct folder_files *f);

/* --- folder_summary.c --- */
/* Writes session.json anew, whole or not at all. */
int folder_summary_write(const struct folder_files *f, bool ended);
/* --- folder_transcript.c --- */
/* The text of transcript.md: its head, and one line of the conversation. */
void folder_transcript_head(struct bytes *out, const char *backend,
			    int64_t wall_ms);
void folder_transcript_line(struct bytes *out, const struct session_event *e);

#endif
