/* judge_request: what learners ask of a tutor in the middle of a lesson. */
#include <stddef.h>
#include <string.h>

#include "client/lesson/judge_private.h"
#include "client/lesson/words_steps.h"

/* Where a phrase must stand to be a request. */
enum place {
	ANYWHERE, /* it means nothing else */
	ALONE,    /* with nothing else that counts in its clause */
	WHOLE,    /* with nothing else at all but polite words */
	AT_END,
};

struct row {
	enum judge_request request;
	enum place place;
	const char *phrase;
};

static const struct row english[] = {
	{JUDGE_REPEAT, ANYWHERE, "say that again"},
	{JUDGE_REPEAT, ANYWHERE, "say it again"},
	{JUDGE_REPEAT, ANYWHERE, "say this again"},
	{JUDGE_REPEAT, ANYWHERE, "repeat that"},
	{JUDGE_REPEAT, ANYWHERE, "repeat it"},
	{JUDGE_REPEAT, ANYWHERE, "repeat this"},
	{JUDGE_REPEAT, ANYWHERE, "repeat the question"},
	{JUDGE_REPEAT, ANYWHERE, "repeat your question"},
	{JUDGE_REPEAT, ANYWHERE, "can you repeat"},
	{JUDGE_REPEAT, ANYWHERE, "could you repeat"},
	{JUDGE_REPEAT, ANYWHERE, "please repeat"},
	{JUDGE_REPEAT, ANYWHERE, "repeat please"},
	{JUDGE_REPEAT, ANYWHERE, "did not hear you"},
	{JUDGE_REPEAT, ANYWHERE, "did not catch that"},
	{JUDGE_REPEAT, ANYWHERE, "ask me again"},
	{JUDGE_REPEAT, ANYWHERE, "what did you say"},
	{JUDGE_REPEAT, ANYWHERE, "what was the question"},
	{JUDGE_REPEAT, ANYWHERE, "what is the question"},
	{JUDGE_REPEAT, ALONE, "repeat"},
	{JUDGE_REPEAT, WHOLE, "again"},
	{JUDGE_REPEAT, ALONE, "say again"},
	{JUDGE_REPEAT, ALONE, "come again"},
	{JUDGE_REPEAT, ALONE, "once again"},
	{JUDGE_REPEAT, ALONE, "once more"},
	{JUDGE_REPEAT, ALONE, "one more time"},
	{JUDGE_REPEAT, WHOLE, "pardon"},
	{JUDGE_REPEAT, ALONE, "i beg your pardon"},
	{JUDGE_REPEAT, WHOLE, "what"},
	{JUDGE_REPEAT, WHOLE, "sorry"},
	{JUDGE_REPEAT, WHOLE, "excuse me"},
	{JUDGE_HINT, ANYWHERE, "give me a hint"},
	{JUDGE_HINT, ANYWHERE, "get a hint"},
	{JUDGE_HINT, ANYWHERE, "have a hint"},
	{JUDGE_HINT, ANYWHERE, "need a hint"},
	{JUDGE_HINT, ANYWHERE, "want a hint"},
	{JUDGE_HINT, ANYWHERE, "another hint"},
	{JUDGE_HINT, ANYWHERE, "hint please"},
	{JUDGE_HINT, ANYWHERE, "give me a clue"},
	{JUDGE_HINT, ANYWHERE, "need a clue"},
	{JUDGE_HINT, ANYWHERE, "can you help me"},
	{JUDGE_HINT, ANYWHERE, "please help me"},
	{JUDGE_HINT, ALONE, "i need help"},
	{JUDGE_HINT, ALONE, "hint"},
	{JUDGE_HINT, ALONE, "a hint"},
	{JUDGE_HINT, ALONE, "hints"},
	{JUDGE_HINT, ALONE, "help"},
	{JUDGE_HINT, ALONE, "help me"},
	{JUDGE_HINT, ALONE, "clue"},
	{JUDGE_SLOWER, ANYWHERE, "speak slower"},
	{JUDGE_SLOWER, ANYWHERE, "talk slower"},
	{JUDGE_SLOWER, ANYWHERE, "speak more slowly"},
	{JUDGE_SLOWER, ANYWHERE, "talk more slowly"},
	{JUDGE_SLOWER, ANYWHERE, "speak slowly"},
	{JUDGE_SLOWER, ANYWHERE, "say it slowly"},
	{JUDGE_SLOWER, ANYWHERE, "you are too fast"},
	{JUDGE_SLOWER, ANYWHERE, "you speak too fast"},
	{JUDGE_SLOWER, ANYWHERE, "slower please"},
	{JUDGE_SLOWER, ALONE, "slower"},
	{JUDGE_SLOWER, ALONE, "slowly"},
	{JUDGE_SLOWER, ALONE, "more slowly"},
	{JUDGE_SLOWER, ALONE, "slow down"},
	{JUDGE_SLOWER, ALONE, "too fast"},
	{JUDGE_SLOWER, ALONE, "not so fast"},
	{JUDGE_SKIP, ANYWHERE, "skip this"},
	{JUDGE_SKIP, ANYWHERE, "skip that"},
	{JUDGE_SKIP, ANYWHERE, "skip it"},
	{JUDGE_SKIP, ANYWHERE, "skip the question"},
	{JUDGE_SKIP, ANYWHERE, "next question"},
	{JUDGE_SKIP, ANYWHERE, "tell me the answer"},
	{JUDGE_SKIP, ANYWHERE, "give me the answer"},
	{JUDGE_SKIP, ANYWHERE, "say the answer"},
	{JUDGE_SKIP, ANYWHERE, "what is the answer"},
	{JUDGE_SKIP, ANYWHERE, "let us move on"},
	{JUDGE_SKIP, ANYWHERE, "i give up"},
	{JUDGE_SKIP, ALONE, "move on"},
	{JUDGE_SKIP, ALONE, "tell me"},
	{JUDGE_SKIP, ALONE, "skip"},
	{JUDGE_SKIP, ALONE, "next"},
	{JUDGE_SKIP, ALONE, "pass"},
	{JUDGE_SKIP, ALONE, "continue"},
	{JUDGE_STOP, ANYWHERE, "stop the lesson"},
	{JUDGE_STOP, ANYWHERE, "end the lesson"},
	{JUDGE_STOP, ANYWHERE, "finish the lesson"},
	{JUDGE_STOP, ANYWHERE, "quit the lesson"},
	{JUDGE_STOP, ANYWHERE, "let us stop"},
	{JUDGE_STOP, ANYWHERE, "i want to stop"},
	{JUDGE_STOP, ANYWHERE, "i have to go"},
	{JUDGE_STOP, ANYWHERE, "i must go"},
	{JUDGE_STOP, ANYWHERE, "i need to go"},
	{JUDGE_STOP, ANYWHERE, "that is enough"},
	{JUDGE_STOP, ANYWHERE, "stop please"},
	{JUDGE_STOP, ANYWHERE, "please stop"},
	{JUDGE_STOP, AT_END, "goodbye"},
	{JUDGE_STOP, AT_END, "good bye"},
	{JUDGE_STOP, AT_END, "bye bye"},
	{JUDGE_STOP, AT_END, "bye"},
	{JUDGE_STOP, ALONE, "stop"},
	{JUDGE_STOP, ALONE, "stop it"},
	{JUDGE_STOP, ALONE, "quit"},
	{JUDGE_STOP, ALONE, "exit"},
	{JUDGE_STOP, ALONE, "finish"},
	{JUDGE_STOP, ALONE, "enough"},
	{JUDGE_STOP, ALONE, "see you"},
	{JUDGE_STOP, ALONE, "see you later"},
	{JUDGE_STOP, ALONE, "see you tomorrow"},
	{JUDGE_NO_REQUEST, ALONE, NULL},
};

