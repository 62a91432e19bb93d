/*
 * words_number: "seven eighths", "7/8" and "seven over eight" are one word.
 *
 * A fraction keeps its form (6/8 is not 3/4), because that may be what is
 * asked.  A whole number and a fraction: "1+3/4".
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lesson/number_words.h"
#include "client/lesson/words_steps.h"
#include "net/base/text.h"

enum { NUMBER_SIZE = 80 }; /* as a text */

static const unsigned long NUMBER_MOST = 999999999;

struct number_reader {
	const struct words *words;
	const struct number_words *table;
	enum lesson_language language;
};

static const struct word *word_at(const struct number_reader *r, size_t at)
{
	return at < r->words->count ? &r->words->list[at] : NULL;
}

/* A clause that ends inside of a number ends the number. */
static bool goes_on(const struct number_reader *r, size_t at)
{
	return at > 0 && at < r->words->count &&
	       !(r->words->list[at - 1].flags & WORD_ENDS_CLAUSE);
}

static bool is_word(const struct number_reader *r, size_t at, const char *text)
{
	const struct word *w = word_at(r, at);

	return w && strcmp(w->text, text) == 0;
}

static const struct number_word *find(const struct number_word *list,
				      const struct word *w)
{
	for (; w && list->word; list++)
		if (strcmp(list->word, w->text) == 0)
			return list;
	return NULL;
}

/* --- digits --- */

