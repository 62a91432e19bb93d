#include "client/trial/script_from.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/trial/script_from_turns.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	FILE_MOST = 256 << 20,
	TEXT_MOST = 64 * 1024,
	LATENCY_LEAST_MS = 3000, /* what is expected at the least */
};

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "not enough memory; close other programs");
}

/* --- writing --- */

/* A JSON string is a YAML one, too. */
static void put_text(FILE *out, const char *before, const char *text)
{
	struct bytes b;

	bytes_init(&b, TEXT_MOST);
	json_string(&b, NULL, text);
	fprintf(out, "%s%s\n", before, b.failed ? "\"\"" : bytes_text(&b));
	bytes_deinit(&b);
}

/* Line breaks would end the comment. */
static void put_comment(FILE *out, const char *before, const char *text)
{
	fputs(before, out);
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	fputc('\n', out);
}

static const char *setting(const cJSON *session, const char *name)
{
	const cJSON *settings = cJSON_GetObjectItemCaseSensitive(session,
								 "settings");
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(settings, name);

	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(one, "value"));
}

/* The built-in simulator has a tutor unless a scenario was named. */
static void put_tutor(FILE *out, const cJSON *session)
{
	const char *lesson = setting(session, "lesson");
	const char *scenario = setting(session, "scenario");

	if (text_equal(setting(session, "backend"), "sim")) {
		fputs("backend: sim\n", out);
		if (scenario)
			put_text(out, "scenario: ", scenario);
		else
			fputs("tutor: true\n", out);
		if (!lesson && !scenario)
			lesson = "photosynthesis";
	} else {
		fputs("backend: live\n", out);
	}
	if (lesson)
		put_text(out, "lesson: ", lesson);
}

static void put_settings(FILE *out, const cJSON *session)
{
	static const char *const same[] = {"system", "voice", "language"};

	put_tutor(out, session);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (setting(session, same[i])) {
			fputs(same[i], out);
			put_text(out, ": ", setting(session, same[i]));
		}
}

static void put_tools(FILE *out, const struct from_session *s)
{
	if (!s->tool_count)
		return;
	fputs("tools:\n", out);
	for (size_t i = 0; i < s->tool_count; i++) {
		put_text(out, "  - name: ", s->tools[i].name);
		fputs("    results:\n", out);
		for (size_t k = 0; k < s->tools[i].result_count; k++)
			fprintf(out, "      - %s\n", s->tools[i].results[k]);
	}
}

static void put_learner(FILE *out, const struct from_turn *t, const char *sound)
{
	if (t->typed) {
		put_text(out, "  - type: ", t->typed);
	} else {
		fputs("  - play:\n", out);
		put_text(out, "      file: ", sound);
		fprintf(out, "      from_ms: %llu\n      to_ms: %llu\n",
			(unsigned long long)t->first / FROM_SAMPLES_PER_MS,
			(unsigned long long)t->end / FROM_SAMPLES_PER_MS);
	}
	if (t->into_ms >= 0)
		fprintf(out, "    interrupt: %lld\n", (long long)t->into_ms);
}

static void put_expectations(FILE *out, const struct from_turn *t)
{
	fprintf(out, "    expect:\n      outcome: %s\n",
		t->stopped    ? "stop"
		: t->answered ? "respond"
			      : "any");
	if (t->transcript && t->transcript[0] != '[')
		put_text(out,
			 "      transcript:\n        wer:\n          most: "
			 "0.5\n          of: ",
			 t->transcript);
	if (t->latency_ms > 0 && !t->stopped)
		fprintf(out, "      latency_ms: \"<= %lld\"\n",
			(long long)(2 * t->latency_ms > LATENCY_LEAST_MS
					    ? 2 * t->latency_ms
					    : LATENCY_LEAST_MS));
	if (t->tool_count)
		fputs("      tools:\n", out);
	for (size_t i = 0; i < t->tool_count; i++)
		put_text(out, "        - ", t->tools[i]);
	if (t->reply)
		put_comment(out, "      # the tutor said: ", t->reply);
}

static void put_script(FILE *out, const char *folder, const cJSON *session,
		       const struct from_session *s)
{
	char *sound = text_format("%s/sent.wav", folder);
	const char *slash = strrchr(folder, '/');

	fputs("# Written by habla test --from; docs/scripts.md.\n", out);
	if (s->left_count)
		fputs("# What has no place in a script:\n", out);
	for (size_t i = 0; i < s->left_count; i++)
		put_comment(out, "#   ", s->left[i]);
	put_text(out, "name: ", slash && slash[1] ? slash + 1 : folder);
	put_settings(out, session);
	put_tools(out, s);
	fputs("turns:\n", out);
	for (size_t i = 0; i < s->turn_count && sound; i++) {
		put_learner(out, &s->turns[i], sound);
		put_expectations(out, &s->turns[i]);
	}
	free(sound);
}

/* --- reading --- */

static int read_file(char **text, const char *folder, const char *name,
		     struct problem *p)
{
	char *path = text_format("%s/%s", folder, name);
	int err = path ? text_read_file(text, NULL, path, FILE_MOST)
		       : PROBLEM_MEMORY;

	if (err)
		problem_set(p, err,
			    "%s/%s: cannot be read; give the folder of a "
			    "session that was kept",
			    folder, name);
	free(path);
	return err;
}

/* A last line that was cut off is no mistake. */
static int read_events(struct from_session *s, char *text, const char *folder,
		       struct problem *p)
{
	unsigned number = 0;
	char *rest = text;
	int err = 0;

	while (!err && *rest) {
		char *line = rest, *end = strchr(rest, '\n');
		if (!end)
			break;
		*end = '\0';
		rest = end + 1;
		number++;
		cJSON *event = cJSON_Parse(line);
		if (!event)
			return problem_set(p, PROBLEM_FORMAT,
					   "%s/events.jsonl:%u: no JSON; the "
					   "file is damaged",
					   folder, number);
		err = from_session_event(s, event);
		cJSON_Delete(event);
	}
	return err ? no_memory(p) : 0;
}

int script_from_session(FILE *out, const char *folder, struct problem *p)
{
	struct from_session s = {0};
	char *path = realpath(folder, NULL);
	char *text = NULL, *events = NULL;
	cJSON *session = NULL;
	int err = read_file(&text, path ? path : folder, "session.json", p);

	if (!err) {
		session = cJSON_Parse(text);
		if (!session)
			err = problem_set(p, PROBLEM_FORMAT,
					  "%s/session.json: no JSON; the file "
					  "is damaged",
					  folder);
	}
	if (!err)
		err = read_file(&events, path ? path : folder, "events.jsonl",
				p);
	if (!err)
		err = read_events(&s, events, folder, p);
	if (!err && s.turn_count == 0)
		err = problem_set(p, PROBLEM_FORMAT,
				  "%s: the learner said nothing in it, so "
				  "there is nothing to test",
				  folder);
	if (!err)
		put_script(out, path ? path : folder, session, &s);
	from_session_deinit(&s);
	cJSON_Delete(session);
	free(events);
	free(text);
	free(path);
	return err;
}
