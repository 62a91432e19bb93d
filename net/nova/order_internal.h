/* order_internal: what the files of order share: order.c (which event may come
 * when), order_prompt.c (sessionStart, promptStart), order_content.c (blocks).
 */
#ifndef NET_NOVA_ORDER_INTERNAL_H
#define NET_NOVA_ORDER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/problem.h"
#include "net/nova/order.h"

struct block {
	char *name; /* owned */
	enum nova_content content;
	enum nova_role role;
	bool interactive, open;
	size_t pieces; /* textInput, audioInput or toolResult so far */
};

struct tool_use {
	char *id; /* owned */
	bool answered;
};

enum stage { BEFORE, SESSION, PROMPT, PROMPT_ENDED, ENDED };

struct order {
	enum stage stage;
	bool turn_detection; /* the model takes its configuration */
	char *prompt_name;   /* owned */
	struct block *blocks;
	size_t block_count, block_capacity;
	struct tool_use *tools;
	size_t tool_count, tool_capacity;
	bool system_seen, speech_style_seen, history_seen, audio_seen;
	size_t history_bytes;
	enum nova_role history_role; /* of its newest message */
	char service_text[256];      /* for those that name something */

	/* of the event that is being checked */
	const char *said;
	struct problem *p;
};

/* What the service says to most breaches. */
extern const char order_invalid[];

/* Notes what is wrong with an event, in our words and the service's (kept as
 * it is, so a literal or o->service_text). */
__attribute__((format(printf, 3, 4))) int
order_breach(struct order *o, const char *said, const char *format, ...);

bool order_is_rate(uint32_t hz);
/* JSON text of an object, and nothing behind it. */
bool order_is_object_text(const char *text);

/* Each checks its event, which may come now, and counts it. */
int order_check_session_start(struct order *o, const struct nova_event *e);
int order_check_prompt_start(struct order *o, const struct nova_event *e);
int order_check_content_start(struct order *o, const struct nova_event *e);
int order_check_data(struct order *o, const struct nova_event *e);
int order_check_content_end(struct order *o, const struct nova_event *e);

#endif
