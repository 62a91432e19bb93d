/* scenario_turn: one turn of a scenario: on what it answers, and how. */
#include "net/sim/scenario_read.h"

#include <stdlib.h>
#include <string.h>

#include "audio/dsp/sound_file.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	SOUND_MOST = 120 * SCENARIO_RATE_HZ,
	TONE_HZ_MOST = 8000,
	TONE_MS_MOST = 120000,
	ARGUMENTS_LIMIT = 64 * 1024,
};

/* Of a sentence with no sound of its own: low, easy to bear again and again. */
static const double TEXT_TONE_HZ = 220;

/* --- sound --- */

/* A file stands beside the scenario unless its path is absolute. */
static char *beside(const char *scenario, const char *file)
{
	const char *slash = strrchr(scenario, '/');

	if (file[0] == '/' || !slash)
		return text_copy(file);
	return text_format("%.*s/%s", (int)(slash - scenario), scenario, file);
}

static int load_sound(const struct scenario_reader *r,
		      const struct yaml_node *n, struct scenario_sentence *s)
{
	struct problem why = {0};
	char *path;
	int err;

	if (n->kind != YAML_SCALAR || !n->text[0])
		return yaml_problem(r->problem, r->file, n,
				    "audio: wanted the name of a sound file, "
				    "or none");
	if (!n->quoted && text_equal(n->text, "none"))
		return 0;
	path = beside(r->file->path, n->text);
	if (!path)
		return read_memory(r);
	err = sound_file_load(&s->samples, &s->count, path, SCENARIO_RATE_HZ,
			      SOUND_MOST, &why);
	free(path);
	if (err) {
		yaml_problem(r->problem, r->file, n, "audio: %s", why.text);
		if (r->problem)
			r->problem->code = err;
	}
	return err;
}

static int make_tone(const struct scenario_reader *r, double hz, unsigned ms,
		     struct scenario_sentence *s)
{
	s->samples = tone_make(hz, ms, &s->count);
	return s->samples ? 0 : read_memory(r);
}

static int read_tone(const struct scenario_reader *r,
		     const struct yaml_node *map, struct scenario_sentence *s)
{
	static const char *const keys[] = {"hz", "ms", NULL};
	const struct yaml_node *hz = yaml_get(map, "hz");
	const struct yaml_node *ms = yaml_get(map, "ms");
	double pitch = TEXT_TONE_HZ;
	long length = tone_ms_for_text(s->text);
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (err == 0 && hz)
		err = yaml_to_number(&pitch, r->file, hz, 20, TONE_HZ_MOST,
				     r->problem);
	if (err == 0 && ms)
		err = yaml_to_integer(&length, r->file, ms, 1, TONE_MS_MOST,
				      r->problem);
	return err ? err : make_tone(r, pitch, (unsigned)length, s);
}

/* --- sentences --- */

/* A text alone, or a map with text and sound. */
static int read_sentence(const struct scenario_reader *r,
			 const struct yaml_node *n, struct scenario_sentence *s)
{
	static const char *const keys[] = {"text", "audio", "tone", NULL};
	const struct yaml_node *audio = yaml_get(n, "audio");
	const struct yaml_node *tone = yaml_get(n, "tone");
	int err;

	if (n->kind == YAML_SCALAR && n->text[0]) {
		s->text = text_copy(n->text);
		err = s->text ? 0 : read_memory(r);
	} else {
		err = yaml_check_keys(r->file, n, keys, r->problem);
		if (err == 0)
			err = read_text(r, n, "text", &s->text);
	}
	if (err == 0 && !s->text)
		err = yaml_problem(r->problem, r->file, n,
				   "say: a sentence needs a text");
	if (err == 0 && audio && tone)
		err = yaml_problem(r->problem, r->file, tone,
				   "tone: the sentence has audio already; keep "
				   "one of them");
	if (err)
		return err;
	if (audio)
		return load_sound(r, audio, s);
	if (tone)
		return read_tone(r, tone, s);
	return make_tone(r, TEXT_TONE_HZ, tone_ms_for_text(s->text), s);
}

