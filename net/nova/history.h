/*
 * history: what was said so far, to be given to a new stream.
 *
 * Keeps to the safe reading of docs/nova-sonic.md, "Limits": text only, the
 * first message is the learner's, roles alternate (neighbours of one role are
 * joined), pieces of at most 1 KB cut between UTF-8 characters, 40 KB in all,
 * the oldest go first.  One thread.
 */
#ifndef NET_NOVA_HISTORY_H
#define NET_NOVA_HISTORY_H

#include <stddef.h>

#include "net/nova/event.h"

enum { HISTORY_PIECE_BYTES = 1024, HISTORY_TOTAL_BYTES = 40 * 1024 };

struct history_message {
	enum nova_role role; /* NOVA_USER or NOVA_ASSISTANT */
	char *text;
};

struct history {
	struct history_message *messages;
	size_t count, capacity;
	size_t total_limit; /* bytes */
};

void history_init(struct history *h);
void history_deinit(struct history *h);
/* Copies text; joins it to the last message when the role is the same.
 * Empty text is ignored. */
int history_add(struct history *h, enum nova_role role, const char *text);
int history_copy(struct history *out, const struct history *h);
/* Forgets the newest message, if there is one. */
void history_drop_last(struct history *h);

/* Calls piece(arg, first_of_message, last_of_message, role, text, length) for
 * everything that fits the limits, oldest first; stops at a non-zero return
 * and gives it back. */
int history_each_piece(const struct history *h,
		       int (*piece)(void *arg, bool first, bool last,
				    enum nova_role role, const char *text,
				    size_t length),
		       void *arg);

#endif
