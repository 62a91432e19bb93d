/*
 * words_meaning: which words are negated, and which the speaker took back.
 *
 * No grammar is known, only signs: a negator holds for what follows in its
 * clause ("not oxygen but ..."), a near one for the next thing ("without light
 * the plant dies"), one behind a verb for what stands before, too ("oxygen is
 * not").  "I do not think that it is oxygen" goes on past "it".
 */
#include "client/lesson/words_steps.h"

enum { NEAR_MOST = 2 /* words that count, under a near negator */ };

struct scope {
	struct words *words;
	const struct word_tables *tables;
	size_t clause; /* where the present clause began */
	enum { NOTHING, CLAUSE, NEAR } reach;
	size_t negated; /* words that count, under the present negator */
};

static struct word *at(const struct scope *s, size_t i)
{
	return &s->words->list[i];
}

static bool is_last(const struct scope *s, size_t i)
{
	return i + 1 == s->words->count || at(s, i)->flags & WORD_ENDS_CLAUSE;
}

static bool is_little(const struct word *w)
{
	return w->flags & WORD_LITTLE;
}

/* --- phrases that negate nothing --- */

/* "I do not know, oxygen", but not "I do not know what oxygen is". */
static void find_set_phrases(struct scope *s)
{
	for (size_t i = 0; i < s->words->count; i++) {
		size_t n = words_match_any(s->words, i, s->tables->hedges);
		size_t next = i + n;
		if (n > 0 && next < s->words->count &&
		    !(at(s, next - 1)->flags & WORD_ENDS_CLAUSE) &&
		    word_is_in(at(s, next), s->tables->hedge_breakers))
			continue;
		if (n == 0)
			n = words_match_any(s->words, i,
					    s->tables->not_negating);
		for (size_t k = 0; k < n; k++)
			at(s, i + k)->flags |= WORD_SET_PHRASE;
		i += n ? n - 1 : 0;
	}
}

/* --- the "no" that answers a question --- */

static bool is_pronoun(const struct scope *s, size_t i)
{
	return word_is_in(at(s, i), s->tables->subjects) &&
	       !word_is_in(at(s, i), s->tables->verbs);
}

/* The "no" that answers a question: "no", "no, ...", "no it is ...". */
static bool is_particle(const struct scope *s, size_t clause, size_t i)
{
	static const char *const no[] = {"no", "nope", "nah", NULL};

	if (i != clause || !word_is_in(at(s, i), no))
		return false;
	return is_last(s, i) || is_pronoun(s, i + 1) ||
	       word_is_in(at(s, i + 1), s->tables->negators);
}

/* --- taking back --- */

/* Back to a comma or "and": "water and oxygen, I mean, carbon dioxide" keeps
 * the water.  False: nothing that counts was taken back. */
static bool retract_before(struct scope *s, size_t marker)
{
	bool any = false;

	for (size_t i = marker; i-- > 0;) {
		struct word *w = at(s, i);
		if (any && (w->flags & WORD_ENDS_CLAUSE ||
			    word_is_in(w, s->tables->joiners)))
			break;
		any |= word_counts(w) && !is_little(w);
		w->flags |= WORD_RETRACTED;
	}
	return any;
}

static bool something_follows(const struct scope *s, size_t i)
{
	for (; i < s->words->count; i++)
		if (word_counts(at(s, i)) && !is_little(at(s, i)))
			return true;
	return false;
}

/* How many words from i on take back what was said before; 0: none.  A single
 * one, "oxygen, sorry, carbon dioxide", must stand by itself. */
static size_t correction(const struct scope *s, size_t i)
{
	size_t n = words_match_any(s->words, i, s->tables->corrections);
	bool apart = at(s, i - 1)->flags & WORD_ENDS_CLAUSE;

	if (n == 0 && apart && is_particle(s, i, i))
		return 1;
	return n == 1 && !(apart && is_last(s, i)) ? 0 : n;
}

static void find_corrections(struct scope *s)
{
	for (size_t i = 1; i < s->words->count; i++) {
		size_t n = correction(s, i);
		if (n == 0 || !something_follows(s, i + n) ||
		    !retract_before(s, i))
			continue;
		for (size_t k = 0; k < n; k++)
			at(s, i + k)->flags |= WORD_RETRACTED;
		i += n - 1;
	}
}

/* --- negation --- */

static void negate(struct scope *s, size_t i)
{
	struct word *w = at(s, i);

	if (w->flags & (WORD_NEGATOR | WORD_SET_PHRASE))
		return;
	w->flags |= WORD_NEGATED;
	if (word_counts(w) && !word_is_in(w, s->tables->raising))
		s->negated++;
}

/* "isn't it?" at the end asks, and negates nothing. */
static bool is_tag(const struct scope *s, size_t i)
{
	return i + 1 < s->words->count && is_last(s, i + 1) &&
	       word_is_in(at(s, i + 1), s->tables->subjects);
}

/* What stands before "is not", "no es", or a "not" that ends its clause. */
static bool reaches_back(const struct scope *s, size_t i)
{
	if (i == s->clause)
		return false;
	if (is_last(s, i) || word_is_in(at(s, i - 1), s->tables->verbs))
		return true;
	return word_is_in(at(s, i + 1), s->tables->verbs);
}

static void begin_negation(struct scope *s, size_t i)
{
	bool near = word_is_in(at(s, i), s->tables->near_negators);

	at(s, i)->flags |= WORD_NEGATOR;
	if (is_particle(s, s->clause, i)) {
		at(s, i)->flags |= WORD_PARTICLE;
		s->reach = NOTHING;
		return;
	}
	if (is_tag(s, i))
		return;
	s->negated = 0;
	if (!near && reaches_back(s, i))
		for (size_t k = s->clause; k < i; k++)
			negate(s, k);
	s->negated = 0;
	s->reach = near ? NEAR : CLAUSE;
}

static void begin_clause(struct scope *s, size_t i)
{
	s->clause = i;
	s->reach = NOTHING;
}

/* One word that is no negator. */
static void follow(struct scope *s, size_t i)
{
	const struct word *w = at(s, i);
	bool subject = word_is_in(w, s->tables->subjects);

	if (word_is_in(w, s->tables->clause_starts)) {
		/* "not that it is ..." */
		if (s->reach == NOTHING || s->negated > 0)
			begin_clause(s, i + 1);
	} else if (subject && (s->reach == NOTHING || s->negated > 0)) {
		begin_clause(s, i);
	} else if (s->reach == NEAR && s->negated > 0 &&
		   (is_little(w) || s->negated >= NEAR_MOST)) {
		s->reach = NOTHING;
	}
	if (s->reach != NOTHING)
		negate(s, i);
}

static void find_negated(struct scope *s)
{
	for (size_t i = 0; i < s->words->count; i++) {
		const struct word *w = at(s, i);
		bool negator = word_is_in(w, s->tables->negators) ||
			       word_is_in(w, s->tables->near_negators);
		if (w->flags & WORD_RETRACTED)
			begin_clause(s, i + 1);
		if (w->flags & (WORD_SET_PHRASE | WORD_RETRACTED))
			continue;
		if (negator)
			begin_negation(s, i);
		else
			follow(s, i);
		if (w->flags & WORD_ENDS_CLAUSE)
			begin_clause(s, i + 1);
	}
}

void words_find_negation(struct words *w, enum lesson_language language)
{
	struct scope s = {.words = w, .tables = word_tables(language)};

	find_set_phrases(&s);
	find_corrections(&s);
	find_negated(&s);
}
