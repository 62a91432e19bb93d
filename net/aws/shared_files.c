#include "net/aws/shared_files.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/aws/environment.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { FILE_BYTES_MOST = 1024 * 1024, ENTRIES_MOST = 10000 };

enum which { CONFIG, CREDENTIALS };

/* One setting, or the section's own line (name NULL). */
struct entry {
	char *profile, *name, *value; /* owned */
	enum which which;
};

struct shared_files {
	struct entry *entries; /* owned */
	size_t count, capacity;
};

/* Where in which file the reader is. */
struct reader {
	struct shared_files *files;
	enum which which;
	const char *path;
	unsigned line;
	char *profile;   /* owned; of this section; NULL: another kind's */
	bool in_section; /* a section line was read */
};

/* --- entries --- */

static void entry_clear(struct entry *e)
{
	free(e->profile);
	free(e->name);
	text_wipe(e->value);
	*e = (struct entry){0};
}

static int add(struct reader *r, const char *name, const char *value,
	       struct problem *p)
{
	struct shared_files *f = r->files;
	struct entry e = {
		.profile = text_copy(r->profile),
		.name = text_copy(name),
		.value = text_copy(value),
		.which = r->which,
	};

	if (f->count == ENTRIES_MOST) {
		entry_clear(&e);
		return problem_set(p, PROBLEM_LIMIT,
				   "%s:%u: more than %d settings; shorten it",
				   r->path, r->line, ENTRIES_MOST);
	}
	if (f->count == f->capacity) {
		size_t capacity = f->capacity ? 2 * f->capacity : 32;
		struct entry *more = realloc(f->entries,
					     capacity * sizeof *more);
		if (!more)
			goto no_memory;
		f->entries = more;
		f->capacity = capacity;
	}
	if (!e.profile || (name && (!e.name || !e.value)))
		goto no_memory;
	f->entries[f->count++] = e;
	return 0;

no_memory:
	entry_clear(&e);
	return problem_set(p, PROBLEM_MEMORY, "%s: out of memory", r->path);
}

/* --- lines --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts blanks at both ends, in place. */
static char *trim(char *text)
{
	size_t length;

	while (is_blank(*text))
		text++;
	length = strlen(text);
	while (length > 0 && is_blank(text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* A comment behind a value begins with a blank and "#" or ";". */
static void cut_comment(char *text)
{
	for (; *text; text++)
		if (is_blank(text[0]) && (text[1] == '#' || text[1] == ';')) {
			*text = '\0';
			return;
		}
}

/* "profile school" in the config file names the profile "school"; NULL: a
 * section of another kind ("sso-session x", "services y"). */
static char *profile_of(const struct reader *r, char *section)
{
	static const char word[] = "profile";
	size_t n = sizeof word - 1;

	if (r->which == CREDENTIALS || strcmp(section, "default") == 0)
		return section;
	if (strncmp(section, word, n) != 0 || !is_blank(section[n]))
		return NULL;
	section = trim(section + n);
	size_t length = strlen(section);
	if (length > 1 && (*section == '"' || *section == '\'') &&
	    section[length - 1] == *section) {
		section[length - 1] = '\0';
		section++;
	}
	return section;
}

static int read_section(struct reader *r, char *line, struct problem *p)
{
	char *end = strchr(line, ']');

	if (!end)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s:%u: the section's name has no \"]\" "
				   "behind it; add it",
				   r->path, r->line);
	*end = '\0';
	char *profile = profile_of(r, trim(line + 1));
	free(r->profile);
	r->profile = NULL;
	r->in_section = true;
	if (!profile)
		return 0;
	r->profile = text_copy(profile);
	if (!r->profile)
		return problem_set(p, PROBLEM_MEMORY, "%s: out of memory",
				   r->path);
	return add(r, NULL, NULL, p);
}

static int read_setting(struct reader *r, char *line, struct problem *p)
{
	char *equals = strchr(line, '=');

	if (!equals || equals == line)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s:%u: neither a [section] nor a line "
				   "NAME = VALUE; correct it",
				   r->path, r->line);
	if (!r->in_section)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s:%u: a setting before the first "
				   "[section]; put it under one",
				   r->path, r->line);
	if (!r->profile)
		return 0;
	*equals = '\0';
	char *name = trim(line);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	cut_comment(equals + 1);
	return add(r, name, trim(equals + 1), p);
}

