#include "client/lesson/judge_match.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

/* --- covers --- */

bool cover_holds(const struct cover *c, size_t at)
{
	return c->bits[at / 64] >> at % 64 & 1;
}

void cover_set(struct cover *c, size_t at)
{
	c->bits[at / 64] |= UINT64_C(1) << at % 64;
}

bool cover_is_within(const struct cover *part, const struct cover *whole)
{
	for (size_t i = 0; i < WORDS_MOST / 64; i++)
		if (part->bits[i] & ~whole->bits[i])
			return false;
	return true;
}

void cover_add(struct cover *c, const struct cover *other)
{
	for (size_t i = 0; i < WORDS_MOST / 64; i++)
		c->bits[i] |= other->bits[i];
}

/* --- patterns --- */

static void take_words(struct pattern *p, const struct words *w)
{
	for (size_t i = 0; i < w->count && p->count < PATTERN_WORDS_MOST; i++)
		if (p->exact || word_counts(&w->list[i]))
			p->list[p->count++] = w->list[i];
}

int pattern_read(struct pattern *p, enum lesson_language language,
		 const struct lesson_wording *wording)
{
	struct words w;

	words_read(&w, language, wording->text);
	p->exact = wording->exact;
	p->list = calloc(PATTERN_WORDS_MOST, sizeof *p->list);
	if (!p->list)
		return PROBLEM_MEMORY;
	take_words(p, &w);
	if (p->count == 0) { /* "no entiendo" */
		p->exact = true;
		take_words(p, &w);
	}
	return 0;
}

static int part_read(struct pattern_part *p, enum lesson_language language,
		     const struct lesson_part *part)
{
	int err = 0;

	p->patterns = calloc(part->count, sizeof *p->patterns);
	if (!p->patterns)
		return PROBLEM_MEMORY;
	for (; p->count < part->count && !err; p->count++)
		err = pattern_read(&p->patterns[p->count], language,
				   &part->wordings[p->count]);
	return err;
}

int pattern_words_read(struct pattern_words *p, enum lesson_language language,
		       const struct lesson_words *w)
{
	int err = 0;

	p->parts = calloc(w->count, sizeof *p->parts);
	if (!p->parts)
		return PROBLEM_MEMORY;
	p->need = w->need;
	for (; p->count < w->count && !err; p->count++)
		err = part_read(&p->parts[p->count], language,
				&w->parts[p->count]);
	return err;
}

void pattern_words_clear(struct pattern_words *p)
{
	for (size_t i = 0; i < p->count; i++) {
		for (size_t k = 0; k < p->parts[i].count; k++)
			free(p->parts[i].patterns[k].list);
		free(p->parts[i].patterns);
	}
	free(p->parts);
	*p = (struct pattern_words){0};
}

/* --- finding --- */

static bool same_meaning(const struct word *a, const struct word *b)
{
	return !((a->flags ^ b->flags) & WORD_NEGATED);
}

static bool is_said(const struct word *w)
{
	return !(w->flags & (WORD_RETRACTED | WORD_SET_PHRASE));
}

static bool is_same(const struct word *wanted, const struct word *w)
{
	return is_said(w) && same_meaning(wanted, w) &&
	       strcmp(wanted->stem, w->stem) == 0;
}

/* A wording with a "not" of its own says itself what is negated. */
static bool negates(const struct pattern *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].flags & (WORD_NEGATOR | WORD_SET_PHRASE))
			return true;
	return false;
}

/* Word for word, from start on. */
static bool match_exact(const struct pattern *p, const struct words *w,
			size_t start, struct cover *c)
{
	if (start + p->count > w->count)
		return false;
	for (size_t k = 0; k < p->count; k++) {
		const struct word *said = &w->list[start + k];
		if (said->flags & WORD_RETRACTED ||
		    strcmp(said->text, p->list[k].text) != 0)
			return false;
		if (!negates(p) && !same_meaning(said, &p->list[k]))
			return false;
	}
	for (size_t k = 0; k < p->count; k++)
		cover_set(c, start + k);
	return true;
}

/* The next place of that word behind at, within the gap, that is before the
 * text's end; w->count: none. */
static size_t next_place(const struct words *w, size_t at,
			 const struct word *wanted)
{
	size_t others = 0;

	for (size_t i = at + 1; i < w->count && others <= MATCH_GAP_MOST; i++) {
		const struct word *word = &w->list[i];
		if (is_same(wanted, word))
			return i;
		others += word_counts(word);
	}
	return w->count;
}

/* In order, with others between.  The nearest place of each word is taken: a
 * wording whose words come again is found from their next start. */
static bool match_loosely(const struct pattern *p, const struct words *w,
			  size_t start, struct cover *c)
{
	size_t places[PATTERN_WORDS_MOST] = {start};

	if (!is_same(&p->list[0], &w->list[start]))
		return false;
	for (size_t k = 1; k < p->count; k++) {
		places[k] = next_place(w, places[k - 1], &p->list[k]);
		if (places[k] == w->count)
			return false;
	}
	for (size_t k = 0; k < p->count; k++)
		cover_set(c, places[k]);
	return true;
}

bool pattern_find(const struct pattern *p, const struct words *w,
		  struct cover *c)
{
	bool found = false;

	for (size_t i = 0; p->count > 0 && i < w->count; i++)
		found |= p->exact ? match_exact(p, w, i, c)
				  : match_loosely(p, w, i, c);
	return found;
}

uint32_t pattern_words_find(const struct pattern_words *p,
			    const struct words *w, struct cover *c)
{
	uint32_t parts = 0;

	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->parts[i].count; k++)
			if (pattern_find(&p->parts[i].patterns[k], w, c))
				parts |= UINT32_C(1) << i;
	return parts;
}

size_t parts_count(uint32_t parts)
{
	size_t count = 0;

	for (; parts; parts &= parts - 1)
		count++;
	return count;
}

bool pattern_words_suffice(const struct pattern_words *p, uint32_t parts)
{
	return parts_count(parts) >= p->need;
}
