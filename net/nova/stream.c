#include "net/nova/stream.h"

#include "net/nova/checked_stream.h"

int nova_stream_send(struct nova_stream *s, const struct nova_event *e)
{
	return s->ops->send(s, e);
}

int64_t nova_stream_expires_ms(const struct nova_stream *s)
{
	return s->ops->expires_ms ? s->ops->expires_ms(s) : 0;
}

size_t nova_stream_queued(const struct nova_stream *s)
{
	return s->ops->queued(s);
}

struct nova_stream *nova_stream_free(struct nova_stream *s)
{
	if (s)
		s->ops->free(s);
	return NULL;
}

int nova_upstream_open(struct nova_upstream *u,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
#ifdef NDEBUG
	return u->open(u, listener, out, p);
#else
	return checked_stream_open(u, listener, out, p);
#endif
}
