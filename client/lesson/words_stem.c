/*
 * words_stem: what a word and its simple inflections have in common.
 *
 * Light on purpose: two answers must not become one.  English loses plurals,
 * -ing, -ed, -ly and the ending that evaporation and evaporates share; Spanish
 * loses plurals only, because cuenta is not cuento.
 */
#include <string.h>

#include "client/lesson/words_steps.h"
#include "net/base/text.h"

/* What no rule finds: many of the verbs are of the thirty most used. */
static const char *const irregular[][2] = {
	{"am", "be"},
	{"is", "be"},
	{"are", "be"},
	{"was", "be"},
	{"were", "be"},
	{"been", "be"},
	{"being", "be"},
	{"has", "have"},
	{"had", "have"},
	{"having", "have"},
	{"does", "do"},
	{"did", "do"},
	{"done", "do"},
	{"doing", "do"},
	{"goes", "go"},
	{"went", "go"},
	{"gone", "go"},
	{"going", "go"},
	{"took", "take"},
	{"taken", "take"},
	{"gave", "give"},
	{"given", "give"},
	{"made", "make"},
	{"got", "get"},
	{"gotten", "get"},
	{"came", "come"},
	{"said", "say"},
	{"says", "say"},
	{"told", "tell"},
	{"spoke", "speak"},
	{"spoken", "speak"},
	{"saw", "see"},
	{"seen", "see"},
	{"knew", "know"},
	{"known", "know"},
	{"thought", "think"},
	{"found", "find"},
	{"kept", "keep"},
	{"left", "leave"},
	{"lost", "lose"},
	{"met", "meet"},
	{"paid", "pay"},
	{"ran", "run"},
	{"sent", "send"},
	{"built", "build"},
	{"bought", "buy"},
	{"brought", "bring"},
	{"began", "begin"},
	{"begun", "begin"},
	{"broke", "break"},
	{"broken", "break"},
	{"chose", "choose"},
	{"chosen", "choose"},
	{"drank", "drink"},
	{"ate", "eat"},
	{"eaten", "eat"},
	{"fell", "fall"},
	{"fallen", "fall"},
	{"felt", "feel"},
	{"flew", "fly"},
	{"flown", "fly"},
	{"froze", "freeze"},
	{"frozen", "freeze"},
	{"grew", "grow"},
	{"grown", "grow"},
	{"held", "hold"},
	{"led", "lead"},
	{"learnt", "learn"},
	{"rose", "rise"},
	{"risen", "rise"},
	{"sold", "sell"},
	{"slept", "sleep"},
	{"spent", "spend"},
	{"stood", "stand"},
	{"taught", "teach"},
	{"threw", "throw"},
	{"thrown", "throw"},
	{"understood", "understand"},
	{"won", "win"},
	{"wrote", "write"},
	{"written", "write"},
	{"used", "use"},
	{"using", "use"},
	{"uses", "use"},
	{"dies", "die"},
	{"died", "die"},
	{"dying", "die"},
	{"lies", "lie"},
	{"lied", "lie"},
	{"lying", "lie"},
	{"children", "child"},
	{"people", "people"},
	{"men", "man"},
	{"women", "woman"},
	{"feet", "foot"},
	{"teeth", "tooth"},
	{"mice", "mouse"},
	{"leaves", "leaf"},
	{"halves", "half"},
	{"lives", "life"},
	{"knives", "knife"},
	{"wolves", "wolf"},
	{"morning", "morning"},
	{"evening", "evening"},
	{"nothing", "nothing"},
	{"something", "something"},
	{"anything", "anything"},
	{"everything", "everything"},
	{"thing", "thing"},
	{"during", "during"},
	{"ceiling", "ceiling"},
	{"gas", "gas"},
	{"gases", "gas"},
	{"yes", "yes"},
	{"always", "always"},
	{"news", "news"},
	{"grey", "gray"},
	{"metre", "meter"},
	{"litre", "liter"},
	{"centre", "center"},
	{"chloroplast", "chloroplast"},
	{"analysed", "analyz"},
	{"hundred", "hundred"},
};

