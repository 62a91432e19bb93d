#include "net/nova/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/nova/stream.h"
#include "net/nova/tool_specs.h"
#include "net/nova/voice.h"

enum { RESULT_MAX = 1024 * 1024, PROMPT_MAX = 1024 * 1024 };

static const char default_prompt[] =
	"You are a friendly, patient tutor who talks with a learner by voice. "
	"Keep each answer to two or three short sentences of plain spoken "
	"language, without lists or symbols. Ask one question at a time, "
	"correct mistakes kindly, and help the learner to find the answer.";

/* --- blocks --- */

static int start_text(struct nova_session *s, const char *name,
		      enum nova_role role, bool interactive)
{
	const struct nova_event e = {
		.type = NOVA_CONTENT_START,
		.prompt_name = s->prompt_name,
		.content_id = name,
		.content = NOVA_TEXT,
		.role = role,
		.interactive = interactive,
	};

	return nova_stream_send(s->stream, &e);
}

static int end_block(struct nova_session *s, const char *name)
{
	const struct nova_event e = {
		.type = NOVA_CONTENT_END,
		.prompt_name = s->prompt_name,
		.content_id = name,
	};

	return nova_stream_send(s->stream, &e);
}

static int send_piece(struct nova_session *s, const char *name,
		      const char *text, size_t length)
{
	char piece[NOVA_TEXT_PIECE_BYTES + 1];
	const struct nova_event e = {
		.type = NOVA_TEXT_INPUT,
		.prompt_name = s->prompt_name,
		.content_id = name,
		.text = piece,
	};

	memcpy(piece, text, length);
	piece[length] = '\0';
	return nova_stream_send(s->stream, &e);
}

/* A block that stays open can neither be repeated nor ended.  A stream that is
 * closed takes nothing more anyway, and says why itself. */
static int half_sent(struct nova_session *s, int err)
{
	if (err && err != PROBLEM_CLOSED)
		s->open = false;
	return err;
}

/* A whole TEXT block, its text in pieces that the service takes. */
static int send_text_block(struct nova_session *s, enum nova_role role,
			   bool interactive, const char *text)
{
	char name[UUID_TEXT_SIZE];
	size_t left = strlen(text);
	int err;

	random_uuid(name);
	err = start_text(s, name, role, interactive);
	if (err)
		return err;
	while (!err && left > 0) {
		size_t n = text_utf8_cut(text, left, NOVA_TEXT_PIECE_BYTES);
		err = send_piece(s, name, text, n);
		text += n;
		left -= n;
	}
	if (!err)
		err = end_block(s, name);
	return half_sent(s, err);
}

/* --- the opening, step by step --- */

static int send_session_start(struct nova_session *s,
			      const struct nova_session_settings *settings)
{
	const struct nova_model *model = nova_model_find(settings->model);
	struct nova_event e = {
		.type = NOVA_SESSION_START,
		.inference = settings->inference,
	};

	if (e.inference.max_tokens == 0)
		e.inference = (struct nova_inference){1024, 0.9, 0.7};
	if (model->turn_detection)
		e.turn_pause = settings->turn_pause;
	return nova_stream_send(s->stream, &e);
}

static int send_prompt_start(struct nova_session *s,
			     const struct nova_session_settings *settings)
{
	struct nova_event e = {
		.type = NOVA_PROMPT_START,
		.prompt_name = s->prompt_name,
		.rate_hz = NOVA_OUTPUT_RATE_HZ,
		.voice_id = settings->voice,
		.tools = settings->tools,
	};

	if (!e.voice_id || !*e.voice_id)
		e.voice_id = nova_voice_for_language(
			nova_model_find(settings->model), settings->language);
	return nova_stream_send(s->stream, &e);
}

static int send_system_block(struct nova_session *s,
			     const struct nova_session_settings *settings)
{
	const char *prompt = settings->system_prompt;
	const char *language = nova_language_name(settings->language);
	struct bytes text;
	int err;

	bytes_init(&text, PROMPT_MAX);
	bytes_append_text(&text, prompt && *prompt ? prompt : default_prompt);
	if (language)
		bytes_append_format(&text, " Speak %s.", language);
	const char *whole = text.failed ? NULL : bytes_text(&text);
	if (whole)
		err = send_text_block(s, NOVA_SYSTEM, false, whole);
	else
		err = text.failed ? text.failed : PROBLEM_MEMORY;
	bytes_deinit(&text);
	return err;
}

struct history_block {
	struct nova_session *s;
	char name[UUID_TEXT_SIZE];
};

/* Old messages are not interactive: the service might answer them as live. */
static int send_history_piece(void *arg, bool first, bool last,
			      enum nova_role role, const char *text,
			      size_t length)
{
	struct history_block *block = arg;
	int err = 0;

	if (first) {
		random_uuid(block->name);
		err = start_text(block->s, block->name, role, false);
	}
	if (!err)
		err = send_piece(block->s, block->name, text, length);
	if (!err && last)
		err = end_block(block->s, block->name);
	return err;
}

int nova_session_history(struct nova_session *s, const struct history *history)
{
	struct history_block block = {.s = s};

	return history_each_piece(history, send_history_piece, &block);
}

static int send_audio_start(struct nova_session *s)
{
	const struct nova_event e = {
		.type = NOVA_CONTENT_START,
		.prompt_name = s->prompt_name,
		.content_id = s->audio_name,
		.content = NOVA_AUDIO,
		.role = NOVA_USER,
		.interactive = true,
		.rate_hz = NOVA_INPUT_RATE_HZ,
	};

	return nova_stream_send(s->stream, &e);
}

