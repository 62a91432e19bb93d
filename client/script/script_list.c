#include "client/script/script_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/script/script.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "not enough memory; close other programs");
}

/* --- files and folders --- */

static int add_file(struct script_list *l, const char *path, struct problem *p)
{
	struct script **more = realloc(
		l->scripts, (l->script_count + 1) * sizeof(struct script *));

	if (!more)
		return no_memory(p);
	l->scripts = more;
	int err = script_read(&l->scripts[l->script_count], path, p);
	if (!err)
		l->script_count++;
	return err;
}

static int is_wanted(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_name[0] != '_';
}

static int add_folder(struct script_list *l, const char *path,
		      struct problem *p)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_wanted, alphasort);
	int err = 0;

	if (count < 0)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: the folder cannot be read: %s; check "
				   "its permissions",
				   path, strerror(errno));
	for (int i = 0; i < count; i++) {
		struct stat status;
		char *inner = text_format("%s/%s", path, entries[i]->d_name);
		const char *end = strrchr(entries[i]->d_name, '.');
		if (!inner)
			err = no_memory(p);
		else if (!err && stat(inner, &status) == 0)
			err = S_ISDIR(status.st_mode) ? add_folder(l, inner, p)
			      : text_equal(end, ".yaml") ||
					      text_equal(end, ".yml")
				      ? add_file(l, inner, p)
				      : 0;
		free(inner);
		free(entries[i]);
	}
	free(entries);
	return err;
}

int script_list_add(struct script_list *l, const char *path, struct problem *p)
{
	struct stat status;
	size_t before = l->script_count;

	if (stat(path, &status))
		return problem_set(p, PROBLEM_USAGE,
				   "%s: %s; name a script or a folder with "
				   "scripts",
				   path, strerror(errno));
	if (!S_ISDIR(status.st_mode))
		return add_file(l, path, p);
	int err = add_folder(l, path, p);
	if (!err && l->script_count == before)
		err = problem_set(p, PROBLEM_USAGE,
				  "%s: there is no .yaml file in this folder",
				  path);
	return err;
}

/* --- choosing --- */

static bool has_a_tag(const struct script_case *c, const char *tags)
{
	while (*tags) {
		size_t n = strcspn(tags, ",");
		for (size_t i = 0; i < c->tag_count; i++)
			if (strlen(c->tags[i]) == n &&
			    strncmp(c->tags[i], tags, n) == 0)
				return true;
		tags += n;
		tags += *tags == ',';
	}
	return false;
}

static bool is_chosen(const struct script_case *c,
		      const struct script_choice *choice)
{
	return (!choice->tags || has_a_tag(c, choice->tags)) &&
	       (!choice->name || strstr(c->name, choice->name));
}

int script_list_choose(struct script_list *l, const struct script_choice *c,
		       struct problem *p)
{
	size_t all = 0, chosen = 0;

	for (size_t i = 0; i < l->script_count; i++)
		all += l->scripts[i]->count;
	l->cases = calloc(all + 1, sizeof(struct script_case *));
	if (!l->cases)
		return no_memory(p);
	for (size_t i = 0; i < l->script_count; i++)
		for (size_t k = 0; k < l->scripts[i]->count; k++) {
			const struct script_case *one = l->scripts[i]->cases[k];
			if (!is_chosen(one, c))
				continue;
			/* one by one, so that parts take about as long */
			if (!c->shards || chosen % c->shards == c->shard - 1)
				l->cases[l->count++] = one;
			chosen++;
		}
	if (chosen == 0)
		return problem_set(p, PROBLEM_USAGE,
				   "no case has %s%s; habla test --check PATH "
				   "counts what there is",
				   c->tags ? "the tag " : "the name ",
				   c->tags ? c->tags : c->name);
	if (l->count == 0)
		return problem_set(p, PROBLEM_USAGE,
				   "--shard: there are only %zu cases, and "
				   "none for part %u of %u",
				   chosen, c->shard, c->shards);
	return 0;
}

void script_list_deinit(struct script_list *l)
{
	for (size_t i = 0; i < l->script_count; i++)
		script_free(l->scripts[i]);
	free(l->scripts);
	free(l->cases);
	*l = (struct script_list){0};
}
