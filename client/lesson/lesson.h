/*
 * lesson: what a lesson file says, as plain structs (docs/lessons.md).
 *
 * Read once, then constant: any thread may look at it.  All texts are UTF-8,
 * on one line (what a file breaks over lines is joined), and never empty;
 * those that may be missing are NULL.
 */
#ifndef CLIENT_LESSON_LESSON_H
#define CLIENT_LESSON_LESSON_H

#include <stdbool.h>
#include <stddef.h>

struct problem;

enum {
	LESSON_ID_SIZE = 65, /* of a lesson and of a step, with the NUL */
	LESSON_STEPS_MOST = 64,
	LESSON_ANSWERS_MOST = 32,
	LESSON_PARTS_MOST = 24,
	LESSON_WORDINGS_MOST = 64,
	LESSON_MISTAKES_MOST = 24,
	LESSON_HINTS_MOST = 8,
	LESSON_GOALS_MOST = 16,
	LESSON_VOCABULARY_MOST = 200,
};

/* The language in which tutor and learner speak. */
enum lesson_language { LESSON_ENGLISH, LESSON_SPANISH, LESSON_LANGUAGE_COUNT };

/* Of the Common European Framework of Reference. */
enum lesson_level {
	LESSON_A1,
	LESSON_A2,
	LESSON_B1,
	LESSON_B2,
	LESSON_C1,
	LESSON_C2,
};

/* One way of saying something: "carbon dioxide", "3/4". */
struct lesson_wording {
	char *text;
	bool exact; /* written with "=": every word counts, as it is */
};

/* Wordings that mean the same; any of them will do.  The first is the one that
 * a tutor says. */
struct lesson_part {
	struct lesson_wording *wordings;
	size_t count; /* 1 to LESSON_WORDINGS_MOST */
};

/* Words that must be there, in parts whose order does not matter. */
struct lesson_words {
	struct lesson_part *parts;
	size_t count; /* 1 to LESSON_PARTS_MOST */
	size_t need;  /* so many of the parts; 1 to count */
};

struct lesson_mistake {
	struct lesson_words words; /* that show it */
	char *reply;               /* said before the question comes again */
};

struct lesson_step {
	char *id; /* unique in its lesson; progress is kept under it */
	char *question;
	struct lesson_words *answers; /* any of them is right */
	size_t answer_count;          /* 1 to LESSON_ANSWERS_MOST */
	char **hints;                 /* in the order in which they are given */
	size_t hint_count;            /* 1 to LESSON_HINTS_MOST */
	char *explanation;            /* says the answer, after the hints */
	struct lesson_mistake *mistakes;
	size_t mistake_count; /* 0 to LESSON_MISTAKES_MOST */
};

struct lesson_word {
	char *word, *meaning;
	char *example; /* or NULL */
};

struct lesson {
	char *id; /* progress is kept under it */
	char *title;
	enum lesson_language language;
	enum lesson_level level;
	char **goals;
	size_t goal_count; /* 1 to LESSON_GOALS_MOST */
	char *system; /* how the tutor is to be, line breaks as in the file; or
		       * NULL */
	char *opener, *close; /* the tutor's first and last words */
	struct lesson_step *steps;
	size_t step_count; /* 1 to LESSON_STEPS_MOST */
	struct lesson_word *vocabulary;
	size_t word_count; /* 0 to LESSON_VOCABULARY_MOST */
};

/* Without an "id" in the file it is the file's name without its ending.
 * PROBLEM_FORMAT: p says "path:line:column: what is wrong; remedy".  Otherwise
 * PROBLEM_FILE, PROBLEM_LIMIT or PROBLEM_MEMORY, with p filled. */
int lesson_read(struct lesson **out, const char *path, struct problem *p);
/* The same from memory; path stands for the file in messages and for the
 * lesson's id. */
int lesson_read_text(struct lesson **out, const char *path, const char *text,
		     size_t length, struct problem *p);
struct lesson *lesson_free(struct lesson *l);

/* The place of the step in l->steps, or l->step_count: there is none. */
size_t lesson_find_step(const struct lesson *l, const char *id);

/* "en", "es" */
const char *lesson_language_tag(enum lesson_language language);
/* "A2" */
const char *lesson_level_name(enum lesson_level level);
/* How long a learner of that level may be silent within a turn. */
unsigned lesson_turn_pause_ms(enum lesson_level level);

/* A lesson's or step's id: letters, digits, "-" and "_", at most 64. */
bool lesson_id_is_good(const char *id);

#endif
