/*
 * memory_stream: the nova_stream kind that is a sim_core in the same thread.
 *
 *   send -> core -> what it answers -> queue -> [timer of 0] -> listener
 *
 * The queue is there because a listener must not be called from within send.
 */
#include <stdio.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/failures.h"
#include "net/sim/sim.h"

struct memory_upstream {
	struct nova_upstream base;
	struct clock *clock;
	struct sim_core_settings settings;
	char *model, *record_dir; /* owned; settings lead here */
	struct brain_maker *maker;
	const struct sim_front_plan *plan;
	unsigned opened; /* streams */
};

enum what { WHAT_OPENED, WHAT_EVENT, WHAT_CLOSED };

struct delivery {
	struct delivery *next;
	enum what what;
	char session_id[UUID_TEXT_SIZE]; /* "" when not known */
	struct nova_event event;
	struct problem why;
};

struct memory_stream {
	struct nova_stream base;
	struct memory_upstream *upstream;
	struct sim_core *core; /* NULL: refused */
	struct timer timer;
	struct delivery *first, **end;
	/* for closed(), so that it needs no memory; NULL once it is queued */
	struct delivery *reserve;
	bool opened;      /* opened() is queued or was called */
	bool closed;      /* closed() is queued or was called */
	bool told;        /* closed() was called */
	bool half_closed; /* sessionEnd was sent */
	bool delivering; /* a callback runs: free is put off until it returns */
	bool doomed;     /* free was called in it */
};

/* --- deliveries --- */

static void queue(struct memory_stream *s, struct delivery *d)
{
	d->next = NULL;
	*s->end = d;
	s->end = &d->next;
	timer_start(&s->timer, 0);
}

static void queue_closed(struct memory_stream *s, const struct problem *why)
{
	struct delivery *d = s->reserve;

	if (!d)
		return;
	s->closed = true;
	s->reserve = NULL;
	d->what = WHAT_CLOSED;
	d->why = *why;
	queue(s, d);
}

static void queue_no_memory(struct memory_stream *s)
{
	struct problem why;

	problem_set(&why, PROBLEM_MEMORY,
		    "simulator: no memory for an event; close other programs");
	queue_closed(s, &why);
}

static struct delivery *new_delivery(struct memory_stream *s, enum what what)
{
	struct delivery *d = s->closed ? NULL : calloc(1, sizeof *d);

	if (d)
		d->what = what;
	else
		queue_no_memory(s);
	return d;
}

static void queue_opened(struct memory_stream *s, const char *session_id)
{
	struct delivery *d;

	if (s->opened || s->closed)
		return;
	s->opened = true;
	d = new_delivery(s, WHAT_OPENED);
	if (!d)
		return;
	snprintf(d->session_id, sizeof d->session_id, "%s", session_id);
	queue(s, d);
}

static void delivery_free(struct delivery *d)
{
	if (!d)
		return;
	nova_event_clear(&d->event);
	free(d);
}

static void destroy(struct memory_stream *s)
{
	timer_stop(&s->timer);
	sim_core_free(s->core);
	while (s->first) {
		struct delivery *d = s->first;
		s->first = d->next;
		delivery_free(d);
	}
	delivery_free(s->reserve);
	free(s);
}

static void deliver_one(struct memory_stream *s, const struct delivery *d)
{
	const struct nova_stream_listener *l = &s->base.listener;

	switch (d->what) {
	case WHAT_OPENED:
		l->opened(l->arg, d->session_id[0] ? d->session_id : NULL);
		break;
	case WHAT_EVENT:
		l->event(l->arg, &d->event);
		break;
	case WHAT_CLOSED:
		s->told = true;
		l->closed(l->arg, &d->why);
		break;
	}
}

static void deliver(void *arg)
{
	struct memory_stream *s = arg;

	s->delivering = true;
	while (!s->doomed && s->first) {
		struct delivery *d = s->first;

		s->first = d->next;
		if (!s->first)
			s->end = &s->first;
		deliver_one(s, d);
		delivery_free(d);
	}
	s->delivering = false;
	if (s->doomed)
		destroy(s);
}

/* --- the core's listener --- */

static void on_event(void *arg, const struct nova_event *e)
{
	struct memory_stream *s = arg;
	struct delivery *d;

	queue_opened(s, e->session_id);
	d = new_delivery(s, WHAT_EVENT);
	if (!d)
		return;
	if (nova_event_copy(&d->event, e) != 0) {
		free(d);
		queue_no_memory(s);
		return;
	}
	queue(s, d);
}

static void on_exception(void *arg, const char *type, const char *message)
{
	struct memory_stream *s = arg;
	struct problem why = {0};

	bedrock_problem(&why, 0, type, message, s->upstream->settings.model,
			"simulator");
	queue_closed(s, &why);
}

static void on_cut(void *arg, enum sim_cut how)
{
	static const struct {
		enum bedrock_own id;
		const char *detail;
	} seen[] = {
		[SIM_CUT_RESET] = {BEDROCK_RESET, "INTERNAL_ERROR"},
		[SIM_CUT_HALF_FRAME] = {BEDROCK_CUT_MESSAGE, NULL},
		[SIM_CUT_CLOSE] = {BEDROCK_CONNECTION_CLOSED, NULL},
		[SIM_CUT_GOAWAY] = {BEDROCK_GOAWAY, "NO_ERROR"},
		[SIM_CUT_END] = {BEDROCK_ENDED_EARLY, NULL},
		[SIM_CUT_BAD_CRC] = {BEDROCK_UNREADABLE, "wrong checksum"},
	};
	struct problem why;

	if (how == SIM_CUT_STALL)
		return;
	bedrock_own_problem(&why, seen[how].id, "simulator", seen[how].detail);
	queue_closed(arg, &why);
}

