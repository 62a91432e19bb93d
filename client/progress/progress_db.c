/*
 * progress_db: writing.
 *
 * A rollback journal that stays (PERSIST): two programs share the file by its
 * locks alone, on any file system.  Room for the file and its journal is taken
 * when it is opened, so that a disk which fills up during a lesson does not
 * matter.
 */
#include "client/progress/progress_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	VERSION = 1,
	CHUNK_BYTES = 256 * 1024,  /* the file grows by these */
	SPARE_BYTES = 128 * 1024,  /* of a chunk, at least, when it is opened */
	JOURNAL_BYTES = 64 * 1024, /* far more than one transaction needs */
};

struct progress_db {
	sqlite3 *sql;
	char *path;
};

static const char schema[] =
	"CREATE TABLE lessons(id TEXT PRIMARY KEY, name TEXT NOT NULL,"
	" title TEXT NOT NULL, language TEXT NOT NULL) WITHOUT ROWID;"
	/* place NULL: no longer in the lesson */
	"CREATE TABLE items(lesson TEXT NOT NULL, step TEXT NOT NULL,"
	" place INTEGER, question TEXT NOT NULL, answer TEXT NOT NULL,"
	" PRIMARY KEY(lesson, step)) WITHOUT ROWID;"
	"CREATE TABLE words(lesson TEXT NOT NULL, word TEXT NOT NULL,"
	" place INTEGER, meaning TEXT NOT NULL, example TEXT,"
	" PRIMARY KEY(lesson, word)) WITHOUT ROWID;"
	"CREATE TABLE runs(id TEXT PRIMARY KEY, learner TEXT NOT NULL,"
	" lesson TEXT NOT NULL, begun_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE answers(id TEXT PRIMARY KEY, run TEXT NOT NULL,"
	" learner TEXT NOT NULL, lesson TEXT NOT NULL, step TEXT NOT NULL,"
	" result TEXT NOT NULL, tries INTEGER NOT NULL, words TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL, session TEXT);"
	"CREATE INDEX answers_of_run ON answers(run, step);";

/* --- problems --- */

int progress_db_problem(sqlite3 *sql, const char *path, int code,
			struct problem *p)
{
	int cause = sql ? sqlite3_system_errno(sql) : 0;

	switch (code & 0xFF) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return problem_set(
			p, PROBLEM_FORMAT,
			"%s: the file is damaged; restore a copy, or "
			"let the next lesson put it aside",
			path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return problem_set(p, PROBLEM_BUSY,
				   "%s: another program holds the file; end it",
				   path);
	case SQLITE_NOMEM:
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: out of memory; close other programs",
				   path);
	case SQLITE_FULL:
		cause = ENOSPC;
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		cause = EACCES;
		break;
	default:
		break;
	}
	if (problem_from_file_errno(cause) == PROBLEM_DISK_FULL)
		return problem_set(p, PROBLEM_DISK_FULL,
				   "%s: progress cannot be written: %s; make "
				   "room on the disk",
				   path, strerror(cause));
	return problem_set(p, PROBLEM_FILE,
			   "%s: progress cannot be written: %s; check the "
			   "folder and its permissions",
			   path,
			   cause ? strerror(cause) : sqlite3_errstr(code));
}

static int fail(const struct progress_db *db, int code, struct problem *p)
{
	return progress_db_problem(db->sql, db->path, code, p);
}

static int run_sql(const struct progress_db *db, const char *sql,
		   struct problem *p)
{
	int code = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : fail(db, code, p);
}

/* The first column of the first row: a number, or an "ok" as 1. */
static int ask(const struct progress_db *db, const char *sql, int64_t *out,
	       struct problem *p)
{
	sqlite3_stmt *q;
	int code = sqlite3_prepare_v2(db->sql, sql, -1, &q, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(q, 0);
		*out = text_equal(text, "ok") ? 1 : sqlite3_column_int64(q, 0);
	}
	sqlite3_finalize(q);
	if (code == SQLITE_DONE)
		*out = 0;
	return code == SQLITE_ROW || code == SQLITE_DONE ? 0
							 : fail(db, code, p);
}

static int end_transaction(const struct progress_db *db, int err,
			   struct problem *p)
{
	if (!err)
		err = run_sql(db, "COMMIT", p);
	if (err)
		run_sql(db, "ROLLBACK", NULL);
	return err;
}

/* --- a file that is ready --- */

/* Nobody else may read it.  Only a file that is new is opened here: closing one
 * that SQLite has open would take its locks away. */
