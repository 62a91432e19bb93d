/*
 * replies: what a client is sent for each event of the service.
 *
 * Raw: every event as nova_response.  Typed (docs/protocol.md, "Replies"):
 * the messages of the original protocol, and nova_response for what has none.
 */
#ifndef NET_RELAY_SERVER_REPLIES_H
#define NET_RELAY_SERVER_REPLIES_H

#include <stdbool.h>

#include "net/nova/event.h"

struct relay_message;

enum { REPLIES_OPEN_BLOCKS = 8, REPLIES_ID_SIZE = 64 };

struct replies {
	bool raw;
	bool interrupted; /* told already, for the answer that was cut */
	/* Text blocks that are open, by their contentId. */
	struct replies_block {
		char id[REPLIES_ID_SIZE]; /* "": unused */
		enum nova_role role;
		enum nova_stage stage;
	} blocks[REPLIES_OPEN_BLOCKS];
	unsigned next; /* the block given up when all are in use */
};

/* Calls send(arg, m) for each message; session_id is put in by send. */
void replies_event(struct replies *r, const struct nova_event *e,
		   void (*send)(void *arg, struct relay_message *m), void *arg);

#endif
