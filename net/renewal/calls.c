/* calls: tools that the model has called, across streams. */
#include <stdlib.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/renewal/renewing_private.h"

static struct tool_call *find(const struct renewing *r, const char *id)
{
	for (size_t i = 0; id && i < r->call_count; i++)
		if (text_equal(r->calls[i].id, id))
			return &r->calls[i];
	return NULL;
}

static void remove_call(struct renewing *r, struct tool_call *c)
{
	free(c->id);
	free(c->name);
	*c = r->calls[--r->call_count];
}

int calls_add(struct renewing *r, const char *id, const char *name)
{
	if (r->call_count == r->call_capacity) {
		size_t capacity = r->call_capacity ? 2 * r->call_capacity : 4;
		struct tool_call *more = realloc(r->calls,
						 capacity * sizeof *more);
		if (!more)
			return PROBLEM_MEMORY;
		r->calls = more;
		r->call_capacity = capacity;
	}
	struct tool_call *c = &r->calls[r->call_count];
	*c = (struct tool_call){.id = text_copy(id), .name = text_copy(name)};
	r->call_count++;
	if (c->id && (c->name || !name))
		return 0;
	remove_call(r, c);
	return PROBLEM_MEMORY;
}

void calls_free(struct renewing *r)
{
	for (size_t i = 0; i < r->call_count; i++) {
		free(r->calls[i].id);
		free(r->calls[i].name);
	}
	free(r->calls);
}

bool calls_wait(const struct renewing *r)
{
	for (size_t i = 0; i < r->call_count; i++)
		if (!r->calls[i].old)
			return true;
	return false;
}

void calls_make_old(struct renewing *r)
{
	for (size_t i = 0; i < r->call_count; i++)
		r->calls[i].old = true;
}

bool calls_is_old_result(const struct renewing *r, const struct nova_event *e)
{
	const struct tool_call *c;

	if (e->type != NOVA_CONTENT_START || e->content != NOVA_TOOL)
		return false;
	c = find(r, e->tool_use_id);
	return c && c->old;
}

/* The stream that asked has gone: the model is told in words. */
static int tell_old_result(struct renewing *r, const struct tool_call *c,
			   const char *result)
{
	bool takes_text = nova_model_find(r->u->settings.model)->text_input;
	int err;

	if (!takes_text) {
		log_info("renewal", "a tool's result came after its session");
		return 0;
	}
	char *text = text_format("Result of the tool %s: %s",
				 c->name ? c->name : "", result);
	if (!text)
		return PROBLEM_MEMORY;
	err = account_typed(&r->account, text, r->audio.end);
	if (!err && r->present) {
		answer_watch_expect(&r->answer);
		err = nova_session_text(&r->present->session, text);
	}
	free(text);
	return err;
}

int calls_take_result(struct renewing *r, const char *id, const char *result)
{
	struct tool_call *c = find(r, id);
	int err = 0;

	if (!c)
		return 0;
	if (c->old)
		err = tell_old_result(r, c, result);
	else
		answer_watch_expect(&r->answer);
	remove_call(r, c);
	return err;
}