static int read_say(const struct scenario_reader *r, const struct yaml_node *n,
		    struct scenario_turn *t)
{
	bool list = n->kind == YAML_LIST;
	size_t count = list ? yaml_count(n) : 1;

	if (count == 0)
		return 0;
	t->sentences = calloc(count, sizeof *t->sentences);
	if (!t->sentences)
		return read_memory(r);
	for (const struct yaml_node *i = list ? n->child : n; i;
	     i = list ? i->next : NULL) {
		int err = read_sentence(r, i,
					&t->sentences[t->sentence_count++]);
		if (err)
			return err;
	}
	return 0;
}

/* --- tool use --- */

/* A map as JSON text; none is {}. */
static int read_map(const struct scenario_reader *r, const struct yaml_node *n,
		    const char *key, char **out)
{
	struct bytes b;
	int err;

	if (!n) {
		*out = text_copy("{}");
		return *out ? 0 : read_memory(r);
	}
	if (n->kind != YAML_MAP)
		return yaml_problem(r->problem, r->file, n,
				    "%s: wanted a map, as {name: value}", key);
	bytes_init(&b, ARGUMENTS_LIMIT);
	err = yaml_write_json(&b, NULL, n);
	if (err == 0 && !(*out = bytes_take_text(&b)))
		err = PROBLEM_MEMORY;
	bytes_deinit(&b);
	if (err == PROBLEM_LIMIT)
		return yaml_problem(r->problem, r->file, n,
				    "%s: longer than %d bytes or deeper than "
				    "%d; shorten it",
				    key, ARGUMENTS_LIMIT, YAML_JSON_DEPTH);
	return err ? read_memory(r) : 0;
}

