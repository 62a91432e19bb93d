/*
 * checked_stream: a stream of any kind whose events are held against the rules
 * of order.h.
 *
 * nova_upstream_open() opens every stream through it in builds without NDEBUG,
 * so that a breach of ours ends the program where it happened, with its words,
 * and not as the service's "Invalid input request".  What the stream does not
 * take (closed, full) is not counted.  Its own cost is that of order.h.
 */
#ifndef NET_NOVA_CHECKED_STREAM_H
#define NET_NOVA_CHECKED_STREAM_H

#include "net/nova/stream.h"

/* As nova_upstream_open(). */
int checked_stream_open(struct nova_upstream *u,
			const struct nova_stream_listener *listener,
			struct nova_stream **out, struct problem *p);

#endif
