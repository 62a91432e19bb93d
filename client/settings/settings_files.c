#include "client/settings/settings_files.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/settings/settings_table.h"
#include "net/base/bytes.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { FILE_BYTES_MOST = 256 * 1024 };

struct scanner {
	const char *path;
	const char *at, *end;
	unsigned line;
	struct problem *problem;
};

static int wrong(const struct scanner *s, unsigned line, const char *what)
{
	return problem_set(s->problem, PROBLEM_USAGE, "%s:%u: %s", s->path,
			   line, what);
}

static bool more(const struct scanner *s)
{
	return s->at < s->end;
}

static void skip_blanks(struct scanner *s)
{
	while (more(s) && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r'))
		s->at++;
}

/* To the line end, which stays. */
static void skip_line(struct scanner *s)
{
	while (more(s) && *s->at != '\n')
		s->at++;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

static size_t name_length(const struct scanner *s)
{
	size_t n = 0;

	while (s->at + n < s->end && is_name(s->at[n]))
		n++;
	return n;
}

/* "export NAME", but not a variable that is called export. */
static void skip_export(struct scanner *s)
{
	static const char word[] = "export";
	size_t n = sizeof word - 1;

	if ((size_t)(s->end - s->at) > n && strncmp(s->at, word, n) == 0 &&
	    (s->at[n] == ' ' || s->at[n] == '\t')) {
		s->at += n;
		skip_blanks(s);
	}
}

static int read_bare(struct scanner *s, struct bytes *value)
{
	const char *start = s->at;

	while (more(s) && *s->at != '\n') {
		if (*s->at == '#' &&
		    (s->at == start || s->at[-1] == ' ' || s->at[-1] == '\t'))
			break;
		s->at++;
	}
	const char *end = s->at;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	skip_line(s);
	return bytes_append(value, start, (size_t)(end - start));
}

static char escaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case '"':
	case '\\':
	case '$':
		return c;
	default:
		return '\0';
	}
}

static int read_quoted(struct scanner *s, struct bytes *value)
{
	unsigned first = s->line;
	char quote = *s->at++;

	while (more(s) && *s->at != quote) {
		char c = *s->at++;
		if (c == '\n')
			s->line++;
		if (c == '\\' && quote == '"' && more(s) && escaped(*s->at))
			c = escaped(*s->at++);
		bytes_append(value, &c, 1);
	}
	if (!more(s))
		return wrong(s, first,
			     _("the value's quote is never closed; close it"));
	s->at++;
	skip_blanks(s);
	if (more(s) && *s->at != '\n' && *s->at != '#')
		return wrong(s, s->line,
			     _("something follows the closing quote; remove it "
			       "or put it inside"));
	skip_line(s);
	return value->failed;
}

static int add_entry(struct settings_file *f, const char *name, size_t n,
		     struct bytes *value, unsigned line)
{
	struct settings_entry entry = {.line = line};
	struct settings_entry *bigger = realloc(
		f->entries, (f->count + 1) * sizeof *bigger);

	if (!bigger)
		return PROBLEM_MEMORY;
	f->entries = bigger;
	entry.name = strndup(name, n);
	entry.value = bytes_take_text(value);
	if (!entry.name || !entry.value) {
		free(entry.name);
		free(entry.value);
		return PROBLEM_MEMORY;
	}
	f->entries[f->count++] = entry;
	return 0;
}

/* One assignment; the scanner stands on its first letter. */
static int read_entry(struct settings_file *f, struct scanner *s)
{
	struct bytes value;
	unsigned line = s->line;
	char name[SETTING_VARIABLE_SIZE] = "";

	skip_export(s);
	const char *start = s->at;
	size_t n = name_length(s);
	s->at += n;
	skip_blanks(s);
	if (n == 0 || !more(s) || *s->at != '=')
		return wrong(
			s, line,
			_("not of the form KEY=VALUE; correct the line, or "
			  "begin it with #"));
	s->at++;
	skip_blanks(s);

	bytes_init(&value, FILE_BYTES_MOST);
	bool quoted = more(s) && (*s->at == '"' || *s->at == '\'');
	int err = quoted ? read_quoted(s, &value) : read_bare(s, &value);
	if (n < sizeof name)
		memcpy(name, start, n);
	if (!err && memchr(start, '\0', (size_t)(s->at - start)))
		err = wrong(s, line, _("holds a NUL byte; remove it"));
	if (!err && setting_is_variable(name))
		err = add_entry(f, name, strlen(name), &value, line);
	bytes_deinit(&value);
	return err;
}

int settings_file_parse(struct settings_file *f, const char *path,
			const char *text, size_t length, struct problem *p)
{
	struct scanner s = {
		.path = path,
		.at = text,
		.end = text + length,
		.line = 1,
		.problem = p,
	};
	int err = 0;

	*f = (struct settings_file){.path = text_copy(path)};
	if (!f->path)
		err = PROBLEM_MEMORY;
	/* editors of another system begin UTF-8 files with a mark */
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		s.at += 3;
	while (!err && more(&s)) {
		skip_blanks(&s);
		if (more(&s) && *s.at == '#')
			skip_line(&s);
		if (more(&s) && *s.at != '\n')
			err = read_entry(f, &s);
		else if (more(&s)) {
			s.at++;
			s.line++;
		}
	}
	if (err)
		problem_add(p, err, "%s: not enough memory; try again", path);
	return err;
}

int settings_file_read(struct settings_file *f, const char *path,
		       struct problem *p)
{
	char *text;
	size_t length;

	*f = (struct settings_file){0};
	int err = text_read_file(&text, &length, path, FILE_BYTES_MOST);
	if (err == PROBLEM_FILE &&
	    (errno == ENOENT || errno == ENOTDIR || errno == EISDIR))
		return 0;
	if (err == PROBLEM_LIMIT)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: larger than %d KiB; keep nothing but "
				   "settings in it",
				   path, FILE_BYTES_MOST / 1024);
	if (err)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: cannot be read: %s; correct its "
				   "permissions or remove it",
				   path, strerror(errno));
	err = settings_file_parse(f, path, text, length, p);
	free(text);
	return err;
}

const struct settings_entry *settings_file_find(const struct settings_file *f,
						const char *name)
{
	for (size_t i = f->count; i > 0; i--)
		if (strcmp(f->entries[i - 1].name, name) == 0)
			return &f->entries[i - 1];
	return NULL;
}

void settings_file_clear(struct settings_file *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->entries[i].name);
		free(f->entries[i].value);
	}
	free(f->entries);
	free(f->path);
	*f = (struct settings_file){0};
}
