/* core_blocks: the short blocks of an answer, whole, and what it has cost. */
#include "net/sim/core_private.h"

#include "net/nova/order.h"

enum {
	SPEECH_TOKENS_A_SECOND = 25,
	CHARACTERS_A_TOKEN = 4, /* a usual rule of thumb */
};

void core_say_text(struct sim_core *c, enum nova_role role,
		   enum nova_stage stage, const char *text, enum nova_stop stop)
{
	char id[UUID_TEXT_SIZE];

	random_uuid(id);
	core_begin_completion(c);
	core_emit(c, &(struct nova_event){.type = NOVA_CONTENT_START,
					  .content_id = id,
					  .content = NOVA_TEXT,
					  .role = role,
					  .stage = stage});
	core_emit(c, &(struct nova_event){.type = NOVA_TEXT_OUTPUT,
					  .content_id = id,
					  .role = role,
					  .text = text});
	core_emit(c, &(struct nova_event){.type = NOVA_CONTENT_END,
					  .content_id = id,
					  .content = NOVA_TEXT,
					  .stop = stop});
}

void core_say_tool_use(struct sim_core *c, const struct sim_item *i)
{
	char id[UUID_TEXT_SIZE];

	if (order_tool_use(c->order, i->tool_use_id) != 0) {
		core_fail_inside(c);
		return;
	}
	random_uuid(id);
	core_begin_completion(c);
	core_emit(c, &(struct nova_event){.type = NOVA_CONTENT_START,
					  .content_id = id,
					  .content = NOVA_TOOL,
					  .role = NOVA_ROLE_TOOL});
	core_emit(c, &(struct nova_event){.type = NOVA_TOOL_USE,
					  .content_id = id,
					  .role = NOVA_ROLE_TOOL,
					  .text = i->text,
					  .tool_name = i->tool_name,
					  .tool_use_id = i->tool_use_id});
	core_emit(c, &(struct nova_event){.type = NOVA_CONTENT_END,
					  .content_id = id,
					  .content = NOVA_TOOL,
					  .stop = NOVA_STOP_TOOL_USE});
}

static int64_t speech_tokens(uint64_t samples, unsigned rate_hz)
{
	return (int64_t)(samples * SPEECH_TOKENS_A_SECOND / rate_hz);
}

void mouth_usage(struct sim_core *c)
{
	struct nova_usage u = {
		.input_speech = speech_tokens(c->ear.speech_samples,
					      SIM_LISTENING_HZ),
		.input_text = c->text_in / CHARACTERS_A_TOKEN,
		.output_speech = speech_tokens(c->mouth.sent, c->mouth.rate_hz),
		.output_text = c->text_out / CHARACTERS_A_TOKEN,
	};

	u.total_input = u.input_speech + u.input_text;
	u.total_output = u.output_speech + u.output_text;
	u.total = u.total_input + u.total_output;
	core_emit(c, &(struct nova_event){.type = NOVA_USAGE, .usage = u});
}
