/*
 * folder: the session_sink that writes the session folder.
 *
 * session.json, events.jsonl, sent.wav, received.wav, heard.wav,
 * transcript.md; docs/session-folder.md.  Writing happens on a thread of its
 * own, so a slow disk never holds up the conversation.  Everything written is
 * valid after a crash.
 */
#ifndef CLIENT_SESSION_FOLDER_H
#define CLIENT_SESSION_FOLDER_H

#include "client/session/sink.h"

struct clock;
struct problem;
struct session_folder;
struct settings;

/* dir NULL: $XDG_STATE_HOME/habla/sessions/<UTC time>.  An existing folder
 * must be empty.  backend: one line that says where the tutor is.  All are
 * borrowed for the call only: clock may go before the folder is closed.
 * PROBLEM_USAGE, PROBLEM_FILE, PROBLEM_DISK_FULL or PROBLEM_MEMORY fill p. */
int session_folder_create(struct session_folder **out, const char *dir,
			  const struct clock *clock,
			  const struct settings *settings, const char *backend,
			  struct problem *p);
struct session_sink *session_folder_sink(struct session_folder *f);
/* Absolute path. */
const char *session_folder_path(const struct session_folder *f);
/* Waits until what was given so far is written, but for what is left of the
 * sound: for who gives faster than in real time. */
void session_folder_catch_up(struct session_folder *f);
/* 0, or what went wrong while writing (disk full); any thread. */
int session_folder_failure(const struct session_folder *f, struct problem *p);
/* Writes what is queued, completes all files, frees.  Returns NULL.  The
 * failure, if any, goes to p (may be NULL). */
struct session_folder *session_folder_close(struct session_folder *f,
					    struct problem *p);

#endif
