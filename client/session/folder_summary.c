/* session.json of a session folder. */
#include "client/session/folder_files.h"

#include <stdlib.h>

#include "net/base/json_text.h"
#include "net/base/text.h"

enum { SUMMARY_BYTES_MOST = 1 << 20 };

static void write_end(struct bytes *out, const struct folder_files *f)
{
	char time[TEXT_TIME_SIZE];

	text_iso_time(time, f->start_wall_ms +
				    (int64_t)(f->last_us - f->start_us) / 1000);
	json_string(out, "ended", time);
	if (f->has_end)
		json_integer(out, "exit_code", f->exit_code);
	if (f->problem.code) {
		json_open_object(out, "problem");
		json_string(out, "code", problem_name(f->problem.code));
		json_string(out, "text", f->problem.text);
		json_close_object(out);
	}
	json_integer(out, "sent_samples", (int64_t)f->sent.frames);
	json_integer(out, "received_samples", (int64_t)f->received.frames);
	json_integer(out, "heard_frames", (int64_t)f->heard.frames);
	json_integer(out, "lost_events", (int64_t)f->lost_events);
	json_integer(out, "lost_heard_frames", (int64_t)f->lost_frames);
}

int folder_summary_write(const struct folder_files *f, bool ended)
{
	char *path = text_format("%s/session.json", f->dir);
	struct bytes out;
	int err = PROBLEM_MEMORY;

	bytes_init(&out, SUMMARY_BYTES_MOST);
	bytes_append_text(&out, "{");
	bytes_append_text(&out, f->head);
	if (ended)
		write_end(&out, f);
	bytes_append_text(&out, "}\n");
	if (path)
		err = out.failed
			      ? out.failed
			      : text_replace_file(path, out.data, out.length);
	bytes_deinit(&out);
	free(path);
	return err;
}
