#include "net/relay/protocol.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/event_json.h"

static const char *const names[] = {
	[RELAY_INITIALIZE_SESSION] = "initialize_session",
	[RELAY_AUDIO_INPUT] = "audio_input",
	[RELAY_TEXT_INPUT] = "text_input",
	[RELAY_TOOL_RESULT] = "tool_result",
	[RELAY_END_SESSION] = "end_session",
	[RELAY_PING] = "ping",
	[RELAY_CONNECTION_ESTABLISHED] = "connection_established",
	[RELAY_SESSION_INITIALIZED] = "session_initialized",
	[RELAY_NOVA_SESSION_READY] = "nova_session_ready",
	[RELAY_NOVA_RESPONSE] = "nova_response",
	[RELAY_TRANSCRIPTION] = "transcription",
	[RELAY_TEXT_RESPONSE] = "text_response",
	[RELAY_AUDIO_RESPONSE] = "audio_response",
	[RELAY_TOOL_USE] = "tool_use",
	[RELAY_INTERRUPTED] = "interrupted",
	[RELAY_INFERENCE_COMPLETE] = "inference_complete",
	[RELAY_NOVA_ERROR] = "nova_error",
	[RELAY_SESSION_ERROR] = "session_error",
	[RELAY_ERROR] = "error",
	[RELAY_PONG] = "pong",
	[RELAY_SESSION_ENDED] = "session_ended",
};

enum { NAME_COUNT = sizeof names / sizeof names[0] };

const char *relay_type_name(enum relay_type type)
{
	return (size_t)type < NAME_COUNT ? names[type] : NULL;
}

enum relay_type relay_type_from_name(const char *name, size_t length)
{
	for (int i = 0; i < NAME_COUNT; i++)
		if (names[i] && strlen(names[i]) == length &&
		    memcmp(names[i], name, length) == 0)
			return (enum relay_type)i;
	return RELAY_UNKNOWN;
}

static void write_optional(struct bytes *out, const char *key, const char *text)
{
	if (text)
		json_string(out, key, text);
}

/* The text as the JSON value that it holds, or as a string when it holds none:
 * what a model wrote as arguments need not be JSON. */
static void write_value(struct bytes *out, const char *key, const char *text)
{
	cJSON *tree = text ? cJSON_ParseWithOpts(text, NULL, 1) : NULL;

	if (tree)
		json_raw(out, key, text);
	else
		json_string(out, key, text ? text : "");
	cJSON_Delete(tree);
}

static void write_history(struct bytes *out, const struct history *h)
{
	if (!h || h->count == 0)
		return;
	json_open_array(out, "history");
	for (size_t i = 0; i < h->count; i++) {
		json_open_object(out, NULL);
		json_string(out, "role", nova_role_name(h->messages[i].role));
		json_string(out, "text", h->messages[i].text);
		json_close_object(out);
	}
	json_close_array(out);
}

static void write_voice_config(struct bytes *out, const struct relay_message *m)
{
	if (m->inference.max_tokens == 0 && !m->voice_id)
		return;
	json_open_object(out, "voiceConfig");
	if (m->inference.max_tokens != 0) {
		json_integer(out, "maxTokens", m->inference.max_tokens);
		json_number(out, "temperature", m->inference.temperature);
		json_number(out, "topP", m->inference.top_p);
	}
	write_optional(out, "voiceId", m->voice_id);
	json_close_object(out);
}

static void write_initialize(struct bytes *out, const struct relay_message *m)
{
	write_optional(out, "authToken", m->auth_token);
	write_optional(out, "courseId", m->course_id);
	write_optional(out, "studentId", m->student_id);
	write_optional(out, "promptName", m->prompt_name);
	write_optional(out, "audioContentName", m->audio_content_name);
	write_voice_config(out, m);
	write_optional(out, "systemPrompt", m->system_prompt);
	write_optional(out, "language", m->language);
	if (m->turn_pause != NOVA_PAUSE_DEFAULT)
		json_string(out, "turnPause", nova_pause_name(m->turn_pause));
	if (m->tools)
		json_raw(out, "tools", m->tools);
	write_history(out, m->history);
	if (m->raw_events)
		json_string(out, "events", "raw");
	if (m->continuous_audio)
		json_bool(out, "continuousAudio", true);
}

