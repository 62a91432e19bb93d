#include "net/sim/core_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "audio/dsp/sound_file.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/nova/order.h"

enum {
	LIFE_MS = 480000,
	IDLE_MS = 55000,
	CHUNK_MS_LEAST = 20,
	CHUNK_MS_MOST = 120,
	SPEED = 4,
};

static const char UNEXPECTED[] =
	"The system encountered an unexpected error during processing. "
	"Try your request again.";
static const char TIMED_OUT[] = "Model has timed out in processing the "
				"request. Try your request again.";

void core_emit(struct sim_core *c, struct nova_event *e)
{
	if (c->over)
		return;
	e->session_id = c->session_id;
	e->completion_id = c->completion_id;
	e->prompt_name = c->prompt_name;
	c->listener.event(c->listener.arg, e);
}

void core_begin_completion(struct sim_core *c)
{
	if (c->completion_begun)
		return;
	c->completion_begun = true;
	core_emit(c, &(struct nova_event){.type = NOVA_COMPLETION_START});
}

void core_stop(struct sim_core *c)
{
	c->over = true;
	timer_stop(&c->life_timer);
	timer_stop(&c->idle_timer);
	timer_stop(&c->fault_timer);
	timer_stop(&c->mouth.chunk_timer);
	timer_stop(&c->mouth.final_timer);
}

void sim_fail(struct sim_core *c, const char *exception, const char *message)
{
	if (c->over)
		return;
	core_stop(c);
	c->listener.exception(c->listener.arg, exception, message);
}

void sim_cut(struct sim_core *c, enum sim_cut how)
{
	if (c->over)
		return;
	core_stop(c);
	c->listener.cut(c->listener.arg, how);
}

void core_fail_inside(struct sim_core *c)
{
	sim_fail(c, "internalServerException", UNEXPECTED);
}

struct sound_writer *core_record(struct sim_core *c, const char *name,
				 unsigned rate_hz)
{
	struct sound_writer *w = NULL;
	struct problem p = {0};
	char *path;

	if (!c->record_dir)
		return NULL;
	path = text_format("%s/%s-%u.wav", c->record_dir, name,
			   c->settings.session_number);
	if (!path || sound_writer_open(&w, path, rate_hz, 1, &p) != 0)
		log_error("sim", "cannot record: %s", p.text);
	free(path);
	return w;
}

void core_record_write(struct sound_writer **w, const int16_t *samples,
		       size_t n)
{
	int err = *w ? sound_writer_write(*w, samples, n) : 0;

	if (err == 0)
		return;
	log_error("sim", "recording stopped: %s", problem_name(err));
	*w = sound_writer_free(*w);
}

/* --- limits --- */

static void life_is_over(void *arg)
{
	sim_fail(arg, "modelTimeoutException", TIMED_OUT);
}

/* Re-armed here and not at each input, which comes 30 times a second. */
static void idle_is_over(void *arg)
{
	struct sim_core *c = arg;
	uint64_t due = c->last_input_us + c->settings.idle_ms * UINT64_C(1000);
	char text[256];

	if (due > clock_now_us(c->clock)) {
		timer_start_at(&c->idle_timer, due);
		return;
	}
	unsigned seconds = (c->settings.idle_ms + 999) / 1000;
	snprintf(text, sizeof text,
		 "InternalErrorCode=532::Timed out waiting for audio bytes or "
		 "interactive content. Please ensure gaps between audio bytes "
		 "and interactive content are less than %u seconds.",
		 seconds);
	sim_fail(c, "validationException", text);
}

/* --- a fault that was asked for --- */

static void fault_is_due(void *arg)
{
	struct sim_core *c = arg;
	const struct sim_fault *f = &c->settings.fault;
	char type[64];

	if (f->kind == SIM_FAULT_CUT) {
		sim_cut(c, f->cut);
		return;
	}
	snprintf(type, sizeof type, "%s",
		 f->exception ? f->exception : "SomethingNewException");
	type[0] = (char)tolower((unsigned char)type[0]);
	sim_fail(c, type, f->message);
}

void core_expect_fault(struct sim_core *c)
{
	const struct sim_fault *f = &c->settings.fault;

	if (f->kind >= SIM_FAULT_EXCEPTION &&
	    sim_fault_befalls(f, c->settings.session_number))
		timer_start(&c->fault_timer, f->at_ms * UINT64_C(1000));
}

const char *sim_core_breach(const struct sim_core *c)
{
	return c->breach;
}

/* --- life --- */

static int copy_settings(struct sim_core *c, const struct sim_core_settings *s)
{
	c->settings = *s;
	c->model = text_copy(s->model ? s->model : NOVA_MODEL_DEFAULT);
	c->record_dir = text_copy(s->record_dir);
	if (!c->model || (s->record_dir && !c->record_dir))
		return PROBLEM_MEMORY;
	c->settings.model = c->model;
	c->settings.record_dir = c->record_dir;
	if (c->settings.life_ms == 0)
		c->settings.life_ms = LIFE_MS;
	if (c->settings.idle_ms == 0)
		c->settings.idle_ms = IDLE_MS;
	if (c->settings.chunk_ms_least == 0)
		c->settings.chunk_ms_least = CHUNK_MS_LEAST;
	if (c->settings.chunk_ms_most == 0)
		c->settings.chunk_ms_most = CHUNK_MS_MOST;
	if (c->settings.chunk_ms_most < c->settings.chunk_ms_least)
		c->settings.chunk_ms_most = c->settings.chunk_ms_least;
	if (c->settings.speed <= 0)
		c->settings.speed = SPEED;
	if (c->settings.session_number == 0)
		c->settings.session_number = 1;
	return 0;
}

int sim_core_create(struct sim_core **out, struct clock *clock,
		    const struct sim_core_settings *settings,
		    struct brain_maker *maker,
		    const struct sim_core_listener *listener, struct problem *p)
{
	struct sim_core *c = calloc(1, sizeof *c);
	int err;

	if (!c)
		return problem_set(p, PROBLEM_MEMORY,
				   "simulator: no memory for a session");
	c->clock = clock;
	c->maker = maker;
	c->listener = *listener;
	history_init(&c->history);
	mouth_init(c);
	timer_init(&c->life_timer, clock, life_is_over, c);
	timer_init(&c->idle_timer, clock, idle_is_over, c);
	timer_init(&c->fault_timer, clock, fault_is_due, c);
	random_uuid(c->session_id);
	random_uuid(c->completion_id);
	err = copy_settings(c, settings);
	if (err == 0)
		err = order_create(&c->order, c->model);
	if (err) {
		sim_core_free(c);
		return problem_set(p, err,
				   "simulator: no memory for a session");
	}
	c->last_input_us = clock_now_us(clock);
	timer_start(&c->life_timer, c->settings.life_ms * UINT64_C(1000));
	timer_start(&c->idle_timer, c->settings.idle_ms * UINT64_C(1000));
	*out = c;
	return 0;
}

struct sim_core *sim_core_free(struct sim_core *c)
{
	if (!c)
		return NULL;
	core_stop(c);
	/* before the rest: a brain's worker may still look at its core */
	if (c->brain)
		c->brain->ops->free(c->brain);
	ear_close(c);
	sound_writer_free(c->ear.record);
	mouth_deinit(c);
	core_close_blocks(c);
	history_deinit(&c->history);
	order_free(c->order);
	free(c->breach);
	free(c->prompt_name);
	free(c->voice);
	free(c->tools);
	free(c->system_prompt);
	free(c->audio_name);
	free(c->model);
	free(c->record_dir);
	free(c);
	return NULL;
}
