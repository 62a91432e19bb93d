#include "client/trial/script_from_turns.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

/* The gate tells a start some time after it. */
enum { BEFORE_MS = 400, AFTER_MS = 100 };

static const char *text_of(const cJSON *event, const char *name)
{
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(event, name));
}

static int64_t number_of(const cJSON *event, const char *name)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(event, name);

	return cJSON_IsNumber(n) ? (int64_t)n->valuedouble : 0;
}

/* --- growing --- */

/* text is taken, in any outcome. */
static int add_text(char ***list, size_t *count, char *text)
{
	char **more = text ? realloc(*list, (*count + 1) * sizeof(char *))
			   : NULL;

	if (!more) {
		free(text);
		return PROBLEM_MEMORY;
	}
	*list = more;
	more[(*count)++] = text;
	return 0;
}

static int set_text(char **member, const char *text)
{
	char *copy = text_copy(text);

	if (!copy)
		return PROBLEM_MEMORY;
	free(*member);
	*member = copy;
	return 0;
}

static struct from_turn *last_turn(struct from_session *s)
{
	return s->turn_count ? &s->turns[s->turn_count - 1] : NULL;
}

static struct from_turn *add_turn(struct from_session *s)
{
	struct from_turn *more = realloc(s->turns,
					 (s->turn_count + 1) * sizeof *more);

	if (!more)
		return NULL;
	s->turns = more;
	more[s->turn_count] = (struct from_turn){.into_ms = -1};
	return &more[s->turn_count++];
}

static int leave(struct from_session *s, const cJSON *event, const char *what,
		 const char *more)
{
	return add_text(&s->left, &s->left_count,
			text_format("%.1f s: %s%s%s",
				    (double)number_of(event, "t") / 1e6, what,
				    more ? ": " : "", more ? more : ""));
}

/* --- the learner --- */

static void begin_turn(struct from_session *s, struct from_turn *t,
		       const cJSON *event)
{
	uint64_t before = BEFORE_MS * FROM_SAMPLES_PER_MS;

	t->first = s->sent > before ? s->sent - before : 0;
	if (s->speaking_us)
		t->into_ms = (number_of(event, "t") - s->speaking_us) / 1000;
}

/* Speech before any answer to what was said goes on with it. */
static int speech(struct from_session *s, const cJSON *event)
{
	bool starts = text_equal(text_of(event, "speech"), "started");
	struct from_turn *t = last_turn(s);

	if (starts && !(t && !t->typed && !t->transcript && !t->answered &&
			!s->speaking_us)) {
		t = add_turn(s);
		if (!t)
			return PROBLEM_MEMORY;
		begin_turn(s, t, event);
	}
	s->in_speech = starts;
	if (!starts && t) {
		t->end = s->sent + AFTER_MS * FROM_SAMPLES_PER_MS;
		t->ended_us = number_of(event, "t");
	}
	return 0;
}

static int typed(struct from_session *s, const cJSON *event, const char *text)
{
	struct from_turn *t = add_turn(s);

	if (!t)
		return PROBLEM_MEMORY;
	if (s->speaking_us)
		t->into_ms = (number_of(event, "t") - s->speaking_us) / 1000;
	t->ended_us = number_of(event, "t");
	return set_text(&t->typed, text);
}

/* --- the tutor --- */

static void state(struct from_session *s, const cJSON *event)
{
	int64_t now = number_of(event, "t");
	struct from_turn *t = last_turn(s);

	if (!text_equal(text_of(event, "state"), "speaking")) {
		if (!s->in_speech)
			s->speaking_us = 0;
		return;
	}
	s->speaking_us = now;
	if (!t || t->answered)
		return;
	t->answered = true;
	t->latency_ms = (now - t->ended_us) / 1000;
}

static int transcript(struct from_session *s, const cJSON *event)
{
	const char *text = text_of(event, "text");
	struct from_turn *t = last_turn(s);

	if (text &&
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(event, "typed")))
		return typed(s, event, text);
	if (!t || !text)
		return 0;
	if (text_equal(text_of(event, "role"), "USER"))
		return set_text(&t->transcript, text);
	/* The line of an answer that was cut comes when the next turn began. */
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(event, "cut")) &&
	    s->turn_count > 1)
		t--;
	return set_text(&t->reply, text);
}

/* --- tools --- */

static struct from_tool *find_tool(struct from_session *s, const char *name)
{
	for (size_t i = 0; i < s->tool_count; i++)
		if (text_equal(s->tools[i].name, name))
			return &s->tools[i];
	struct from_tool *more = realloc(s->tools,
					 (s->tool_count + 1) * sizeof *more);
	if (!more)
		return NULL;
	s->tools = more;
	more[s->tool_count] = (struct from_tool){.name = text_copy(name)};
	return more[s->tool_count].name ? &more[s->tool_count++] : NULL;
}

/* What marks progress comes with the lesson. */
static int tool(struct from_session *s, const cJSON *event, bool result)
{
	const char *name = text_of(event, "tool");
	struct from_turn *t = last_turn(s);

	if (!name)
		return 0;
	if (!result)
		return t ? add_text(&t->tools, &t->tool_count, text_copy(name))
			 : 0;
	if (text_equal(name, "mark_progress"))
		return 0;
	if (text_of(event, "code"))
		return leave(s, event, "a tool failed",
			     text_of(event, "problem"));
	struct from_tool *of = find_tool(s, name);
	return of ? add_text(&of->results, &of->result_count,
			     cJSON_PrintUnformatted(
				     cJSON_GetObjectItemCaseSensitive(
					     event, "result")))
		  : PROBLEM_MEMORY;
}

/* --- all of them --- */

int from_session_event(struct from_session *s, const cJSON *event)
{
	const char *name = text_of(event, "event");
	struct from_turn *t = last_turn(s);

	if (!name)
		return 0;
	if (text_equal(name, "audioInput"))
		s->sent = (uint64_t)(number_of(event, "first_sample") +
				     number_of(event, "samples"));
	if (!text_equal(text_of(event, "layer"), "client"))
		return 0;
	if (text_equal(name, "speech"))
		return speech(s, event);
	if (text_equal(name, "state"))
		state(s, event);
	if (text_equal(name, "transcript"))
		return transcript(s, event);
	if (text_equal(name, "tool_call") || text_equal(name, "tool_result"))
		return tool(s, event, text_equal(name, "tool_result"));
	if (text_equal(name, "interrupted") && t)
		t->stopped = true;
	if (text_equal(name, "muted"))
		return leave(s, event, "microphone muted",
			     text_of(event, "muted"));
	if (text_equal(name, "skipped"))
		return leave(s, event, "the rest of an answer was skipped",
			     NULL);
	if (text_equal(name, "retry") || text_equal(name, "renewal") ||
	    text_equal(name, "problem"))
		return leave(s, event, name, text_of(event, "problem"));
	return 0;
}

void from_session_deinit(struct from_session *s)
{
	for (size_t i = 0; i < s->turn_count; i++) {
		struct from_turn *t = &s->turns[i];
		free(t->typed);
		free(t->transcript);
		free(t->reply);
		for (size_t k = 0; k < t->tool_count; k++)
			free(t->tools[k]);
		free(t->tools);
	}
	for (size_t i = 0; i < s->tool_count; i++) {
		for (size_t k = 0; k < s->tools[i].result_count; k++)
			free(s->tools[i].results[k]);
		free(s->tools[i].results);
		free(s->tools[i].name);
	}
	for (size_t i = 0; i < s->left_count; i++)
		free(s->left[i]);
	free(s->turns);
	free(s->tools);
	free(s->left);
	*s = (struct from_session){0};
}
