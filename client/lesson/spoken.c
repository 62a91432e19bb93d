#include "client/lesson/spoken.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/lesson/number_words.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { TOKEN_SIZE = 128 };

struct speaker {
	struct bytes *out;
	const struct number_words *table;
	enum lesson_language language;
	bool any;         /* a word has been said */
	bool after_whole; /* the last one was a whole number in digits */
};

static void say(struct speaker *s, const char *word)
{
	if (s->any)
		bytes_append_text(s->out, " ");
	bytes_append_text(s->out, word);
	s->any = true;
}

static const char *said(const struct number_word *w)
{
	return w->said ? w->said : w->word;
}

/* The first of the words for that number, or NULL. */
static const char *word_for(const struct number_word *list, unsigned long value)
{
	for (; list->word; list++)
		if (list->value == value)
			return said(list);
	return NULL;
}

/* --- numbers --- */

/* 0 to 99. */
static void say_tens(struct speaker *s, unsigned long v)
{
	const char *unit = word_for(s->table->units, v);

	if (unit) {
		say(s, unit);
		return;
	}
	say(s, word_for(s->table->tens, v / 10 * 10));
	if (v % 10 == 0)
		return;
	if (s->table->tens_joiner)
		say(s, s->table->tens_joiner);
	say(s, word_for(s->table->units, v % 10));
}

static void say_hundreds(struct speaker *s, unsigned long v)
{
	unsigned long hundreds = v / 100;

	if (hundreds > 0 && s->table->hundred) {
		say_tens(s, hundreds);
		say(s, s->table->hundred);
	} else if (hundreds > 0) {
		/* "cien", but "ciento cinco" */
		say(s, v > 100 && v < 200
			       ? "ciento"
			       : word_for(s->table->hundreds, hundreds * 100));
	}
	if (v % 100 || v == 0)
		say_tens(s, v % 100);
}

static void say_whole(struct speaker *s, unsigned long v)
{
	unsigned long millions = v / 1000000, thousands = v / 1000 % 1000;
	bool spanish = s->language == LESSON_SPANISH;

	if (millions > 0) {
		if (spanish && millions == 1)
			say(s, "un");
		else
			say_hundreds(s, millions);
		say(s, !spanish       ? "million"
		       : millions > 1 ? "millones"
				      : "mill\u00F3n");
	}
	if (thousands > 0) {
		if (!spanish || thousands > 1)
			say_hundreds(s, thousands);
		say(s, spanish ? "mil" : "thousand");
	}
	if (v % 1000 || v == 0)
		say_hundreds(s, v % 1000);
}

/* "quarters" for 4; the plural stands behind the singular in the table. */
static const char *part_name(const struct speaker *s, unsigned long below,
			     bool plural)
{
	const struct number_word *p = s->table->parts;

	while (p->word && p->value != below)
		p++;
	if (!p->word)
		return NULL;
	return plural && p[1].word && p[1].value == below ? said(&p[1])
							  : said(p);
}

static void say_fraction(struct speaker *s, unsigned long above,
			 unsigned long below)
{
	const char *name = part_name(s, below, above != 1);

	if (above == 1 && s->language == LESSON_SPANISH && name)
		say(s, "un");
	else
		say_whole(s, above);
	if (name) {
		say(s, name);
	} else {
		say(s, s->table->over[0]);
		say_whole(s, below);
	}
}

/* "0.75", behind the point digit by digit. */
static void say_decimal(struct speaker *s, const char *token)
{
	char *end;

	say_whole(s, strtoul(token, &end, 10));
	if (*end)
		say(s, s->table->points[0]);
	for (; *end; end++)
		if (isdigit((unsigned char)*end))
			say_tens(s, (unsigned long)(*end - '0'));
}

/* "2,500" is "2500"; in Spanish it has a point. */
static void join_groups(const struct speaker *s, char *token)
{
	char group = s->language == LESSON_SPANISH ? '.' : ',';
	char *to = token;

	for (const char *c = token; *c; c++)
		if (*c != group || strspn(c + 1, "0123456789") != 3)
			*to++ = *c;
	*to = '\0';
}

