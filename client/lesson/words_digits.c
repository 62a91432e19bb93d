/* words_digits: what is written in digits, and in letters one by one: "2,500"
 * is "2500", and "c o two" is "co2". */
#include <string.h>

#include "client/lesson/words_steps.h"

/* --- digits --- */

/* "1,000" and "0.750" as "1000" and "0.75"; in Spanish the signs change their
 * places.  A word that is no number stays. */
static void tidy_digits(struct word *w, enum lesson_language language)
{
	char group = language == LESSON_SPANISH ? '.' : ',';
	char out[WORD_SIZE];
	size_t n = 0;
	bool point = false;

	if (strspn(w->text, "0123456789.,") != strlen(w->text))
		return;
	for (const char *c = w->text; *c; c++) {
		bool three = strspn(c + 1, "0123456789") == 3;
		if (*c == group && three)
			continue;
		if (*c == '.' || *c == ',') {
			if (point)
				return;
			point = true;
		}
		out[n++] = *c == ',' ? '.' : *c;
	}
	while (point && n > 0 && out[n - 1] == '0')
		n--;
	if (n > 0 && out[n - 1] == '.')
		n--;
	size_t zeros = 0;
	while (zeros + 1 < n && out[zeros] == '0' && out[zeros + 1] != '.')
		zeros++;
	word_set(w, out + zeros, n - zeros);
	w->flags |= WORD_NUMBER;
}

void words_tidy_digits(struct words *w, enum lesson_language language)
{
	for (size_t i = 0; i < w->count; i++)
		tidy_digits(&w->list[i], language);
}

/* --- spelled names: "c o two", "W B S" --- */

static bool is_single(const struct words *w, size_t at)
{
	const char *text = at < w->count ? w->list[at].text : "";

	return text[0] >= 'a' && text[0] <= 'z' && !text[1];
}

/* How many words from at on spell one name; 0: none.  It begins with a
 * consonant: "a", "i" or the Spanish "y", "o" are words. */
static size_t spelled(const struct words *w, size_t at)
{
	size_t n = 0;

	if (!is_single(w, at) || strchr("aeiouy", w->list[at].text[0]))
		return 0;
	for (; is_single(w, at + n); n++) {
		if (w->list[at + n].flags & WORD_ENDS_CLAUSE) {
			n++;
			break;
		}
	}
	if (!(w->list[at + n - 1].flags & WORD_ENDS_CLAUSE) &&
	    at + n < w->count && w->list[at + n].flags & WORD_NUMBER &&
	    !w->list[at + n].text[1])
		n++;
	return n >= 2 && n <= WORD_SIZE / 2 ? n : 0;
}

void words_join_letters(struct words *w)
{
	char text[WORD_SIZE];

	for (size_t i = 0; i < w->count; i++) {
		size_t n = spelled(w, i);
		for (size_t k = 0; k < n; k++)
			text[k] = w->list[i + k].text[0];
		text[n] = '\0';
		if (n > 0)
			words_join(w, i, n, text, 0);
	}
}
