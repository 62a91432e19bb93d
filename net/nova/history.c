#include "net/nova/history.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

void history_init(struct history *h)
{
	*h = (struct history){.total_limit = HISTORY_TOTAL_BYTES};
}

void history_deinit(struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		free(h->messages[i].text);
	free(h->messages);
	history_init(h);
}

/* Start of the longest end of text that has at most limit bytes. */
static const char *tail(const char *text, size_t limit)
{
	size_t length = strlen(text);

	if (length <= limit)
		return text;
	text += length - limit;
	while (((unsigned char)*text & 0xc0) == 0x80) /* inside a character */
		text++;
	return text;
}

/* Keeps at most limit bytes, so that one side talking on and on does not grow
 * memory without end. */
static int join(struct history_message *m, const char *text, size_t limit)
{
	size_t old = strlen(m->text), more = strlen(text) + 1;
	char *joined = realloc(m->text, old + 1 + more);

	if (!joined)
		return PROBLEM_MEMORY;
	joined[old] = ' ';
	memcpy(joined + old + 1, text, more);
	m->text = joined;
	const char *kept = tail(joined, limit);
	memmove(joined, kept, strlen(kept) + 1);
	return 0;
}

static int append(struct history *h, enum nova_role role, const char *text)
{
	if (h->count == h->capacity) {
		size_t capacity = h->capacity ? 2 * h->capacity : 16;
		struct history_message *messages = realloc(
			h->messages, capacity * sizeof *messages);
		if (!messages)
			return PROBLEM_MEMORY;
		h->messages = messages;
		h->capacity = capacity;
	}
	char *copy = text_copy(text);
	if (!copy)
		return PROBLEM_MEMORY;
	h->messages[h->count++] = (struct history_message){role, copy};
	return 0;
}

/* The first message of the longest run at the end that fits the limit and
 * begins with the learner.  A last message too long for it alone gives its
 * end. */
static size_t first_that_fits(const struct history *h)
{
	size_t first = h->count, total = 0;

	while (first > 0) {
		size_t length = strlen(h->messages[first - 1].text);
		if (total + length > h->total_limit && total > 0)
			break;
		total += length;
		first--;
	}
	while (first < h->count && h->messages[first].role != NOVA_USER)
		first++;
	return first;
}

/* What will never be given again need not be kept. */
static void drop_oldest(struct history *h)
{
	size_t first = first_that_fits(h);

	/* an answer whose question was dropped stays out of the way only
	 * while a question after it remains */
	if (first == 0 || first == h->count)
		return;
	for (size_t i = 0; i < first; i++)
		free(h->messages[i].text);
	h->count -= first;
	memmove(h->messages, h->messages + first,
		h->count * sizeof *h->messages);
}

int history_add(struct history *h, enum nova_role role, const char *text)
{
	int err;

	if (!text || !*text)
		return 0;
	text = tail(text, h->total_limit);
	if (h->count > 0 && h->messages[h->count - 1].role == role)
		err = join(&h->messages[h->count - 1], text, h->total_limit);
	else
		err = append(h, role, text);
	if (!err)
		drop_oldest(h);
	return err;
}

void history_drop_last(struct history *h)
{
	if (h->count)
		free(h->messages[--h->count].text);
}

int history_copy(struct history *out, const struct history *h)
{
	struct history copy;
	int err = 0;

	history_init(&copy);
	copy.total_limit = h->total_limit;
	for (size_t i = 0; i < h->count && !err; i++)
		err = append(&copy, h->messages[i].role, h->messages[i].text);
	if (err)
		history_deinit(&copy);
	else
		*out = copy;
	return err;
}

int history_each_piece(const struct history *h,
		       int (*piece)(void *arg, bool first, bool last,
				    enum nova_role role, const char *text,
				    size_t length),
		       void *arg)
{
	for (size_t i = first_that_fits(h); i < h->count; i++) {
		const struct history_message *m = &h->messages[i];
		const char *text = tail(m->text, h->total_limit);
		size_t left = strlen(text);
		bool first = true;

		while (left > 0) {
			size_t n = text_utf8_cut(text, left,
						 HISTORY_PIECE_BYTES);
			int err = piece(arg, first, n == left, m->role, text,
					n);
			if (err)
				return err;
			text += n;
			left -= n;
			first = false;
		}
	}
	return 0;
}
