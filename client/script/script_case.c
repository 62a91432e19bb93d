/* script_case: a case as a whole; its turns are in script_turn.c. */
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/sim/sim.h"

static const char *const case_keys[] = {
	"name",      "description", "tags",      "backend",
	"scenario",  "lesson",      "tutor",     "system",
	"voice",     "language",    "reconnect", "renew_after_ms",
	"timeout_s", "tools",       "variables", "table",
	"matrix",    "include",     "setup",     "turns",
	"expect",    NULL};

/* --- what may stand in the script or in what it includes --- */

/* The first file that has the key; NULL: none has.  r then reads that file. */
static const struct yaml_node *find(struct script_reader *r, const char *key)
{
	const struct script_memory *m = r->memory;

	for (size_t i = 0; i < m->file_count; i++) {
		const struct yaml_node *n = yaml_get(m->files[i]->root, key);
		if (!n)
			continue;
		r->file = m->files[i];
		return n;
	}
	return NULL;
}

static int find_text(struct script_reader *r, const char *key, const char **out)
{
	return find(r, key) ? script_read_text(r, r->file->root, key, out) : 0;
}

static int find_number(struct script_reader *r, const char *key, unsigned *out)
{
	return find(r, key) ? script_read_ms(r, r->file->root, key, out) : 0;
}

static int find_scenario(struct script_reader *r, struct script_case *c)
{
	const struct yaml_node *n = find(r, "scenario");
	const char *path;

	if (!n)
		return 0;
	if (n->kind == YAML_MAP)
		return scenario_maker_create_from(&c->scenario, r->file, n,
						  r->problem);
	int err = script_read_text(r, r->file->root, "scenario", &path);
	if (err)
		return err;
	path = script_beside(r, path);
	return path ? scenario_maker_create(&c->scenario, path, r->problem)
		    : script_no_memory(r);
}

static int read_backend(struct script_reader *r, struct script_case *c)
{
	static const char *const words[] = {"any", "sim", "live", NULL};
	const struct yaml_node *n = find(r, "backend");
	int word = 0;
	int err = n ? yaml_to_word(&word, r->file, n, words, r->problem) : 0;

	c->backend = (enum script_backend)word;
	return err;
}

static int read_names(struct script_reader *r, struct script_case *c)
{
	int err = find_text(r, "name", &c->name);

	if (!err && !c->name)
		err = yaml_problem(r->problem, r->memory->files[0],
				   r->memory->files[0]->root,
				   "\"name\" is missing; add what the script "
				   "shows");
	if (!err)
		err = find_text(r, "lesson", &c->lesson);
	if (!err)
		err = find_text(r, "system", &c->system);
	if (!err)
		err = find_text(r, "voice", &c->voice);
	if (!err)
		err = find_text(r, "language", &c->language);
	return err;
}

static int read_head(const struct script_reader *main, struct script_case *c)
{
	struct script_reader r = *main;
	int err = read_names(&r, c);

	if (!err)
		err = read_backend(&r, c);
	if (!err)
		err = find_scenario(&r, c);
	if (!err && find(&r, "tutor"))
		err = script_read_bool(&r, r.file->root, "tutor", &c->tutor);
	if (!err && c->tutor && !c->lesson)
		err = yaml_problem(r.problem, r.file,
				   yaml_get(r.file->root, "tutor"),
				   "which lesson? add \"lesson\"");
	if (!err)
		err = find_number(&r, "reconnect", &c->reconnect);
	if (!err)
		err = find_number(&r, "renew_after_ms", &c->renew_after_ms);
	return err ? err : find_number(&r, "timeout_s", &c->timeout_s);
}

/* --- lists, of all files --- */

static int read_tags(const struct script_reader *r, const struct yaml_node *n)
{
	const char **tags;
	size_t count = 0;
	int err = script_read_texts(r, n, &tags, &count);

	for (size_t i = 0; i < count && !err; i++)
		err = script_append(r, (void **)&r->c->tags, &r->c->tag_count,
				    sizeof *tags, &tags[i]);
	return err;
}

static int read_results(const struct script_reader *r,
			const struct yaml_node *map, struct script_tool *t)
{
	const struct yaml_node *many = yaml_get(map, "results");
	const struct yaml_node *n = yaml_get(map, "result");
	bool list = many && many->kind == YAML_LIST;
	int err = 0;

	for (n = list ? many->child : n; n && !err; n = list ? n->next : NULL) {
		const char *json = NULL;
		err = script_read_json(r, n, &json);
		if (!err)
			err = script_append(r, (void **)&t->results,
					    &t->result_count, sizeof json,
					    &json);
	}
	if (!err && !t->result_count && !t->error)
		err = yaml_problem(r->problem, r->file, map,
				   "a tool without an answer; add result, "
				   "results or error");
	return err;
}

static int read_tool(const struct script_reader *r, const struct yaml_node *n)
{
	static const char *const keys[] = {"name",     "description", "input",
					   "result",   "results",     "error",
					   "delay_ms", NULL};
	struct script_tool t = {
		.description = "",
		.schema = "{\"type\":\"object\",\"properties\":{}}",
	};
	const struct yaml_node *input;
	int err = yaml_check_keys(r->file, n, keys, r->problem);

	if (!err)
		err = script_read_text(r, n, "name", &t.name);
	if (!err && !t.name)
		err = yaml_problem(r->problem, r->file, n,
				   "\"name\" is missing; add the tool's name");
	if (!err)
		err = script_read_text(r, n, "description", &t.description);
	if (!err)
		err = script_read_text(r, n, "error", &t.error);
	if (!err)
		err = script_read_ms(r, n, "delay_ms", &t.delay_ms);
	if (!err && (input = yaml_get(n, "input")))
		err = script_read_json(r, input, &t.schema);
	if (!err)
		err = read_results(r, n, &t);
	return err ? err
		   : script_append(r, (void **)&r->c->tools, &r->c->tool_count,
				   sizeof t, &t);
}

