/*
 * judge_typing: words that are meant and written a little differently.
 *
 * A slip is mended only where it cannot turn one answer into another: the word
 * is none of the lesson's, long enough, begins as the meant one does, and is
 * near to one word of the step alone.
 */
#include <string.h>

#include "client/lesson/judge_private.h"
#include "client/lesson/words_steps.h"

enum {
	SLIP_LETTERS = 5,        /* shorter words are not mended */
	SLIP_TWICE_LETTERS = 10, /* from here on two slips */
	JOINED_LETTERS = 6,      /* but "a", "tp" are "atp" */
};

/* --- all words of a step's patterns --- */

struct search {
	const struct judge *judge;
	struct words *words;
	size_t at;          /* the word that is looked at */
	struct word joined; /* it and the next one */
	/* for slips */
	size_t least; /* distance of the nearest word so far */
	bool unclear; /* another word is as near */
	struct word best;
	bool changed;
};

/* Calls each() for each word of the step, with the one behind it in its
 * pattern, or NULL. */
typedef void word_visitor(struct search *s, const struct word *w,
			  const struct word *next);

static void visit_words(struct search *s, const struct pattern_words *p,
			word_visitor *each)
{
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->parts[i].count; k++) {
			const struct pattern *one = &p->parts[i].patterns[k];
			for (size_t n = 0; n < one->count; n++)
				each(s, &one->list[n],
				     n + 1 < one->count ? &one->list[n + 1]
							: NULL);
		}
}

static void visit_step(struct search *s, const struct judge_step *step,
		       word_visitor *each)
{
	for (size_t i = 0; i < step->answer_count; i++)
		visit_words(s, &step->answers[i], each);
	for (size_t i = 0; i < step->mistake_count; i++)
		visit_words(s, &step->mistakes[i], each);
}

/* --- apart and together --- */

/* The two texts as one word; false: too long for one. */
static bool join_texts(struct word *out, const struct word *a,
		       const struct word *b, enum lesson_language language)
{
	size_t n = strlen(a->text), m = strlen(b->text);
	char text[2 * WORD_SIZE];

	if ((a->flags | b->flags) & WORD_NUMBER || n + m >= WORD_SIZE ||
	    (n > 1 && n + m < JOINED_LETTERS))
		return false;
	memcpy(text, a->text, n);
	memcpy(text + n, b->text, m + 1);
	*out = (struct word){.flags = 0};
	word_set(out, text, n + m);
	word_find_stem(out, language);
	return true;
}

/* The same word but for a letter at its end: "cuanto es" is no "cuantos". */
static bool same_whole(const struct word *joined, const struct word *whole)
{
	return strcmp(joined->stem, whole->stem) == 0 &&
	       strncmp(joined->text, whole->text, strlen(joined->text) - 1) ==
		       0;
}

/* "sun light", where the step has "sunlight". */
static void join_here(struct search *s, const struct word *wanted,
		      const struct word *next)
{
	struct words *w = s->words;
	struct word *first = &w->list[s->at];

	(void)next;
	if (s->changed || !same_whole(&s->joined, wanted))
		return;
	s->joined.flags = first->flags & (WORD_NEGATED | WORD_RETRACTED);
	s->joined.flags |= first[1].flags & WORD_ENDS_CLAUSE;
	*first = s->joined;
	words_remove(w, s->at + 1, 1);
	s->changed = true;
}

static void try_to_join(struct search *s, const struct judge_step *step)
{
	const struct word *w = &s->words->list[s->at];

	if (s->at + 1 < s->words->count && !(w->flags & WORD_ENDS_CLAUSE) &&
	    join_texts(&s->joined, w, w + 1, s->judge->language))
		visit_step(s, step, join_here);
}

/* "groundwater", where the step has "ground water". */
static void part_here(struct search *s, const struct word *wanted,
		      const struct word *next)
{
	struct words *w = s->words;
	const char *text = w->list[s->at].text;
	unsigned flags = w->list[s->at].flags;
	struct word joined;

	if (s->changed || !next ||
	    strncmp(text, wanted->text, strlen(wanted->text)) != 0 ||
	    !join_texts(&joined, wanted, next, s->judge->language) ||
	    !same_whole(&joined, &w->list[s->at]) || !words_insert(w, s->at))
		return;
	for (size_t i = 0; i < 2; i++) {
		struct word *part = &w->list[s->at + i];
		*part = i == 0 ? *wanted : *next;
		part->flags = flags & (WORD_NEGATED | WORD_RETRACTED);
	}
	w->list[s->at + 1].flags |= flags & WORD_ENDS_CLAUSE;
	s->changed = true;
}

/* --- slips --- */

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, leave out, change or swap with a neighbour, to get from
 * a to b (optimal string alignment).  Of UTF-8 that is not plain Latin, bytes:
 * then a slip counts for more. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][WORD_SIZE + 1];
	size_t n = strlen(a), m = strlen(b);

	for (size_t k = 0; k <= m; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3];
		const size_t *last = rows[(i - 1) % 3];
		const size_t *before = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t k = 1; k <= m; k++) {
			size_t change = a[i - 1] != b[k - 1];
			row[k] = min(min(row[k - 1], last[k]) + 1,
				     last[k - 1] + change);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				row[k] = min(row[k], before[k - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

/* Spanish has letters that sound alike or not at all: "buelta", "ola". */
static bool begins_alike(const char *a, const char *b,
			 enum lesson_language language)
{
	if (a[0] == b[0] || (a[0] == b[1] && a[1] == b[0]))
		return true;
	if (language != LESSON_SPANISH)
		return false;
	return (strchr("bv", a[0]) && strchr("bv", b[0])) ||
	       (a[0] == 'h' && a[1] == b[0]) || (b[0] == 'h' && b[1] == a[0]);
}

static void compare_here(struct search *s, const struct word *wanted,
			 const struct word *next)
{
	const struct word *w = &s->words->list[s->at];
	size_t d;

	(void)next;
	if (wanted->flags & WORD_NUMBER ||
	    strlen(wanted->text) < SLIP_LETTERS ||
	    !begins_alike(w->text, wanted->text, s->judge->language))
		return;
	d = distance(w->text, wanted->text);
	if (d < s->least) {
		s->least = d;
		s->best = *wanted;
		s->unclear = false;
	} else if (d == s->least && strcmp(s->best.stem, wanted->stem) != 0) {
		s->unclear = true;
	}
}

static void mend_slip(struct search *s, const struct judge_step *step)
{
	struct word *w = &s->words->list[s->at];
	size_t length = strlen(w->text);

	if (length < SLIP_LETTERS || w->flags & WORD_NUMBER ||
	    !word_counts(w) || judge_known(s->judge, w->stem))
		return;
	s->least = length >= SLIP_TWICE_LETTERS ? 3 : 2;
	s->unclear = false;
	s->best.text[0] = '\0';
	visit_step(s, step, compare_here);
	if (s->best.text[0] == '\0' || s->unclear)
		return;
	memcpy(w->text, s->best.text, sizeof w->text);
	memcpy(w->stem, s->best.stem, sizeof w->stem);
}

void judge_mend(const struct judge *j, const struct judge_step *step,
		enum judge_source source, struct words *w)
{
	struct search s = {.judge = j, .words = w};

	for (s.at = 0; s.at < w->count; s.at++) {
		s.changed = false;
		try_to_join(&s, step);
		if (!s.changed)
			visit_step(&s, step, part_here);
		if (!s.changed && source == JUDGE_TYPED)
			mend_slip(&s, step);
	}
}
