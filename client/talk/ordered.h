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
struct turns;
struct voice_link;

struct ordered {
	struct conversation *conversation; /* all borrowed */
	struct voice_link *link;
	struct status_board *board;
	struct turns *turns;
	const char *language; /* of the conversation; NULL: English */
	bool muted;
	unsigned volume; /* percent */
};

void ordered_carry_out(struct ordered *o, enum order_kind kind,
		       const char *text);
void ordered_mute(struct ordered *o, bool muted);

#endif
