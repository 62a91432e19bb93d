/* yaml_place: the line that a problem is about, with a caret below. */
#include "net/base/yaml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { FILE_MOST = 8 * 1024 * 1024, SHOWN_MOST = 160 };

struct place {
	char *path; /* owned */
	unsigned long line, column;
};

/* "path:line:column: ..."; a path may hold colons, so the first ":N:N: " is
 * looked for. */
static bool find_place(struct place *out, const char *text)
{
	for (const char *at = strchr(text, ':'); at; at = strchr(at + 1, ':')) {
		char *end;
		if (!isdigit((unsigned char)at[1]))
			continue;
		out->line = strtoul(at + 1, &end, 10);
		if (*end != ':' || !isdigit((unsigned char)end[1]))
			continue;
		out->column = strtoul(end + 1, &end, 10);
		if (*end != ':')
			continue;
		out->path = text_format("%.*s", (int)(at - text), text);
		return out->path && out->line && out->column;
	}
	return false;
}

/* Tabs stay tabs, so that the caret stands below its letter. */
static void print_line(FILE *out, const struct place *at, const char *line)
{
	size_t length = strcspn(line, "\r\n");
	size_t shown = text_utf8_cut(line, length, SHOWN_MOST);
	size_t letters = 1;

	fprintf(out, "  %.*s%s\n  ", (int)shown, line,
		shown < length ? "..." : "");
	for (size_t i = 0; i < shown && letters < at->column; letters++) {
		size_t n = text_utf8_sequence(line + i, shown - i);
		fputc(line[i] == '\t' ? '\t' : ' ', out);
		i += n ? n : 1;
	}
	fputs("^\n", out);
}

void yaml_print_problem(FILE *out, const struct problem *p)
{
	struct place at = {0};
	char *text = NULL;

	fprintf(out, "%s\n", p->text);
	if (find_place(&at, p->text) &&
	    text_read_file(&text, NULL, at.path, FILE_MOST) == 0) {
		const char *line = text;
		for (unsigned long n = 1; line && n < at.line; n++) {
			line = strchr(line, '\n');
			line += line != NULL;
		}
		if (line)
			print_line(out, &at, line);
	}
	free(text);
	free(at.path);
}
