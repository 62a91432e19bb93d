/* word_list: a text of any length as the words that are compared
 * (client/lesson/words.h, whose lists end at 256).  Private to word_diff.c. */
#ifndef CLIENT_REPORT_WORD_LIST_H
#define CLIENT_REPORT_WORD_LIST_H

#include "client/lesson/words.h"

struct word_list {
	char (*words)[WORD_SIZE]; /* owned */
	size_t count, capacity;
};

/* 0 or PROBLEM_MEMORY; after that there is nothing to free. */
int word_list_read(struct word_list *out, enum lesson_language language,
		   const char *text);
void word_list_deinit(struct word_list *l);

#endif