static bool is_digits(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* --- whole numbers in words --- */

/* 1 to 99: "forty two", "cuarenta y dos".  Returns the words taken. */
static size_t read_tens(const struct number_reader *r, size_t at,
			unsigned long *out)
{
	const struct number_word *tens = find(r->table->tens, word_at(r, at));
	const struct number_word *unit = find(r->table->units, word_at(r, at));
	size_t next = at + 1;

	if (unit) {
		*out = unit->value;
		return 1;
	}
	if (!tens)
		return 0;
	*out = tens->value;
	if (r->table->tens_joiner && goes_on(r, next) &&
	    is_word(r, next, r->table->tens_joiner))
		next++;
	unit = goes_on(r, next) ? find(r->table->units, word_at(r, next))
				: NULL;
	if (!unit || unit->value == 0 || unit->value > 9)
		return 1;
	*out += unit->value;
	return next + 1 - at;
}

/* 1 to 999: "two hundred and five", "a hundred", "doscientos cinco". */
static size_t read_hundreds(const struct number_reader *r, size_t at,
			    unsigned long *out)
{
	const struct number_word *one_word = find(r->table->hundreds,
						  word_at(r, at));
	size_t n = one_word ? 1 : read_tens(r, at, out);
	unsigned long rest = 0;

	if (one_word) {
		*out = one_word->value;
	} else if (n == 0 && word_at(r, at) &&
		   word_is_in(word_at(r, at), r->table->articles)) {
		n = 1;
		*out = 1;
	}
	if (!one_word) {
		if (!r->table->hundred || !goes_on(r, at + n) ||
		    !is_word(r, at + n, r->table->hundred))
			return read_tens(r, at, out);
		*out *= 100;
		n++;
	}
	size_t next = at + n;
	next += r->table->hundred && goes_on(r, next) &&
		is_word(r, next, "and");
	size_t more = goes_on(r, next) ? read_tens(r, next, &rest) : 0;
	if (more == 0 || rest == 0)
		return n;
	*out += rest;
	return next + more - at;
}

/* "two thousand": 2, for the scale "thousand". */
static size_t read_scaled(const struct number_reader *r, size_t at,
			  const struct number_word *scale, unsigned long *out)
{
	size_t n = read_hundreds(r, at, out);

	if (n == 0) {
		const struct word *w = word_at(r, at);
		*out = 1;
		if (w && word_is_in(w, r->table->articles))
			n = 1;
		else if (!r->table->bare_scale)
			return 0;
	}
	if ((n > 0 && !goes_on(r, at + n)) || !is_word(r, at + n, scale->word))
		return 0;
	return n + 1;
}

/* Any whole number, in words or in digits. */
static size_t read_whole(const struct number_reader *r, size_t at,
			 unsigned long *out)
{
	const struct word *w = word_at(r, at);
	unsigned long part = 0;
	size_t n = 0, more;

	*out = 0;
	if (w && is_digits(w->text)) {
		*out = strtoul(w->text, NULL, 10);
		return *out <= NUMBER_MOST ? 1 : 0;
	}
	for (const struct number_word *s = r->table->scales; s->word; s++) {
		more = n == 0 || goes_on(r, at + n)
			       ? read_scaled(r, at + n, s, &part)
			       : 0;
		n += more;
		*out += more ? part * s->value : 0;
	}
	size_t skip = n > 0 && r->table->hundred && is_word(r, at + n, "and");
	more = n == 0 || goes_on(r, at + n)
		       ? read_hundreds(r, at + n + skip, &part)
		       : 0;
	if (more == 0)
		return n;
	*out += part;
	return n + skip + more;
}

/* --- parts --- */

/* The name of a part, "third" or "forty ninths": its number. */
static size_t read_part_name(const struct number_reader *r, size_t at,
			     unsigned long *out)
{
	const struct number_word *part = find(r->table->parts, word_at(r, at));
	const struct number_word *tens;

	if (part) {
		*out = part->value;
		return 1;
	}
	tens = find(r->table->tens, word_at(r, at));
	if (!tens || !goes_on(r, at + 1))
		return 0;
	part = find(r->table->parts, word_at(r, at + 1));
	if (!part || part->value > 9 || part->value < 3)
		return 0;
	*out = tens->value + part->value;
	return 2;
}

/* "twenty fifth" is a place in a row, "twenty fifths" are parts. */
static bool is_ordinal(const struct number_reader *r, size_t at)
{
	const char *name = word_at(r, at)->text;
	const struct number_word *part = find(r->table->parts, word_at(r, at));

	return part && part->value > 2 && part->value < 10 &&
	       name[strlen(name) - 1] != 's' &&
	       find(r->table->tens, word_at(r, at - 1));
}

/* "three quarters", "three over four", "3 out of 4"; from next on, behind
 * the whole number. */
static size_t read_below(const struct number_reader *r, size_t next,
			 unsigned long *below)
{
	size_t skip = 0, n;

	if (!goes_on(r, next))
		return 0;
	n = read_part_name(r, next, below);
	if (n > 0)
		return is_ordinal(r, next) ? 0 : n;
	for (const char *const *over = r->table->over; *over && !skip; over++)
		skip = words_match(r->words, next, *over);
	n = skip && goes_on(r, next + skip) ? read_whole(r, next + skip, below)
					    : 0;
	return n ? skip + n : 0;
}

/* "a half", "un tercio": one part. */
static size_t read_one_part(const struct number_reader *r, size_t at,
			    unsigned long *below)
{
	const struct word *w = word_at(r, at);
	size_t n;

	if (!w)
		return 0;
	if (word_is_in(w, r->table->alone)) {
		*below = 2;
		return 1;
	}
	if (!word_is_in(w, r->table->articles) || !goes_on(r, at + 1))
		return 0;
	n = read_part_name(r, at + 1, below);
	return n == 1 && !word_is_in(word_at(r, at + 1), r->table->other_things)
		       ? 2
		       : 0;
}

struct fraction {
	unsigned long above, below;
};

static size_t read_fraction(const struct number_reader *r, size_t at,
			    struct fraction *f)
{
	const struct word *w = word_at(r, at);
	size_t n, more;
	char *end;

	if (!w)
		return 0;
	if (strchr(w->text, '/') &&
	    strspn(w->text, "0123456789/") == strlen(w->text)) {
		f->above = strtoul(w->text, &end, 10);
		f->below = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
		return *end == '\0' && f->below ? 1 : 0;
	}
	f->above = 1;
	n = read_one_part(r, at, &f->below);
	if (n > 0)
		return n;
	n = read_whole(r, at, &f->above);
	more = n ? read_below(r, at + n, &f->below) : 0;
	return more && f->below ? n + more : 0;
}

/* --- decimals: "zero point seven five" --- */

static size_t read_decimals(const struct number_reader *r, size_t at,
			    unsigned long whole, char out[NUMBER_SIZE])
{
	const struct word *w = word_at(r, at);
	unsigned long part;
	size_t n = 1, used;

	if (!w || !goes_on(r, at) || !word_is_in(w, r->table->points))
		return 0;
	used = (size_t)snprintf(out, WORD_SIZE, "%lu.", whole);
	for (size_t digits = 0; goes_on(r, at + n); digits++) {
		size_t more = read_tens(r, at + n, &part);
		const struct word *next = word_at(r, at + n);
		if (more == 0 && next && is_digits(next->text)) {
			part = strtoul(next->text, NULL, 10);
			more = 1;
		}
		if (more == 0 || part > 999 || used + 4 > WORD_SIZE)
			break;
		used += (size_t)snprintf(out + used, WORD_SIZE - used, "%lu",
					 part);
		n += more;
	}
	return n > 1 ? n : 0;
}

/* --- all together --- */

/* "this one", "the green one", "one more time": no number. */
static bool is_pronoun(const struct number_reader *r, size_t at, size_t taken)
{
	const struct word *before = at > 0 ? word_at(r, at - 1) : NULL;

	if (taken != 1 || !is_word(r, at, "one"))
		return false;
	if (is_word(r, at + 1, "more"))
		return true;
	return before && !(before->flags & WORD_ENDS_CLAUSE) &&
	       word_is_in(before, r->table->before_pronoun);
}

/* "and three quarters" behind a whole number. */
static size_t read_rest(const struct number_reader *r, size_t at,
			bool from_digits, struct fraction *f)
{
	size_t skip = 0, n;

	if (!goes_on(r, at))
		return 0;
	if (is_word(r, at, r->table->plus))
		skip = 1;
	else if (!from_digits)
		return 0;
	if (skip && !goes_on(r, at + 1))
		return 0;
	n = skip && word_is_in(word_at(r, at + 1), r->table->clock_parts) ? 1
									  : 0;
	if (n > 0) { /* "ocho y cuarto" */
		*f = (struct fraction){1, 4};
		return skip + n;
	}
	n = read_fraction(r, at + skip, f);
	return n && f->above < f->below ? skip + n : 0;
}

/* What the number at that place is in digits: the words taken, or 0. */
static size_t read_number(const struct number_reader *r, size_t at,
			  char out[NUMBER_SIZE])
{
	struct fraction f;
	unsigned long whole = 0;
	bool digits = word_at(r, at) && is_digits(word_at(r, at)->text);
	size_t n = read_fraction(r, at, &f), more;

	if (n > 0) {
		snprintf(out, NUMBER_SIZE, "%lu/%lu", f.above, f.below);
		return n;
	}
	n = read_whole(r, at, &whole);
	more = n ? read_decimals(r, at + n, whole, out) : 0;
	if (more > 0)
		return n + more;
	more = n ? read_rest(r, at + n, digits, &f) : 0;
	if (more > 0)
		snprintf(out, NUMBER_SIZE, "%lu+%lu/%lu", whole, f.above,
			 f.below);
	else if (n > 0)
		snprintf(out, NUMBER_SIZE, "%lu", whole);
	return n > 0 && !is_pronoun(r, at, n + more) ? n + more : 0;
}

void words_join_numbers(struct words *w, enum lesson_language language)
{
	const struct number_reader r = {w, number_words(language), language};
	char text[NUMBER_SIZE];

	for (size_t i = 0; i < w->count; i++) {
		size_t n = read_number(&r, i, text);
		if (n > 0)
			words_join(w, i, n, text, WORD_NUMBER);
		n = words_match(w, i, r.table->percent);
		if (n > 1)
			words_join(w, i, n, "percent", 0);
	}
}
