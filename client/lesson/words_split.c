/* words_split: from letters (letters.h) to words. */
#include <string.h>

#include "client/lesson/letters.h"
#include "client/lesson/words_steps.h"

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
	struct letters l;
	struct splitter s = {.words = w, .language = language};
	int before = 0, c;

	letters_begin(&l, text);
	c = letters_next(&l);

	w->count = 0;
	w->question = w->little = false;
	while (c) {
		int after = letters_next(&l);
		take(&s, before, c, after);
		before = c;
		c = after;
	}
	end_clause(&s);
}
