/*
 * progress_db: the file, docs/progress.md.  One thread at a time.  Private to
 * this room.
 */
#ifndef CLIENT_PROGRESS_PROGRESS_DB_H
#define CLIENT_PROGRESS_PROGRESS_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "client/lesson/lesson_prompt.h"
#include "net/base/random.h"

struct problem;
struct progress_db;
struct sqlite3;
struct sqlite3_stmt;

/* An answer that waits to be written. */
struct progress_entry {
	struct progress_entry *next;
	char id[UUID_TEXT_SIZE];
	size_t step;
	enum lesson_result result;
	int64_t at_ms;
	char words[];
};

/* What all answers of a store have in common. */
struct progress_run {
	char id[UUID_TEXT_SIZE];
	const struct lesson *lesson;
	char *name, *learner;
	char *session; /* or NULL */
	int64_t begun_ms;
};

/* Makes the file when there is none, and takes room for what comes.
 * PROBLEM_FORMAT: it is damaged. */
int progress_db_open(struct progress_db **out, const char *path,
		     struct problem *p);
struct progress_db *progress_db_close(struct progress_db *db);

/* All or nothing.  begin: the lesson and the run are written, too. */
int progress_db_write(struct progress_db *db, const struct progress_run *run,
		      bool begin, const struct progress_entry *first,
		      struct problem *p);

/* Renames a damaged file, unless another program did so already.  0, with p
 * saying where it is (code 0: it was good again), or what failed. */
int progress_db_put_aside(const char *path, int64_t wall_ms, struct problem *p);

/* Fills p with what went wrong last and returns its code. */
int progress_db_problem(struct sqlite3 *sql, const char *path, int code,
			struct problem *p);
/* How long another program may hold the file. */
enum { PROGRESS_BUSY_MS = 10000 };

#endif
