/*
 * event_json: Nova Sonic events as JSON text, {"event":{"<name>":{...}}}.
 *
 * NOVA_NONE and a nameless NOVA_OTHER cannot be written: PROBLEM_FORMAT.
 * Member order follows the official SDK's samples; audio events are written
 * and read without building a tree.
 */
#ifndef NET_NOVA_EVENT_JSON_H
#define NET_NOVA_EVENT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "net/nova/event.h"

struct bytes;
struct problem;

/* Which way an event goes decides about names (contentName, contentId). */
enum nova_direction { NOVA_TO_SERVICE, NOVA_FROM_SERVICE };

/* Appends the JSON of e.  Returns 0 or the buffer's failure. */
int nova_event_write(struct bytes *out, const struct nova_event *e,
		     enum nova_direction direction);

/* Only the value {"<name>":{...}}, as in the relay's nova_response.event.
 * alias_text: textOutput gets "text" beside "content". */
int nova_event_write_inner(struct bytes *out, const struct nova_event *e,
			   enum nova_direction direction, bool alias_text);

/* Parses one event in either form (with or without the outer "event").
 * Unknown members are ignored, unknown names give NOVA_OTHER.  Wrong JSON
 * types, bad base64 and half samples: PROBLEM_FORMAT, and p says which member.
 * The caller clears *out. */
int nova_event_parse(struct nova_event *out, const char *json, size_t length,
		     enum nova_direction direction, struct problem *p);

#endif
