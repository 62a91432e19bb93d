#include "client/session/event_line.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

const char *session_kind_name(enum session_kind kind)
{
	static const char *const names[] = {
		[SESSION_NOVA] = "nova",
		[SESSION_STATE] = "state",
		[SESSION_ID] = "session",
		[SESSION_SPEECH] = "speech",
		[SESSION_TRANSCRIPT] = "transcript",
		[SESSION_PARTIAL] = "partial",
		[SESSION_INTERRUPTED] = "interrupted",
		[SESSION_SKIPPED] = "skipped",
		[SESSION_MUTED] = "muted",
		[SESSION_ANSWERED] = "answered",
		[SESSION_TOOL_CALL] = "tool_call",
		[SESSION_TOOL_RESULT] = "tool_result",
		[SESSION_RETRY] = "retry",
		[SESSION_COUNTDOWN] = "countdown",
		[SESSION_RENEWAL] = "renewal",
		[SESSION_COMMAND] = "command",
		[SESSION_NOTICE] = "notice",
		[SESSION_PROBLEM] = "problem",
		[SESSION_END] = "end",
	};

	return names[kind];
}

static const char *direction_name(enum session_direction direction)
{
	static const char *const names[] = {
		[SESSION_LOCAL] = "local",
		[SESSION_SENT] = "sent",
		[SESSION_RECEIVED] = "received",
	};

	return names[direction];
}

static void string_if(struct bytes *out, const char *key, const char *text)
{
	if (text)
		json_string(out, key, text);
}

/* May the text stand in a line as it is?  cJSON lets control characters and
 * broken UTF-8 through. */
static bool is_plain(const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		size_t n = text_utf8_sequence(text, left);
		if (n == 0 || (unsigned char)*text < 0x20)
			return false;
		text += n;
		left -= n;
	}
	return true;
}

/* JSON from outside becomes part of the line when it is JSON, else a string:
 * it must not be able to break the line. */
static void json_or_string(struct bytes *out, const char *key, const char *text)
{
	if (!text)
		return;

	cJSON *tree = cJSON_ParseWithOpts(text, NULL, true);
	char *small = tree ? text_copy(text) : NULL;
	cJSON_Delete(tree);
	if (small)
		cJSON_Minify(small);
	if (small && is_plain(small))
		json_raw(out, key, small);
	else
		json_string(out, key, text);
	free(small);
}

static void write_audio(struct bytes *out, const struct nova_event *e,
			const struct event_audio_place *place)
{
	if (place && place->file) {
		json_string(out, "file", place->file);
		json_integer(out, "first_sample", (int64_t)place->first_sample);
	}
	json_integer(out, "samples", (int64_t)e->sample_count);
}

static void write_session_start(struct bytes *out, const struct nova_event *e)
{
	if (e->inference.max_tokens) {
		json_integer(out, "maxTokens", e->inference.max_tokens);
		json_number(out, "topP", e->inference.top_p);
		json_number(out, "temperature", e->inference.temperature);
	}
	if (e->turn_pause != NOVA_PAUSE_DEFAULT)
		json_string(out, "turnPause", nova_pause_name(e->turn_pause));
}

static void write_usage(struct bytes *out, const struct nova_usage *u)
{
	json_open_object(out, "usage");
	json_integer(out, "inputSpeech", u->input_speech);
	json_integer(out, "inputText", u->input_text);
	json_integer(out, "outputSpeech", u->output_speech);
	json_integer(out, "outputText", u->output_text);
	json_integer(out, "totalInput", u->total_input);
	json_integer(out, "totalOutput", u->total_output);
	json_integer(out, "total", u->total);
	json_close_object(out);
}

/* What only some types have. */
static void write_own_members(struct bytes *out, const struct nova_event *e,
			      const struct event_audio_place *place)
{
	switch (e->type) {
	case NOVA_SESSION_START:
		write_session_start(out, e);
		break;
	case NOVA_PROMPT_START:
		string_if(out, "voice", e->voice_id);
		json_or_string(out, "tools", e->tools);
		break;
	case NOVA_CONTENT_START:
		if (e->interactive)
			json_bool(out, "interactive", true);
		break;
	case NOVA_AUDIO_INPUT:
	case NOVA_AUDIO_OUTPUT:
		write_audio(out, e, place);
		break;
	case NOVA_TOOL_USE:
		json_or_string(out, "arguments", e->text);
		break;
	case NOVA_TOOL_RESULT:
		json_or_string(out, "result", e->text);
		break;
	case NOVA_USAGE:
		write_usage(out, &e->usage);
		break;
	case NOVA_OTHER:
		json_or_string(out, "value", e->raw);
		break;
	default:
		string_if(out, "text", e->text);
		break;
	}
	if (nova_event_is_interruption(e))
		json_bool(out, "interrupted", true);
}