static const struct row spanish[] = {
	{JUDGE_REPEAT, ANYWHERE, "repite la pregunta"},
	{JUDGE_REPEAT, ANYWHERE, "repita la pregunta"},
	{JUDGE_REPEAT, ANYWHERE, "puede repetir"},
	{JUDGE_REPEAT, ANYWHERE, "puedes repetir"},
	{JUDGE_REPEAT, ANYWHERE, "repite por favor"},
	{JUDGE_REPEAT, ANYWHERE, "repita por favor"},
	{JUDGE_REPEAT, ANYWHERE, "otra vez por favor"},
	{JUDGE_REPEAT, ANYWHERE, "que has dicho"},
	{JUDGE_REPEAT, ANYWHERE, "cual es la pregunta"},
	{JUDGE_REPEAT, ALONE, "repite"},
	{JUDGE_REPEAT, ALONE, "repita"},
	{JUDGE_REPEAT, ALONE, "repetir"},
	{JUDGE_REPEAT, ALONE, "otra vez"},
	{JUDGE_REPEAT, ALONE, "de nuevo"},
	{JUDGE_REPEAT, ALONE, "una vez mas"},
	{JUDGE_REPEAT, WHOLE, "como"},
	{JUDGE_REPEAT, WHOLE, "perdon"},
	{JUDGE_REPEAT, WHOLE, "perdone"},
	{JUDGE_REPEAT, WHOLE, "que"},
	{JUDGE_HINT, ANYWHERE, "dame una pista"},
	{JUDGE_HINT, ANYWHERE, "una pista por favor"},
	{JUDGE_HINT, ANYWHERE, "necesito una pista"},
	{JUDGE_HINT, ANYWHERE, "quiero una pista"},
	{JUDGE_HINT, ANYWHERE, "otra pista"},
	{JUDGE_HINT, ALONE, "pista"},
	{JUDGE_HINT, ALONE, "una pista"},
	{JUDGE_HINT, ALONE, "ayuda"},
	{JUDGE_HINT, ALONE, "ayudame"},
	{JUDGE_HINT, ALONE, "necesito ayuda"},
	{JUDGE_SLOWER, ANYWHERE, "habla mas despacio"},
	{JUDGE_SLOWER, ANYWHERE, "hable mas despacio"},
	{JUDGE_SLOWER, ANYWHERE, "hablar mas despacio"},
	{JUDGE_SLOWER, ANYWHERE, "habla mas lento"},
	{JUDGE_SLOWER, ALONE, "mas despacio"},
	{JUDGE_SLOWER, ALONE, "despacio"},
	{JUDGE_SLOWER, ALONE, "mas lento"},
	{JUDGE_SLOWER, ALONE, "demasiado rapido"},
	{JUDGE_SLOWER, ALONE, "muy rapido"},
	{JUDGE_SKIP, ANYWHERE, "siguiente pregunta"},
	{JUDGE_SKIP, ANYWHERE, "dime la respuesta"},
	{JUDGE_SKIP, ANYWHERE, "cual es la respuesta"},
	{JUDGE_SKIP, ALONE, "me rindo"},
	{JUDGE_SKIP, ALONE, "siguiente"},
	{JUDGE_SKIP, ALONE, "la siguiente"},
	{JUDGE_SKIP, ALONE, "paso"},
	{JUDGE_SKIP, ALONE, "adelante"},
	{JUDGE_STOP, ANYWHERE, "terminar la leccion"},
	{JUDGE_STOP, ANYWHERE, "quiero terminar"},
	{JUDGE_STOP, ANYWHERE, "quiero parar"},
	{JUDGE_STOP, ANYWHERE, "tengo que irme"},
	{JUDGE_STOP, AT_END, "adios"},
	{JUDGE_STOP, ALONE, "para"},
	{JUDGE_STOP, ALONE, "basta"},
	{JUDGE_STOP, ALONE, "parar"},
	{JUDGE_STOP, ALONE, "terminar"},
	{JUDGE_STOP, ALONE, "fin"},
	{JUDGE_STOP, ALONE, "hasta luego"},
	{JUDGE_STOP, ALONE, "hasta manana"},
	{JUDGE_STOP, ALONE, "chao"},
	{JUDGE_NO_REQUEST, ALONE, NULL},
};