/* False: it is no number that can be said. */
static bool say_number(struct speaker *s, const char *token)
{
	size_t digits = strspn(token, "0123456789");
	const char *rest = token + digits;
	char *end;

	if (digits == 0 || digits > 9)
		return false;
	if (*rest == '/' && isdigit((unsigned char)rest[1])) {
		unsigned long below = strtoul(rest + 1, &end, 10);
		if (*end || below == 0 || below > 999999999)
			return false;
		if (s->after_whole)
			say(s, s->table->plus);
		say_fraction(s, strtoul(token, NULL, 10), below);
		s->after_whole = false;
		return true;
	}
	if (*rest == '\0') {
		say_whole(s, strtoul(token, NULL, 10));
		s->after_whole = true;
		return true;
	}
	if ((*rest != '.' && *rest != ',') ||
	    rest[1 + strspn(rest + 1, "0123456789")] || !rest[1])
		return false;
	say_decimal(s, token);
	s->after_whole = false;
	return true;
}

/* --- words --- */

/* "CO2", "WBS": capitals and digits, one by one. */
static bool is_name(const char *token)
{
	size_t capitals = 0;

	for (const char *c = token; *c; c++) {
		if (!isupper((unsigned char)*c) && !isdigit((unsigned char)*c))
			return false;
		capitals += isupper((unsigned char)*c) != 0;
	}
	return capitals > 0 && strlen(token) > 1;
}

static void say_name(struct speaker *s, const char *token)
{
	for (const char *c = token; *c; c++) {
		char letter[2] = {(char)tolower((unsigned char)*c), '\0'};
		if (isdigit((unsigned char)*c))
			say_tens(s, (unsigned long)(*c - '0'));
		else
			say(s, letter);
	}
}

/* Lower case of ASCII and of U+00C0 to U+00DE ("\xC3" and a second byte). */
static void lower(char *token)
{
	for (unsigned char *c = (unsigned char *)token; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (unsigned char)(*c + 32);
		else if (*c == 0xC3 && c[1] >= 0x80 && c[1] <= 0x9E &&
			 c[1] != 0x97)
			c[1] = (unsigned char)(c[1] + 0x20);
	}
}

static void say_token(struct speaker *s, char *token)
{
	size_t n = strlen(token);

	while (n > 0 && strchr("'.,/:", token[n - 1]))
		token[--n] = '\0';
	join_groups(s, token);
	if (n == 0 || say_number(s, token))
		return;
	s->after_whole = false;
	if (is_name(token)) {
		say_name(s, token);
		return;
	}
	lower(token);
	say(s, token);
}

static bool is_part_of_word(unsigned char c)
{
	return isalnum(c) || c == '\'' || c >= 0x80;
}

/* Between digits only: "3/4", "0.75". */
static bool joins_digits(const char *at, const char *start)
{
	return strchr("/.,", *at) && at > start &&
	       isdigit((unsigned char)at[-1]) && isdigit((unsigned char)at[1]);
}

/* Punctuation of more than one byte becomes blanks, and a typographic
 * apostrophe a plain one: same length, so that it fits. */
static void plain_signs(char *text)
{
	static const char *const signs[] = {"\u00BF", "\u00A1", "\u201C",
					    "\u201D", "\u2026", "\u2013",
					    "\u2014", "\u00AB", "\u00BB",
					    NULL};
	char *at;

	for (const char *const *s = signs; *s; s++)
		while ((at = strstr(text, *s)))
			memset(at, ' ', strlen(*s));
	while ((at = strstr(text, "\u2019"))) {
		*at = '\'';
		memmove(at + 1, at + 3, strlen(at + 3) + 1);
	}
}

void lesson_spoken(struct bytes *out, enum lesson_language language,
		   const char *text)
{
	struct speaker s = {out, number_words(language), language, false,
			    false};
	char *copy = text_copy(text);
	char token[TOKEN_SIZE];
	size_t n = 0;

	if (!copy) {
		out->failed = PROBLEM_MEMORY;
		return;
	}
	plain_signs(copy);
	for (const char *at = copy;; at++) {
		bool in = is_part_of_word((unsigned char)*at) ||
			  (*at && joins_digits(at, copy));
		if (in && n < sizeof token - 1)
			token[n++] = *at;
		if (in)
			continue;
		token[n] = '\0';
		n = 0;
		say_token(&s, token);
		if (*at == '%')
			say(&s, language == LESSON_SPANISH ? "por ciento"
							   : "percent");
		if (!*at)
			break;
	}
	free(copy);
}
