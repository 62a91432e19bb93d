#include "client/talk/command_line.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* The members that a command takes besides "do" and "id". */
enum member {
	MEMBER_TEXT = 1,
	MEMBER_FILE = 2,
	MEMBER_VOICE = 4,
	MEMBER_LANGUAGE = 8,
	MEMBER_SPEED = 16,
	MEMBER_ON = 32,
};

static const struct {
	const char *name;
	unsigned needs, may_have;
} commands[COMMAND_LINES] = {
	[COMMAND_LINE_SAY] = {"say", MEMBER_TEXT,
			      MEMBER_VOICE | MEMBER_LANGUAGE | MEMBER_SPEED},
	[COMMAND_LINE_PLAY] = {"play", MEMBER_FILE, 0},
	[COMMAND_LINE_TYPE] = {"type", MEMBER_TEXT, 0},
	[COMMAND_LINE_MUTE] = {"mute", MEMBER_ON, 0},
	[COMMAND_LINE_INTERRUPT] = {"interrupt", 0,
				    MEMBER_TEXT | MEMBER_VOICE |
					    MEMBER_LANGUAGE | MEMBER_SPEED},
	[COMMAND_LINE_END] = {"end", 0, 0},
};

static const struct {
	enum member member;
	const char *name, *kind;
} members[] = {
	{MEMBER_TEXT, "text", N_("a text that is not empty")},
	{MEMBER_FILE, "file", N_("the name of a sound file")},
	{MEMBER_VOICE, "voice", N_("the name of a voice")},
	{MEMBER_LANGUAGE, "language", N_("a language, as \"es\"")},
	{MEMBER_SPEED, "speed", N_("a number from 0.5 to 2")},
	{MEMBER_ON, "on", N_("true or false")},
};

enum { MEMBER_COUNT = sizeof members / sizeof *members };

static int take_text(char **to, const cJSON *value)
{
	const char *text = cJSON_GetStringValue(value);

	if (!text || !*text)
		return PROBLEM_FORMAT;
	*to = text_copy(text);
	return *to ? 0 : PROBLEM_MEMORY;
}

static int take_member(struct command_line *c, enum member member,
		       const cJSON *value)
{
	switch (member) {
	case MEMBER_TEXT:
	case MEMBER_FILE:
		return take_text(&c->text, value);
	case MEMBER_VOICE:
		return take_text(&c->voice, value);
	case MEMBER_LANGUAGE:
		return take_text(&c->language, value);
	case MEMBER_SPEED:
		c->speed = value->valuedouble;
		return cJSON_IsNumber(value) && c->speed >= 0.5 && c->speed <= 2
			       ? 0
			       : PROBLEM_FORMAT;
	case MEMBER_ON:
		c->on = cJSON_IsTrue(value);
		return cJSON_IsBool(value) ? 0 : PROBLEM_FORMAT;
	}
	return PROBLEM_FORMAT;
}

static int take(struct command_line *c, const cJSON *value, unsigned *had,
		struct problem *p)
{
	unsigned known = commands[c->kind].needs | commands[c->kind].may_have;

	for (size_t i = 0; i < MEMBER_COUNT; i++) {
		if (!(known & members[i].member) ||
		    !text_equal(value->string, members[i].name))
			continue;
		if (*had & members[i].member)
			return problem_set(p, PROBLEM_FORMAT,
					   "\"%s\" is there twice",
					   members[i].name);
		*had |= members[i].member;
		int err = take_member(c, members[i].member, value);
		if (err == PROBLEM_FORMAT)
			problem_set(p, err, "\"%s\" is not %s", members[i].name,
				    _(members[i].kind));
		return err;
	}
	return problem_set(p, PROBLEM_FORMAT, "\"%s\" has no \"%s\"", c->name,
			   value->string);
}

static int take_members(struct command_line *c, const cJSON *tree,
			struct problem *p)
{
	const cJSON *value;
	unsigned had = 0;

	cJSON_ArrayForEach(value, tree)
	{
		if (text_equal(value->string, "do") ||
		    text_equal(value->string, "id"))
			continue;
		int err = take(c, value, &had, p);
		if (err)
			return err;
	}
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		if (commands[c->kind].needs & ~had & members[i].member)
			return problem_set(p, PROBLEM_FORMAT,
					   "\"%s\" needs \"%s\", %s", c->name,
					   members[i].name, _(members[i].kind));
	return 0;
}

static int take_name(struct command_line *c, const cJSON *tree,
		     struct problem *p)
{
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(tree, "do");
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "id");
	static const char all[] = "say, play, type, mute, interrupt, end";

	if (cJSON_IsString(id) || cJSON_IsNumber(id)) {
		c->id = cJSON_PrintUnformatted(id);
		if (!c->id)
			return PROBLEM_MEMORY;
	} else if (id) {
		return problem_set(p, PROBLEM_FORMAT,
				   "\"id\" is neither a text nor a number");
	}
	for (size_t i = 0; cJSON_IsString(name) && i < COMMAND_LINES; i++) {
		if (!text_equal(name->valuestring, commands[i].name))
			continue;
		c->kind = (enum command_kind)i;
		return take_text(&c->name, name);
	}
	if (!name)
		return problem_set(p, PROBLEM_FORMAT,
				   "\"do\" is missing; it is one of %s", all);
	return problem_set(p, PROBLEM_FORMAT, "\"do\" is %s; it is one of %s",
			   cJSON_IsString(name) ? name->valuestring
						: _("no text"),
			   all);
}

int command_line_read(struct command_line *out, const char *line,
		      struct problem *p)
{
	const char *end = NULL;
	cJSON *tree = cJSON_ParseWithOpts(line, &end, true);
	int err = 0;

	memset(out, 0, sizeof *out);
	if (!tree)
		err = problem_set(p, PROBLEM_FORMAT,
				  "this is no JSON, from about column %zu on",
				  end ? (size_t)(end - line) + 1 : 1);
	else if (!cJSON_IsObject(tree))
		err = problem_set(p, PROBLEM_FORMAT,
				  "a command is an object: "
				  "{\"do\": \"say\", \"text\": \"hello\"}");
	if (!err)
		err = take_name(out, tree, p);
	if (!err)
		err = take_members(out, tree, p);
	if (!err && out->kind == COMMAND_LINE_INTERRUPT && !out->text &&
	    (out->voice || out->language || out->speed > 0))
		err = problem_set(p, PROBLEM_FORMAT,
				  "a voice says \"text\", and there is none");
	if (err == PROBLEM_MEMORY)
		problem_set(p, err, "not enough memory");
	cJSON_Delete(tree);
	return err;
}

void command_line_deinit(struct command_line *c)
{
	free(c->name);
	free(c->id);
	free(c->text);
	free(c->voice);
	free(c->language);
	memset(c, 0, sizeof *c);
}
