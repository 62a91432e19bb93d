/*
 * settings_files: KEY=VALUE files: .env and habla.env.
 *
 * Lines as dotenv and systemd know them: "export " before the name, comments
 * after "#", values bare, in single quotes (as they are) or in double quotes
 * (\n, \t, \", \\ and \$ are known); a quoted value may go over several lines.
 * Nothing is expanded.  Only names that setting_is_variable() knows are kept.
 */
#ifndef CLIENT_SETTINGS_SETTINGS_FILES_H
#define CLIENT_SETTINGS_SETTINGS_FILES_H

#include <stddef.h>

struct problem;

struct settings_entry {
	char *name, *value; /* owned */
	unsigned line;
};

struct settings_file {
	char *path; /* owned; as it is shown to people */
	struct settings_entry *entries;
	size_t count;
};

/* A file that is not there, or a folder of that name, gives no entries.  A
 * line that is wrong: PROBLEM_USAGE, "path:line: ...".  On every return f may
 * be given to settings_file_clear(). */
int settings_file_read(struct settings_file *f, const char *path,
		       struct problem *p);
/* The same for text that is in memory. */
int settings_file_parse(struct settings_file *f, const char *path,
			const char *text, size_t length, struct problem *p);
/* The last entry of that name, or NULL. */
const struct settings_entry *settings_file_find(const struct settings_file *f,
						const char *name);
void settings_file_clear(struct settings_file *f);

#endif
