#include "net/relay/protocol_read.h"

#include <math.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { TOKEN_LIMIT = 16 * 1024 };

static void read_voice_config(struct protocol_reader *r)
{
	const cJSON *v = protocol_member(r, "voiceConfig");
	struct nova_inference *inference = &r->message->inference;
	struct protocol_reader inner = *r;
	double tokens = 1024, temperature = 0.7, top_p = 0.9;
	bool any = false;

	if (!v)
		return;
	if (!cJSON_IsObject(v)) {
		protocol_refuse(r, "voiceConfig", "an object");
		return;
	}
	inner.tree = v;
	any |= protocol_read_number(&inner, "maxTokens", 1, 10000, &tokens);
	any |= protocol_read_number(&inner, "temperature", 0, 1, &temperature);
	any |= protocol_read_number(&inner, "topP", 0, 1, &top_p);
	protocol_read_text(&inner, "voiceId", NAME_LIMIT,
			   &r->message->voice_id);
	r->err = inner.err;
	if (any && r->err == 0) {
		inference->max_tokens = (int)lround(tokens);
		inference->temperature = temperature;
		inference->top_p = top_p;
	}
}

/* The service takes inputSchema.json as a string only; people write the schema
 * itself. */
static int schema_to_text(struct protocol_reader *r, cJSON *spec)
{
	cJSON *schema = cJSON_GetObjectItemCaseSensitive(spec, "inputSchema");
	cJSON *json = cJSON_GetObjectItemCaseSensitive(schema, "json");

	if (!cJSON_IsObject(json))
		return 0;
	char *text = cJSON_PrintUnformatted(json);
	cJSON *string = text ? cJSON_CreateString(text) : NULL;
	cJSON_free(text);
	if (!string ||
	    !cJSON_ReplaceItemInObjectCaseSensitive(schema, "json", string)) {
		cJSON_Delete(string);
		protocol_out_of_memory(r);
	}
	return r->err;
}

static void read_tools(struct protocol_reader *r)
{
	const cJSON *v = protocol_member(r, "tools");
	cJSON *tool = NULL;

	if (!v || r->err)
		return;
	if (!cJSON_IsArray(v)) {
		protocol_refuse(r, "tools", "a list of {\"toolSpec\":{...}}");
		return;
	}
	cJSON_ArrayForEach(tool, v)
	{
		cJSON *spec = cJSON_GetObjectItemCaseSensitive(tool,
							       "toolSpec");
		if (!cJSON_IsString(
			    cJSON_GetObjectItemCaseSensitive(spec, "name"))) {
			protocol_refuse(
				r, "tools",
				"a list of {\"toolSpec\":{\"name\":...}}");
			return;
		}
		if (schema_to_text(r, spec))
			return;
	}
	if (cJSON_GetArraySize(v) > 0)
		protocol_read_value(r, "tools", &r->message->tools);
}

static int add_history(struct history *h, const cJSON *entry)
{
	const cJSON *role = cJSON_GetObjectItemCaseSensitive(entry, "role");
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(entry, "text");

	if (!cJSON_IsString(role) || !cJSON_IsString(text))
		return PROBLEM_FORMAT;
	if (text_equal(role->valuestring, nova_role_name(NOVA_USER)))
		return history_add(h, NOVA_USER, text->valuestring);
	if (text_equal(role->valuestring, nova_role_name(NOVA_ASSISTANT)))
		return history_add(h, NOVA_ASSISTANT, text->valuestring);
	return PROBLEM_FORMAT;
}

static void read_history(struct protocol_reader *r)
{
	static const char wanted[] =
		"a list of {\"role\":\"USER\" or \"ASSISTANT\",\"text\":...}";
	const cJSON *v = protocol_member(r, "history");
	const cJSON *entry = NULL;

	if (!v || r->err)
		return;
	if (!cJSON_IsArray(v)) {
		protocol_refuse(r, "history", wanted);
		return;
	}
	struct history *h = protocol_keep_history(r->message);
	if (!h) {
		protocol_out_of_memory(r);
		return;
	}
	r->message->history = h;
	cJSON_ArrayForEach(entry, v)
	{
		int err = add_history(h, entry);
		if (err == PROBLEM_FORMAT)
			protocol_refuse(r, "history", wanted);
		else if (err)
			protocol_out_of_memory(r);
		if (err)
			return;
	}
}

static void read_turn_pause(struct protocol_reader *r)
{
	const char *name = NULL;

	protocol_read_text(r, "turnPause", ID_LIMIT, &name);
	if (!name)
		return;
	for (int i = NOVA_PAUSE_HIGH; i <= NOVA_PAUSE_LOW; i++)
		if (text_equal_fold(name,
				    nova_pause_name((enum nova_turn_pause)i)))
			r->message->turn_pause = (enum nova_turn_pause)i;
	if (r->message->turn_pause == NOVA_PAUSE_DEFAULT)
		protocol_refuse(r, "turnPause", "HIGH, MEDIUM or LOW");
}

void protocol_read_initialize(struct protocol_reader *r)
{
	struct relay_message *m = r->message;
	const char *events = NULL;

	protocol_read_text(r, "authToken", TOKEN_LIMIT, &m->auth_token);
	protocol_read_text(r, "courseId", ID_LIMIT, &m->course_id);
	protocol_read_text(r, "studentId", ID_LIMIT, &m->student_id);
	protocol_read_text(r, "promptName", NAME_LIMIT, &m->prompt_name);
	protocol_read_text(r, "audioContentName", NAME_LIMIT,
			   &m->audio_content_name);
	protocol_read_text(r, "systemPrompt", TEXT_LIMIT, &m->system_prompt);
	protocol_read_text(r, "language", NAME_LIMIT, &m->language);
	protocol_read_text(r, "events", ID_LIMIT, &events);
	protocol_read_bool(r, "continuousAudio", &m->continuous_audio);
	read_voice_config(r);
	read_turn_pause(r);
	read_tools(r);
	read_history(r);
	if (events && !text_equal(events, "raw") &&
	    !text_equal(events, "typed"))
		protocol_refuse(r, "events", "\"raw\" or \"typed\"");
	m->raw_events = text_equal(events, "raw");
}
