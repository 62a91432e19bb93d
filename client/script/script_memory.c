/* script_memory: what a case is made of lives and goes with it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/script/script_read.h"
#include "net/base/problem.h"

struct script_block {
	struct script_block *next;
	max_align_t data[];
};

void *script_allocate(struct script_memory *m, size_t size)
{
	struct script_block *b = calloc(1, sizeof *b + size);

	if (!b)
		return NULL;
	b->next = m->blocks;
	m->blocks = b;
	return b->data;
}

const char *script_text(struct script_memory *m, const char *format, ...)
{
	va_list args, again;
	char *text = NULL;

	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	if (n >= 0)
		text = script_allocate(m, (size_t)n + 1);
	if (text)
		vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

void script_memory_free(struct script_memory *m)
{
	if (!m)
		return;
	while (m->blocks) {
		struct script_block *next = m->blocks->next;
		free(m->blocks);
		m->blocks = next;
	}
	for (size_t i = 0; i < m->file_count; i++)
		yaml_file_free(m->files[i]);
	free(m);
}

int script_no_memory(const struct script_reader *r)
{
	return problem_set(r->problem, PROBLEM_MEMORY,
			   "%s: out of memory; close other programs",
			   r->file->path);
}

struct script_place script_place_of(const struct script_reader *r,
				    const struct yaml_node *n)
{
	if (n->key)
		return (struct script_place){r->file->path, n->key_line,
					     n->key_column};
	return (struct script_place){r->file->path, n->line, n->column};
}