/* A given name, or a fresh UUID. */
static int set_name(char out[64], const char *given)
{
	if (!given || !*given) {
		random_uuid(out);
		return 0;
	}
	size_t length = strlen(given);
	if (length >= 64)
		return PROBLEM_LIMIT;
	memcpy(out, given, length + 1);
	return 0;
}

int nova_session_check(const struct nova_session_settings *settings,
		       struct problem *p)
{
	int err = nova_model_check_voice(settings->model, settings->voice, p);

	if (!err)
		err = nova_model_check_language(settings->model,
						settings->language, p);
	if (!err)
		err = nova_model_check_pause(settings->model,
					     settings->turn_pause, p);
	if (!err && settings->tools)
		err = tool_specs_check(settings->tools, p);
	return err;
}

int nova_session_start(struct nova_session *s, struct nova_stream *stream,
		       const struct nova_session_settings *settings)
{
	int err;

	*s = (struct nova_session){
		.stream = stream,
		.text_input = nova_model_find(settings->model)->text_input,
	};
	err = set_name(s->prompt_name, settings->prompt_name);
	if (!err)
		err = set_name(s->audio_name, settings->audio_name);
	if (!err)
		err = send_session_start(s, settings);
	if (!err)
		err = send_prompt_start(s, settings);
	if (!err)
		err = send_system_block(s, settings);
	if (!err && settings->history)
		err = nova_session_history(s, settings->history);
	if (!err)
		err = send_audio_start(s);
	s->open = !err;
	return err;
}

/* --- while it is open --- */

int nova_session_audio(struct nova_session *s, const int16_t *samples, size_t n)
{
	const struct nova_event e = {
		.type = NOVA_AUDIO_INPUT,
		.prompt_name = s->prompt_name,
		.content_id = s->audio_name,
		.samples = samples,
		.sample_count = n,
	};

	if (!s->open)
		return PROBLEM_ORDER;
	return n > 0 ? nova_stream_send(s->stream, &e) : 0;
}

int nova_session_text(struct nova_session *s, const char *text)
{
	if (!s->open)
		return PROBLEM_ORDER;
	if (!s->text_input)
		return PROBLEM_REJECTED;
	return *text ? send_text_block(s, NOVA_USER, true, text) : 0;
}

/* The service takes the text of a JSON object only. */
static int wrap_result(struct bytes *out, const char *result)
{
	cJSON *value = cJSON_ParseWithOpts(result, NULL, 1);

	if (cJSON_IsObject(value)) {
		bytes_append_text(out, result);
	} else {
		json_open_object(out, NULL);
		if (value)
			json_raw(out, "result", result);
		else
			json_string(out, "result", result);
		json_close_object(out);
	}
	cJSON_Delete(value);
	return out->failed;
}

/* The place of an id ("": a free one), or NULL. */
static char *find_tool_use(struct nova_session *s, const char *id)
{
	for (size_t i = 0; i < NOVA_TOOL_USES_MOST; i++)
		if (text_equal(s->tool_uses[i], id))
			return s->tool_uses[i];
	return NULL;
}

bool nova_session_received(struct nova_session *s, const struct nova_event *e)
{
	const char *id = e->tool_use_id;

	if (e->type != NOVA_TOOL_USE)
		return true;
	if (!id || !*id || strlen(id) >= NOVA_TOOL_USE_ID_SIZE)
		return false;
	if (find_tool_use(s, id))
		return true;

	char *place = find_tool_use(s, "");
	if (place)
		snprintf(place, NOVA_TOOL_USE_ID_SIZE, "%s", id);
	return place != NULL;
}

static int send_result(struct nova_session *s, const char *tool_use_id,
		       const char *text)
{
	char name[UUID_TEXT_SIZE];
	const struct nova_event start = {
		.type = NOVA_CONTENT_START,
		.prompt_name = s->prompt_name,
		.content_id = name,
		.content = NOVA_TOOL,
		.role = NOVA_ROLE_TOOL,
		.tool_use_id = tool_use_id,
	};
	const struct nova_event data = {
		.type = NOVA_TOOL_RESULT,
		.prompt_name = s->prompt_name,
		.content_id = name,
		.text = text,
	};
	int err;

	random_uuid(name);
	err = nova_stream_send(s->stream, &start);
	if (err)
		return err;
	err = nova_stream_send(s->stream, &data);
	if (!err)
		err = end_block(s, name);
	return half_sent(s, err);
}

int nova_session_tool_result(struct nova_session *s, const char *tool_use_id,
			     const char *result)
{
	struct bytes text;
	const char *whole;
	char *place;
	int err;

	if (!s->open)
		return PROBLEM_ORDER;
	place = tool_use_id && *tool_use_id ? find_tool_use(s, tool_use_id)
					    : NULL;
	if (!place)
		return PROBLEM_REJECTED;
	bytes_init(&text, RESULT_MAX);
	err = wrap_result(&text, result);
	whole = err ? NULL : bytes_text(&text);
	if (!err)
		err = whole ? send_result(s, tool_use_id, whole)
			    : PROBLEM_MEMORY;
	if (!err)
		*place = '\0';
	bytes_deinit(&text);
	return err;
}

int nova_session_finish(struct nova_session *s)
{
	const struct nova_event prompt_end = {
		.type = NOVA_PROMPT_END,
		.prompt_name = s->prompt_name,
	};
	const struct nova_event session_end = {.type = NOVA_SESSION_END};
	int err;

	if (!s->open)
		return PROBLEM_ORDER;
	s->open = false;
	err = end_block(s, s->audio_name);
	if (!err)
		err = nova_stream_send(s->stream, &prompt_end);
	if (!err)
		err = nova_stream_send(s->stream, &session_end);
	return err;
}
