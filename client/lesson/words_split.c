/*
 * words_split: from letters to words.
 *
 * Letters of Latin scripts lose case and accents ("É" is "e", "ñ" is "n"), so
 * that a learner's keyboard does not decide; others stay as they are.
 */
#include <stdint.h>
#include <string.h>

#include "client/lesson/words_steps.h"
#include "net/base/text.h"

/* --- one character --- */

/* U+00C0 to U+017F without accents; "?" is more than one letter. */
static const char folded[] = "aaaaaa?ceeeeiiiidnooooo ouuuuy??"  /* U+00C0 */
			     "aaaaaa?ceeeeiiiidnooooo ouuuuy?y"  /* U+00E0 */
			     "aaaaaaccccccccddddeeeeeeeeeegggg"  /* U+0100 */
			     "gggghhhhiiiiiiiiii??jjkkklllllll"  /* U+0120 */
			     "lllnnnnnnnnnoooooo??rrrrrrssssss"  /* U+0140 */
			     "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* U+0160 */

/* Others that stand for something plain. */
static const struct {
	uint32_t code;
	const char *text;
} plain[] = {
	{0xC6, "ae"},      {0xE6, "ae"},      {0xDE, "th"},
	{0xFE, "th"},      {0xDF, "ss"},      {0x132, "ij"},
	{0x133, "ij"},     {0x152, "oe"},     {0x153, "oe"},
	{0xB2, "2"},       {0xB3, "3"},       {0xB9, "1"},
	{0xBC, " 1/4 "},   {0xBD, " 1/2 "},   {0xBE, " 3/4 "},
	{0x2153, " 1/3 "}, {0x2154, " 2/3 "}, {0x215B, " 1/8 "},
	{0x2018, "'"},     {0x2019, "'"},     {0x02BC, "'"},
	{0x2044, "/"},     {0x2080, "0"},     {0x2081, "1"},
	{0x2082, "2"},     {0x2083, "3"},     {0x2084, "4"},
	{0x2085, "5"},     {0x2086, "6"},     {0x2087, "7"},
	{0x2088, "8"},     {0x2089, "9"},     {0xA0, " "},
	{0x2010, "-"},     {0x2011, "-"},     {0xAD, ""},
	{0x2026, "."},     {0x2013, ";"},     {0x2014, ";"},
	{0xA1, ";"},       {0xBF, ";"},       {0x201C, " "},
	{0x201D, " "},     {0x201E, " "},     {0xAB, " "},
	{0xBB, " "},       {0xB0, " "},
};

static uint32_t decode(const char *at, size_t n)
{
	static const unsigned char lead[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	uint32_t code = (unsigned char)at[0] & lead[n];

	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)at[i] & 0x3F);
	return code;
}

/* What stands for the character of n bytes, and how long that is; NULL: the
 * character itself. */
static const char *fold(const char *at, size_t n, size_t *length)
{
	uint32_t code = decode(at, n);

	*length = 0;
	if (code >= 0x300 && code <= 0x36F)
		return ""; /* an accent of its own */
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (plain[i].code == code) {
			*length = strlen(plain[i].text);
			return plain[i].text;
		}
	if (code < 0xC0 || code > 0x17F)
		return NULL;
	*length = 1;
	return &folded[code - 0xC0];
}

/* --- folding as a stream of bytes --- */

struct folding {
	const char *at; /* of the text */
	size_t left;
	const char *from; /* bytes that are given first */
	size_t from_left;
};

/* The next byte; 0 at the end.  Bytes from 0x80 on are parts of letters. */
static unsigned char next_byte(struct folding *f)
{
	while (f->from_left == 0 && f->left > 0) {
		size_t n = text_utf8_sequence(f->at, f->left);
		size_t length;
		const char *other = n > 1 ? fold(f->at, n, &length) : NULL;
		f->from = other ? other : f->at;
		f->from_left = other ? length : n;
		if (n == 0)
			n = 1; /* no UTF-8: passed over */
		f->at += n;
		f->left -= n;
	}
	if (f->from_left == 0)
		return 0;
	f->from_left--;
	unsigned char c = (unsigned char)*f->from++;
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* --- words --- */

struct splitter {
	struct words *words;
	enum lesson_language language;
	char word[4 * WORD_SIZE]; /* being collected */
	size_t length;
};

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || c >= 0x80;
}

static void add_word(struct splitter *s, const char *text, size_t length)
{
	struct words *w = s->words;

	if (length == 0 || w->count == WORDS_MOST)
		return;
	w->list[w->count] = (struct word){.flags = 0};
	word_set(&w->list[w->count++], text, length);
}

