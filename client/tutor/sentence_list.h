/* sentence_list: texts cut into the sentences that a tutor says one by one. */
#ifndef CLIENT_TUTOR_SENTENCE_LIST_H
#define CLIENT_TUTOR_SENTENCE_LIST_H

#include <stddef.h>

/* All bytes zero is an empty list.  Owner's thread. */
struct sentence_list {
	char **texts;
	size_t count, room;
	int failed; /* 0 or PROBLEM_MEMORY: some are missing */
};

void sentence_list_deinit(struct sentence_list *l);
/* Empties it and forgets a failure. */
void sentence_list_clear(struct sentence_list *l);
/* The sentences of text, at the end. */
void sentence_list_add(struct sentence_list *l, const char *text);
/* Those of other from that one on, at the end. */
void sentence_list_add_list(struct sentence_list *l,
			    const struct sentence_list *other, size_t from);

#endif
