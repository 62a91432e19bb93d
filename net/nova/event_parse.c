/* event_parse: the reading half of event_json. */
#include "net/nova/event_json.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/base64.h"
#include "net/base/problem.h"
#include "net/nova/event_audio.h"
#include "net/nova/event_names.h"
#include "net/nova/json_scan.h"

/* As much as one message may hold; see frame.h. */
enum { EVENT_BYTES_MAX = 16 * 1024 * 1024 };

struct reader {
	struct nova_event *e;
	const char *name; /* of the event, for messages */
	bool in;          /* to the service: words and numbers must be right */
	char *at;         /* free part of e->storage */
	int err;
	struct problem *p;
};

static void fail(struct reader *r, const char *key, const char *want)
{
	if (!r->err)
		r->err = problem_set(r->p, PROBLEM_FORMAT,
				     "event %s: member %s %s", r->name, key,
				     want);
}

/* The member, or NULL when it is missing or null. */
static const cJSON *member(const cJSON *o, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

	return cJSON_IsNull(item) ? NULL : item;
}

static const char *keep(struct reader *r, const char *text)
{
	size_t length = strlen(text) + 1;
	char *kept = memcpy(r->at, text, length);

	r->at += length;
	return kept;
}

static const char *string_member(struct reader *r, const cJSON *o,
				 const char *key)
{
	const cJSON *item = member(o, key);

	if (!item)
		return NULL;
	if (!cJSON_IsString(item)) {
		fail(r, key, "must be a string");
		return NULL;
	}
	return item->valuestring;
}

static void read_text(struct reader *r, const cJSON *o, const char *key,
		      const char **out)
{
	const char *text = string_member(r, o, key);

	if (text)
		*out = keep(r, text);
}

static double read_number(struct reader *r, const cJSON *o, const char *key)
{
	const cJSON *item = member(o, key);

	if (!item)
		return 0;
	if (!cJSON_IsNumber(item)) {
		fail(r, key, "must be a number");
		return 0;
	}
	return item->valuedouble;
}

static int64_t read_integer(struct reader *r, const cJSON *o, const char *key)
{
	double v = read_number(r, o, key);

	/* the bounds are where a double still holds each integer */
	if (v < -9e15 || v > 9e15 || v != (double)(int64_t)v) {
		fail(r, key, "must be a whole number");
		return 0;
	}
	return (int64_t)v;
}

/* Index of the member's word in words; 0 when missing.  A word that we do not
 * know is 0 in what comes from the service, a failure in what goes there. */
