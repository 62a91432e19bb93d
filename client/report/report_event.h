/* report_event: an event of a conversation as a tester reads it.  Private to
 * report_recorder.c. */
#ifndef CLIENT_REPORT_REPORT_EVENT_H
#define CLIENT_REPORT_REPORT_EVENT_H

#include "client/session/sink.h"

enum { REPORT_EVENT_TEXT_SIZE = 1024 };

/* Its name (the event's, or a literal) and what there is to know of it in
 * text, "" when that is nothing.  NULL: it is not shown, as sound, words,
 * states and countdowns are seen otherwise. */
const char *report_event_describe(char text[REPORT_EVENT_TEXT_SIZE],
				  const struct session_event *e);

#endif
