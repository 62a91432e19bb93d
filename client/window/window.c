#include "client/window/window.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "client/window/window_view.h"
#include "net/base/module.h"
#include "net/base/problem.h"
#include "net/loop/thread.h"

#define PACKAGES "libsdl2-2.0-0, libsdl2-ttf-2.0-0"

enum phase { OPENING, OPEN, GONE };

struct window {
	/* --- set when created */
	struct session_sink sink;
	struct window_settings settings;
	const struct window_module *module;
	pthread_t thread;
	atomic_ullong frames;
	bool joined; /* the owner's */

	/* --- protected by lock */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* phase */
	struct window_view view;
	enum phase phase;
	bool woken; /* and has not looked since */
	bool moves; /* it draws frames by itself */
	struct problem why;
};

/* With the lock held: the window thread sleeps unless it moves. */
static void wake(struct window *w)
{
	if (w->phase != OPEN || w->woken || w->moves)
		return;
	w->woken = true;
	w->module->wake();
}

/* --- from the conversation --- */

static void sink_event(struct session_sink *sink, const struct session_event *e)
{
	struct window *w = (struct window *)sink;

	pthread_mutex_lock(&w->lock);
	if (window_view_event(&w->view, e))
		wake(w);
	pthread_mutex_unlock(&w->lock);
}

static void sink_heard(struct session_sink *sink, const int16_t *stereo,
		       size_t frames)
{
	struct window *w = (struct window *)sink;

	pthread_mutex_lock(&w->lock);
	if (window_view_heard(&w->view, stereo, frames))
		wake(w);
	pthread_mutex_unlock(&w->lock);
}

/* --- on the window thread --- */

static bool host_look(void *arg, struct window_view *out)
{
	struct window *w = arg;

	pthread_mutex_lock(&w->lock);
	*out = w->view;
	w->woken = false;
	bool moves = w->moves = window_view_moves(&w->view);
	pthread_mutex_unlock(&w->lock);
	return moves;
}

static void host_opened(void *arg, const struct problem *p)
{
	struct window *w = arg;

	pthread_mutex_lock(&w->lock);
	w->why = *p;
	w->phase = p->code ? GONE : OPEN;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static void host_command(void *arg, enum window_command command)
{
	struct window *w = arg;

	w->settings.on_command(w->settings.arg, command);
}

static void host_drawn(void *arg)
{
	struct window *w = arg;

	atomic_fetch_add(&w->frames, 1);
	if (w->settings.on_drawn)
		w->settings.on_drawn(w->settings.arg, w->module);
}

static void host_closing(void *arg)
{
	struct window *w = arg;

	pthread_mutex_lock(&w->lock);
	w->phase = GONE;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static void *run(void *arg)
{
	struct window *w = arg;
	const struct window_host host = {
		.light = w->settings.light,
		.push_to_talk = w->settings.push_to_talk,
		.offers = w->settings.offers,
		.look = host_look,
		.opened = host_opened,
		.command = host_command,
		.drawn = host_drawn,
		.closing = host_closing,
		.arg = w,
	};

	w->module->run(&host);
	return NULL;
}

/* --- life --- */

static enum phase wait_opened(struct window *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->phase == OPENING)
		pthread_cond_wait(&w->changed, &w->lock);
	enum phase phase = w->phase;
	pthread_mutex_unlock(&w->lock);
	return phase;
}

static void free_struct(struct window *w)
{
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int window_open(struct window **out, const struct window_settings *settings,
		struct problem *p)
{
	static const struct session_sink_ops ops = {
		.event = sink_event,
		.heard = sink_heard,
	};
	const void *module = NULL;
	int err = module_load(&module, "window", PACKAGES, p);
	struct window *w;

	if (err)
		return err;
	w = calloc(1, sizeof *w);
	if (!w)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	w->sink.ops = &ops;
	w->settings = *settings;
	w->module = module;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	window_view_init(&w->view, settings->lesson);
	err = thread_start(&w->thread, "window", run, w);
	if (err) {
		free_struct(w);
		return problem_set(p, err, "the system gives no more threads");
	}
	wait_opened(w);
	if (w->why.code) {
		*p = w->why;
		err = p->code;
		pthread_join(w->thread, NULL);
		free_struct(w);
		return err;
	}
	*out = w;
	return 0;
}

struct session_sink *window_sink(struct window *w)
{
	return &w->sink;
}

void window_set_muted(struct window *w, bool muted)
{
	pthread_mutex_lock(&w->lock);
	w->view.muted = muted;
	wake(w);
	pthread_mutex_unlock(&w->lock);
}

void window_look(struct window *w, struct window_view *out)
{
	pthread_mutex_lock(&w->lock);
	*out = w->view;
	pthread_mutex_unlock(&w->lock);
}

bool window_is_open(struct window *w)
{
	pthread_mutex_lock(&w->lock);
	bool open = w->phase == OPEN;
	pthread_mutex_unlock(&w->lock);
	return open;
}

uint64_t window_frames(const struct window *w)
{
	return atomic_load(&w->frames);
}

void window_hide(struct window *w)
{
	if (w->joined)
		return;
	pthread_mutex_lock(&w->lock);
	if (w->phase == OPEN)
		w->module->quit();
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	w->joined = true;
}

struct window *window_free(struct window *w)
{
	if (!w)
		return NULL;
	window_hide(w);
	free_struct(w);
	return NULL;
}