static int read_line(struct reader *r, char *line, struct problem *p)
{
	/* indented: belongs to a nested setting, which is not ours */
	if (is_blank(*line) || *line == '\0' || *line == '#' || *line == ';')
		return 0;
	if (*line == '[')
		return read_section(r, line, p);
	return read_setting(r, line, p);
}

static int read_lines(struct reader *r, char *text, struct problem *p)
{
	int err = 0;

	while (*text && !err) {
		size_t length = strcspn(text, "\n");
		bool last = text[length] == '\0';

		text[length] = '\0';
		r->line++;
		err = read_line(r, text, p);
		text += last ? length : length + 1;
	}
	return err;
}

/* --- files --- */

/* The path by the variable, or below the home folder; NULL with *err 0: there
 * is no home. */
static char *path_of(const struct aws_environment *e, const char *variable,
		     const char *name, int *err)
{
	const char *set = aws_environment_get(e, variable);
	const char *home = aws_environment_get(e, "HOME");
	char *path;

	*err = 0;
	if (set && (!text_starts(set, "~/") || !home))
		path = text_copy(set);
	else if (set)
		path = text_format("%s%s", home, set + 1);
	else if (home)
		path = text_format("%s/.aws/%s", home, name);
	else
		return NULL;
	if (!path)
		*err = PROBLEM_MEMORY;
	return path;
}

static int read_file(struct shared_files *f, enum which which, const char *path,
		     struct problem *p)
{
	struct reader r = {.files = f, .which = which, .path = path};
	char *text = NULL;
	size_t length = 0;
	int err = text_read_file(&text, &length, path, FILE_BYTES_MOST);

	if (err == PROBLEM_FILE && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (err == PROBLEM_LIMIT)
		return problem_set(p, err, "%s: longer than %d KiB; shorten it",
				   path, FILE_BYTES_MOST / 1024);
	if (err)
		return problem_set(p, err,
				   "%s: cannot be read: %s; check its "
				   "permissions",
				   path, strerror(errno));
	err = read_lines(&r, text, p);
	free(r.profile);
	explicit_bzero(text, length); /* settings stand behind NULs now */
	free(text);
	return err;
}

int shared_files_load(struct shared_files **out,
		      const struct aws_environment *e, struct problem *p)
{
	static const char *const names[][2] = {
		[CONFIG] = {"AWS_CONFIG_FILE", "config"},
		[CREDENTIALS] = {"AWS_SHARED_CREDENTIALS_FILE", "credentials"},
	};
	struct shared_files *f = calloc(1, sizeof *f);
	int err = f ? 0 : PROBLEM_MEMORY;

	for (int i = CONFIG; i <= CREDENTIALS && !err; i++) {
		char *path = path_of(e, names[i][0], names[i][1], &err);
		if (path)
			err = read_file(f, (enum which)i, path, p);
		free(path);
	}
	if (err) {
		problem_add(p, err, "AWS: out of memory");
		shared_files_free(f);
	} else {
		*out = f;
	}
	return err;
}

struct shared_files *shared_files_free(struct shared_files *f)
{
	if (!f)
		return NULL;
	for (size_t i = 0; i < f->count; i++)
		entry_clear(&f->entries[i]);
	free(f->entries);
	free(f);
	return NULL;
}

/* --- looking up --- */

const char *shared_files_profile(const struct aws_environment *e)
{
	const char *name = aws_environment_get(e, "AWS_PROFILE");

	if (!name)
		name = aws_environment_get(e, "AWS_DEFAULT_PROFILE");
	return name ? name : "default";
}

bool shared_files_has(const struct shared_files *f, const char *profile)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->entries[i].profile, profile) == 0)
			return true;
	return false;
}

/* Entries of the config file come first, so the last one holds. */
const char *shared_files_get(const struct shared_files *f, const char *profile,
			     const char *name)
{
	for (size_t i = f->count; i > 0; i--) {
		const struct entry *e = &f->entries[i - 1];
		if (e->name && strcmp(e->name, name) == 0 &&
		    strcmp(e->profile, profile) == 0)
			return *e->value ? e->value : NULL;
	}
	return NULL;
}

const char *shared_files_nearest(const struct shared_files *f,
				 const char *profile)
{
	const char **names = calloc(f->count + 1, sizeof *names);
	const char *nearest = NULL;
	size_t count = 0;

	if (!names)
		return NULL;
	for (size_t i = 0; i < f->count; i++)
		if (!f->entries[i].name)
			names[count++] = f->entries[i].profile;
	nearest = text_nearest(profile, names);
	free(names);
	return nearest;
}
