/*
 * report_recorder: the session_sink that writes down for a report what happened
 * in a conversation: both waves, who spoke when, what was said, the events that
 * a tester wants to see, tokens used.  Verdict, turns, expectations, latency
 * parts and measures are the runner's.
 *
 * Events come on the conversation's thread, sound on the voice thread; made,
 * finished and freed when neither runs.
 */
#ifndef CLIENT_REPORT_REPORT_RECORDER_H
#define CLIENT_REPORT_REPORT_RECORDER_H

#include <stdint.h>

#include "client/report/test_report.h"
#include "client/session/sink.h"

struct report_recorder;

/* c is borrowed, and gets what is seen from start_us (the conversation's clock,
 * the moment of the first sample heard) on.  0 or PROBLEM_MEMORY; a failure
 * later stays in c->failed. */
int report_recorder_create(struct report_recorder **out, struct report_case *c,
			   uint64_t start_us);
struct session_sink *report_recorder_sink(struct report_recorder *r);
/* Gives c the waves (those that the runner has set stay when no sound was
 * heard here), the tutor's spans of speech (stretches of sound with less
 * than REPORT_PAUSE_MS between them), and its duration. */
enum { REPORT_PAUSE_MS = 400 };
void report_recorder_finish(struct report_recorder *r);
/* NULL is fine; returns NULL. */
struct report_recorder *report_recorder_free(struct report_recorder *r);

#endif
