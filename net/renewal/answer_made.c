/* answer_made: blocks of the tutor's that no stream has sent. */
#include "net/base/random.h"
#include "net/nova/session.h"
#include "net/renewal/answer_watch.h"

bool answer_give_block(const char *prompt_name, enum nova_content content,
		       const char *text, enum nova_stop stop, answer_give *give,
		       void *arg)
{
	char id[UUID_TEXT_SIZE];
	struct nova_event e = {
		.type = NOVA_CONTENT_START,
		.prompt_name = prompt_name,
		.content_id = id,
		.content = content,
		.role = NOVA_ASSISTANT,
		.stage = text ? NOVA_FINAL : NOVA_STAGE_NONE,
		.rate_hz = text ? 0 : NOVA_OUTPUT_RATE_HZ,
	};

	random_uuid(id);
	if (!give(arg, &e))
		return false;
	e = (struct nova_event){
		.type = NOVA_TEXT_OUTPUT,
		.prompt_name = prompt_name,
		.content_id = id,
		.role = NOVA_ASSISTANT,
		.text = text,
	};
	if (text && !give(arg, &e))
		return false;
	e = (struct nova_event){
		.type = NOVA_CONTENT_END,
		.prompt_name = prompt_name,
		.content_id = id,
		.content = content,
		.stop = stop,
	};
	return give(arg, &e);
}

bool answer_give_interruption(const char *prompt_name, answer_give *give,
			      void *arg)
{
	return answer_give_block(prompt_name, NOVA_TEXT,
				 "{ \"interrupted\" : true }", NOVA_INTERRUPTED,
				 give, arg);
}