static void on_ended(void *arg)
{
	queue_closed(arg, &(struct problem){.code = PROBLEM_NONE});
}

/* --- the seam --- */

static bool goes_to_service(const struct nova_event *e)
{
	switch (e->type) {
	case NOVA_CONTENT_START:
	case NOVA_CONTENT_END:
	case NOVA_SESSION_START:
	case NOVA_PROMPT_START:
	case NOVA_TEXT_INPUT:
	case NOVA_AUDIO_INPUT:
	case NOVA_TOOL_RESULT:
	case NOVA_PROMPT_END:
	case NOVA_SESSION_END:
	case NOVA_OTHER:
		return true;
	default:
		return false;
	}
}

static int memory_send(struct nova_stream *base, const struct nova_event *e)
{
	struct memory_stream *s = (struct memory_stream *)base;

	if (s->half_closed || s->told)
		return PROBLEM_CLOSED;
	if (!goes_to_service(e))
		return PROBLEM_REJECTED;
	if (e->type == NOVA_SESSION_END)
		s->half_closed = true;
	/* As over a network: what is sent before the refusal is known is
	 * lost without a word. */
	if (s->closed)
		return 0;
	sim_core_receive(s->core, e);
	/* With a silent start no event tells that the prompt was accepted. */
	if (e->type == NOVA_PROMPT_START)
		queue_opened(s, "");
	return 0;
}

static size_t memory_queued(const struct nova_stream *base)
{
	(void)base;
	return 0;
}

static void memory_free(struct nova_stream *base)
{
	struct memory_stream *s = (struct memory_stream *)base;

	s->doomed = true;
	if (!s->delivering)
		destroy(s);
}

static const struct nova_stream_ops ops = {
	.send = memory_send,
	.queued = memory_queued,
	.free = memory_free,
};

static bool is_among(const struct memory_upstream *u, unsigned first)
{
	return first == 0 || u->opened <= first;
}

static bool refuses(const struct memory_upstream *u)
{
	const struct sim_front_plan *plan = u->plan;

	return plan && plan->refuse_status && is_among(u, plan->refuse_first);
}

static int start(struct memory_stream *s, struct problem *p)
{
	struct memory_upstream *u = s->upstream;
	struct sim_core_settings settings = u->settings;
	struct problem why = {0};

	u->opened++;
	if (refuses(u)) {
		bedrock_problem(&why, (int)u->plan->refuse_status,
				u->plan->refuse_exception,
				u->plan->refuse_message, settings.model,
				"simulator");
		why.retry_after_ms = u->plan->refuse_after_s * 1000;
		queue_closed(s, &why);
		return 0;
	}
	if (u->plan && u->plan->odd == SIM_FAULT_PAGE &&
	    is_among(u, u->plan->odd_first)) {
		bedrock_own_problem(&why, BEDROCK_NO_EVENT_STREAM, "simulator",
				    "text/html");
		queue_closed(s, &why);
		return 0;
	}
	settings.session_number = u->opened;
	return sim_core_create(&s->core, u->clock, &settings, u->maker,
			       &(struct sim_core_listener){
				       .event = on_event,
				       .exception = on_exception,
				       .cut = on_cut,
				       .ended = on_ended,
				       .arg = s,
			       },
			       p);
}

static int memory_open(struct nova_upstream *base,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	struct memory_upstream *u = (struct memory_upstream *)base;
	struct memory_stream *s = calloc(1, sizeof *s);
	int err;

	if (s)
		s->reserve = calloc(1, sizeof *s->reserve);
	if (!s || !s->reserve) {
		free(s);
		return problem_set(p, PROBLEM_MEMORY,
				   "simulator: no memory for a session");
	}
	s->base.ops = &ops;
	s->base.listener = *listener;
	s->upstream = u;
	s->end = &s->first;
	timer_init(&s->timer, u->clock, deliver, s);
	err = start(s, p);
	if (err)
		memory_free(&s->base);
	else
		*out = &s->base;
	return err;
}

/* --- the factory --- */

int memory_upstream_create(struct nova_upstream **out, struct clock *clock,
			   const struct sim_core_settings *settings,
			   struct brain_maker *maker)
{
	struct memory_upstream *u = calloc(1, sizeof *u);

	if (!u)
		return PROBLEM_MEMORY;
	u->base.open = memory_open;
	u->base.name = "simulator";
	u->clock = clock;
	u->maker = maker;
	u->settings = *settings;
	u->settings.model = u->model = text_copy(settings->model);
	u->settings.record_dir = u->record_dir = text_copy(
		settings->record_dir);
	if ((settings->model && !u->model) ||
	    (settings->record_dir && !u->record_dir)) {
		memory_upstream_free(&u->base);
		return PROBLEM_MEMORY;
	}
	*out = &u->base;
	return 0;
}

struct nova_upstream *memory_upstream_free(struct nova_upstream *base)
{
	struct memory_upstream *u = (struct memory_upstream *)base;

	if (!u)
		return NULL;
	free(u->model);
	free(u->record_dir);
	free(u);
	return NULL;
}

void memory_upstream_plan(struct nova_upstream *base,
			  const struct sim_front_plan *plan)
{
	((struct memory_upstream *)base)->plan = plan;
}
