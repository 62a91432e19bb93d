/*
 * opening: what the owner of a stream sends: the events with which every
 * stream of it begins are kept, blocks of text are gathered.  One thread.
 */
#ifndef NET_RENEWAL_OPENING_H
#define NET_RENEWAL_OPENING_H

#include <stdbool.h>
#include <stddef.h>

#include "net/base/bytes.h"
#include "net/nova/event.h"

enum opening_news {
	OPENING_NOTHING,
	OPENING_HISTORY,     /* an old message: role, text */
	OPENING_TYPED,       /* the learner has typed: text */
	OPENING_RESULT,      /* of a tool: tool_use_id, text */
	OPENING_AUDIO_BEGAN, /* the container is open: audio */
};

struct opening {
	struct nova_event *events; /* owned copies, in order */
	size_t count, capacity;
	struct nova_event audio; /* contentStart of the audio container */
	bool audio_open;
	char *prompt_name; /* owned */
	/* the block that is open, apart from the audio */
	enum nova_content content;
	enum nova_role role;
	bool interactive, in_block;
	char *tool_use_id;
	struct bytes text;
};

void opening_init(struct opening *o);
void opening_deinit(struct opening *o);

/* An event of the owner's.  *news says what is complete with it.  0,
 * PROBLEM_LIMIT or PROBLEM_MEMORY. */
int opening_take(struct opening *o, const struct nova_event *e,
		 enum opening_news *news);
/* The gathered text, borrowed until the next block; NULL: no memory. */
const char *opening_text(struct opening *o);

#endif
