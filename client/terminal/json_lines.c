#include <stdbool.h>
#include <stdlib.h>

#include "client/session/event_line.h"
#include "client/terminal/plain.h"
#include "net/base/bytes.h"
#include "net/base/log.h"
#include "net/base/problem.h"

enum { LINE_BYTES_MOST = 1 << 20 };

struct json_lines {
	struct session_sink sink;
	FILE *stream; /* borrowed */
	uint64_t start_us;
	struct bytes line; /* kept between events for its memory */
	bool closed;       /* nobody reads any more */
};

static void lines_event(struct session_sink *sink,
			const struct session_event *e)
{
	struct json_lines *j = (struct json_lines *)sink;

	if (j->closed)
		return;
	bytes_clear(&j->line);
	int err = event_line_write(&j->line, e, j->start_us, NULL);
	if (err) {
		log_error("json", "an event was left out: %s",
			  problem_name(err));
		return;
	}
	if (fwrite(j->line.data, 1, j->line.length, j->stream) !=
		    j->line.length ||
	    fflush(j->stream) != 0) {
		log_error("json", "stdout takes no more lines");
		j->closed = true;
	}
}

int json_lines_create(struct json_lines **out, FILE *stream, uint64_t start_us)
{
	static const struct session_sink_ops ops = {.event = lines_event};
	struct json_lines *j = calloc(1, sizeof *j);

	if (!j)
		return PROBLEM_MEMORY;
	j->sink.ops = &ops;
	j->stream = stream;
	j->start_us = start_us;
	bytes_init(&j->line, LINE_BYTES_MOST);
	*out = j;
	return 0;
}

struct session_sink *json_lines_sink(struct json_lines *j)
{
	return &j->sink;
}

struct json_lines *json_lines_free(struct json_lines *j)
{
	if (!j)
		return NULL;
	bytes_deinit(&j->line);
	free(j);
	return NULL;
}
