/* event_write: the writing half of event_json. */
#include "net/nova/event_json.h"

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"

/* Samples go out as they lie in memory; the wire wants little-endian. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "samples are s16le on the wire");

/* A member that is there only when it says something. */
static void optional(struct bytes *b, const char *key, const char *text)
{
	if (text && *text)
		json_string(b, key, text);
}

static void media_type(struct bytes *b, const char *key, const char *type)
{
	json_open_object(b, key);
	json_string(b, "mediaType", type);
	json_close_object(b);
}

/* What every event of an answer begins with. */
static void write_ids(struct bytes *b, const struct nova_event *e)
{
	if (e->session_id)
		json_string(b, "sessionId", e->session_id);
	if (e->prompt_name)
		json_string(b, "promptName", e->prompt_name);
	if (e->completion_id)
		json_string(b, "completionId", e->completion_id);
	if (e->content_id)
		json_string(b, "contentId", e->content_id);
}

static void write_names(struct bytes *b, const struct nova_event *e)
{
	if (e->prompt_name)
		json_string(b, "promptName", e->prompt_name);
	if (e->content_id)
		json_string(b, "contentName", e->content_id);
}

static void write_session_start(struct bytes *b, const struct nova_event *e)
{
	if (e->inference.max_tokens) {
		json_open_object(b, "inferenceConfiguration");
		json_integer(b, "maxTokens", e->inference.max_tokens);
		json_number(b, "topP", e->inference.top_p);
		json_number(b, "temperature", e->inference.temperature);
		json_close_object(b);
	}
	if (e->turn_pause) {
		json_open_object(b, "turnDetectionConfiguration");
		json_string(b, "endpointingSensitivity",
			    nova_pause_name(e->turn_pause));
		json_close_object(b);
	}
}

static void write_prompt_start(struct bytes *b, const struct nova_event *e)
{
	if (e->prompt_name)
		json_string(b, "promptName", e->prompt_name);
	media_type(b, "textOutputConfiguration", "text/plain");
	json_open_object(b, "audioOutputConfiguration");
	json_string(b, "mediaType", "audio/lpcm");
	json_integer(b, "sampleRateHertz", e->rate_hz);
	json_integer(b, "sampleSizeBits", 16);
	json_integer(b, "channelCount", 1);
	if (e->voice_id)
		json_string(b, "voiceId", e->voice_id);
	json_string(b, "encoding", "base64");
	json_string(b, "audioType", "SPEECH");
	json_close_object(b);
	if (!e->tools)
		return;
	media_type(b, "toolUseOutputConfiguration", "application/json");
	json_open_object(b, "toolConfiguration");
	json_raw(b, "tools", e->tools);
	json_close_object(b);
}

static void write_start_in(struct bytes *b, const struct nova_event *e)
{
	write_names(b, e);
	optional(b, "type", nova_content_name(e->content));
	json_bool(b, "interactive", e->interactive);
	optional(b, "role", nova_role_name(e->role));
	switch (e->content) {
	case NOVA_AUDIO:
		json_open_object(b, "audioInputConfiguration");
		json_string(b, "mediaType", "audio/lpcm");
		json_integer(b, "sampleRateHertz", e->rate_hz);
		json_integer(b, "sampleSizeBits", 16);
		json_integer(b, "channelCount", 1);
		json_string(b, "audioType", "SPEECH");
		json_string(b, "encoding", "base64");
		json_close_object(b);
		break;
	case NOVA_TOOL:
		json_open_object(b, "toolResultInputConfiguration");
		if (e->tool_use_id)
			json_string(b, "toolUseId", e->tool_use_id);
		json_string(b, "type", "TEXT");
		media_type(b, "textInputConfiguration", "text/plain");
		json_close_object(b);
		break;
	case NOVA_TEXT:
		media_type(b, "textInputConfiguration", "text/plain");
		break;
	case NOVA_CONTENT_NONE:
		break;
	}
}

static void write_start_out(struct bytes *b, const struct nova_event *e)
{
	write_ids(b, e);
	optional(b, "type", nova_content_name(e->content));
	optional(b, "role", nova_role_name(e->role));
	/* a string that holds JSON, as the service sends it */
	if (e->stage == NOVA_SPECULATIVE)
		json_string(b, "additionalModelFields",
			    "{\"generationStage\":\"SPECULATIVE\"}");
	else if (e->stage == NOVA_FINAL)
		json_string(b, "additionalModelFields",
			    "{\"generationStage\":\"FINAL\"}");
	switch (e->content) {
	case NOVA_AUDIO:
		json_open_object(b, "audioOutputConfiguration");
		json_string(b, "mediaType", "audio/lpcm");
		json_integer(b, "sampleRateHertz", e->rate_hz);
		json_integer(b, "sampleSizeBits", 16);
		json_string(b, "encoding", "base64");
		json_integer(b, "channelCount", 1);
		json_close_object(b);
		break;
	case NOVA_TOOL:
		media_type(b, "toolUseOutputConfiguration", "application/json");
		break;
	case NOVA_TEXT:
		media_type(b, "textOutputConfiguration", "text/plain");
		break;
	case NOVA_CONTENT_NONE:
		break;
	}
}

