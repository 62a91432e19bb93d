/*
 * folder: between the conversation and the files.
 *
 *   event()  -> copy -> queue    \
 *   heard()  -> two blocks        >  writer thread -> folder_files
 *   close()  -> "no more follows" /
 */
#include "client/session/folder.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "client/session/event_queue.h"
#include "client/session/folder_files.h"
#include "client/session/folder_place.h"
#include "client/session/heard_buffer.h"
#include "client/settings/settings.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	QUEUE_BYTES = 64 << 20,    /* minutes of a fast conversation */
	HEARD_FRAMES = 4 * 48000,  /* how long the disk may stall: 4 s */
	HEARD_WAKE_FRAMES = 12000, /* sound alone wakes the writer so late */
	HEAD_BYTES_MOST = 1 << 19,
};

struct session_folder {
	struct session_sink sink;

	/* --- set in session_folder_create(), never changed */
	char *path;
	pthread_t writer;

	/* --- protected by lock */
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	bool busy; /* the writer has something in hand */
	struct event_queue queue;
	struct heard_buffer heard;
	bool closing;
	struct problem failure;

	/* --- writer thread only, once it runs */
	struct folder_files files;
	uint64_t lost_told;
};

/* --- conversation's and voice stage's threads */

static void folder_event(struct session_sink *sink,
			 const struct session_event *e)
{
	struct session_folder *f = (struct session_folder *)sink;
	struct queued_event *item = NULL;

	/* one that cannot be copied is counted as lost */
	if (queued_event_create(&item, e))
		item = NULL;
	pthread_mutex_lock(&f->lock);
	item = event_queue_push(&f->queue, item);
	pthread_cond_signal(&f->work);
	pthread_mutex_unlock(&f->lock);
	queued_event_free(item);
}

static void folder_heard(struct session_sink *sink, const int16_t *stereo,
			 size_t frames)
{
	struct session_folder *f = (struct session_folder *)sink;

	pthread_mutex_lock(&f->lock);
	heard_buffer_add(&f->heard, stereo, frames);
	if (f->heard.frames >= HEARD_WAKE_FRAMES)
		pthread_cond_signal(&f->work);
	pthread_mutex_unlock(&f->lock);
}

/* --- writer thread */

static void write_batch(struct session_folder *f, struct queued_event *events,
			const struct heard_piece *heard, uint64_t lost)
{
	while (events) {
		struct queued_event *next = events->next;
		folder_files_event(&f->files, &events->event);
		queued_event_free(events);
		events = next;
	}
	if (lost > f->lost_told)
		folder_files_lost(&f->files, lost - f->lost_told);
	f->lost_told = lost;
	folder_files_flush(&f->files);
	folder_files_heard(&f->files, heard->samples, heard->frames,
			   heard->lost);
}

static void *write_folder(void *arg)
{
	struct session_folder *f = arg;
	bool last = false;

	while (!last) {
		pthread_mutex_lock(&f->lock);
		while (!f->queue.first && !f->closing &&
		       f->heard.frames < HEARD_WAKE_FRAMES)
			pthread_cond_wait(&f->work, &f->lock);
		struct queued_event *events = event_queue_take(&f->queue);
		struct heard_piece heard = heard_buffer_take(&f->heard);
		uint64_t lost = f->queue.lost;
		last = f->closing;
		f->busy = true;
		pthread_mutex_unlock(&f->lock);

		write_batch(f, events, &heard, lost);

		pthread_mutex_lock(&f->lock);
		f->failure = f->files.failure;
		f->busy = false;
		pthread_cond_signal(&f->idle);
		pthread_mutex_unlock(&f->lock);
	}
	return NULL;
}

/* --- life */

/* What session.json says from the start, as members without braces. */
static char *write_head(int64_t wall_ms, uint64_t start_us, const char *backend,
			const struct settings *settings)
{
	char time[TEXT_TIME_SIZE];
	struct bytes out;

	text_iso_time(time, wall_ms);
	bytes_init(&out, HEAD_BYTES_MOST);
	json_open_object(&out, NULL);
	json_integer(&out, "format", 1);
	json_string(&out, "program", "habla " HABLA_VERSION);
	json_string(&out, "started", time);
	json_integer(&out, "started_monotonic_us", (int64_t)start_us);
	json_string(&out, "backend", backend);
	settings_write_json(settings, &out, "settings");
	bytes_drop_front(&out, out.length > 0 ? 1 : 0);
	char *head = bytes_take_text(&out);
	bytes_deinit(&out);
	return head;
}