static const struct row *rows_of(enum lesson_language language)
{
	return language == LESSON_SPANISH ? spanish : english;
}

const char *judge_request_name(enum judge_request request)
{
	static const char *const names[] = {
		[JUDGE_NO_REQUEST] = "none", [JUDGE_REPEAT] = "repeat",
		[JUDGE_HINT] = "hint",       [JUDGE_SLOWER] = "slower",
		[JUDGE_SKIP] = "skip",       [JUDGE_STOP] = "stop",
	};

	return names[request];
}

const char *judge_request_phrase(enum lesson_language language, size_t index)
{
	size_t count = 0;

	for (const struct row *r = rows_of(language); r->phrase; r++)
		if (count++ == index)
			return r->phrase;
	index -= count;
	for (const char *const *h = word_tables(language)->hedges; *h; h++)
		if (index-- == 0)
			return *h;
	return NULL;
}

/* --- finding --- */

/* Words that only make a request friendlier. */
static bool is_polite(const struct word *w)
{
	static const char *const words[] = {
		"please",  "sorry",   "excuse", "thanks", "thank",  "now",
		"again",   "hello",   "hey",    "tutor",  "yes",    "no",
		"want",    "like",    "more",   "time",   "favor",  "perdon",
		"perdone", "gracias", "hola",   "ahora",  "quiero", NULL,
	};

	return word_is_in(w, words);
}

