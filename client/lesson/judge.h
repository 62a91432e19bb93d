/*
 * judge: what a learner's words are worth as an answer.
 *
 * docs/lessons.md, "How an answer is judged", has the rules.  The same words
 * get the same verdict, always; judging allocates nothing and cannot fail.
 * A judge is constant once it is made: any thread may use it.
 */
#ifndef CLIENT_LESSON_JUDGE_H
#define CLIENT_LESSON_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lesson/lesson.h"

struct judge;

/* Only typed words may have typing errors: a recogniser writes words. */
enum judge_source { JUDGE_TYPED, JUDGE_HEARD };

enum judge_verdict {
	JUDGE_NOTHING, /* no word that says anything: silence, "um" */
	JUDGE_RIGHT,
	JUDGE_PARTLY,        /* some parts of an answer */
	JUDGE_MISTAKE,       /* one that the step names */
	JUDGE_WRONG,         /* meant as an answer, and none */
	JUDGE_OFF_TOPIC,     /* about something else */
	JUDGE_DOES_NOT_KNOW, /* and said nothing else that counts */
	JUDGE_REQUEST,       /* the same, with a request */
};

enum judge_request {
	JUDGE_NO_REQUEST,
	JUDGE_REPEAT,
	JUDGE_HINT,
	JUDGE_SLOWER,
	JUDGE_SKIP, /* tell me the answer, the next question */
	JUDGE_STOP, /* goodbye */
	JUDGE_REQUEST_COUNT,
};

struct judgement {
	enum judge_verdict verdict;
	/* Beside any verdict: "chlorophyll, goodbye" is right and says goodbye.
	 * An answer is never taken for a request. */
	enum judge_request request;
	bool does_not_know; /* said so, beside any verdict */
	/* RIGHT, PARTLY, perhaps MISTAKE: the answer that fits best, and which
	 * of its parts are there (bit 0 is the first).  parts 0: none does. */
	size_t answer;
	uint32_t parts;
	size_t mistake; /* MISTAKE: which of the step */
};

/* l is borrowed and outlives the judge.  0 or PROBLEM_MEMORY. */
int judge_create(struct judge **out, const struct lesson *l);
/* NULL is fine; returns NULL. */
struct judge *judge_free(struct judge *j);

/* text: what the learner said to the question of that step, UTF-8. */
void judge_answer(const struct judge *j, size_t step, const char *text,
		  enum judge_source source, struct judgement *out);

/* What is asked for by words that answer no question; JUDGE_NO_REQUEST: none.
 * Requests are known in the lesson's language and in English. */
enum judge_request judge_find_request(enum lesson_language language,
				      const char *text);
/* All phrases that are requests in that language, for a recogniser's grammar:
 * NULL behind the last one.  Lower case, without accents and contractions
 * ("do not know"). */
const char *judge_request_phrase(enum lesson_language language, size_t index);

/* "right", "partly", ...; "hint", ... */
const char *judge_verdict_name(enum judge_verdict verdict);
const char *judge_request_name(enum judge_request request);

#endif
