#include "tests/support/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/base/text.h"

static void must(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	abort();
}

char *folder_make(void)
{
	const char *base = getenv("TMPDIR");
	char *path = text_format("%s/habla-test-XXXXXX", base ? base : "/tmp");

	must(path && mkdtemp(path), "mkdtemp");
	return path;
}

static int remove_one(const char *path, const struct stat *status, int kind,
		      struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

void folder_remove(char *folder)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(folder);
}

void folder_write(const char *folder, const char *name, const char *text)
{
	char *path = text_format("%s/%s", folder, name);
	FILE *f = path ? fopen(path, "w") : NULL;

	must(f && fputs(text, f) >= 0 && fclose(f) == 0, name);
	free(path);
}

char *folder_read(const char *folder, const char *name, size_t *length)
{
	char *path = text_format("%s/%s", folder, name);
	char *text = NULL;

	must(path && text_read_file(&text, length, path, 1U << 30) == 0, path);
	free(path);
	return text;
}