static void write_nova(struct bytes *out, const struct nova_event *e,
		       const struct event_audio_place *place)
{
	json_string(out, "event",
		    e->type == NOVA_OTHER ? e->name : nova_event_name(e->type));
	string_if(out, "sessionId", e->session_id);
	string_if(out, "completionId", e->completion_id);
	string_if(out, "promptName", e->prompt_name);
	string_if(out, "contentId", e->content_id);
	if (e->content)
		json_string(out, "type", nova_content_name(e->content));
	if (e->role)
		json_string(out, "role", nova_role_name(e->role));
	if (e->stage)
		json_string(out, "stage", nova_stage_name(e->stage));
	if (e->stop)
		json_string(out, "stopReason", nova_stop_name(e->stop));
	if (e->rate_hz)
		json_integer(out, "rateHz", e->rate_hz);
	string_if(out, "toolName", e->tool_name);
	string_if(out, "toolUseId", e->tool_use_id);
	write_own_members(out, e, place);
}

static void write_renewal(struct bytes *out, const struct session_event *e)
{
	json_integer(out, "number", e->number);
	if (e->problem)
		return;
	string_if(out, "session_id", e->text);
	json_integer(out, "replayed_ms", e->replayed_ms);
	json_integer(out, "gap_ms", e->delay_ms);
	json_bool(out, "forced", e->cut);
}

static void write_client(struct bytes *out, const struct session_event *e)
{
	json_string(out, "event", session_kind_name(e->kind));
	switch (e->kind) {
	case SESSION_STATE:
		json_string(out, "state", e->text);
		break;
	case SESSION_ID:
		json_string(out, "session_id", e->text);
		break;
	case SESSION_MUTED:
		json_string(out, "muted", e->text);
		break;
	case SESSION_SPEECH:
		json_string(out, "speech", e->text);
		break;
	case SESSION_TRANSCRIPT:
	case SESSION_PARTIAL:
		json_string(out, "role", nova_role_name(e->role));
		json_string(out, "text", e->text);
		if (e->kind == SESSION_TRANSCRIPT)
			json_bool(out, "cut", e->cut);
		if (e->typed)
			json_bool(out, "typed", true);
		break;
	case SESSION_INTERRUPTED:
	case SESSION_SKIPPED:
		json_integer(out, "flushed_samples", e->number);
		break;
	case SESSION_TOOL_CALL:
		string_if(out, "tool", e->tool);
		string_if(out, "tool_use_id", e->tool_use_id);
		json_or_string(out, "arguments", e->text);
		break;
	case SESSION_TOOL_RESULT:
		string_if(out, "tool", e->tool);
		string_if(out, "tool_use_id", e->tool_use_id);
		json_or_string(out, "result", e->text);
		json_integer(out, "ms", e->number);
		break;
	case SESSION_RETRY:
		json_integer(out, "attempt", e->number);
		if (e->tries)
			json_integer(out, "tries", e->tries);
		json_integer(out, "delay_ms", e->delay_ms);
		break;
	case SESSION_COUNTDOWN:
		json_integer(out, "attempt", e->number);
		if (e->tries)
			json_integer(out, "tries", e->tries);
		json_integer(out, "left_ms", e->delay_ms);
		break;
	case SESSION_RENEWAL:
		write_renewal(out, e);
		break;
	case SESSION_COMMAND:
		json_or_string(out, "id", e->command_id);
		string_if(out, "do", e->text);
		json_string(out, "status", e->command_status);
		break;
	case SESSION_NOTICE:
		json_string(out, "text", e->text);
		break;
	case SESSION_END:
		json_integer(out, "exit_code", e->number);
		break;
	default:
		break;
	}
	if (e->problem) {
		json_string(out, "code", problem_name(e->problem->code));
		json_string(out, "problem", e->problem->text);
	}
}

int event_line_write(struct bytes *out, const struct session_event *e,
		     uint64_t start_us, const struct event_audio_place *place)
{
	uint64_t t = e->at_us > start_us ? e->at_us - start_us : 0;
	bool is_nova = e->kind == SESSION_NOVA;

	json_open_object(out, NULL);
	json_integer(out, "t", (int64_t)t);
	json_string(out, "dir", direction_name(e->direction));
	json_string(out, "layer", is_nova ? "nova" : "client");
	if (is_nova)
		write_nova(out, e->nova, place);
	else
		write_client(out, e);
	json_close_object(out);
	return bytes_append(out, "\n", 1);
}
