#include "client/trial/judge_program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "client/trial/verdict_private.h"
#include "client/xdg.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/child.h"
#include "net/loop/loop.h"

enum {
	QUESTION_MOST = 1024 * 1024,
	ANSWER_MOST = 64 * 1024,
	LIMIT_MS = 60000,
	ARGUMENTS_MOST = 32,
};

/* --- the question --- */

static void add_text(struct bytes *out, const char *key, const struct bytes *b)
{
	json_string_n(out, key, (const char *)b->data, b->length);
}

static void write_turn(struct bytes *out, const struct verdict *v, size_t i)
{
	const struct trial_turn *l = verdict_turn(v, i);

	json_open_object(out, NULL);
	json_integer(out, "turn", (int64_t)i);
	json_string(out, "said", i ? verdict_script(v, i)->text : NULL);
	add_text(out, "transcript", &l->transcript);
	add_text(out, "reply", &l->reply);
	add_text(out, "heard", &l->heard);
	json_close_object(out);
}

static char *write_question(const struct verdict *v)
{
	size_t from = v->turn, to = v->turn ? v->turn : v->trial->log->count;
	struct bytes out;

	bytes_init(&out, QUESTION_MOST);
	json_open_object(&out, NULL);
	json_string(&out, "about", v->e->name);
	json_string(&out, "case", v->trial->script->name);
	json_open_array(&out, "turns");
	for (size_t i = from; i <= to; i++)
		write_turn(&out, v, i);
	json_close_array(&out);
	json_close_object(&out);
	char *text = bytes_take_text(&out);
	bytes_deinit(&out);
	return text;
}

/* --- the program --- */

struct asking {
	struct loop *loop;
	struct child *child;
	char *answer; /* owned; NULL: it failed */
	char *why;    /* borrowed: VERDICT_TEXT_SIZE */
};

static void on_done(void *arg, const struct child_result *r)
{
	struct asking *a = arg;
	char said[160];

	child_last_error(said, sizeof said, r);
	if (r->timed_out)
		snprintf(a->why, VERDICT_TEXT_SIZE,
			 "the judge took too long and was ended");
	else if (r->exit_code != 0)
		snprintf(a->why, VERDICT_TEXT_SIZE,
			 "the judge ended with code %d%s%s", r->exit_code,
			 said[0] ? ": " : "", said);
	else
		a->answer = text_copy(r->output);
	loop_stop(a->loop);
}

static char *run(struct verdict *v, const char *question)
{
	const struct script_expectation *e = v->e;
	const char *argv[ARGUMENTS_MOST + 1] = {NULL};
	struct asking a = {.why = v->why};
	struct problem p = {0};
	const struct judge_program *j = v->trial->judge;
	const struct child_settings settings = {
		.argv = argv,
		.input = question,
		.input_length = strlen(question),
		.limit_ms = j && j->limit_ms ? j->limit_ms : LIMIT_MS,
		.output_most = ANSWER_MOST,
	};

	for (size_t i = 0; i < e->text_count && i < ARGUMENTS_MOST; i++)
		argv[i] = e->texts[i];
	if (loop_create(&a.loop)) {
		snprintf(v->why, sizeof v->why, "not enough memory");
		return NULL;
	}
	if (child_start(&a.child, a.loop, &settings, on_done, &a, &p) == 0)
		loop_run(a.loop);
	else
		snprintf(v->why, sizeof v->why, "the judge: %s", p.text);
	child_free(a.child);
	loop_free(a.loop);
	return a.answer;
}

/* --- answers that were given before --- */

/* The file begins with the question, so that equal hashes do no harm. */
static char *cache_path(const struct verdict *v, const char *key)
{
	const struct judge_program *j = v->trial->judge;
	uint64_t hash = 0xcbf29ce484222325u;

	if (!j || !j->cache_dir)
		return NULL;
	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
	return text_format("%s/%016" PRIx64 ".judge", j->cache_dir, hash);
}

static char *cache_find(const char *path, const char *key)
{
	char *text = NULL, *answer = NULL;

	if (text_read_file(&text, NULL, path, QUESTION_MOST + ANSWER_MOST))
		return NULL;
	const char *after = text_starts(text, key) ? text + strlen(key) : "";
	if (*after == '\n')
		answer = text_copy(after + 1);
	free(text);
	return answer;
}

/* What cannot be kept is asked again. */
static void cache_keep(const struct verdict *v, const char *path,
		       const char *key, const char *answer)
{
	char *text = path ? text_format("%s\n%s", key, answer) : NULL;

	if (text && xdg_make_folders(v->trial->judge->cache_dir, NULL) == 0)
		text_replace_file(path, text, strlen(text));
	free(text);
}

static char *key_of(const struct verdict *v, const char *question)
{
	struct bytes out;

	bytes_init(&out, QUESTION_MOST);
	for (size_t i = 0; i < v->e->text_count; i++)
		bytes_append_format(&out, "%s\t", v->e->texts[i]);
	bytes_append_text(&out, question);
	char *key = bytes_take_text(&out);
	bytes_deinit(&out);
	return key;
}

/* --- the verdict --- */

static enum report_state read_answer(struct verdict *v, const char *answer)
{
	cJSON *tree = cJSON_Parse(answer);
	const cJSON *pass = cJSON_GetObjectItemCaseSensitive(tree, "pass");
	const char *why = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(tree, "why"));
	enum report_state state = REPORT_NOT_MEASURED;

	if (cJSON_IsBool(pass)) {
		state = verdict_state(cJSON_IsTrue(pass));
		verdict_got(v, "%s", cJSON_IsTrue(pass) ? "pass" : "fail");
		snprintf(v->why, sizeof v->why, "%s", why ? why : "");
	} else {
		snprintf(v->why, sizeof v->why,
			 "the judge did not answer {\"pass\": true or false, "
			 "\"why\": ...}");
	}
	cJSON_Delete(tree);
	return state;
}

static bool has_reply(const struct verdict *v)
{
	for (size_t i = 0; i <= v->trial->log->count; i++)
		if ((!v->turn || v->turn == i) &&
		    verdict_turn(v, i)->reply.length)
			return true;
	return false;
}

enum report_state judge_program_ask(struct verdict *v)
{
	enum report_state state = REPORT_NOT_MEASURED;
	char *question, *key, *path, *answer;
	bool fresh = false;

	verdict_expected(v, "%s: pass%s%s", v->e->texts[0],
			 v->e->name ? ": " : "", v->e->name ? v->e->name : "");
	if (!has_reply(v))
		return state;
	question = write_question(v);
	key = question ? key_of(v, question) : NULL;
	path = key ? cache_path(v, key) : NULL;
	answer = path && key ? cache_find(path, key) : NULL;
	if (!answer && key) {
		answer = run(v, question);
		fresh = answer != NULL;
	}
	if (answer)
		state = read_answer(v, answer);
	/* what is no verdict is asked again */
	if (fresh && state != REPORT_NOT_MEASURED)
		cache_keep(v, path, key, answer);
	free(answer);
	free(path);
	free(key);
	free(question);
	return state;
}