static int read_word(struct reader *r, const cJSON *o, const char *key,
		     const char *const *words)
{
	const char *text = string_member(r, o, key);

	if (!text)
		return 0;
	for (int i = 1; words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	if (r->in)
		fail(r, key, "has a value that is not allowed");
	return 0;
}

static const cJSON *read_object(struct reader *r, const cJSON *o,
				const char *key)
{
	const cJSON *item = member(o, key);

	if (item && !cJSON_IsObject(item))
		fail(r, key, "must be an object");
	return cJSON_IsObject(item) ? item : NULL;
}

/* Members with one allowed value, which the struct does not keep. */
static void expect_text(struct reader *r, const cJSON *o, const char *key,
			const char *want)
{
	const char *text = string_member(r, o, key);

	if (r->in && text && strcmp(text, want) != 0)
		fail(r, key, "has a value that is not allowed");
}

static void expect_integer(struct reader *r, const cJSON *o, const char *key,
			   int64_t want)
{
	int64_t v = read_integer(r, o, key);

	if (r->in && member(o, key) && v != want)
		fail(r, key, "has a value that is not allowed");
}

static void read_audio_configuration(struct reader *r, const cJSON *o)
{
	int64_t rate = read_integer(r, o, "sampleRateHertz");

	if (rate < 0 || rate > UINT32_MAX)
		fail(r, "sampleRateHertz", "is out of range");
	else
		r->e->rate_hz = (uint32_t)rate;
	expect_text(r, o, "mediaType", "audio/lpcm");
	expect_integer(r, o, "sampleSizeBits", 16);
	expect_integer(r, o, "channelCount", 1);
	expect_text(r, o, "encoding", "base64");
	expect_text(r, o, "audioType", "SPEECH");
}

static void read_session_start(struct reader *r, const cJSON *o)
{
	const cJSON *inference = read_object(r, o, "inferenceConfiguration");
	const cJSON *turn = read_object(r, o, "turnDetectionConfiguration");

	if (inference) {
		int64_t most = read_integer(r, inference, "maxTokens");
		if (most < 0 || most > INT32_MAX)
			fail(r, "maxTokens", "is out of range");
		else
			r->e->inference.max_tokens = (int)most;
		r->e->inference.top_p = read_number(r, inference, "topP");
		r->e->inference.temperature = read_number(r, inference,
							  "temperature");
	}
	if (turn)
		r->e->turn_pause = (enum nova_turn_pause)read_word(
			r, turn, "endpointingSensitivity", nova_pause_names);
	/* the service takes it in turnDetectionConfiguration only */
	if (r->in && member(o, "endpointingSensitivity"))
		fail(r, "endpointingSensitivity",
		     "belongs into turnDetectionConfiguration");
}

static void read_prompt_start(struct reader *r, const cJSON *o)
{
	const cJSON *text = read_object(r, o, "textOutputConfiguration");
	const cJSON *audio = read_object(r, o, "audioOutputConfiguration");

	read_text(r, o, "promptName", &r->e->prompt_name);
	if (text)
		expect_text(r, text, "mediaType", "text/plain");
	if (audio) {
		read_audio_configuration(r, audio);
		read_text(r, audio, "voiceId", &r->e->voice_id);
	}

	const cJSON *set = read_object(r, o, "toolConfiguration");
	const cJSON *tools = set ? member(set, "tools") : NULL;
	if (tools && !cJSON_IsArray(tools))
		fail(r, "tools", "must be an array");
}

static void read_content_start(struct reader *r, const cJSON *o)
{
	struct nova_event *e = r->e;

	e->content = (enum nova_content)read_word(r, o, "type",
						  nova_content_names);
	e->role = (enum nova_role)read_word(r, o, "role", nova_role_names);

	const cJSON *interactive = member(o, "interactive");
	if (interactive && !cJSON_IsBool(interactive))
		fail(r, "interactive", "must be true or false");
	e->interactive = cJSON_IsTrue(interactive);

	const cJSON *audio = read_object(r, o,
					 r->in ? "audioInputConfiguration"
					       : "audioOutputConfiguration");
	if (audio)
		read_audio_configuration(r, audio);

	const cJSON *tool = read_object(r, o, "toolResultInputConfiguration");
	if (tool) {
		read_text(r, tool, "toolUseId", &e->tool_use_id);
		expect_text(r, tool, "type", "TEXT");
	}
	const cJSON *text = read_object(r, o, "textInputConfiguration");
	if (text)
		expect_text(r, text, "mediaType", "text/plain");
	else if (r->in && e->content == NOVA_TEXT)
		fail(r, "textInputConfiguration", "is missing");
}

/* additionalModelFields is a string that holds JSON. */
static void read_stage(struct reader *r, const cJSON *o)
{
	const char *fields = string_member(r, o, "additionalModelFields");
	cJSON *inner = fields ? cJSON_Parse(fields) : NULL;

	if (cJSON_IsObject(inner))
		r->e->stage = (enum nova_stage)read_word(r, inner,
							 "generationStage",
							 nova_stage_names);
	cJSON_Delete(inner);
}

static void read_samples(struct reader *r, const cJSON *o)
{
	const char *content = string_member(r, o, "content");

	if (!content)
		return;
	/* before any text, so that the samples are aligned */
	long size = base64_decode(r->at, content, strlen(content));
	if (size < 0)
		fail(r, "content", "is not base64");
	else if (size % 2 != 0)
		fail(r, "content", "ends in half a sample");
	if (r->err || size <= 0)
		return;
	r->e->samples = (const int16_t *)(void *)r->at;
	r->e->sample_count = (size_t)size / sizeof(int16_t);
	r->at += size;
}

static void read_usage(struct reader *r, const cJSON *o)
{
	struct nova_usage *u = &r->e->usage;
	const cJSON *details = read_object(r, o, "details");
	const cJSON *total = details ? read_object(r, details, "total") : NULL;
	const cJSON *in = total ? read_object(r, total, "input") : NULL;
	const cJSON *out = total ? read_object(r, total, "output") : NULL;

	u->total_input = read_integer(r, o, "totalInputTokens");
	u->total_output = read_integer(r, o, "totalOutputTokens");
	u->total = read_integer(r, o, "totalTokens");
	u->input_speech = read_integer(r, in, "speechTokens");
	u->input_text = read_integer(r, in, "textTokens");
	u->output_speech = read_integer(r, out, "speechTokens");
	u->output_text = read_integer(r, out, "textTokens");
}

static void read_ids(struct reader *r, const cJSON *o)
{
	struct nova_event *e = r->e;

	read_text(r, o, "promptName", &e->prompt_name);
	read_text(r, o, r->in ? "contentName" : "contentId", &e->content_id);
	if (r->in)
		return;
	read_text(r, o, "sessionId", &e->session_id);
	read_text(r, o, "completionId", &e->completion_id);
}

static void read_members(struct reader *r, const cJSON *o)
{
	struct nova_event *e = r->e;

	switch (e->type) {
	case NOVA_SESSION_START:
		read_session_start(r, o);
		return;
	case NOVA_PROMPT_START:
		read_prompt_start(r, o);
		return;
	case NOVA_CONTENT_START:
		read_content_start(r, o);
		if (!r->in)
			read_stage(r, o);
		break;
	case NOVA_CONTENT_END:
		if (r->in)
			break;
		e->content = (enum nova_content)read_word(r, o, "type",
							  nova_content_names);
		e->stop = (enum nova_stop)read_word(r, o, "stopReason",
						    nova_stop_names);
		break;
	case NOVA_COMPLETION_END:
		e->stop = (enum nova_stop)read_word(r, o, "stopReason",
						    nova_stop_names);
		break;
	case NOVA_AUDIO_INPUT:
	case NOVA_AUDIO_OUTPUT:
		read_samples(r, o);
		break;
	case NOVA_TEXT_INPUT:
	case NOVA_TOOL_RESULT:
	case NOVA_TEXT_OUTPUT:
	case NOVA_TOOL_USE:
		read_text(r, o, "content", &e->text);
		break;
	case NOVA_USAGE:
		read_usage(r, o);
		break;
	default:
		break;
	}
	if (e->type == NOVA_TOOL_USE) {
		read_text(r, o, "toolName", &e->tool_name);
		read_text(r, o, "toolUseId", &e->tool_use_id);
	}
	if (e->type == NOVA_TEXT_OUTPUT || e->type == NOVA_AUDIO_OUTPUT ||
	    e->type == NOVA_TOOL_USE)
		e->role = (enum nova_role)read_word(r, o, "role",
						    nova_role_names);
	read_ids(r, o);
}

static enum nova_event_type event_type(const char *name)
{
	for (int i = 1; nova_event_names[i]; i++)
		if (strcmp(nova_event_names[i], name) == 0)
			return (enum nova_event_type)i;
	return NOVA_OTHER;
}

/* JSON text of the part that the event keeps as JSON, or NULL. */
static int print_part(char **out, const struct nova_event *e,
		      const cJSON *value)
{
	const cJSON *part = NULL;

	if (e->type == NOVA_OTHER)
		part = value;
	else if (e->type == NOVA_PROMPT_START)
		part = member(member(value, "toolConfiguration"), "tools");
	if (!part)
		return 0;
	*out = cJSON_PrintUnformatted(part);
	return *out ? 0 : PROBLEM_MEMORY;
}

/* value is the value of member `name`; length is that of the whole text. */
static int read_event(struct nova_event *out, const cJSON *value, size_t length,
		      enum nova_direction direction, struct problem *p)
{
	struct nova_event e = {.type = event_type(value->string)};
	char *part = NULL;
	int err;

	if (e.type != NOVA_OTHER && !cJSON_IsObject(value))
		return problem_set(p, PROBLEM_FORMAT,
				   "event %s: its value must be an object",
				   value->string);
	err = print_part(&part, &e, value);
	if (err)
		return err;

	/* a string is shorter decoded than in JSON with its quotes, so all
	 * texts together with their NULs fit into the length of the source */
	e.storage = malloc(length + (part ? strlen(part) + 1 : 0) + 1);
	if (!e.storage) {
		free(part);
		return PROBLEM_MEMORY;
	}
	struct reader r = {
		&e, value->string, direction == NOVA_TO_SERVICE, e.storage, 0,
		p};
	read_members(&r, value);
	if (!r.err && e.type == NOVA_OTHER)
		e.name = keep(&r, value->string);
	if (!r.err && part)
		*(e.type == NOVA_OTHER ? &e.raw : &e.tools) = keep(&r, part);
	cJSON_free(part);
	if (r.err)
		nova_event_clear(&e);
	else
		*out = e;
	return r.err;
}

/* The only member of an object, or NULL. */
static const cJSON *only_member(const cJSON *o)
{
	if (!cJSON_IsObject(o) || !o->child || o->child->next)
		return NULL;
	return o->child;
}

static int parse_general(struct nova_event *out, const char *json,
			 size_t length, enum nova_direction direction,
			 struct problem *p)
{
	const char *end = NULL;
	cJSON *tree = cJSON_ParseWithLengthOpts(json, length, &end, 0);
	int err;

	if (!tree)
		return problem_set(p, PROBLEM_FORMAT,
				   "event: not valid JSON near byte %zu",
				   end ? (size_t)(end - json) : 0);

	struct json_scan rest = {end, json + length};
	const cJSON *event = only_member(tree);
	if (event && strcmp(event->string, "event") == 0)
		event = only_member(event);
	if (!json_scan_at_end(&rest))
		err = problem_set(p, PROBLEM_FORMAT,
				  "event: text after the JSON value");
	else if (!event)
		err = problem_set(p, PROBLEM_FORMAT,
				  "event: not an object with one event in it");
	else
		err = read_event(out, event, length, direction, p);
	cJSON_Delete(tree);
	return err;
}

int nova_event_parse(struct nova_event *out, const char *json, size_t length,
		     enum nova_direction direction, struct problem *p)
{
	if (length > EVENT_BYTES_MAX)
		return problem_set(p, PROBLEM_LIMIT,
				   "event: %zu bytes are more than 16 MiB",
				   length);
	int found = event_parse_audio(out, json, length, direction);
	if (found)
		return found > 0 ? 0 : found;
	return parse_general(out, json, length, direction, p);
}
