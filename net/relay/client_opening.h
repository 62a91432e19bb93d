/*
 * client_opening: gathers the opening events of a session into the one
 * initialize_session that a relay wants, and the blocks of later text and
 * tool results into one message each.  One thread.
 */
#ifndef NET_RELAY_CLIENT_OPENING_H
#define NET_RELAY_CLIENT_OPENING_H

#include <stdbool.h>

#include "net/base/bytes.h"
#include "net/nova/event.h"
#include "net/nova/history.h"

struct relay_message;

struct client_opening {
	struct nova_inference inference;
	enum nova_turn_pause turn_pause;
	char *prompt_name, *voice, *tools;
	struct bytes system;
	struct history history;
	bool audio_open; /* the opening is complete */
	/* the block that is open */
	enum nova_content block;
	enum nova_role role;
	char *tool_use_id;
	struct bytes text;
};

void client_opening_init(struct client_opening *o);
void client_opening_deinit(struct client_opening *o);

/* Takes one event that goes to the service.  Sets out->type when a message
 * has become complete; its texts are borrowed from o and e.  0,
 * PROBLEM_REJECTED (cannot be said to a relay), PROBLEM_LIMIT or
 * PROBLEM_MEMORY. */
int client_opening_take(struct client_opening *o, const struct nova_event *e,
			struct relay_message *out);

#endif