static void make_private(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static void extend_files(const struct progress_db *db)
{
	struct stat status;
	char *journal = text_format("%s-journal", db->path);
	int64_t pages = 0, page_bytes = 0;
	int chunk = CHUNK_BYTES;

	sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_CHUNK_SIZE, &chunk);
	if (ask(db, "PRAGMA page_count", &pages, NULL) == 0 &&
	    ask(db, "PRAGMA page_size", &page_bytes, NULL) == 0) {
		int64_t wanted = pages * page_bytes + SPARE_BYTES;
		sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_SIZE_HINT,
				     &wanted);
	}
	int fd = journal ? open(journal, O_RDWR | O_CREAT | O_CLOEXEC, 0600)
			 : -1;
	if (fd >= 0 && fstat(fd, &status) == 0 &&
	    status.st_size < JOURNAL_BYTES)
		posix_fallocate(fd, 0, JOURNAL_BYTES);
	if (fd >= 0)
		close(fd);
	free(journal);
}

/* Under the writer's lock, so that no other program writes meanwhile; and only
 * once the tables are in the file, because one of zeros is no database to
 * others.  A full disk is no failure yet: the room may not be needed. */
static void take_room(const struct progress_db *db)
{
	if (run_sql(db, "BEGIN IMMEDIATE", NULL) == 0) {
		extend_files(db);
		end_transaction(db, 0, NULL);
	}
}

static int add_tables(const struct progress_db *db, struct problem *p)
{
	char set_version[64];
	int64_t version = 0;
	int err = ask(db, "PRAGMA user_version", &version, p);

	if (err || version == VERSION)
		return err;
	if (version > VERSION)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: a newer version of Habla wrote this "
				   "file; update Habla, or move the file away",
				   db->path);
	snprintf(set_version, sizeof set_version, "PRAGMA user_version=%d",
		 VERSION);
	err = run_sql(db, schema, p);
	return err ? err : run_sql(db, set_version, p);
}

static int make_tables(const struct progress_db *db, struct problem *p)
{
	int err = run_sql(db, "BEGIN IMMEDIATE", p);

	return err ? err : end_transaction(db, add_tables(db, p), p);
}

static int check_whole(const struct progress_db *db, struct problem *p)
{
	int64_t whole = 0;
	int err = ask(db, "PRAGMA quick_check(1)", &whole, p);

	return err == 0 && !whole ? fail(db, SQLITE_CORRUPT, p) : err;
}

static int prepare(const struct progress_db *db, struct problem *p)
{
	int err = check_whole(db, p);

	if (!err)
		err = run_sql(db,
			      "PRAGMA journal_mode=PERSIST;"
			      "PRAGMA synchronous=FULL;",
			      p);
	if (!err)
		err = make_tables(db, p);
	if (!err)
		take_room(db);
	return err;
}

int progress_db_open(struct progress_db **out, const char *path,
		     struct problem *p)
{
	struct progress_db *db = calloc(1, sizeof *db);
	int code, err = 0;

	if (db)
		db->path = text_copy(path);
	if (!db || !db->path) {
		free(db);
		return progress_db_problem(NULL, path, SQLITE_NOMEM, p);
	}
	make_private(path);
	code = sqlite3_open_v2(path, &db->sql,
			       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				       SQLITE_OPEN_NOMUTEX,
			       NULL);
	if (code != SQLITE_OK)
		err = fail(db, code, p);
	else
		sqlite3_busy_timeout(db->sql, PROGRESS_BUSY_MS);
	if (!err)
		err = prepare(db, p);
	if (err)
		progress_db_close(db);
	else
		*out = db;
	return err;
}

struct progress_db *progress_db_close(struct progress_db *db)
{
	if (!db)
		return NULL;
	sqlite3_close(db->sql);
	free(db->path);
	free(db);
	return NULL;
}

/* --- writing --- */

/* Runs one statement with texts (NULL: no value) and then numbers. */
static int put(const struct progress_db *db, const char *sql,
	       const char *const *texts, int text_count, const int64_t *numbers,
	       int number_count, struct problem *p)
{
	sqlite3_stmt *q;
	int code = sqlite3_prepare_v2(db->sql, sql, -1, &q, NULL);

	for (int i = 0; i < text_count && code == SQLITE_OK; i++)
		code = sqlite3_bind_text(q, i + 1, texts[i], -1, SQLITE_STATIC);
	for (int i = 0; i < number_count && code == SQLITE_OK; i++)
		code = sqlite3_bind_int64(q, text_count + i + 1, numbers[i]);
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	sqlite3_finalize(q);
	return code == SQLITE_DONE || code == SQLITE_ROW ? 0
							 : fail(db, code, p);
}

static int put_items(const struct progress_db *db, const struct lesson *l,
		     struct problem *p)
{
	int err = put(db, "UPDATE items SET place=NULL WHERE lesson=?1",
		      (const char *const[]){l->id}, 1, NULL, 0, p);

	for (size_t i = 0; i < l->step_count && !err; i++) {
		const struct lesson_step *s = &l->steps[i];
		err = put(db,
			  "INSERT OR REPLACE INTO items"
			  "(lesson, step, question, answer, place)"
			  " VALUES(?1,?2,?3,?4,?5)",
			  (const char *const[]){l->id, s->id, s->question,
						s->explanation},
			  4, (const int64_t[]){(int64_t)i}, 1, p);
	}
	return err;
}

