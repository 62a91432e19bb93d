#include "client/terminal/screen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client/terminal/columns.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { OUTPUT_BYTES_MOST = 1 << 20 };

struct screen {
	int fd;
	int colour;
	FILE *stream; /* owned */
	pthread_mutex_t lock;
	/* --- protected by lock */
	struct bytes output;       /* of one write() */
	struct bytes line;         /* begun on the stream, not ended */
	struct screen_block block; /* as the terminal shows it */
	size_t columns;            /* 0: not known */
	uint64_t written;
};

static void send_locked(struct screen *s)
{
	/* A terminal that is gone takes nothing; SIGHUP tells of it. */
	if (s->output.length &&
	    text_write_all(s->fd, s->output.data, s->output.length) == 0)
		s->written += s->output.length;
	bytes_clear(&s->output);
}

/* Rows that a drawn line takes, in a terminal that may have become narrower
 * since. */
static size_t rows_of(const struct screen *s, const char *line)
{
	size_t width = columns_of(line, strlen(line));

	return s->columns && width > s->columns
		       ? (width + s->columns - 1) / s->columns
		       : 1;
}

static void up(struct screen *s, size_t rows)
{
	if (rows)
		bytes_append_format(&s->output, "\033[%zuA", rows);
}

/* The cursor goes to where the block begins, and all behind it away. */
static void erase_locked(struct screen *s)
{
	size_t rows = 0;

	if (!s->block.count)
		return;
	for (size_t i = 0; i < s->block.count; i++)
		rows += rows_of(s, s->block.lines[i]);
	bytes_append_text(&s->output, "\r");
	up(s, rows - 1);
	bytes_append_text(&s->output, "\033[J");
}

static void draw_line(struct screen *s, const struct screen_block *b, size_t i)
{
	int dim = s->colour && b->dim[i];

	bytes_append_format(&s->output, "\r%s%s%s\033[K", dim ? "\033[2m" : "",
			    b->lines[i], dim ? "\033[0m" : "");
}

/* From where the block begins. */
static void draw_all_locked(struct screen *s)
{
	for (size_t i = 0; i < s->block.count; i++) {
		if (i)
			bytes_append_text(&s->output, "\n");
		draw_line(s, &s->block, i);
	}
}

/* --- lines that stay */

static ssize_t take_lines(void *cookie, const char *data, size_t length)
{
	struct screen *s = cookie;

	pthread_mutex_lock(&s->lock);
	bytes_append(&s->line, data, length);
	size_t whole = s->line.length;
	while (whole > 0 && s->line.data[whole - 1] != '\n')
		whole--;
	if (whole > 0) {
		erase_locked(s);
		bytes_append(&s->output, s->line.data, whole);
		bytes_drop_front(&s->line, whole);
		draw_all_locked(s);
		send_locked(s);
	}
	pthread_mutex_unlock(&s->lock);
	return (ssize_t)length;
}

FILE *screen_stream(struct screen *s)
{
	return s->stream;
}

/* --- the block */

static int same_line(const struct screen_block *a, const struct screen_block *b,
		     size_t i)
{
	return a->dim[i] == b->dim[i] && text_equal(a->lines[i], b->lines[i]);
}

/* The cursor stands behind the last line, before and after. */
static void draw_changes_locked(struct screen *s, const struct screen_block *b)
{
	for (size_t i = 0; i < b->count; i++) {
		size_t below = b->count - 1 - i;

		if (same_line(&s->block, b, i))
			continue;
		up(s, below);
		draw_line(s, b, i);
		if (below)
			bytes_append_format(&s->output, "\033[%zuB", below);
	}
	s->block = *b;
}

void screen_draw(struct screen *s, const struct screen_block *block)
{
	pthread_mutex_lock(&s->lock);
	if (block->count == s->block.count) {
		draw_changes_locked(s, block);
	} else {
		erase_locked(s);
		s->block = *block;
		draw_all_locked(s);
	}
	send_locked(s);
	pthread_mutex_unlock(&s->lock);
}

void screen_clear(struct screen *s)
{
	pthread_mutex_lock(&s->lock);
	erase_locked(s);
	s->block.count = 0;
	send_locked(s);
	pthread_mutex_unlock(&s->lock);
}

void screen_resized(struct screen *s, size_t columns)
{
	pthread_mutex_lock(&s->lock);
	s->columns = columns;
	erase_locked(s);
	s->block.count = 0;
	send_locked(s);
	pthread_mutex_unlock(&s->lock);
}

uint64_t screen_bytes(struct screen *s)
{
	pthread_mutex_lock(&s->lock);
	uint64_t n = s->written;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* --- life */

int screen_create(struct screen **out, int fd, int colour)
{
	static const cookie_io_functions_t io = {.write = take_lines};
	struct screen *s = calloc(1, sizeof *s);

	if (!s)
		return PROBLEM_MEMORY;
	s->fd = fd;
	s->colour = colour;
	bytes_init(&s->output, OUTPUT_BYTES_MOST);
	bytes_init(&s->line, OUTPUT_BYTES_MOST);
	pthread_mutex_init(&s->lock, NULL);
	s->stream = fopencookie(s, "w", io);
	if (!s->stream) {
		screen_free(s);
		return PROBLEM_MEMORY;
	}
	*out = s;
	return 0;
}

struct screen *screen_free(struct screen *s)
{
	if (!s)
		return NULL;
	if (s->stream)
		fclose(s->stream);
	screen_clear(s);
	bytes_deinit(&s->output);
	bytes_deinit(&s->line);
	pthread_mutex_destroy(&s->lock);
	free(s);
	return NULL;
}
