/* faulty_private: the inside of faulty_upstream.c, faulty_stream.c and
 * faulty_way.c. */
#ifndef CLIENT_TRIAL_FAULTY_PRIVATE_H
#define CLIENT_TRIAL_FAULTY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "client/script/script.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/nova/event.h"
#include "net/nova/stream.h"

struct faulty_upstream {
	struct nova_upstream base;
	struct clock *clock;
	struct nova_upstream *inner;
	struct script_fault now; /* delays and speed that hold */
	uint64_t stalled_until_us;
	struct timer cut;
	struct faulty_stream *streams; /* that are open */
};

enum { FAULTY_SAMPLE_BYTES = 2 };

enum faulty_what { FAULTY_OPENED, FAULTY_EVENT, FAULTY_CLOSED };

struct faulty_parcel {
	struct faulty_parcel *next;
	uint64_t due_us;
	enum faulty_what what;
	struct nova_event event;
	struct problem why;
	char session_id[128];
	bool has_id;
};

/* Parcels on their way, in order. */
struct faulty_way {
	const struct faulty_upstream *upstream; /* its trouble */
	struct faulty_parcel *first, **end;
	uint64_t last_us; /* when the last one is due */
	struct timer timer;
};

struct faulty_stream {
	struct nova_stream base;
	struct faulty_upstream *upstream;
	struct nova_stream *inner; /* NULL: lost, or closed */
	struct faulty_stream *next;
	struct faulty_way in, out;
	bool closing; /* closed() is on its way */
};

/* --- faulty_way.c --- */
/* arrive: the first parcel is due, and must be taken. */
void faulty_way_init(struct faulty_way *w, const struct faulty_upstream *f,
		     void (*arrive)(void *arg), void *arg);
void faulty_way_clear(struct faulty_way *w);
/* Nothing holds up what is sent now. */
bool faulty_way_is_direct(const struct faulty_way *w);
/* Takes p. */
void faulty_way_post(struct faulty_way *w, struct faulty_parcel *p);
/* The first parcel; the timer waits for the next one.  What is done with it may
 * free the stream. */
struct faulty_parcel *faulty_way_take(struct faulty_way *w);
void faulty_parcel_free(struct faulty_parcel *p);

/* --- faulty_stream.c --- */
/* Opens one on f->inner and adds it to f->streams; its free() takes it out. */
int faulty_stream_open(struct faulty_upstream *f,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p);
/* What is on its way is lost; closed() comes as late as an event would. */
void faulty_stream_cut(struct faulty_stream *s, const struct problem *why);

#endif
