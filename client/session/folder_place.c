#include "client/session/folder_place.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/xdg.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { SAME_SECOND_MOST = 1000 };

/* Several may start in the same second: the second gets "-2". */
static int make_new(char **out, const char *parent, int64_t wall_ms,
		    struct problem *p)
{
	char name[TEXT_TIME_SIZE];
	char *path = NULL;

	text_compact_time(name, wall_ms);
	for (int i = 1; i <= SAME_SECOND_MOST; i++) {
		path = i == 1 ? text_format("%s/%s", parent, name)
			      : text_format("%s/%s-%d", parent, name, i);
		if (!path)
			return PROBLEM_MEMORY;
		if (mkdir(path, 0700) == 0) {
			*out = path;
			return 0;
		}
		if (errno != EEXIST)
			break;
		free(path);
		path = NULL;
	}
	int err = problem_set(p, problem_from_file_errno(errno),
			      "%s: no session folder can be made there: %s; "
			      "name one with --record DIR, or use --no-record",
			      parent, strerror(errno));
	free(path);
	return err;
}

static int make_default(char **out, int64_t wall_ms, struct problem *p)
{
	char *parent = NULL;
	int err = xdg_path(&parent, XDG_STATE, "sessions");

	if (err == PROBLEM_FILE)
		return problem_set(p, PROBLEM_USAGE,
				   "session folder: there is no home folder to "
				   "keep it in; name one with --record DIR, or "
				   "use --no-record");
	if (!err)
		err = xdg_make_folders(parent, p);
	if (!err)
		err = make_new(out, parent, wall_ms, p);
	free(parent);
	return err;
}

static int is_empty(bool *out, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		return problem_from_file_errno(errno);
	*out = true;
	while ((entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			*out = false;
	closedir(d);
	return 0;
}

static int use_named(char **out, const char *dir, struct problem *p)
{
	bool empty = false;
	int err = xdg_make_folders(dir, p);

	if (err)
		return err;
	if (is_empty(&empty, dir) != 0 || access(dir, W_OK | X_OK) != 0)
		return problem_set(p, PROBLEM_FILE,
				   "%s: the session folder cannot be written: "
				   "%s; name another one",
				   dir, strerror(errno));
	if (!empty)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: the folder is not empty; name a new "
				   "one for the session",
				   dir);
	*out = realpath(dir, NULL);
	return *out ? 0 : PROBLEM_MEMORY;
}

int session_folder_place(char **out, const char *dir, int64_t wall_ms,
			 struct problem *p)
{
	char *path = NULL;
	int err = dir ? use_named(&path, dir, p)
		      : make_default(&path, wall_ms, p);

	if (err)
		return problem_add(p, err,
				   "session folder: not enough memory; try "
				   "again");
	*out = path;
	return 0;
}