static int open_files(struct session_folder *f, const struct clock *clock,
		      const struct settings *settings, const char *backend,
		      int64_t wall_ms, struct problem *p)
{
	uint64_t start_us = clock_now_us(clock);
	char *dir = text_copy(f->path);
	char *head = write_head(wall_ms, start_us, backend, settings);

	if (!dir || !head) {
		free(dir);
		free(head);
		return PROBLEM_MEMORY;
	}
	int err = folder_files_open(&f->files, dir, head, backend, wall_ms,
				    start_us, p);
	if (err)
		folder_files_discard(&f->files);
	return err;
}

static int start_writer(struct session_folder *f, struct problem *p)
{
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->work, NULL);
	pthread_cond_init(&f->idle, NULL);
	if (pthread_create(&f->writer, NULL, write_folder, f) == 0)
		return 0;
	pthread_cond_destroy(&f->work);
	pthread_cond_destroy(&f->idle);
	pthread_mutex_destroy(&f->lock);
	folder_files_discard(&f->files);
	return problem_set(p, PROBLEM_MEMORY,
			   "session folder: the system gives no more threads; "
			   "end some programs");
}

static void free_parts(struct session_folder *f)
{
	heard_buffer_deinit(&f->heard);
	free(f->path);
	free(f);
}

int session_folder_create(struct session_folder **out, const char *dir,
			  const struct clock *clock,
			  const struct settings *settings, const char *backend,
			  struct problem *p)
{
	static const struct session_sink_ops ops = {
		.event = folder_event,
		.heard = folder_heard,
	};
	struct problem why = {0};
	int64_t wall_ms = clock_wall_ms(clock);
	int err = PROBLEM_MEMORY;
	struct session_folder *f = calloc(1, sizeof *f);

	if (!f)
		goto out;
	f->sink.ops = &ops;
	event_queue_init(&f->queue, QUEUE_BYTES);
	err = heard_buffer_init(&f->heard, HEARD_FRAMES);
	if (!err)
		err = session_folder_place(&f->path, dir, wall_ms, &why);
	if (!err)
		err = open_files(f, clock, settings, backend, wall_ms, &why);
	if (!err)
		err = start_writer(f, &why);
out:
	if (err) {
		problem_add(&why, err,
			    "session folder: not enough memory; try again");
		problem_set(p, err, "%s", why.text);
		/* a folder that we made and that nobody needs */
		if (f && f->path && !dir)
			rmdir(f->path);
		if (f)
			free_parts(f);
	} else {
		*out = f;
	}
	return err;
}

void session_folder_catch_up(struct session_folder *f)
{
	pthread_mutex_lock(&f->lock);
	while (f->busy || f->queue.first ||
	       f->heard.frames >= HEARD_WAKE_FRAMES)
		pthread_cond_wait(&f->idle, &f->lock);
	pthread_mutex_unlock(&f->lock);
}

struct session_sink *session_folder_sink(struct session_folder *f)
{
	return &f->sink;
}

const char *session_folder_path(const struct session_folder *f)
{
	return f->path;
}

int session_folder_failure(const struct session_folder *f, struct problem *p)
{
	/* the lock is no part of what const promises */
	pthread_mutex_t *lock = (pthread_mutex_t *)&f->lock;

	pthread_mutex_lock(lock);
	int code = f->failure.code;
	if (code && p)
		*p = f->failure;
	pthread_mutex_unlock(lock);
	return code;
}

struct session_folder *session_folder_close(struct session_folder *f,
					    struct problem *p)
{
	if (!f)
		return NULL;
	pthread_mutex_lock(&f->lock);
	f->closing = true;
	pthread_cond_signal(&f->work);
	pthread_mutex_unlock(&f->lock);
	pthread_join(f->writer, NULL);

	folder_files_close(&f->files);
	if (f->files.failure.code && p)
		*p = f->files.failure;
	pthread_cond_destroy(&f->work);
	pthread_cond_destroy(&f->idle);
	pthread_mutex_destroy(&f->lock);
	free_parts(f);
	return NULL;
}
