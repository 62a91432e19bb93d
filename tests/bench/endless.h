/* endless: a scenario in which the tutor speaks without a pause, at the pace
 * of speech, so that a stream carries its full rate. */
#ifndef TESTS_BENCH_ENDLESS_H
#define TESTS_BENCH_ENDLESS_H

struct bench;
struct problem;

/* Writes it as name into the bench's folder.  0 or PROBLEM_FILE. */
int endless_write(const struct bench *b, const char *name, struct problem *p);

#endif
