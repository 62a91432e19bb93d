/*
 * ngram: a bigram language model of weighted sentences and of words.
 *
 *   P(w | h) = (1 - L) c(h, w) / c(h) + L P1(w)
 *   P1(w)    = (1 - G) c(w) / sum of c + G g(w) / sum of g
 *
 * c: weighted counts in the sentences, g: the weights of the words given
 * alone.  It is written in ARPA's form, whose back-off weights make the sum
 * over all words 1 for each history.  Owner's thread.
 */
#ifndef CLIENT_SPEECH_NGRAM_H
#define CLIENT_SPEECH_NGRAM_H

#include <stddef.h>

struct bytes;
struct ngram;

/* 0 or PROBLEM_MEMORY. */
int ngram_create(struct ngram **out);
/* NULL is fine; returns NULL. */
struct ngram *ngram_free(struct ngram *n);

/* Words with single blanks between them.  0 or PROBLEM_MEMORY. */
int ngram_add_sentence(struct ngram *n, const char *words, double weight);
int ngram_add_word(struct ngram *n, const char *word, double weight);

/* Appends; a failure stays in out (bytes.failed). */
void ngram_write_arpa(struct ngram *n, struct bytes *out);

#endif
