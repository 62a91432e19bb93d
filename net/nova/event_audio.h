/* event_audio: the fast way to read audioInput and audioOutput, nearly all
 * traffic: no tree is built, samples are decoded straight to their place. */
#ifndef NET_NOVA_EVENT_AUDIO_H
#define NET_NOVA_EVENT_AUDIO_H

#include <stddef.h>

#include "net/nova/event_json.h"

/* Returns 1 when *out was filled, 0 when the text is not recognised (the
 * general way then finds out what it is, or what is wrong with it), or
 * PROBLEM_MEMORY. */
int event_parse_audio(struct nova_event *out, const char *json, size_t length,
		      enum nova_direction direction);

#endif
