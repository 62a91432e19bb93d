/*
 * stream_probe: opens one stream of an upstream on a loop of this thread and
 * keeps what its listener hears, one line each:
 *
 *   opened ID
 *   USER FINAL "text" PARTIAL_TURN      a block, at its end
 *   AUDIO 24000 END_TURN
 *   TOOL look {"a":1} TOOL_USE
 *   closed 0
 */
#ifndef TESTS_SUPPORT_STREAM_PROBE_H
#define TESTS_SUPPORT_STREAM_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/problem.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"

struct loop;

struct stream_probe {
	struct loop *loop;
	struct nova_stream *stream;
	struct nova_session session;
	char lines[8192];
	struct problem why;
	bool is_open, is_closed;
	int16_t *samples;
	size_t sample_count;
	char tool_use_id[64];
	bool free_on_event; /* frees the stream in its event callback */
	/* the block that is open */
	char block[1024];
	size_t block_samples;
	const char *awaited; /* stops the loop when lines contain it */
};

/* Opens, and says the session's opening; settings may be NULL. */
void stream_probe_open(struct stream_probe *s, struct loop *l,
		       struct nova_upstream *u,
		       const struct nova_session_settings *settings);
/* Runs the loop until the lines contain text; fails the test when they do not
 * within 30 s, or when the stream has closed without. */
void stream_probe_await(struct stream_probe *s, const char *text);
void stream_probe_free(struct stream_probe *s);

#endif
