/*
 * judge_program: a program of the tester's that judges meaning.
 *
 * It gets one JSON object on stdin ("about", "case", "turn", "said",
 * "transcript", "reply", "heard") and answers with one on stdout
 * ({"pass": true, "why": "..."}).  The same question to the same command is
 * asked once: answers are kept in a folder.  Any thread.
 */
#ifndef CLIENT_TRIAL_JUDGE_PROGRAM_H
#define CLIENT_TRIAL_JUDGE_PROGRAM_H

#include "client/report/test_report.h"

struct verdict;

struct judge_program {
	const char *cache_dir; /* NULL: nothing is kept */
	unsigned limit_ms;     /* 0: 60000 */
};

/* A program that fails, or says something else, has measured nothing. */
enum report_state judge_program_ask(struct verdict *v);

#endif
