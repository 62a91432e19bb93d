/*
 * ordered: carries out what the learner asked for (orders.h), and says in one
 * line what is not possible.  Loop thread.
 */
#ifndef CLIENT_TALK_ORDERED_H
#define CLIENT_TALK_ORDERED_H

#include <stdbool.h>

#include "client/talk/orders.h"

struct conversation;
struct status_board;
struct voice_link;

struct ordered {
	struct conversation *conversation; /* all borrowed */
	struct voice_link *link;
	struct status_board *board;
	const char *language; /* of the conversation; NULL: English */
	bool muted;
	unsigned volume;         /* percent */
	struct turn_line *turns; /* that wait, owned */
	bool finishing;
};

void ordered_carry_out(struct ordered *o, enum order_kind kind,
		       const char *text);
/* A session is ready, or an answer was heard: the next turn may be typed. */
void ordered_next(struct ordered *o);
/* Forgets the turns that wait. */
void ordered_deinit(struct ordered *o);
void ordered_mute(struct ordered *o, bool muted);

#endif