static void write_tokens(struct bytes *b, const char *key, int64_t speech,
			 int64_t text)
{
	json_open_object(b, key);
	json_integer(b, "speechTokens", speech);
	json_integer(b, "textTokens", text);
	json_close_object(b);
}

static void write_usage(struct bytes *b, const struct nova_event *e)
{
	const struct nova_usage *u = &e->usage;

	write_ids(b, e);
	json_integer(b, "totalInputTokens", u->total_input);
	json_integer(b, "totalOutputTokens", u->total_output);
	json_integer(b, "totalTokens", u->total);
	json_open_object(b, "details");
	json_open_object(b, "total");
	write_tokens(b, "input", u->input_speech, u->input_text);
	write_tokens(b, "output", u->output_speech, u->output_text);
	json_close_object(b);
	json_close_object(b);
}

static void write_tool_use(struct bytes *b, const struct nova_event *e)
{
	write_ids(b, e);
	if (e->text)
		json_string(b, "content", e->text);
	if (e->tool_name)
		json_string(b, "toolName", e->tool_name);
	if (e->tool_use_id)
		json_string(b, "toolUseId", e->tool_use_id);
	optional(b, "role", nova_role_name(e->role));
}

static void write_text_output(struct bytes *b, const struct nova_event *e,
			      bool alias_text)
{
	write_ids(b, e);
	optional(b, "role", nova_role_name(e->role));
	if (!e->text)
		return;
	json_string(b, "content", e->text);
	if (alias_text)
		json_string(b, "text", e->text);
}

static void write_end(struct bytes *b, const struct nova_event *e)
{
	write_ids(b, e);
	optional(b, "type", nova_content_name(e->content));
	optional(b, "stopReason", nova_stop_name(e->stop));
}

static void write_audio(struct bytes *b, const struct nova_event *e)
{
	json_base64(b, "content", e->samples,
		    e->sample_count * sizeof *e->samples);
}

static void write_members(struct bytes *b, const struct nova_event *e,
			  enum nova_direction direction, bool alias_text)
{
	bool in = direction == NOVA_TO_SERVICE;

	switch (e->type) {
	case NOVA_CONTENT_START:
		if (in)
			write_start_in(b, e);
		else
			write_start_out(b, e);
		break;
	case NOVA_CONTENT_END:
		if (in)
			write_names(b, e);
		else
			write_end(b, e);
		break;
	case NOVA_SESSION_START:
		write_session_start(b, e);
		break;
	case NOVA_PROMPT_START:
		write_prompt_start(b, e);
		break;
	case NOVA_TEXT_INPUT:
	case NOVA_TOOL_RESULT:
		write_names(b, e);
		if (e->text)
			json_string(b, "content", e->text);
		break;
	case NOVA_AUDIO_INPUT:
		write_names(b, e);
		write_audio(b, e);
		break;
	case NOVA_PROMPT_END:
		write_names(b, e);
		break;
	case NOVA_COMPLETION_START:
		write_ids(b, e);
		break;
	case NOVA_TEXT_OUTPUT:
		write_text_output(b, e, alias_text);
		break;
	case NOVA_AUDIO_OUTPUT:
		write_ids(b, e);
		optional(b, "role", nova_role_name(e->role));
		write_audio(b, e);
		break;
	case NOVA_TOOL_USE:
		write_tool_use(b, e);
		break;
	case NOVA_COMPLETION_END:
		write_end(b, e);
		break;
	case NOVA_USAGE:
		write_usage(b, e);
		break;
	case NOVA_SESSION_END:
	case NOVA_NONE:
	case NOVA_OTHER:
		break;
	}
}

/* {"<name>":{...}} as the value of key, or outermost. */
static int write_event(struct bytes *b, const char *key,
		       const struct nova_event *e,
		       enum nova_direction direction, bool alias_text)
{
	if (e->type == NOVA_NONE || (e->type == NOVA_OTHER && !e->name))
		return PROBLEM_FORMAT;

	json_open_object(b, key);
	if (e->type == NOVA_OTHER) {
		json_raw(b, e->name, e->raw ? e->raw : "{}");
	} else {
		json_open_object(b, nova_event_name(e->type));
		write_members(b, e, direction, alias_text);
		json_close_object(b);
	}
	json_close_object(b);
	return b->failed;
}

int nova_event_write_inner(struct bytes *out, const struct nova_event *e,
			   enum nova_direction direction, bool alias_text)
{
	return write_event(out, NULL, e, direction, alias_text);
}

int nova_event_write(struct bytes *out, const struct nova_event *e,
		     enum nova_direction direction)
{
	if (e->type == NOVA_NONE || (e->type == NOVA_OTHER && !e->name))
		return PROBLEM_FORMAT;
	json_open_object(out, NULL);
	int err = write_event(out, "event", e, direction, false);
	json_close_object(out);
	return err ? err : out->failed;
}
