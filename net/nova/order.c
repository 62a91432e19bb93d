#include "net/nova/order_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/base/text.h"
#include "net/nova/model.h"

/* The service's own words; docs/nova-sonic.md, "Failures". */
const char order_unreadable[] =
	"Unable to parse input chunk. Please check input format contains "
	"correct format.";
const char order_invalid[] =
	"Invalid input request, please fix your input and try again.";
static const char open_contents[] =
	"All contents must be closed before ending prompt";

int order_breach(struct order *o, const char *said, const char *format, ...)
{
	char text[PROBLEM_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	o->said = said;
	return problem_set(o->p, PROBLEM_REJECTED, "%s", text);
}

static int check_prompt_end(struct order *o)
{
	for (size_t i = 0; i < o->block_count; i++)
		if (o->blocks[i].open)
			return order_breach(
				o, open_contents,
				"promptEnd: contentName %s is still open",
				o->blocks[i].name);
	o->stage = PROMPT_ENDED;
	return 0;
}

static int check_session_end(struct order *o)
{
	if (o->stage == PROMPT)
		return order_breach(o, order_invalid,
				    "sessionEnd: promptEnd is missing");
	o->stage = ENDED;
	return 0;
}

/* --- which event may come now --- */

static int check_stage(struct order *o, const struct nova_event *e)
{
	const char *name = nova_event_name(e->type);

	if (o->stage == ENDED)
		return order_breach(o, order_invalid, "%s after sessionEnd",
				    name);
	if (o->stage == BEFORE && e->type != NOVA_SESSION_START)
		return order_breach(o, order_invalid, "%s before sessionStart",
				    name);
	if (e->type == NOVA_SESSION_START || e->type == NOVA_SESSION_END ||
	    e->type == NOVA_PROMPT_START)
		return 0;
	if (o->stage == SESSION)
		return order_breach(o, order_invalid, "%s before promptStart",
				    name);
	if (o->stage == PROMPT_ENDED)
		return order_breach(o, order_invalid, "%s after promptEnd",
				    name);
	if (!text_equal(e->prompt_name, o->prompt_name))
		return order_breach(o, order_invalid,
				    "%s: promptName %s is not the session's %s",
				    name,
				    e->prompt_name ? e->prompt_name
						   : "(missing)",
				    o->prompt_name);
	return 0;
}

static bool goes_to_service(enum nova_event_type type)
{
	return type == NOVA_CONTENT_START || type == NOVA_CONTENT_END ||
	       (type >= NOVA_SESSION_START && type <= NOVA_SESSION_END);
}

static int check_event(struct order *o, const struct nova_event *e)
{
	if (!goes_to_service(e->type))
		return order_breach(o, order_unreadable,
				    "\"%s\" is not an event of the client",
				    e->type == NOVA_OTHER && e->name
					    ? e->name
					    : nova_event_name(e->type));
	int err = check_stage(o, e);
	if (err)
		return err;
	switch (e->type) {
	case NOVA_SESSION_START:
		return order_check_session_start(o, e);
	case NOVA_PROMPT_START:
		return order_check_prompt_start(o, e);
	case NOVA_CONTENT_START:
		return order_check_content_start(o, e);
	case NOVA_CONTENT_END:
		return order_check_content_end(o, e);
	case NOVA_PROMPT_END:
		return check_prompt_end(o);
	case NOVA_SESSION_END:
		return check_session_end(o);
	default:
		return order_check_data(o, e);
	}
}

int order_check(struct order *o, const struct nova_event *e,
		const char **service_text, struct problem *p)
{
	o->p = p;
	o->said = NULL;
	int err = check_event(o, e);
	o->p = NULL;
	if (err && service_text)
		*service_text = o->said;
	return err;
}

int order_create(struct order **out, const char *model)
{
	struct order *o = calloc(1, sizeof *o);

	if (!o)
		return PROBLEM_MEMORY;
	o->turn_detection = nova_model_find(model)->turn_detection;
	*out = o;
	return 0;
}

struct order *order_free(struct order *o)
{
	if (!o)
		return NULL;
	for (size_t i = 0; i < o->block_count; i++)
		free(o->blocks[i].name);
	for (size_t i = 0; i < o->tool_count; i++)
		free(o->tools[i].id);
	free(o->blocks);
	free(o->tools);
	free(o->prompt_name);
	free(o);
	return NULL;
}