static bool ends(const char *s, size_t n, const char *with)
{
	size_t length = strlen(with);

	return n >= length && strncmp(s + n - length, with, length) == 0;
}

static bool is_vowel(char c)
{
	return c && strchr("aeiouy", c);
}

static bool has_vowel(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_vowel(s[i]))
			return true;
	return false;
}

/* Takes an ending off when at least so much stays. */
static bool take_off(const char *s, size_t *n, const char *ending, size_t least)
{
	size_t length = strlen(ending);

	if (!ends(s, *n, ending) || *n - length < least)
		return false;
	*n -= length;
	return true;
}

/* --- English --- */

static void english_plural(char *s, size_t *n)
{
	if (*n <= 3 || s[*n - 1] != 's' || ends(s, *n, "ss") ||
	    ends(s, *n, "us") || ends(s, *n, "is"))
		return;
	if (ends(s, *n, "ies") && *n > 4) {
		*n -= 2;
		s[*n - 1] = 'y';
	} else if (ends(s, *n, "sses") || ends(s, *n, "xes") ||
		   ends(s, *n, "ches") || ends(s, *n, "shes") ||
		   ends(s, *n, "oes")) {
		*n -= 2;
	} else {
		*n -= 1;
	}
}

/* "growing", "stopped"; not "string", "need". */
static void english_verb(const char *s, size_t *n)
{
	if (ends(s, *n, "ing") && *n >= 6 && has_vowel(s, *n - 3))
		*n -= 3;
	else if (ends(s, *n, "ed") && !ends(s, *n, "eed") && *n >= 5 &&
		 has_vowel(s, *n - 2))
		*n -= 2;
}

/* "evaporation", "evaporate", "evaporat(ing)": "evapor"; "reflection":
 * "reflect". */
static void english_noun(const char *s, size_t *n)
{
	if (take_off(s, n, "ation", 4) || take_off(s, n, "ate", 4) ||
	    take_off(s, n, "at", 5))
		return;
	if (ends(s, *n, "tion") || ends(s, *n, "sion"))
		take_off(s, n, "ion", 4);
}

/* British forms become American ones: "colour", "organise". */
static void english_spelling(char *s, size_t *n)
{
	if (*n >= 6 && ends(s, *n, "our")) {
		s[*n - 2] = 'r';
		*n -= 1;
	}
	if (*n >= 6 && (ends(s, *n, "is") || ends(s, *n, "ys")))
		s[*n - 1] = 'z';
}

static size_t english(char *s, size_t n)
{
	english_plural(s, &n);
	english_verb(s, &n);
	english_noun(s, &n);
	if (!ends(s, n, "ply"))
		take_off(s, &n, "ly", 4);
	if (n > 3 && s[n - 1] == 'e')
		n--;
	english_spelling(s, &n);
	if (n > 3 && s[n - 1] == s[n - 2] && !is_vowel(s[n - 1]))
		n--;
	if (n > 2 && s[n - 1] == 'y')
		s[n - 1] = 'i';
	return n;
}

/* --- Spanish --- */

static size_t spanish(char *s, size_t n)
{
	if (n > 3 && s[n - 1] == 's')
		n--;
	if (n > 3 && s[n - 1] == 'e')
		n--;
	if (n > 2 && s[n - 1] == 'z')
		s[n - 1] = 'c';
	return n;
}

/* --- both --- */

static const char *find_irregular(const char *text)
{
	for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++)
		if (strcmp(irregular[i][0], text) == 0)
			return irregular[i][1];
	return NULL;
}

void word_find_stem(struct word *w, enum lesson_language language)
{
	size_t n = strlen(w->text);

	memcpy(w->stem, w->text, n + 1);
	if (w->flags & WORD_NUMBER)
		return;
	if (language == LESSON_ENGLISH) {
		const char *other = find_irregular(w->text);
		if (other)
			memcpy(w->stem, other, strlen(other) + 1);
		n = strlen(w->stem);
		/* those that stand for themselves look inflected, and are not
		 */
		if (!other || strcmp(other, w->text) != 0)
			n = english(w->stem, n);
	} else {
		n = spanish(w->stem, n);
	}
	w->stem[n] = '\0';
}
