#include "client/speech/ngram.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/speech/vocabulary.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"

/* L and G of the head of ngram.h: a share of about a tenth for the words given
 * alone, behind any other lets wrong answers be heard as what they are. */
static const double BACK_OFF = 0.2, ALONE = 0.1;

/* What ARPA writes for "never", and for a back-off of no weight. */
static const double LOG_NEVER = -99;

enum { BEGIN, END, MARKS }; /* numbers of <s> and </s> */

struct pair {
	size_t history, word;
	double count;
};

struct ngram {
	struct vocabulary words;
	double *counts, *alone; /* by word */
	size_t room;
	struct pair *pairs;
	size_t pair_count, pair_room;
	double total, alone_total;
};

int ngram_create(struct ngram **out)
{
	struct ngram *n = calloc(1, sizeof *n);

	if (!n)
		return PROBLEM_MEMORY;
	if (ngram_add_word(n, "<s>", 0) || ngram_add_word(n, "</s>", 0)) {
		ngram_free(n);
		return PROBLEM_MEMORY;
	}
	*out = n;
	return 0;
}

struct ngram *ngram_free(struct ngram *n)
{
	if (!n)
		return NULL;
	vocabulary_deinit(&n->words);
	free(n->counts);
	free(n->alone);
	free(n->pairs);
	free(n);
	return NULL;
}

static int grow_words(struct ngram *n)
{
	size_t room = n->room ? n->room * 2 : 256;
	double *counts = realloc(n->counts, room * sizeof *counts);

	if (!counts)
		return PROBLEM_MEMORY;
	n->counts = counts;
	double *alone = realloc(n->alone, room * sizeof *alone);
	if (!alone)
		return PROBLEM_MEMORY;
	n->alone = alone;
	n->room = room;
	return 0;
}

static int find(struct ngram *n, const char *word, size_t length, size_t *out)
{
	size_t before = n->words.count;

	if (before == n->room && grow_words(n))
		return PROBLEM_MEMORY;
	*out = vocabulary_add(&n->words, word, length);
	if (*out == VOCABULARY_NONE)
		return PROBLEM_MEMORY;
	if (n->words.count > before)
		n->counts[*out] = n->alone[*out] = 0;
	return 0;
}

static int add_pair(struct ngram *n, size_t history, size_t word, double weight)
{
	if (n->pair_count == n->pair_room) {
		size_t room = n->pair_room ? n->pair_room * 2 : 1024;
		struct pair *pairs = realloc(n->pairs, room * sizeof *pairs);
		if (!pairs)
			return PROBLEM_MEMORY;
		n->pairs = pairs;
		n->pair_room = room;
	}
	n->pairs[n->pair_count++] = (struct pair){history, word, weight};
	n->counts[word] += weight;
	n->total += weight;
	return 0;
}

int ngram_add_sentence(struct ngram *n, const char *words, double weight)
{
	size_t history = BEGIN, word;

	for (;;) {
		words += strspn(words, " ");
		size_t length = strcspn(words, " ");
		if (!length)
			return add_pair(n, history, END, weight);
		if (find(n, words, length, &word) ||
		    add_pair(n, history, word, weight))
			return PROBLEM_MEMORY;
		history = word;
		words += length;
	}
}

int ngram_add_word(struct ngram *n, const char *word, double weight)
{
	size_t at;

	if (find(n, word, strlen(word), &at))
		return PROBLEM_MEMORY;
	n->alone[at] += weight;
	n->alone_total += weight;
	return 0;
}

static int compare_pairs(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	if (a->history != b->history)
		return a->history < b->history ? -1 : 1;
	return a->word < b->word ? -1 : a->word > b->word;
}

/* Sorts them, and makes one of those that are the same. */
static void merge_pairs(struct ngram *n)
{
	size_t kept = 0;

	if (n->pair_count)
		qsort(n->pairs, n->pair_count, sizeof *n->pairs, compare_pairs);
	for (size_t i = 0; i < n->pair_count; i++)
		if (kept &&
		    compare_pairs(&n->pairs[kept - 1], &n->pairs[i]) == 0)
			n->pairs[kept - 1].count += n->pairs[i].count;
		else
			n->pairs[kept++] = n->pairs[i];
	n->pair_count = kept;
}

static double unigram(const struct ngram *n, size_t word)
{
	double alone = n->alone_total > 0 ? ALONE : 0;
	double p = 0;

	if (n->total > 0)
		p += (1 - alone) * n->counts[word] / n->total;
	else
		alone = 1;
	if (n->alone_total > 0)
		p += alone * n->alone[word] / n->alone_total;
	return p;
}

/* Where the pairs of that history end that begin at i. */
static size_t run_end(const struct ngram *n, size_t i, double *count)
{
	size_t end = i;

	for (*count = 0; end < n->pair_count &&
			 n->pairs[end].history == n->pairs[i].history;
	     end++)
		*count += n->pairs[end].count;
	return end;
}

static double bigram(const struct ngram *n, const struct pair *p, double count)
{
	return (1 - BACK_OFF) * p->count / count +
	       BACK_OFF * unigram(n, p->word);
}

/* What the words that were never seen behind a history have of it, over what
 * they have of all. */
static double back_off(const struct ngram *n, size_t begin, size_t end,
		       double count)
{
	double left = 1, left_of_all = 1;

	for (size_t i = begin; i < end; i++) {
		left -= bigram(n, &n->pairs[i], count);
		left_of_all -= unigram(n, n->pairs[i].word);
	}
	return left_of_all > 0 && left > 0 ? left / left_of_all : 0;
}

static double log_of(double p)
{
	return p > 0 ? log10(p) : LOG_NEVER;
}

static void write_unigrams(const struct ngram *n, struct bytes *out)
{
	size_t pair = 0;

	for (size_t w = 0; w < n->words.count; w++) {
		double count, weight = 1;
		if (pair < n->pair_count && n->pairs[pair].history == w) {
			size_t end = run_end(n, pair, &count);
			weight = back_off(n, pair, end, count);
			pair = end;
		}
		bytes_append_format(out, "%.5f %s %.5f\n",
				    log_of(unigram(n, w)), n->words.words[w],
				    log_of(weight));
	}
}

void ngram_write_arpa(struct ngram *n, struct bytes *out)
{
	merge_pairs(n);
	bytes_append_format(out, "\\data\\\nngram 1=%zu\nngram 2=%zu\n",
			    n->words.count, n->pair_count);
	bytes_append_text(out, "\n\\1-grams:\n");
	write_unigrams(n, out);
	bytes_append_text(out, "\n\\2-grams:\n");
	for (size_t i = 0; i < n->pair_count;) {
		double count;
		size_t end = run_end(n, i, &count);
		for (; i < end; i++)
			bytes_append_format(out, "%.5f %s %s\n",
					    log_of(bigram(n, &n->pairs[i],
							  count)),
					    n->words.words[n->pairs[i].history],
					    n->words.words[n->pairs[i].word]);
	}
	bytes_append_text(out, "\n\\end\\\n");
}
