/* dialogue_private: the inside of a dialogue, for dialogue*.c. */
#ifndef CLIENT_TUTOR_DIALOGUE_PRIVATE_H
#define CLIENT_TUTOR_DIALOGUE_PRIVATE_H

#include "client/tutor/dialogue.h"
#include "client/tutor/phrases.h"

#define NO_QUESTION SIZE_MAX

enum dialogue_state { DIALOGUE_NEW, DIALOGUE_ASKING, DIALOGUE_OVER };

/* What became of a step of the plan. */
enum dialogue_outcome {
	OUTCOME_OPEN,
	OUTCOME_AT_ONCE,
	OUTCOME_LATER, /* right, but not at the first try */
	OUTCOME_MISSED,
};

/* The step that is asked now. */
struct asked {
	size_t hints;                        /* given */
	size_t tries;                        /* answers that were not right */
	uint32_t parts[LESSON_ANSWERS_MOST]; /* of each answer, said so far */
	uint32_t mistakes;                   /* made already, a bit each */
};

struct dialogue {
	struct dialogue_settings settings;
	enum lesson_language language;
	uint32_t random;
	enum dialogue_state state;
	size_t at; /* in the plan */
	struct asked asked;
	enum dialogue_outcome outcomes[LESSON_STEPS_MOST]; /* of the plan */
	double speed;
	unsigned unclear;  /* turns in a row */
	unsigned silences; /* told since the learner last spoke */

	struct sentence_list said; /* the last reply */
	/* The last reply that says something of the lesson, which "repeat"
	 * repeats, and where it was cut; its count: it was heard. */
	struct sentence_list content;
	size_t content_from;
	bool is_content; /* said is content */
	/* The sentence with which the question begins, of said and of content;
	 * NO_QUESTION: there is none. */
	size_t question_from, content_question;
	bool question_heard; /* the learner knows what is asked */
	struct dialogue_reply reply;
};

const struct lesson_step *dialogue_asked_step(const struct dialogue *d);
void dialogue_ask(struct dialogue *d, size_t at);

/* --- dialogue_say.c: adds to what is said --- */
void say_text(struct dialogue *d, const char *text);
void say_phrase(struct dialogue *d, enum phrase phrase);
/* values ends with NULL. */
void say_filled(struct dialogue *d, enum phrase phrase,
		const char *const *values);
void say_question(struct dialogue *d);
void say_opening(struct dialogue *d);
/* What the learner has of an answer, as "a, b and c", in a phrase. */
void say_parts(struct dialogue *d, size_t answer, uint32_t parts);
/* What was done, and what is to be remembered. */
void say_summary(struct dialogue *d);

#endif