static bool says_more(const struct words *w, size_t i, bool whole)
{
	const struct word *word = &w->list[i];

	if (is_polite(word))
		return false;
	if (whole || word->flags & WORD_SET_PHRASE)
		return true;
	return !w->little && word_counts(word);
}

/* Nothing that counts stands beside the phrase in its clause; or nothing at all
 * anywhere. */
static bool is_alone(const struct words *w, size_t at, size_t n, bool anywhere)
{
	size_t first = at, end = at + n;

	while (first > 0 &&
	       (anywhere || !(w->list[first - 1].flags & WORD_ENDS_CLAUSE)))
		first--;
	while (end < w->count &&
	       (anywhere || !(w->list[end - 1].flags & WORD_ENDS_CLAUSE)))
		end++;
	for (size_t i = first; i < end; i++)
		if ((i < at || i >= at + n) && says_more(w, i, anywhere))
			return false;
	return true;
}

static bool stands_so(const struct words *w, size_t at, size_t n,
		      enum place place)
{
	switch (place) {
	case ANYWHERE:
		return true;
	case AT_END:
		return at + n == w->count || is_alone(w, at, n, false);
	default:
		return is_alone(w, at, n, place == WHOLE);
	}
}

static bool is_free(const struct words *w, size_t at, size_t n,
		    const struct cover *used)
{
	unsigned all = 0;

	for (size_t i = at; i < at + n; i++) {
		if (used && cover_holds(used, i))
			return false;
		all |= w->list[i].flags;
	}
	/* "do not repeat that" asks for nothing, "did not hear you" does */
	return all & WORD_NEGATOR || !(all & (WORD_NEGATED | WORD_SET_PHRASE));
}

enum judge_request judge_request_of(enum lesson_language language,
				    const struct words *w,
				    const struct cover *used)
{
	for (const struct row *r = rows_of(language); r->phrase; r++)
		for (size_t i = 0; i < w->count; i++) {
			size_t n = words_match(w, i, r->phrase);
			if (n > 0 && is_free(w, i, n, used) &&
			    stands_so(w, i, n, r->place))
				return r->request;
		}
	return JUDGE_NO_REQUEST;
}

void judge_request_cover(enum lesson_language language, const struct words *w,
			 struct cover *c)
{
	for (const struct row *r = rows_of(language); r->phrase; r++)
		for (size_t i = 0; r->place == ANYWHERE && i < w->count; i++) {
			size_t n = words_match(w, i, r->phrase);
			for (size_t k = 0; k < n; k++)
				cover_set(c, i + k);
		}
}

bool judge_says_unknown(enum lesson_language language, const struct words *w,
			const struct cover *used)
{
	for (size_t i = 0; i < w->count; i++) {
		size_t n = words_match_any(w, i, word_tables(language)->hedges);
		bool free_of_answer = n > 0;
		for (size_t k = i; k < i + n; k++)
			free_of_answer &= !cover_holds(used, k);
		if (free_of_answer)
			return true;
	}
	return false;
}

enum judge_request judge_find_request(enum lesson_language language,
				      const char *text)
{
	struct words w;
	enum judge_request request;

	words_read(&w, language, text);
	request = judge_request_of(language, &w, NULL);
	if (request != JUDGE_NO_REQUEST || language == LESSON_ENGLISH)
		return request;
	words_read(&w, LESSON_ENGLISH, text);
	return judge_request_of(LESSON_ENGLISH, &w, NULL);
}