/* The event's own writer begins a value of its own, which json_text takes for
 * the first one after a line end; the line end becomes a blank behind it. */
static void write_event(struct bytes *out, const struct relay_message *m)
{
	bytes_append_text(out, ",\"event\":\n");
	size_t line_end = out->length - 1;
	if (out->failed)
		return;
	nova_event_write_inner(out, &m->event, NOVA_FROM_SERVICE,
			       m->raw_events);
	if (!out->failed)
		out->data[line_end] = ' ';
}

static void write_tool_use(struct bytes *out, const struct relay_message *m)
{
	write_optional(out, "toolUseId", m->tool_use_id);
	write_optional(out, "toolName", m->tool_name);
	write_value(out, "toolInput", m->text);
}

static void write_error(struct bytes *out, const struct relay_message *m)
{
	json_string(out, "error", m->text ? m->text : "unknown");
	if (m->code != 0)
		json_string(out, "code", problem_name(m->code));
}

static void write_time(struct bytes *out, int64_t wall_ms)
{
	char text[TEXT_TIME_SIZE];

	text_iso_time(text, wall_ms);
	json_string(out, "timestamp", text);
}

static void write_members(struct bytes *out, const struct relay_message *m)
{
	switch (m->type) {
	case RELAY_INITIALIZE_SESSION:
		write_initialize(out, m);
		break;
	case RELAY_AUDIO_INPUT:
		json_base64(out, "audioData", m->audio, m->audio_length);
		json_bool(out, "isEndOfUtterance", m->end_of_utterance);
		break;
	case RELAY_AUDIO_RESPONSE:
		json_base64(out, "audioBase64", m->audio, m->audio_length);
		break;
	case RELAY_TEXT_INPUT:
	case RELAY_TRANSCRIPTION:
	case RELAY_TEXT_RESPONSE:
		json_string(out, "text", m->text ? m->text : "");
		break;
	case RELAY_TOOL_RESULT:
		write_optional(out, "toolUseId", m->tool_use_id);
		write_value(out, "result", m->text);
		break;
	case RELAY_NOVA_RESPONSE:
		write_event(out, m);
		break;
	case RELAY_TOOL_USE:
		write_tool_use(out, m);
		break;
	case RELAY_NOVA_ERROR:
	case RELAY_SESSION_ERROR:
	case RELAY_ERROR:
		write_error(out, m);
		break;
	case RELAY_SESSION_ENDED:
		write_optional(out, "message", m->text);
		json_integer(out, "addedSilenceSamples",
			     (int64_t)m->silence_samples);
		break;
	default:
		write_optional(out, "message", m->text);
		write_optional(out, "mode", m->mode);
		break;
	}
}

static bool has_iso_time(enum relay_type type)
{
	switch (type) {
	case RELAY_CONNECTION_ESTABLISHED:
	case RELAY_TRANSCRIPTION:
	case RELAY_TEXT_RESPONSE:
	case RELAY_AUDIO_RESPONSE:
	case RELAY_INTERRUPTED:
	case RELAY_INFERENCE_COMPLETE:
	case RELAY_ERROR:
		return true;
	default:
		return false;
	}
}

int relay_message_write(struct bytes *out, const struct relay_message *m,
			int64_t wall_ms)
{
	const char *name = relay_type_name(m->type);

	json_open_object(out, NULL);
	json_string(out, "type", name ? name : m->type_name);
	write_optional(out, "sessionId", m->session_id);
	write_members(out, m);
	if (m->type == RELAY_PING || m->type == RELAY_PONG)
		json_number(out, "timestamp", m->timestamp_ms);
	else if (has_iso_time(m->type))
		write_time(out, wall_ms);
	json_close_object(out);
	return out->failed;
}
