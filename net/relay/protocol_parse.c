#include "net/relay/protocol.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/base64.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/event_json.h"
#include "net/relay/plain_json.h"
#include "net/relay/protocol_read.h"

/* --- the audio --- */

static void decode_audio(struct protocol_reader *r, const char *key,
			 const char *text, size_t n)
{
	uint8_t *audio = protocol_keep(r->message, base64_decoded_bound(n) + 1);

	if (!audio) {
		protocol_out_of_memory(r);
		return;
	}
	long length = base64_decode(audio, text, n);
	if (length < 0) {
		protocol_refuse(r, key, "base64 with padding and no blanks");
		return;
	}
	r->message->audio = audio;
	r->message->audio_length = (size_t)length;
}

static void read_audio(struct protocol_reader *r, const char *key)
{
	const cJSON *v = protocol_member(r, key);
	const cJSON *text = v;

	if (!v) {
		if (!r->message->end_of_utterance)
			protocol_refuse(r, key, "given");
		return;
	}
	if (cJSON_IsObject(v)) {
		struct protocol_reader inner = *r;
		inner.tree = v;
		text = cJSON_GetObjectItemCaseSensitive(v, "base64");
		protocol_read_text(&inner, "format", ID_LIMIT,
				   &r->message->audio_format);
		r->err = inner.err;
	}
	if (!cJSON_IsString(text))
		protocol_refuse(r, key,
				"a base64 string or {\"base64\":\"...\"}");
	if (r->err == 0)
		decode_audio(r, key, text->valuestring,
			     strlen(text->valuestring));
}

/* --- the others --- */

static void require(struct protocol_reader *r, const char *key,
		    const void *found)
{
	if (!found)
		protocol_refuse(r, key, "given");
}

static void read_event(struct protocol_reader *r)
{
	const cJSON *v = protocol_member(r, "event");
	struct problem inner;

	if (!cJSON_IsObject(v)) {
		protocol_refuse(r, "event", "an object");
		return;
	}
	char *text = cJSON_PrintUnformatted(v);
	if (!text) {
		protocol_out_of_memory(r);
		return;
	}
	int err = nova_event_parse(&r->message->event, text, strlen(text),
				   NOVA_FROM_SERVICE, &inner);
	cJSON_free(text);
	if (err)
		r->err = problem_set(r->problem, err, PROTOCOL_INVALID "%s",
				     inner.text);
}

static void read_code(struct protocol_reader *r)
{
	const char *name = NULL;

	protocol_read_text(r, "code", ID_LIMIT, &name);
	for (int code = PROBLEM_MEMORY; name && code >= PROBLEM_LAST; code--)
		if (text_equal(name, problem_name(code)))
			r->message->code = code;
}

/* The first relay's clients knew two names for the transcript. */
static void read_spoken_text(struct protocol_reader *r)
{
	protocol_read_text(r, "text", TEXT_LIMIT, &r->message->text);
	if (!r->message->text)
		protocol_read_text(r, "transcript", TEXT_LIMIT,
				   &r->message->text);
	require(r, "text", r->message->text);
}

static void read_timestamp(struct protocol_reader *r)
{
	const cJSON *v = protocol_member(r, "timestamp");

	if (cJSON_IsNumber(v))
		r->message->timestamp_ms = v->valuedouble;
}

static void read_ended(struct protocol_reader *r)
{
	double samples = 0;

	protocol_read_text(r, "message", TEXT_LIMIT, &r->message->text);
	protocol_read_number(r, "addedSilenceSamples", 0, 1e15, &samples);
	r->message->silence_samples = (uint64_t)samples;
}

static void read_members(struct protocol_reader *r)
{
	struct relay_message *m = r->message;

	switch (m->type) {
	case RELAY_INITIALIZE_SESSION:
		protocol_read_initialize(r);
		break;
	case RELAY_AUDIO_INPUT:
		protocol_read_bool(r, "isEndOfUtterance", &m->end_of_utterance);
		read_audio(r, "audioData");
		break;
	case RELAY_AUDIO_RESPONSE:
		read_audio(r, "audioBase64");
		break;
	case RELAY_TEXT_INPUT:
	case RELAY_TRANSCRIPTION:
	case RELAY_TEXT_RESPONSE:
		read_spoken_text(r);
		break;
	case RELAY_TOOL_RESULT:
		protocol_read_text(r, "toolUseId", ID_LIMIT, &m->tool_use_id);
		protocol_read_value(r, "result", &m->text);
		require(r, "toolUseId", m->tool_use_id);
		require(r, "result", m->text);
		break;
	case RELAY_TOOL_USE:
		protocol_read_text(r, "toolUseId", ID_LIMIT, &m->tool_use_id);
		protocol_read_text(r, "toolName", ID_LIMIT, &m->tool_name);
		protocol_read_value(r, "toolInput", &m->text);
		break;
	case RELAY_NOVA_RESPONSE:
		read_event(r);
		break;
	case RELAY_NOVA_ERROR:
	case RELAY_SESSION_ERROR:
	case RELAY_ERROR:
		protocol_read_text(r, "error", TEXT_LIMIT, &m->text);
		read_code(r);
		break;
	case RELAY_SESSION_ENDED:
		read_ended(r);
		break;
	case RELAY_PING:
	case RELAY_PONG:
		read_timestamp(r);
		break;
	case RELAY_UNKNOWN:
		break;
	default:
		protocol_read_text(r, "message", TEXT_LIMIT, &m->text);
		protocol_read_text(r, "mode", ID_LIMIT, &m->mode);
		break;
	}
}