static int read_tools(const struct script_reader *r, const struct yaml_node *n)
{
	int err = 0;

	if (n->kind != YAML_LIST)
		return yaml_problem(r->problem, r->file, n,
				    "tools: wanted a list");
	for (const struct yaml_node *m = n->child; m && !err; m = m->next)
		err = read_tool(r, m);
	return err;
}

static int read_turns(const struct script_reader *r, const struct yaml_node *n,
		      const struct script_setup *setup)
{
	int err = 0;

	if (n->kind != YAML_LIST || !n->child)
		return yaml_problem(r->problem, r->file, n,
				    "turns: wanted a list with one turn or "
				    "more");
	for (const struct yaml_node *m = n->child; m && !err; m = m->next) {
		struct script_turn t;
		err = script_read_turn(r, m, setup, &t);
		if (!err)
			err = script_append(r, (void **)&r->c->turns,
					    &r->c->turn_count, sizeof t, &t);
	}
	return err;
}

static int read_body(const struct script_reader *main, struct script_case *c)
{
	struct script_setup setup = {.speed = 1,
				     .timeout_ms = 30000,
				     .window_ms = 3000};
	struct script_reader r = *main;
	size_t files = r.memory->file_count;
	const struct yaml_node *n;
	int err = 0;

	/* included files come first, and the script's own setup goes before
	 * theirs */
	for (size_t i = files; i-- > 0 && !err;) {
		r.file = r.memory->files[i];
		const struct yaml_node *root = r.file->root;
		if ((n = yaml_get(root, "setup")))
			err = script_read_setup(&r, n, &setup);
		if (!err && (n = yaml_get(root, "tags")))
			err = read_tags(&r, n);
		if (!err && (n = yaml_get(root, "tools")))
			err = read_tools(&r, n);
	}
	for (size_t i = files; i-- > 0 && !err;) {
		r.file = r.memory->files[i];
		if ((n = yaml_get(r.file->root, "turns")))
			err = read_turns(&r, n, &setup);
		if (!err && (n = yaml_get(r.file->root, "expect")))
			err = script_read_expect(&r, n, NULL, &c->expectations,
						 &c->expectation_count);
	}
	return err;
}

/* --- conditions --- */

static int read_condition(const struct script_reader *r,
			  const struct yaml_node *n, struct script_case *c)
{
	static const char *const keys[] = {"name", "noise", "network", NULL};
	const struct yaml_node *network;
	const char *name = NULL;
	int err;

	if (n->kind == YAML_SCALAR && text_equal(n->text, "clean"))
		return 0;
	err = yaml_check_keys(r->file, n, keys, r->problem);
	if (!err)
		err = script_read_text(r, n, "name", &name);
	c->noisy = yaml_get(n, "noise") != NULL;
	if (!err)
		err = script_read_number(r, n, "noise", -20, 60, &c->snr_db);
	network = yaml_get(n, "network");
	c->has_network = network != NULL;
	if (!err && network)
		err = script_read_fault(r, network, &c->network);
	if (err)
		return err;
	char noise[32] = "", trouble[64] = "";
	if (c->noisy)
		snprintf(noise, sizeof noise, "noise %g dB", c->snr_db);
	if (network)
		snprintf(trouble, sizeof trouble, "%snetwork %u+%u ms",
			 c->noisy ? ", " : "", c->network.delay_ms,
			 c->network.jitter_ms);
	c->condition = name ? name
			    : script_text(r->memory, "%s%s", noise, trouble);
	return c->condition ? 0 : script_no_memory(r);
}

/* --- the whole --- */

static int check_whole(const struct script_reader *r, struct script_case *c)
{
	const struct yaml_file *f = r->memory->files[0];
	size_t expected = c->expectation_count;

	for (size_t i = 0; i < c->turn_count; i++)
		expected += c->turns[i].expectation_count;
	if (c->turn_count == 0)
		return yaml_problem(r->problem, f, f->root,
				    "\"turns\" is missing; add what the "
				    "learner does");
	if (expected == 0)
		return yaml_problem(r->problem, f, f->root,
				    "nothing is expected, so nothing would be "
				    "tested; add \"expect\"");
	return 0;
}

int script_case_read(const struct script_reader *r,
		     const struct yaml_node *condition)
{
	struct script_case *c = r->c;
	int err = 0;

	c->reconnect = 5;
	c->memory = r->memory;
	c->place = (struct script_place){r->memory->files[0]->path,
					 r->memory->files[0]->root->line,
					 r->memory->files[0]->root->column};
	for (size_t i = 0; i < r->memory->file_count && !err; i++)
		err = yaml_check_keys(r->memory->files[i],
				      r->memory->files[i]->root, case_keys,
				      r->problem);
	if (!err)
		err = read_head(r, c);
	if (!err)
		err = read_body(r, c);
	if (!err && condition)
		err = read_condition(r, condition, c);
	return err ? err : check_whole(r, c);
}
