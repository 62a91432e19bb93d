/* progress_read: the whole file into memory; a learner has some thousand
 * answers. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "client/progress/progress.h"
#include "client/progress/progress_db.h"
#include "net/base/problem.h"
#include "net/base/text.h"

struct reader {
	sqlite3 *sql;
	const char *path;
	struct progress *progress;
	struct problem *problem;
};

static int no_memory(const struct reader *r)
{
	return progress_db_problem(NULL, r->path, SQLITE_NOMEM, r->problem);
}

static const char *text_at(sqlite3_stmt *q, int column)
{
	return (const char *)sqlite3_column_text(q, column);
}

/* Calls each() for each row of sql, whose ?1 is argument, if it has one. */
static int each_row(struct reader *r, const char *sql, const char *argument,
		    int (*each)(struct reader *r, sqlite3_stmt *q, void *arg),
		    void *arg)
{
	sqlite3_stmt *q;
	int code = sqlite3_prepare_v2(r->sql, sql, -1, &q, NULL);
	int err = 0;

	if (code == SQLITE_OK && sqlite3_bind_parameter_count(q) > 0)
		code = sqlite3_bind_text(q, 1, argument, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	while (code == SQLITE_ROW && !err) {
		err = each(r, q, arg);
		if (!err)
			code = sqlite3_step(q);
	}
	if (!err && code != SQLITE_DONE)
		err = progress_db_problem(r->sql, r->path, code, r->problem);
	sqlite3_finalize(q);
	return err;
}

/* A list that is one longer, zeroed there; false: no memory, and the list is as
 * before. */
static bool grow(void **list, size_t *count, size_t size)
{
	char *more = realloc(*list, (*count + 1) * size);

	if (!more)
		return false;
	memset(more + *count * size, 0, size);
	*list = more;
	++*count;
	return true;
}

/* Copies a text that must be there. */
static bool take(char **out, sqlite3_stmt *q, int column)
{
	const char *text = text_at(q, column);

	*out = text_copy(text ? text : "");
	return *out != NULL;
}

/* --- rows --- */

static int take_item(struct reader *r, sqlite3_stmt *q, void *arg)
{
	struct progress_lesson *l = arg;

	if (!grow((void **)&l->items, &l->item_count, sizeof *l->items))
		return no_memory(r);
	struct progress_item *item = &l->items[l->item_count - 1];
	return take(&item->step, q, 0) && take(&item->question, q, 1) &&
			       take(&item->answer, q, 2)
		       ? 0
		       : no_memory(r);
}

static int take_word(struct reader *r, sqlite3_stmt *q, void *arg)
{
	struct progress_lesson *l = arg;

	if (!grow((void **)&l->words, &l->word_count, sizeof *l->words))
		return no_memory(r);
	struct progress_word *w = &l->words[l->word_count - 1];
	const char *example = text_at(q, 2);
	w->example = text_copy(example);
	if (!take(&w->word, q, 0) || !take(&w->meaning, q, 1) ||
	    (example && !w->example))
		return no_memory(r);
	return 0;
}

static int take_lesson(struct reader *r, sqlite3_stmt *q, void *arg)
{
	struct progress *p = r->progress;

	(void)arg;
	if (!grow((void **)&p->lessons, &p->lesson_count, sizeof *p->lessons))
		return no_memory(r);
	struct progress_lesson *l = &p->lessons[p->lesson_count - 1];
	if (!take(&l->id, q, 0) || !take(&l->name, q, 1) ||
	    !take(&l->title, q, 2) || !take(&l->language, q, 3))
		return no_memory(r);
	int err = each_row(r,
			   "SELECT step, question, answer FROM items WHERE"
			   " lesson=?1 AND place IS NOT NULL ORDER BY place",
			   l->id, take_item, l);
	return err ? err
		   : each_row(r,
			      "SELECT word, meaning, example FROM words WHERE"
			      " lesson=?1 AND place IS NOT NULL ORDER BY place",
			      l->id, take_word, l);
}

static enum lesson_result result_of(const char *name)
{
	for (int i = LESSON_RIGHT; i < LESSON_WRONG; i++)
		if (text_equal(name, lesson_result_name((enum lesson_result)i)))
			return (enum lesson_result)i;
	return LESSON_WRONG;
}

static void take_id(char out[UUID_TEXT_SIZE], const char *id)
{
	if (id)
		strncpy(out, id, UUID_TEXT_SIZE - 1);
}

static int take_answer(struct reader *r, sqlite3_stmt *q, void *arg)
{
	struct progress *p = r->progress;

	(void)arg;
	if (!grow((void **)&p->answers, &p->answer_count, sizeof *p->answers))
		return no_memory(r);
	struct progress_answer *a = &p->answers[p->answer_count - 1];
	const char *session = text_at(q, 9);
	take_id(a->id, text_at(q, 0));
	take_id(a->run, text_at(q, 1));
	a->result = result_of(text_at(q, 5));
	a->tries = (unsigned)sqlite3_column_int(q, 6);
	a->at_ms = sqlite3_column_int64(q, 8);
	a->session = text_copy(session);
	if (!take(&a->learner, q, 2) || !take(&a->lesson, q, 3) ||
	    !take(&a->step, q, 4) || !take(&a->words, q, 7) ||
	    (session && !a->session))
		return no_memory(r);
	return 0;
}

/* --- the whole --- */

static int read_all(struct reader *r, const char *learner)
{
	int err = each_row(r,
			   "SELECT id, name, title, language FROM lessons"
			   " ORDER BY id",
			   NULL, take_lesson, NULL);

	return err ? err
		   : each_row(r,
			      "SELECT id, run, learner, lesson, step, result,"
			      " tries, words, at_ms, session FROM answers"
			      " WHERE ?1 IS NULL OR learner=?1"
			      " ORDER BY at_ms, rowid",
			      learner, take_answer, NULL);
}

/* Empty when the tables have not been made yet. */
static int has_tables(struct reader *r, sqlite3_stmt *q, void *arg)
{
	(void)r;
	*(bool *)arg = sqlite3_column_int(q, 0) > 0;
	return 0;
}

static int read_file(struct reader *r, const char *learner)
{
	bool tables = false;
	int code = sqlite3_open_v2(r->path, &r->sql,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				   NULL);
	int err;

	if (code != SQLITE_OK)
		return progress_db_problem(r->sql, r->path, code, r->problem);
	sqlite3_busy_timeout(r->sql, PROGRESS_BUSY_MS);
	/* one transaction: all rows are of one moment */
	code = sqlite3_exec(r->sql, "BEGIN", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return progress_db_problem(r->sql, r->path, code, r->problem);
	err = each_row(
		r, "SELECT count(*) FROM sqlite_schema WHERE name='answers'",
		NULL, has_tables, &tables);
	return err || !tables ? err : read_all(r, learner);
}

int progress_read(struct progress **out, const char *path, const char *learner,
		  struct problem *p)
{
	struct reader r = {.path = path, .problem = p};
	struct stat status;
	int err = 0;

	r.progress = calloc(1, sizeof *r.progress);
	if (!r.progress)
		return no_memory(&r);
	if (stat(path, &status) == 0)
		err = read_file(&r, learner);
	sqlite3_close(r.sql);
	if (err)
		progress_free(r.progress);
	else
		*out = r.progress;
	return err;
}

/* --- freeing; works on what was read in part --- */

static void free_lesson(struct progress_lesson *l)
{
	for (size_t i = 0; i < l->item_count; i++) {
		free(l->items[i].step);
		free(l->items[i].question);
		free(l->items[i].answer);
	}
	for (size_t i = 0; i < l->word_count; i++) {
		free(l->words[i].word);
		free(l->words[i].meaning);
		free(l->words[i].example);
	}
	free(l->items);
	free(l->words);
	free(l->id);
	free(l->name);
	free(l->title);
	free(l->language);
}

struct progress *progress_free(struct progress *p)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < p->lesson_count; i++)
		free_lesson(&p->lessons[i]);
	for (size_t i = 0; i < p->answer_count; i++) {
		free(p->answers[i].learner);
		free(p->answers[i].lesson);
		free(p->answers[i].step);
		free(p->answers[i].words);
		free(p->answers[i].session);
	}
	free(p->lessons);
	free(p->answers);
	free(p);
	return NULL;
}
