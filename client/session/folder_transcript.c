/* transcript.md of a session folder. */
#include <string.h>

#include "client/session/folder_files.h"
#include "net/base/text.h"

/* The words as they are, whatever Markdown or a terminal would read into them.
 */
static void append_words(struct bytes *out, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		size_t n = text_utf8_sequence(text, left);
		unsigned char c = (unsigned char)*text;
		bool c1 = n == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0;
		if (strchr("\t\n\v\f\r", c))
			bytes_append_text(out, " ");
		else if (n == 0 || c < 0x20 || c == 0x7f || c1)
			bytes_append_text(out, "?");
		else if (strchr("\\`*_[]<>&#", c))
			bytes_append_format(out, "\\%c", c);
		else
			bytes_append(out, text, n);
		text += n ? n : 1;
		left -= n ? n : 1;
	}
}

void folder_transcript_head(struct bytes *out, const char *backend,
			    int64_t wall_ms)
{
	char time[TEXT_TIME_SIZE];

	text_iso_time(time, wall_ms);
	bytes_append_format(out,
			    "# Conversation with the tutor\n\n%.10s %.8s "
			    "UTC. ",
			    time, time + 11);
	append_words(out, backend);
	bytes_append_text(out, "\n");
}

/* The call, and its result or why there is none. */
static void append_tool(struct bytes *out, const struct session_event *e)
{
	bytes_append_text(out, "\n**Tool** ");
	append_words(out, e->tool ? e->tool : "");
	if (e->kind == SESSION_TOOL_CALL)
		bytes_append_text(out, " is called: ");
	else
		bytes_append_text(out,
				  e->problem ? " has failed: " : " answers: ");
	append_words(out, e->problem ? e->problem->text
			  : e->text  ? e->text
				     : "");
	bytes_append_text(out, "\n");
}

void folder_transcript_line(struct bytes *out, const struct session_event *e)
{
	if (e->kind != SESSION_TRANSCRIPT) {
		append_tool(out, e);
		return;
	}
	bytes_append_text(out, e->role == NOVA_USER ? "\n**You:** "
						    : "\n**Tutor:** ");
	append_words(out, e->text ? e->text : "");
	bytes_append_text(out, e->cut ? " — (interrupted)\n" : "\n");
}
