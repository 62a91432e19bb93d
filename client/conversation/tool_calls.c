#include "client/conversation/tool_calls.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/conversation/conversation_private.h"
#include "client/tools/tool_runner.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/model.h"

enum { ERROR_JSON_MOST = 4096 };

struct pending {
	struct pending *next;
	struct tool_calls *owner;
	char *name, *id, *arguments; /* owned */
	char *content_id;            /* owned; NULL once its block has ended */
	struct tool_call *call;      /* while it runs */
	uint64_t started_us;
};

struct tool_calls {
	struct conversation *conversation;
	struct tool_runner *runner; /* or NULL */
	struct pending *first;
};

/* --- the list --- */

static void pending_free(struct pending *p)
{
	free(p->name);
	free(p->id);
	free(p->arguments);
	free(p->content_id);
	free(p);
}

static void remove_pending(struct pending *p)
{
	struct pending **at = &p->owner->first;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	pending_free(p);
}

/* A name or arguments that the service leaves out are empty. */
static struct pending *pending_new(struct tool_calls *t,
				   const struct nova_event *e)
{
	struct pending *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->owner = t;
	p->name = text_copy(e->tool_name ? e->tool_name : "");
	p->id = text_copy(e->tool_use_id);
	p->arguments = text_copy(e->text && *e->text ? e->text : "{}");
	p->content_id = text_copy(e->content_id ? e->content_id : "");
	if (!p->name || !p->id || !p->arguments || !p->content_id) {
		pending_free(p);
		return NULL;
	}
	return p;
}

/* --- what the sinks and the model are told --- */

static void tell(const struct pending *p, enum session_kind kind,
		 const char *text, const struct problem *why)
{
	struct conversation *c = p->owner->conversation;
	struct session_event e = {
		.kind = kind,
		.tool = p->name,
		.tool_use_id = p->id,
		.text = text,
		.problem = why,
	};

	if (kind == SESSION_TOOL_RESULT)
		e.number = (int64_t)(clock_now_us(c->settings.clock) -
				     p->started_us) /
			   1000;
	conversation_emit(c, &e);
}

/* Ends the call.  why: the tool failed, or NULL. */
static void answer(struct pending *p, const char *result,
		   const struct problem *why)
{
	struct conversation *c = p->owner->conversation;
	int err = nova_session_tool_result(&c->session, p->id, result);
	struct problem dropped;

	if (err == PROBLEM_ORDER || err == PROBLEM_CLOSED ||
	    err == PROBLEM_REJECTED)
		problem_set(&dropped, PROBLEM_CLOSED,
			    "the session that asked for it is gone");
	else if (err)
		problem_set(&dropped, err, "its result cannot be sent (%s)",
			    problem_name(err));
	if (err) {
		log_warn("tools", "%s: result dropped: %s", p->name,
			 dropped.text);
		why = &dropped;
	}
	tell(p, SESSION_TOOL_RESULT, result, why);
	remove_pending(p);
}

/* detail is for people only: it may say more than a model should hear. */
static void answer_error(struct pending *p, int code, const char *error,
			 const char *detail)
{
	struct problem why;
	struct bytes b;

	problem_set(&why, code, "%s%s%s%s; the tutor was told", error,
		    detail ? " (" : "", detail ? detail : "",
		    detail ? ")" : "");
	bytes_init(&b, ERROR_JSON_MOST);
	json_open_object(&b, NULL);
	json_string(&b, "error", error);
	json_close_object(&b);

	const char *text = b.failed ? NULL : bytes_text(&b);
	answer(p, text ? text : "{\"error\":\"the tool failed\"}", &why);
	bytes_deinit(&b);
}

/* --- running --- */

static void tool_is_done(void *arg, const struct tool_outcome *outcome)
{
	struct pending *p = arg;

	p->call = NULL;
	if (outcome->result)
		answer(p, outcome->result, NULL);
	else
		answer_error(p, PROBLEM_SERVER, outcome->error,
			     outcome->detail);
}

static void run(struct pending *p)
{
	struct tool_calls *t = p->owner;
	struct problem why = {0};
	int err;

	p->started_us = clock_now_us(t->conversation->settings.clock);
	tell(p, SESSION_TOOL_CALL, p->arguments, NULL);
	if (nova_model_find(t->conversation->settings.session.model)
		    ->waits_for_tools)
		conversation_notice(t->conversation,
				    "The tutor is silent until the tool %s has "
				    "answered.",
				    p->name);
	if (t->runner)
		err = tool_runner_call(t->runner, p->name, p->arguments,
				       tool_is_done, p, &p->call, &why);
	else
		err = problem_set(&why, PROBLEM_USAGE, "there are no tools");
	if (err)
		answer_error(p, err, why.text, NULL);
}

/* --- from the conversation --- */

static void asked(struct tool_calls *t, const struct nova_event *e)
{
	struct conversation *c = t->conversation;
	struct pending *p = NULL;

	if (nova_session_received(&c->session, e))
		p = pending_new(t, e);
	if (!p) {
		conversation_notice(c,
				    "The tutor's call of the tool \"%s\" "
				    "cannot be answered: it has no usable id, "
				    "or too many calls wait.",
				    e->tool_name ? e->tool_name : "");
		return;
	}
	p->next = t->first;
	t->first = p;
}

/* What a block held begins when it ends, as the service wants it. */
static void block_ended(struct tool_calls *t, const char *content_id)
{
	struct pending *next;

	for (struct pending *p = t->first; p; p = next) {
		next = p->next;
		if (!p->content_id ||
		    !text_equal(p->content_id, content_id ? content_id : ""))
			continue;
		free(p->content_id);
		p->content_id = NULL;
		run(p);
	}
}

void tool_calls_receive(struct tool_calls *t, const struct nova_event *e)
{
	if (e->type == NOVA_TOOL_USE)
		asked(t, e);
	else if (e->type == NOVA_CONTENT_END)
		block_ended(t, e->content_id);
}

void tool_calls_session_lost(struct tool_calls *t)
{
	struct pending *next;

	for (struct pending *p = t->first; p; p = next) {
		next = p->next;
		if (p->content_id)
			remove_pending(p);
	}
}

void tool_calls_cancel(struct tool_calls *t)
{
	struct pending *p = t->first;

	t->first = NULL;
	while (p) {
		struct pending *next = p->next;

		if (p->call)
			tool_runner_cancel(t->runner, p->call);
		pending_free(p);
		p = next;
	}
}

/* --- life --- */

int tool_calls_create(struct tool_calls **out, struct conversation *c,
		      struct tool_runner *runner)
{
	struct tool_calls *t = calloc(1, sizeof *t);

	if (!t)
		return PROBLEM_MEMORY;
	t->conversation = c;
	t->runner = runner;
	*out = t;
	return 0;
}

struct tool_calls *tool_calls_free(struct tool_calls *t)
{
	if (t) {
		tool_calls_cancel(t);
		free(t);
	}
	return NULL;
}
