/* judge_private: the inside of a judge, for judge*.c. */
#ifndef CLIENT_LESSON_JUDGE_PRIVATE_H
#define CLIENT_LESSON_JUDGE_PRIVATE_H

#include "client/lesson/judge.h"
#include "client/lesson/judge_match.h"

/* A stem that occurs in the lesson, or in anything that people say. */
struct known_word {
	char stem[WORD_SIZE];
	bool topic;  /* says that a sentence is about the lesson */
	bool common; /* and so this does not */
};

struct judge_step {
	struct pattern_words *answers, *mistakes; /* owned */
	size_t answer_count, mistake_count;
};

struct judge {
	enum lesson_language language;
	struct judge_step *steps; /* owned */
	size_t step_count;
	struct known_word *known; /* owned; by stem, each once */
	size_t known_count, known_room;
};

/* --- judge_known.c --- */
/* All words of the lesson and the common ones.  0 or PROBLEM_MEMORY. */
int judge_read_known(struct judge *j, const struct lesson *l);
/* NULL: it is none of them. */
const struct known_word *judge_known(const struct judge *j, const char *stem);

/* --- judge_typing.c --- */
/* Words that were written apart or together ("sun light"), and, in typed
 * words, those with a slip in them become the words of the step's patterns. */
void judge_mend(const struct judge *j, const struct judge_step *s,
		enum judge_source source, struct words *w);

/* --- judge_request.c --- */
/* used: words that belong to an answer, or NULL. */
enum judge_request judge_request_of(enum lesson_language language,
				    const struct words *w,
				    const struct cover *used);
/* Adds the words of those requests that mean nothing else. */
void judge_request_cover(enum lesson_language language, const struct words *w,
			 struct cover *c);
bool judge_says_unknown(enum lesson_language language, const struct words *w,
			const struct cover *used);

#endif
