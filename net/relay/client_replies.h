/*
 * client_replies: the service's events out of what a relay sends.
 *
 * nova_response carries them as they are.  For relays that send the typed
 * messages, the blocks that belong around them are made up, as
 * docs/nova-sonic.md ("Usual order") has them.  A relay may send both forms:
 * of sound, of words and of tool calls, whichever form came first is used.
 */
#ifndef NET_RELAY_CLIENT_REPLIES_H
#define NET_RELAY_CLIENT_REPLIES_H

#include <stdbool.h>

#include "net/base/random.h"
#include "net/nova/event.h"

struct relay_message;

enum client_form { FORM_UNKNOWN, FORM_RAW, FORM_TYPED };

struct client_replies {
	enum client_form sound, words, tools;
	bool raw_audio_open; /* an AUDIO block of the service */
	bool raw_text_open;  /* a TEXT block of the service, of this stage: */
	enum nova_stage raw_stage;
	bool audio_open; /* an AUDIO block that we have made up */
	char audio_id[UUID_TEXT_SIZE];
};

struct client_listener {
	/* e is borrowed.  Returns false when no more is wanted. */
	bool (*event)(void *arg, const struct nova_event *e);
	void *arg;
};

/* m is a message with something of the service's; others are ignored. */
void client_replies_take(struct client_replies *r,
			 const struct relay_message *m,
			 const struct client_listener *to);

#endif
