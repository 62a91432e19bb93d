#include "net/nova/order_internal.h"

#include <cjson/cJSON.h>

#include "net/base/text.h"
#include "net/nova/tool_specs.h"

enum { TOKENS_MAX = 10000 };

static const char no_voice[] =
	"Received invalid voiceId: value must not be empty";

/* --- members --- */

bool order_is_rate(uint32_t hz)
{
	return hz == 8000 || hz == 16000 || hz == 24000;
}

/* JSON text of an object, and nothing behind it. */
bool order_is_object_text(const char *text)
{
	cJSON *value = text ? cJSON_ParseWithOpts(text, NULL, 1) : NULL;
	bool is = cJSON_IsObject(value);

	cJSON_Delete(value);
	return is;
}

static int check_tools(struct order *o, const char *text)
{
	struct problem why;

	if (tool_specs_check(text, &why))
		return order_breach(o, order_unreadable, "promptStart: %s",
				    why.text);
	return 0;
}

static int check_inference(struct order *o, const struct nova_inference *v)
{
	if (v->max_tokens < 0 || v->max_tokens > TOKENS_MAX)
		return order_breach(o, order_invalid,
				    "sessionStart: maxTokens %d is not 1 to %d",
				    v->max_tokens, TOKENS_MAX);
	if (v->top_p < 0 || v->top_p > 1)
		return order_breach(o, order_invalid,
				    "sessionStart: topP %g is not 0 to 1",
				    v->top_p);
	if (v->temperature < 0 || v->temperature > 1)
		return order_breach(
			o, order_invalid,
			"sessionStart: temperature %g is not 0 to 1",
			v->temperature);
	return 0;
}

/* --- events --- */

int order_check_session_start(struct order *o, const struct nova_event *e)
{
	if (o->stage != BEFORE)
		return order_breach(o, order_invalid,
				    "sessionStart: sent a second time");
	if (e->turn_pause && !o->turn_detection)
		return order_breach(o, order_invalid,
				    "sessionStart: this model takes no "
				    "turnDetectionConfiguration");
	int err = check_inference(o, &e->inference);
	if (!err)
		o->stage = SESSION;
	return err;
}

int order_check_prompt_start(struct order *o, const struct nova_event *e)
{
	int err = 0;

	if (o->stage != SESSION)
		return order_breach(o, order_invalid,
				    "promptStart: sent a second time");
	if (!e->prompt_name || !*e->prompt_name)
		return order_breach(o, order_invalid,
				    "promptStart: promptName is missing");
	if (!e->voice_id || !*e->voice_id)
		return order_breach(o, no_voice,
				    "promptStart: voiceId is missing");
	if (!order_is_rate(e->rate_hz))
		return order_breach(
			o, order_invalid,
			"promptStart: sampleRateHertz %u is not 8000, "
			"16000 or 24000",
			e->rate_hz);
	if (e->tools)
		err = check_tools(o, e->tools);
	if (err)
		return err;
	o->prompt_name = text_copy(e->prompt_name);
	if (!o->prompt_name)
		return PROBLEM_MEMORY;
	o->stage = PROMPT;
	return 0;
}
