#include "client/report/word_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/report/word_list.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"

enum { TEXT_MOST = 64 * 1024 * 1024 };

/* How the best way comes to a cell of the table, whose rows are the words of
 * expected and whose columns those of got. */
enum step { STEP_SAME, STEP_REPLACED, STEP_MISSING, STEP_ADDED };

struct alignment {
	struct word_list expected, got;
	uint8_t *steps; /* (expected.count + 1) * (got.count + 1) */
	size_t *costs;  /* of one row */
	size_t end;     /* column in the last row where the best way ends */
};

static uint8_t *step_at(const struct alignment *a, size_t row, size_t column)
{
	return &a->steps[row * (a->got.count + 1) + column];
}

static bool same(const struct alignment *a, size_t row, size_t column)
{
	return strcmp(a->expected.words[row - 1], a->got.words[column - 1]) ==
	       0;
}

/* --- the table --- */

static void fill_row(struct alignment *a, size_t row)
{
	size_t diagonal = a->costs[0];

	a->costs[0] = row;
	*step_at(a, row, 0) = STEP_MISSING;
	for (size_t column = 1; column <= a->got.count; column++) {
		bool is_same = same(a, row, column);
		size_t best = diagonal + !is_same;
		enum step step = is_same ? STEP_SAME : STEP_REPLACED;
		if (a->costs[column] + 1 < best) {
			best = a->costs[column] + 1;
			step = STEP_MISSING;
		}
		if (a->costs[column - 1] + 1 < best) {
			best = a->costs[column - 1] + 1;
			step = STEP_ADDED;
		}
		diagonal = a->costs[column];
		a->costs[column] = best;
		*step_at(a, row, column) = (uint8_t)step;
	}
}

/* The first that costs least; or the one behind it, when that costs the same: a
 * word was replaced there, rather than missing. */
static size_t nearest_end(const struct alignment *a)
{
	size_t end = 0;

	for (size_t column = 1; column <= a->got.count; column++)
		if (a->costs[column] < a->costs[end])
			end = column;
	if (end > 0 && end < a->got.count && a->costs[end + 1] == a->costs[end])
		end++;
	return end;
}

static void fill(struct alignment *a, enum word_diff_span span)
{
	for (size_t column = 0; column <= a->got.count; column++) {
		a->costs[column] = span == WORD_DIFF_WITHIN ? 0 : column;
		*step_at(a, 0, column) = STEP_ADDED;
	}
	for (size_t row = 1; row <= a->expected.count; row++)
		fill_row(a, row);
	a->end = span == WORD_DIFF_WITHIN ? nearest_end(a) : a->got.count;
}

/* --- the way through it, from its end --- */

/* The steps in the order of the texts, at the end of `way`, which has room for
 * the words of both.  Returns where they begin. */
static size_t trace(const struct alignment *a, enum word_diff_span span,
		    uint8_t *way, size_t *first_column)
{
	size_t row = a->expected.count, column = a->end;
	size_t at = a->expected.count + a->got.count;

	while (row > 0 || (column > 0 && span == WORD_DIFF_WHOLE)) {
		uint8_t step = *step_at(a, row, column);
		way[--at] = step;
		row -= step != STEP_ADDED;
		column -= step != STEP_MISSING;
	}
	*first_column = column;
	return at;
}

static void append_word(struct bytes *b, const char *word)
{
	if (b->length > 0)
		bytes_append_text(b, " ");
	bytes_append_text(b, word);
}

/* The words of one kind in a run of changes. */
static void append_changed(struct bytes *b, const struct word_list *words,
			   size_t from, size_t to, const char *open,
			   const char *close)
{
	for (size_t i = from; i < to; i++) {
		append_word(b, i == from ? open : words->words[i]);
		if (i == from)
			bytes_append_text(b, words->words[i]);
	}
	if (to > from)
		bytes_append_text(b, close);
}

static void append_way(struct bytes *b, const struct alignment *a,
		       const uint8_t *way, size_t count, size_t column)
{
	size_t row = 0;

	for (size_t i = 0; i < count;) {
		size_t from_row = row, from_column = column;
		for (; i < count && way[i] != STEP_SAME; i++) {
			row += way[i] != STEP_ADDED;
			column += way[i] != STEP_MISSING;
		}
		append_changed(b, &a->expected, from_row, row, "[-", "-]");
		append_changed(b, &a->got, from_column, column, "{+", "+}");
		for (; i < count && way[i] == STEP_SAME; i++) {
			append_word(b, a->got.words[column++]);
			row++;
		}
	}
}

static int describe(struct word_diff *out, const struct alignment *a,
		    enum word_diff_span span)
{
	struct bytes text;
	size_t most = a->expected.count + a->got.count, column;
	uint8_t *way = malloc(most + 1);

	if (!way)
		return PROBLEM_MEMORY;

	size_t at = trace(a, span, way, &column);

	for (size_t i = at; i < most; i++) {
		out->replaced += way[i] == STEP_REPLACED;
		out->missing += way[i] == STEP_MISSING;
		out->added += way[i] == STEP_ADDED;
	}
	out->expected = a->expected.count;
	bytes_init(&text, TEXT_MOST);
	if (column > 0)
		append_word(&text, "...");
	append_way(&text, a, &way[at], most - at, column);
	if (a->end < a->got.count)
		append_word(&text, "...");
	out->text = bytes_take_text(&text);
	bytes_deinit(&text);
	free(way);
	return out->text ? 0 : PROBLEM_MEMORY;
}

/* --- all of it --- */

static int align(struct alignment *a, enum word_diff_span span)
{
	size_t rows = a->expected.count + 1, columns = a->got.count + 1;

	if (rows > WORD_DIFF_CELLS_MOST / columns)
		return PROBLEM_LIMIT;
	a->steps = malloc(rows * columns);
	a->costs = malloc(columns * sizeof *a->costs);
	if (!a->steps || !a->costs)
		return PROBLEM_MEMORY;
	fill(a, span);
	return 0;
}

int word_diff_make(struct word_diff *out, enum lesson_language language,
		   const char *expected, const char *got,
		   enum word_diff_span span)
{
	struct alignment a = {.steps = NULL};
	int err = word_list_read(&a.expected, language, expected);

	*out = (struct word_diff){0};
	if (!err)
		err = word_list_read(&a.got, language, got);
	if (!err)
		err = align(&a, span);
	if (!err)
		err = describe(out, &a, span);
	free(a.costs);
	free(a.steps);
	word_list_deinit(&a.got);
	word_list_deinit(&a.expected);
	return err;
}

void word_diff_deinit(struct word_diff *d)
{
	free(d->text);
	d->text = NULL;
}

bool word_diff_is_same(const struct word_diff *d)
{
	return d->expected > 0 && d->replaced + d->missing + d->added == 0;
}

double word_diff_error_rate(const struct word_diff *d)
{
	size_t errors = d->replaced + d->missing + d->added;

	if (d->expected == 0)
		return errors ? 1 : 0;
	return (double)errors / (double)d->expected;
}
