#include "client/lessons.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/assets.h"
#include "client/xdg.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { NAMES_MOST = 1000, FOLDERS = 2 };

static const char ending[] = ".yaml";

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "lesson: not enough memory; try again");
}

/* The learner's own folder goes first.  One that is not there is NULL. */
static void find_folders(char *folders[FOLDERS])
{
	folders[0] = folders[1] = NULL;
	if (xdg_path(&folders[0], XDG_DATA, "lessons"))
		folders[0] = NULL;
	if (asset_path(&folders[1], "lessons"))
		folders[1] = NULL;
}

static void free_folders(char *folders[FOLDERS])
{
	for (size_t i = 0; i < FOLDERS; i++)
		free(folders[i]);
}

/* --- names --- */

struct names {
	char *list[NAMES_MOST + 1]; /* NULL behind the last */
	size_t count;
};

static bool has_name(const struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (text_equal(n->list[i], name))
			return true;
	return false;
}

static void add_name(struct names *n, const char *file)
{
	size_t length = strlen(file), cut = sizeof ending - 1;

	if (length <= cut || !text_equal(file + length - cut, ending) ||
	    n->count == NAMES_MOST)
		return;
	char *name = text_format("%.*s", (int)(length - cut), file);
	if (!name || has_name(n, name))
		free(name);
	else
		n->list[n->count++] = name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_names(struct names *n, char *const folders[FOLDERS])
{
	*n = (struct names){.count = 0};
	for (size_t i = 0; i < FOLDERS; i++) {
		DIR *d = folders[i] ? opendir(folders[i]) : NULL;
		struct dirent *entry;
		while (d && (entry = readdir(d)))
			if (entry->d_name[0] != '.')
				add_name(n, entry->d_name);
		if (d)
			closedir(d);
	}
	qsort(n->list, n->count, sizeof *n->list, by_name);
}

static void free_names(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->list[i]);
}

/* --- one lesson --- */

static bool is_path(const char *what)
{
	size_t length = strlen(what);

	return strchr(what, '/') ||
	       (length > 5 && text_equal(what + length - 5, ".yaml")) ||
	       (length > 4 && text_equal(what + length - 4, ".yml"));
}

/* The file of that name; *path is NULL when there is none. */
static int find_path(char **path, const char *name,
		     char *const folders[FOLDERS])
{
	for (size_t i = 0; i < FOLDERS; i++) {
		if (!folders[i])
			continue;
		*path = text_format("%s/%s%s", folders[i], name, ending);
		if (!*path)
			return PROBLEM_MEMORY;
		if (access(*path, F_OK) == 0)
			return 0;
		free(*path);
		*path = NULL;
	}
	return 0;
}

static int no_such_lesson(const char *name, char *const folders[FOLDERS],
			  struct problem *p)
{
	struct names n;

	find_names(&n, folders);
	const char *near = text_nearest(name, (const char *const *)n.list);
	if (near)
		problem_set(p, PROBLEM_USAGE,
			    "there is no lesson \"%.80s\"; did you mean "
			    "\"%s\"? habla talk --lessons lists them",
			    name, near);
	else
		problem_set(
			p, PROBLEM_USAGE,
			"there is no lesson \"%.80s\"; habla talk --lessons "
			"lists them",
			name);
	free_names(&n);
	return PROBLEM_USAGE;
}

static int find_lesson(char **path, char **name, const char *what,
		       struct problem *p)
{
	char *folders[FOLDERS];
	int err;

	if (is_path(what)) {
		*path = text_copy(what);
		*name = realpath(what, NULL);
		if (!*name) /* it cannot be read, which says so itself */
			*name = text_copy(what);
		return *path && *name ? 0 : no_memory(p);
	}
	find_folders(folders);
	err = find_path(path, what, folders);
	if (!err && !*path)
		err = no_such_lesson(what, folders, p);
	free_folders(folders);
	*name = err ? NULL : text_copy(what);
	if (err == PROBLEM_MEMORY || (!err && !*name))
		return no_memory(p);
	return err;
}

int lessons_open(struct lesson **out, char **name, const char *what,
		 struct problem *p)
{
	char *path = NULL, *found = NULL;
	int err = find_lesson(&path, &found, what, p);

	if (!err)
		err = lesson_read(out, path, p);
	free(path);
	if (err)
		free(found);
	else
		*name = found;
	return err;
}

/* --- the list --- */

void lessons_print(FILE *out)
{
	char *folders[FOLDERS];
	struct names n;

	find_folders(folders);
	find_names(&n, folders);
	free_folders(folders);
	fprintf(out, "%-20s %-9s %-6s %-6s %s\n", _("LESSON"), _("LANGUAGE"),
		_("LEVEL"), _("STEPS"), _("TITLE"));
	for (size_t i = 0; i < n.count; i++) {
		struct lesson *l = NULL;
		struct problem p = {0};
		char *name = NULL;
		if (lessons_open(&l, &name, n.list[i], &p))
			fprintf(out, "%-20s %s\n", n.list[i], p.text);
		else
			fprintf(out, "%-20s %-9s %-6s %-6zu %s\n", n.list[i],
				lesson_language_tag(l->language),
				lesson_level_name(l->level), l->step_count,
				l->title);
		lesson_free(l);
		free(name);
	}
	free_names(&n);
	fprintf(out, _("habla talk --lesson NAME teaches one.\n"));
}