/* Sounds that mean nothing. */
static bool is_filler(const char *text, size_t length)
{
	static const char *const fillers[] = {"um",  "uh", "er",  "erm", "hm",
					      "hmm", "mm", "mmm", "ah",  "eh",
					      "ehm", "oh", "uhm", "ugh", NULL};

	for (const char *const *f = fillers; *f; f++)
		if (strlen(*f) == length && strncmp(*f, text, length) == 0)
			return true;
	return false;
}

/* "isn't" as "is", "not".  Typed without the apostrophe, too. */
static bool add_negated_verb(struct splitter *s)
{
	static const struct {
		const char *form, *verb;
	} forms[] = {
		{"can't", "can"},       {"cant", "can"},
		{"cannot", "can"},      {"won't", "will"},
		{"shan't", "shall"},    {"dont", "do"},
		{"doesnt", "does"},     {"didnt", "did"},
		{"isnt", "is"},         {"arent", "are"},
		{"wasnt", "was"},       {"werent", "were"},
		{"hasnt", "has"},       {"havent", "have"},
		{"hadnt", "had"},       {"couldnt", "could"},
		{"wouldnt", "would"},   {"aint", "is"},
		{"shouldnt", "should"},
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(s->word, forms[i].form) == 0) {
			add_word(s, forms[i].verb, strlen(forms[i].verb));
			add_word(s, "not", 3);
			return true;
		}
	if (s->length > 3 && strcmp(s->word + s->length - 3, "n't") == 0) {
		add_word(s, s->word, s->length - 3);
		add_word(s, "not", 3);
		return true;
	}
	return false;
}

/* "I've" as "i", "have"; "plant's" as "plant", "is": the second is little. */
static bool add_short_verb(struct splitter *s)
{
	static const struct {
		const char *form, *verb;
	} forms[] = {
		{"'s", "is"},    {"'re", "are"},  {"'ve", "have"},
		{"'ll", "will"}, {"'d", "would"}, {"'m", "am"},
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t n = strlen(forms[i].form);
		if (s->length <= n ||
		    strcmp(s->word + s->length - n, forms[i].form) != 0)
			continue;
		if (strcmp(s->word, "let's") == 0) {
			add_word(s, "let", 3);
			add_word(s, "us", 2);
			return true;
		}
		add_word(s, s->word, s->length - n);
		add_word(s, forms[i].verb, strlen(forms[i].verb));
		return true;
	}
	return false;
}

static void end_word(struct splitter *s)
{
	while (s->length > 0 && strchr("'/.,:", s->word[s->length - 1]))
		s->length--;
	s->word[s->length] = '\0';
	if (s->length == 0 || is_filler(s->word, s->length)) {
		s->length = 0;
		return;
	}
	if (s->language != LESSON_ENGLISH ||
	    (!add_negated_verb(s) && !add_short_verb(s))) {
		char *to = s->word;
		for (const char *c = s->word; *c; c++)
			if (*c != '\'')
				*to++ = *c;
		add_word(s, s->word, (size_t)(to - s->word));
	}
	s->length = 0;
}

static void end_clause(struct splitter *s)
{
	end_word(s);
	if (s->words->count > 0)
		s->words->list[s->words->count - 1].flags |= WORD_ENDS_CLAUSE;
}

/* The byte c, with b before and a behind it, within a word? */
static bool holds_together(int b, int c, int a)
{
	if (is_letter(c) || is_digit(c))
		return true;
	if (c == '\'')
		return is_letter(b) && is_letter(a);
	return (c == '/' || c == '.' || c == ',') && is_digit(b) && is_digit(a);
}

/* Not the point in "C.V." and not the colon in "8:30". */
static bool ends_clause(const struct splitter *s, int b, int c, int a)
{
	if (c == '.')
		return s->length != 1 || !is_letter(a);
	if (c == ':')
		return !is_digit(b) || !is_digit(a);
	return strchr(",;!?()\n\"", c);
}

static void take(struct splitter *s, int b, int c, int a)
{
	if (c == '.' && !is_digit(b) && !is_letter(b) && is_digit(a)) {
		end_word(s);
		s->word[s->length++] = '0'; /* ".5" */
		s->word[s->length++] = '.';
	} else if (holds_together(b, c, a)) {
		if (s->length < sizeof s->word - 1)
			s->word[s->length++] = (char)c;
	} else if (c == '%') {
		end_word(s);
		add_word(s, "percent", 7);
	} else if (ends_clause(s, b, c, a)) {
		end_clause(s);
		s->words->question |= c == '?';
	} else {
		end_word(s);
	}
}

void words_split(struct words *w, enum lesson_language language,
		 const char *text)
{
	struct folding f = {.at = text, .left = strlen(text)};
	struct splitter s = {.words = w, .language = language};
	int before = 0, c = next_byte(&f);

	w->count = 0;
	w->question = w->little = false;
	while (c) {
		int after = next_byte(&f);
		take(&s, before, c, after);
		before = c;
		c = after;
	}
	end_clause(&s);
}
