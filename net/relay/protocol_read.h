/*
 * protocol_read: the members of one JSON message, copied into its storage.
 *
 *   protocol_read.c        members of each kind, and what a message owns
 *   protocol_initialize.c  those of initialize_session
 *   protocol_parse.c       the other messages, and the way in
 *
 * The first failure stays in the reader's err, and its words in problem; what
 * is read after it changes nothing there.
 */
#ifndef NET_RELAY_PROTOCOL_READ_H
#define NET_RELAY_PROTOCOL_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "net/relay/protocol.h"

struct cJSON; /* a JSON value */

#define PROTOCOL_INVALID "Invalid message format: "

/* Most bytes of a text, by what it is for. */
enum {
	ID_LIMIT = 128,
	NAME_LIMIT = 63, /* promptName and audioContentName travel upstream */
	TEXT_LIMIT = 256 * 1024,
};

struct protocol_reader {
	struct relay_message *message;
	const struct cJSON *tree; /* the object that has the members */
	struct problem *problem;
	int err;
};

/* Memory that relay_message_clear() frees; NULL when there is none. */
void *protocol_keep(struct relay_message *m, size_t size);
const char *protocol_keep_text(struct relay_message *m, const char *text,
			       size_t n);
/* Empty. */
struct history *protocol_keep_history(struct relay_message *m);

/* Returns err. */
int protocol_refuse(struct protocol_reader *r, const char *key,
		    const char *wanted);
void protocol_out_of_memory(struct protocol_reader *r);

/* The member, or NULL when it is not there or null. */
const struct cJSON *protocol_member(const struct protocol_reader *r,
				    const char *key);
void protocol_read_text(struct protocol_reader *r, const char *key,
			size_t limit, const char **out);
void protocol_read_bool(struct protocol_reader *r, const char *key, bool *out);
/* A number within bounds; true when it was there. */
bool protocol_read_number(struct protocol_reader *r, const char *key,
			  double least, double most, double *out);
/* A JSON value as text: a string as it is, anything else printed. */
void protocol_read_value(struct protocol_reader *r, const char *key,
			 const char **out);

/* initialize_session */
void protocol_read_initialize(struct protocol_reader *r);

#endif
