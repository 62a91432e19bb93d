#include "client/xdg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/base/problem.h"
#include "net/base/text.h"

static const struct {
	const char *variable, *below_home;
} kinds[] = {
	[XDG_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
	[XDG_STATE] = {"XDG_STATE_HOME", ".local/state"},
	[XDG_DATA] = {"XDG_DATA_HOME", ".local/share"},
	[XDG_CACHE] = {"XDG_CACHE_HOME", ".cache"},
};

int xdg_path(char **out, enum xdg_kind kind, const char *relative)
{
	const char *base = getenv(kinds[kind].variable);
	const char *home = getenv("HOME");
	char *path;

	if (base && base[0] == '/')
		path = text_format("%s/habla/%s", base, relative);
	else if (home && home[0] == '/')
		path = text_format("%s/%s/habla/%s", home,
				   kinds[kind].below_home, relative);
	else
		return PROBLEM_FILE;
	if (!path)
		return PROBLEM_MEMORY;
	*out = path;
	return 0;
}

static int make_folder(const char *path, const char *whole, struct problem *p)
{
	struct stat status;

	if (mkdir(path, 0700) == 0)
		return 0;
	int cause = errno;
	if (cause == EEXIST && stat(path, &status) == 0) {
		if (S_ISDIR(status.st_mode))
			return 0;
		cause = ENOTDIR;
	}
	return problem_set(p, problem_from_file_errno(cause),
			   "%s: the folder cannot be made: %s%s%s; name "
			   "another folder",
			   whole, path, ": ", strerror(cause));
}

int xdg_make_folders(const char *path, struct problem *p)
{
	char *part = text_copy(path);
	int err = 0;

	if (!part)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: not enough memory; try again", path);
	for (char *at = part; *at && !err; at++) {
		if (*at != '/' || at == part)
			continue;
		*at = '\0';
		err = make_folder(part, path, p);
		*at = '/';
	}
	if (!err)
		err = make_folder(part, path, p);
	free(part);
	return err;
}

char *xdg_made_folder(enum xdg_kind kind, const char *relative)
{
	char *path = NULL;
	struct problem p;

	if (xdg_path(&path, kind, relative) || xdg_make_folders(path, &p)) {
		free(path);
		return NULL;
	}
	return path;
}