static void read_tree(struct protocol_reader *r)
{
	struct relay_message *m = r->message;

	if (!cJSON_IsObject(r->tree)) {
		r->err = problem_set(r->problem, PROBLEM_FORMAT,
				     PROTOCOL_INVALID
				     "send one JSON object a message");
		return;
	}
	protocol_read_text(r, "type", ID_LIMIT, &m->type_name);
	if (!m->type_name) {
		protocol_refuse(r, "type", "given");
		return;
	}
	m->type = relay_type_from_name(m->type_name, strlen(m->type_name));
	if (m->type == RELAY_UNKNOWN)
		return;
	protocol_read_text(r, "sessionId", ID_LIMIT, &m->session_id);
	read_members(r);
}

static int parse_tree(struct protocol_reader *r, const char *json,
		      size_t length)
{
	const char *end = NULL;
	cJSON *tree = cJSON_ParseWithLengthOpts(json, length, &end, 0);

	if (!tree)
		return problem_set(r->problem, PROBLEM_FORMAT,
				   PROTOCOL_INVALID "not JSON");
	r->tree = tree;
	if (plain_json_skip_blanks(end, json + length) != json + length)
		r->err = problem_set(r->problem, PROBLEM_FORMAT,
				     PROTOCOL_INVALID
				     "more than one JSON value");
	else
		read_tree(r);
	cJSON_Delete(tree);
	return r->err;
}

/* --- the messages with audio, without a tree --- */

enum { TYPE, SESSION, DATA, RESPONSE, END, EVENT, PLAIN_COUNT };

/* True when the message was plain and of a kind with audio; r->err tells how
 * it went. */
static bool parse_plain(struct protocol_reader *r, const char *json,
			size_t length)
{
	struct relay_message *m = r->message;
	struct plain_member found[PLAIN_COUNT] = {
		[TYPE] = {.key = "type"},
		[SESSION] = {.key = "sessionId"},
		[DATA] = {.key = "audioData"},
		[RESPONSE] = {.key = "audioBase64"},
		[END] = {.key = "isEndOfUtterance"},
		[EVENT] = {.key = "event", .object = true},
	};

	if (!plain_json_find(json, length, found, PLAIN_COUNT))
		return false;
	bool input = plain_member_is(&found[TYPE], "audio_input");
	bool response = plain_member_is(&found[TYPE], "audio_response");
	bool event = plain_member_is(&found[TYPE], "nova_response");
	const struct plain_member *audio = &found[input ? DATA : RESPONSE];

	if (!found[TYPE].quoted || !found[SESSION].value ||
	    !found[SESSION].quoted || found[SESSION].length > ID_LIMIT)
		return false;
	if (event ? !found[EVENT].value
		  : !(input || response) || !audio->value || !audio->quoted)
		return false;
	if (found[END].value && !plain_member_is(&found[END], "true") &&
	    !plain_member_is(&found[END], "false"))
		return false;

	m->type = input      ? RELAY_AUDIO_INPUT
		  : response ? RELAY_AUDIO_RESPONSE
			     : RELAY_NOVA_RESPONSE;
	m->type_name = relay_type_name(m->type);
	m->end_of_utterance = plain_member_is(&found[END], "true");
	m->session_id = protocol_keep_text(m, found[SESSION].value,
					   found[SESSION].length);
	if (!m->session_id)
		protocol_out_of_memory(r);
	else if (!event)
		decode_audio(r, audio->key, audio->value, audio->length);
	else if (nova_event_parse(&m->event, found[EVENT].value,
				  found[EVENT].length, NOVA_FROM_SERVICE, NULL))
		return false;
	return true;
}

int relay_message_parse(struct relay_message *out, const char *json,
			size_t length, struct problem *p)
{
	struct relay_message m = {0};
	struct protocol_reader r = {.message = &m, .problem = p};

	if (!parse_plain(&r, json, length)) {
		relay_message_clear(&m);
		r.err = parse_tree(&r, json, length);
	}
	if (r.err) {
		relay_message_clear(&m);
		return r.err;
	}
	*out = m;
	return 0;
}