static int read_tool(const struct scenario_reader *r,
		     const struct yaml_node *map, struct scenario_tool *t)
{
	static const char *const keys[] = {"name", "arguments", NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (err == 0)
		err = read_text(r, map, "name", &t->name);
	if (err == 0 && !t->name)
		err = yaml_problem(r->problem, r->file, map,
				   "tool_use: a tool needs a name");
	if (err)
		return err;
	return read_map(r, yaml_get(map, "arguments"), "arguments",
			&t->arguments);
}

/* One tool, or a list of them. */
static int read_tools(const struct scenario_reader *r,
		      const struct yaml_node *n, struct scenario_turn *t)
{
	bool list = n->kind == YAML_LIST;
	size_t count = list ? yaml_count(n) : 1;
	int err = 0;

	t->tools = calloc(count ? count : 1, sizeof *t->tools);
	if (!t->tools)
		return read_memory(r);
	for (const struct yaml_node *i = list ? n->child : n; i && !err;
	     i = list ? i->next : NULL)
		err = read_tool(r, i, &t->tools[t->tool_count++]);
	return err;
}

static int read_result(const struct scenario_reader *r,
		       const struct yaml_node *n, struct scenario_turn *t)
{
	if (t->on != SCENARIO_ON_TOOL_RESULT)
		return yaml_problem(r->problem, r->file, n,
				    "result: goes with \"on: tool_result\" "
				    "only");
	return read_map(r, n, "result", &t->result);
}

/* --- failures --- */

static int read_interrupt(const struct scenario_reader *r,
			  const struct yaml_node *map, struct scenario_turn *t)
{
	static const char *const keys[] = {"after_ms", NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	t->interrupts = true;
	return err ? err
		   : read_ms(r, map, "after_ms", 0, &t->interrupt_after_ms);
}

static int read_fail(const struct scenario_reader *r,
		     const struct yaml_node *map, struct scenario_turn *t)
{
	static const char *const keys[] = {"exception", "message", "after_ms",
					   NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (err == 0)
		err = read_text(r, map, "exception", &t->fail_exception);
	if (err == 0)
		err = read_text(r, map, "message", &t->fail_message);
	if (err == 0)
		err = read_ms(r, map, "after_ms", 0, &t->fail_after_ms);
	if (err)
		return err;
	if (!t->fail_exception)
		t->fail_exception = text_copy("modelStreamErrorException");
	if (!t->fail_message)
		t->fail_message = text_copy(
			"The system encountered an unexpected error "
			"during processing. Try your request again.");
	return t->fail_exception && t->fail_message ? 0 : read_memory(r);
}

/* A word, or a map with the word and its time. */
static int read_cut(const struct scenario_reader *r, const struct yaml_node *n,
		    struct scenario_turn *t)
{
	static const char *const keys[] = {"how", "after_ms", NULL};
	/* in the order of enum sim_cut */
	static const char *const words[] = {"reset",  "half_frame", "close",
					    "goaway", "end",        "bad_crc",
					    "stall",  NULL};
	const struct yaml_node *how = n;
	int err = 0, word = 0;

	if (n->kind != YAML_SCALAR) {
		err = yaml_check_keys(r->file, n, keys, r->problem);
		how = yaml_get(n, "how");
		if (err == 0 && !how)
			err = yaml_problem(r->problem, r->file, n,
					   "cut: wanted how: reset, "
					   "half_frame, close, ...");
		if (err == 0)
			err = read_ms(r, n, "after_ms", 0, &t->cut_after_ms);
	}
	if (err == 0)
		err = yaml_to_word(&word, r->file, how, words, r->problem);
	t->cuts = err == 0;
	t->cut = (enum sim_cut)word;
	return err;
}

int read_turn(const struct scenario_reader *r, const struct yaml_node *map,
	      struct scenario_turn *t)
{
	static const char *const keys[] = {"on",        "hear",     "delay_ms",
					   "say",       "tool_use", "result",
					   "interrupt", "fail",     "cut",
					   NULL};
	static const char *const events[] = {"any",  "open",        "speech",
					     "text", "tool_result", NULL};
	const struct yaml_node *on = yaml_get(map, "on");
	const struct yaml_node *say = yaml_get(map, "say");
	const struct yaml_node *tool = yaml_get(map, "tool_use");
	const struct yaml_node *result = yaml_get(map, "result");
	const struct yaml_node *interrupt = yaml_get(map, "interrupt");
	const struct yaml_node *fail = yaml_get(map, "fail");
	const struct yaml_node *cut = yaml_get(map, "cut");
	int word = SCENARIO_ON_ANY;
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (err == 0 && on)
		err = yaml_to_word(&word, r->file, on, events, r->problem);
	t->on = (enum scenario_on)word;
	if (err == 0)
		err = read_text(r, map, "hear", &t->hear);
	if (err == 0)
		err = read_ms(r, map, "delay_ms", 0, &t->delay_ms);
	if (err == 0 && say)
		err = read_say(r, say, t);
	if (err == 0 && tool)
		err = read_tools(r, tool, t);
	if (err == 0 && result)
		err = read_result(r, result, t);
	if (err == 0 && interrupt)
		err = read_interrupt(r, interrupt, t);
	if (err == 0 && fail)
		err = read_fail(r, fail, t);
	if (err == 0 && cut)
		err = read_cut(r, cut, t);
	return err;
}

void scenario_turn_free(struct scenario_turn *t)
{
	for (size_t i = 0; i < t->sentence_count; i++) {
		free(t->sentences[i].text);
		free(t->sentences[i].samples);
	}
	free(t->sentences);
	free(t->hear);
	for (size_t i = 0; i < t->tool_count; i++) {
		free(t->tools[i].name);
		free(t->tools[i].arguments);
	}
	free(t->tools);
	free(t->result);
	free(t->fail_exception);
	free(t->fail_message);
}
