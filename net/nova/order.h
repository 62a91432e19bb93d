/*
 * order: checks the events sent to Nova Sonic against the rules of
 * docs/nova-sonic.md ("Order", "Input events") and says a breach in words.
 *
 * Used by the simulator, which answers with it as strictly as the service,
 * and by tests and debug builds on what we send.  One thread.
 */
#ifndef NET_NOVA_ORDER_H
#define NET_NOVA_ORDER_H

#include "net/nova/event.h"

struct order;
struct problem;

int order_create(struct order **out, const char *model);
struct order *order_free(struct order *o);

/* 0, or PROBLEM_REJECTED with the breach, e.g. "contentEnd for a block that was
 * never started (contentName 5f...)", or PROBLEM_MEMORY.  service_text, when
 * not NULL, gets the words with which the service refuses that breach (valid
 * until the next call).  The event is not counted after a breach. */
int order_check(struct order *o, const struct nova_event *e,
		const char **service_text, struct problem *p);

/* The service has sent a toolUse; each may be answered once. */
int order_tool_use(struct order *o, const char *tool_use_id);

/* What the service says to bytes that are no event; see event_json.h. */
extern const char order_unreadable[];

#endif
