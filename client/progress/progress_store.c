/*
 * progress_store: between the conversation and the file.
 *
 *   answer() -> copy -> list \
 *   close()  -> "no more"     > writer thread -> progress_db
 */
#include "client/progress/progress_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client/progress/progress_db.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"

struct progress_store {
	/* --- set in progress_store_create(), never changed */
	struct progress_run run; /* its texts are owned */
	char *path;
	const struct clock *clock;
	bool at_once;
	pthread_t writer;

	/* --- protected by lock */
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct progress_entry *first, **last;
	bool closing;
	struct problem trouble; /* code 0: none since it was asked for */

	/* --- the writer's */
	struct progress_db *db;
	bool begun;                     /* the run is written */
	struct progress_entry *pending; /* not written yet, oldest first */
	struct problem lost;            /* why pending could not be written */
};

/* --- writer --- */

static void tell_trouble(struct progress_store *s, const struct problem *p)
{
	pthread_mutex_lock(&s->lock);
	s->trouble = *p;
	pthread_mutex_unlock(&s->lock);
}

static int try_to_write(struct progress_store *s, struct problem *p)
{
	int err = s->db ? 0 : progress_db_open(&s->db, s->path, p);

	if (!err)
		err = progress_db_write(s->db, &s->run, !s->begun, s->pending,
					p);
	/* what a failed transaction leaves behind must not stay */
	if (err)
		s->db = progress_db_close(s->db);
	return err;
}

static void free_entries(struct progress_entry *e)
{
	while (e) {
		struct progress_entry *next = e->next;
		free(e);
		e = next;
	}
}

static void write_pending(struct progress_store *s)
{
	struct problem p = {0};
	int err = try_to_write(s, &p);

	if (err == PROBLEM_FORMAT) {
		err = progress_db_put_aside(s->path, s->run.begun_ms, &p);
		if (p.code)
			tell_trouble(s, &p);
		s->begun = false; /* the fresh file knows of nothing */
		if (!err)
			err = try_to_write(s, &p);
	}
	s->lost = (struct problem){0};
	if (err) {
		s->lost = p;
		tell_trouble(s, &p);
		return;
	}
	s->begun = true;
	free_entries(s->pending);
	s->pending = NULL;
}

/* Moves what came in behind what waits.  lock is held. */
static void take_entries(struct progress_store *s)
{
	struct progress_entry **end = &s->pending;

	while (*end)
		end = &(*end)->next;
	*end = s->first;
	s->first = NULL;
	s->last = &s->first;
}

static void *write_answers(void *arg)
{
	struct progress_store *s = arg;
	bool last = false;

	write_pending(s); /* the run begins */
	while (!last) {
		pthread_mutex_lock(&s->lock);
		while (!s->first && !s->closing)
			pthread_cond_wait(&s->work, &s->lock);
		take_entries(s);
		last = s->closing;
		pthread_mutex_unlock(&s->lock);
		if (s->pending || !s->begun)
			write_pending(s);
	}
	return NULL;
}

/* --- the owner's thread --- */

int progress_store_answer(struct progress_store *s, size_t step,
			  enum lesson_result result, const char *words)
{
	size_t length = strlen(words) + 1;
	struct progress_entry *e = calloc(1, sizeof *e + length);

	if (!e)
		return PROBLEM_MEMORY;
	random_uuid(e->id);
	e->step = step;
	e->result = result;
	e->at_ms = clock_wall_ms(s->clock);
	memcpy(e->words, words, length);
	pthread_mutex_lock(&s->lock);
	*s->last = e;
	s->last = &e->next;
	if (s->at_once)
		take_entries(s);
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->lock);
	if (s->at_once)
		write_pending(s);
	return 0;
}

int progress_store_trouble(struct progress_store *s, struct problem *p)
{
	pthread_mutex_lock(&s->lock);
	int code = s->trouble.code;
	if (code && p)
		*p = s->trouble;
	s->trouble.code = 0;
	pthread_mutex_unlock(&s->lock);
	return code;
}

/* --- life --- */

static void free_store(struct progress_store *s)
{
	progress_db_close(s->db);
	free_entries(s->pending);
	free(s->run.name);
	free(s->run.learner);
	free(s->run.session);
	free(s->path);
	free(s);
}

static int copy_texts(struct progress_store *s,
		      const struct progress_settings *settings,
		      const char *name, const char *run)
{
	s->path = text_copy(settings->path);
	s->run.name = text_copy(name);
	s->run.learner = text_copy(settings->learner);
	s->run.session = text_copy(settings->session);
	if (run)
		strncpy(s->run.id, run, UUID_TEXT_SIZE - 1);
	else
		random_uuid(s->run.id);
	return s->path && s->run.name && s->run.learner &&
			       (s->run.session || !settings->session)
		       ? 0
		       : PROBLEM_MEMORY;
}

static int start_writer(struct progress_store *s)
{
	if (pthread_mutex_init(&s->lock, NULL))
		return PROBLEM_MEMORY;
	if (pthread_cond_init(&s->work, NULL)) {
		pthread_mutex_destroy(&s->lock);
		return PROBLEM_MEMORY;
	}
	if (s->at_once) {
		write_pending(s);
		return 0;
	}
	if (pthread_create(&s->writer, NULL, write_answers, s) == 0)
		return 0;
	pthread_cond_destroy(&s->work);
	pthread_mutex_destroy(&s->lock);
	return PROBLEM_MEMORY;
}

int progress_store_create(struct progress_store **out,
			  const struct progress_settings *settings,
			  const struct lesson *l, const char *name,
			  const char *run, struct problem *p)
{
	struct progress_store *s = calloc(1, sizeof *s);
	int err = s ? copy_texts(s, settings, name, run) : PROBLEM_MEMORY;

	if (!err) {
		s->run.lesson = l;
		s->run.begun_ms = clock_wall_ms(settings->clock);
		s->clock = settings->clock;
		s->at_once = settings->at_once;
		s->last = &s->first;
		err = start_writer(s);
	}
	if (err) {
		if (s)
			free_store(s);
		return problem_set(p, err,
				   "progress: the system gives no more memory "
				   "or threads; end some programs");
	}
	*out = s;
	return 0;
}

static size_t count_pending(const struct progress_store *s)
{
	size_t count = 0;

	for (const struct progress_entry *e = s->pending; e; e = e->next)
		count++;
	return count;
}

struct progress_store *progress_store_close(struct progress_store *s,
					    struct problem *p)
{
	if (!s)
		return NULL;
	if (!s->at_once) {
		pthread_mutex_lock(&s->lock);
		s->closing = true;
		pthread_cond_signal(&s->work);
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->writer, NULL);
	} else if (s->pending) {
		write_pending(s);
	}
	if (s->pending)
		problem_set(p, s->lost.code, "%s; not kept: %zu of the answers",
			    s->lost.text, count_pending(s));
	pthread_cond_destroy(&s->work);
	pthread_mutex_destroy(&s->lock);
	free_store(s);
	return NULL;
}