static int put_words(const struct progress_db *db, const struct lesson *l,
		     struct problem *p)
{
	int err = put(db, "UPDATE words SET place=NULL WHERE lesson=?1",
		      (const char *const[]){l->id}, 1, NULL, 0, p);

	for (size_t i = 0; i < l->word_count && !err; i++) {
		const struct lesson_word *w = &l->vocabulary[i];
		err = put(db,
			  "INSERT OR REPLACE INTO words"
			  "(lesson, word, meaning, example, place)"
			  " VALUES(?1,?2,?3,?4,?5)",
			  (const char *const[]){l->id, w->word, w->meaning,
						w->example},
			  4, (const int64_t[]){(int64_t)i}, 1, p);
	}
	return err;
}

static int put_begin(const struct progress_db *db,
		     const struct progress_run *run, struct problem *p)
{
	const struct lesson *l = run->lesson;
	int err = put(db,
		      "INSERT OR REPLACE INTO lessons"
		      "(id, name, title, language) VALUES(?1,?2,?3,?4)",
		      (const char *const[]){l->id, run->name, l->title,
					    lesson_language_tag(l->language)},
		      4, NULL, 0, p);

	if (!err)
		err = put_items(db, l, p);
	if (!err)
		err = put_words(db, l, p);
	if (!err)
		err = put(db,
			  "INSERT OR IGNORE INTO runs"
			  "(id, learner, lesson, begun_ms) VALUES(?1,?2,?3,?4)",
			  (const char *const[]){run->id, run->learner, l->id},
			  3, &run->begun_ms, 1, p);
	return err;
}

/* An answer that was written and not known to be (a crash of the disk between
 * the two) is not written twice. */
static int put_answer(const struct progress_db *db,
		      const struct progress_run *run,
		      const struct progress_entry *e, struct problem *p)
{
	const char *const texts[] = {
		e->id,
		run->id,
		run->learner,
		run->lesson->id,
		run->lesson->steps[e->step].id,
		lesson_result_name(e->result),
		e->words,
		run->session,
	};

	return put(db,
		   "INSERT OR IGNORE INTO answers(id, run, learner, lesson,"
		   " step, result, words, session, at_ms, tries)"
		   " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9, 1 + (SELECT count(*)"
		   " FROM answers WHERE run=?2 AND step=?5))",
		   texts, 8, &e->at_ms, 1, p);
}

int progress_db_write(struct progress_db *db, const struct progress_run *run,
		      bool begin, const struct progress_entry *first,
		      struct problem *p)
{
	int err = run_sql(db, "BEGIN IMMEDIATE", p);

	if (err)
		return err;
	if (begin)
		err = put_begin(db, run, p);
	for (const struct progress_entry *e = first; e && !err; e = e->next)
		err = put_answer(db, run, e, p);
	return end_transaction(db, err, p);
}

/* --- a damaged file --- */

static int rename_both(const char *path, int64_t wall_ms, struct problem *p)
{
	char time[TEXT_TIME_SIZE];
	int err = PROBLEM_MEMORY;

	text_compact_time(time, wall_ms);
	char *aside = text_format("%s.damaged-%s", path, time);
	char *journal = text_format("%s-journal", path);
	char *journal_aside = text_format("%s.damaged-%s-journal", path, time);

	if (!aside || !journal || !journal_aside)
		problem_set(p, err, "%s: out of memory", path);
	else if (rename(path, aside))
		err = problem_set(p, PROBLEM_FILE,
				  "%s: the file is damaged and cannot be "
				  "renamed: %s; move it away",
				  path, strerror(errno));
	else
		err = problem_set(p, PROBLEM_FORMAT,
				  "%s was damaged; it is kept as %s, and a "
				  "fresh one is begun",
				  path, aside);
	/* an unfinished transaction belongs to the file that it was for */
	if (err == PROBLEM_FORMAT)
		rename(journal, journal_aside);
	free(aside);
	free(journal);
	free(journal_aside);
	return err == PROBLEM_FORMAT ? 0 : err;
}

int progress_db_put_aside(const char *path, int64_t wall_ms, struct problem *p)
{
	char *lock = text_format("%s.lock", path);
	struct progress_db *db = NULL;
	struct problem why = {0};
	int fd = lock ? open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	int err = PROBLEM_FILE;

	if (p)
		*p = (struct problem){0};
	if (fd < 0 || flock(fd, LOCK_EX))
		problem_set(p, err,
			    "%s: the file is damaged and cannot be put aside: "
			    "%s; move it away",
			    path, strerror(errno));
	else
		/* another program may have been faster */
		err = progress_db_open(&db, path, &why);
	if (err == PROBLEM_FORMAT)
		err = rename_both(path, wall_ms, p);
	else if (err && fd >= 0)
		problem_set(p, err, "%s", why.text);
	progress_db_close(db);
	if (fd >= 0)
		close(fd);
	free(lock);
	return err;
}
