/*
 * lesson_sentences: what a learner may say in a lesson, for a recogniser's
 * language model: the words of answers and mistakes in the phrases that go
 * around them, the requests, and the lesson's own texts.
 */
#ifndef CLIENT_SPEECH_LESSON_SENTENCES_H
#define CLIENT_SPEECH_LESSON_SENTENCES_H

#include <stddef.h>

struct lesson;

/* Gets a sentence as lesson_spoken() writes it.  0, or a problem code that
 * ends the walk. */
typedef int (*lesson_sentence_take)(void *arg, const char *sentence);

/* Answers and mistakes of one step.  0, what take returned, or PROBLEM_MEMORY.
 */
int lesson_sentences_of_step(const struct lesson *l, size_t step,
			     lesson_sentence_take take, void *arg);
/* Requests, "I do not know", questions, hints, explanations, vocabulary. */
int lesson_sentences_of_all(const struct lesson *l, lesson_sentence_take take,
			    void *arg);

#endif
