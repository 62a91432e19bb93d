/*
 * test_report: what `habla test` found, as plain structs: the runner fills
 * them, the writers of this room (report_write.h) only read them.
 *
 * A case owns all its texts: whatever is given to report_case_...() is copied.
 * Cases are made one by one, each on any one thread, and then handed to the
 * report.  A failed allocation stays in the case (`failed`) and is told when it
 * is handed over, so a row of additions is checked once.
 *
 * Times are milliseconds since the case's conversation began, on its own
 * clock.  Texts that may be missing are NULL.
 */
#ifndef CLIENT_REPORT_TEST_REPORT_H
#define CLIENT_REPORT_TEST_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum report_verdict {
	REPORT_PASSED,
	REPORT_FAILED,  /* an expectation was not met */
	REPORT_FLAKY,   /* some repeats passed, some failed */
	REPORT_ERROR,   /* the environment failed: nothing is known */
	REPORT_SKIPPED, /* it was not run */
	REPORT_VERDICTS
};

enum report_state {
	REPORT_MET,
	REPORT_UNMET,
	/* The thing it is about never happened: counts as unmet. */
	REPORT_NOT_MEASURED,
	REPORT_STATES
};

enum report_speaker { REPORT_LEARNER, REPORT_TUTOR, REPORT_SPEAKERS };

/* A place in a script; line and column from 1, 0: unknown. */
struct report_place {
	const char *file;
	unsigned line, column;
};

struct report_turn {
	const char *text; /* what the learner does: "say: What is a leaf?" */
	double start_ms, end_ms;
};

struct report_expectation {
	struct report_place place;
	size_t turn;          /* from 1; 0: of the whole case */
	const char *name;     /* "reply contains", "latency" */
	const char *expected; /* "<= 800 ms" */
	const char *got;      /* "1240 ms"; NULL when not measured */
	const char *diff;     /* words, as word_diff.h marks them */
	const char *why; /* one line more: a judge's words, what was missing
			  */
	enum report_state state;
	double at_ms; /* where on the time line it belongs; < 0: nowhere */
};

/* A piece of the time from the learner's last sample to the first of the
 * answer. */
struct report_part {
	size_t turn;      /* from 1 */
	const char *name; /* "gate", "network", "model", "playout" */
	double start_ms, duration_ms;
};

struct report_span {
	enum report_speaker speaker;
	double start_ms, end_ms;
};

struct report_line {
	enum report_speaker speaker;
	double at_ms;
	const char *text;
	bool cut; /* the learner spoke into it */
};

struct report_event {
	double at_ms;
	const char *name; /* "toolUse", "interrupted", "renewal" */
	const char *text; /* what a tester wants to know of it */
};

/* All values of one kind, over turns and repeats: what baselines compare.
 * Less is better in all of them. */
struct report_measure {
	const char *name; /* "latency_ms", "wer", "barge_in_ms" */
	double *values;
	size_t count;
};

struct report_usage {
	uint64_t input_speech, output_speech, input_text, output_text;
};

/* Peaks of each 20 ms: 255 is full scale. */
enum { REPORT_PEAK_MS = 20 };
struct report_wave {
	uint8_t *peaks;
	size_t count;
};

struct report_case {
	const char *name;
	struct report_place place;
	const char *condition; /* of a matrix: "noise 10 dB"; NULL: clean */
	const char **tags;
	size_t tag_count;

	enum report_verdict verdict;
	const char *reason; /* of an error or a skip: one line */
	uint64_t seed;
	unsigned runs, passed; /* repeats that ended, and those that passed */
	double duration_ms;
	const char *again; /* a command line that runs this case alone */

	/* Of the repeat that is shown: the first that failed, else the last. */
	const char *folder; /* session folder, when it was kept */
	const char *audio; /* path of a sound file, left learner, right tutor */
	struct report_usage usage;
	struct report_wave waves[REPORT_SPEAKERS];
	struct report_turn *turns;
	size_t turn_count;
	struct report_expectation *expectations;
	size_t expectation_count;
	struct report_part *parts;
	size_t part_count;
	struct report_span *spans;
	size_t span_count;
	struct report_line *lines;
	size_t line_count;
	struct report_event *events;
	size_t event_count;

	struct report_measure *measures; /* of all repeats */
	size_t measure_count;

	int failed;                /* 0 or PROBLEM_MEMORY */
	struct report_text *texts; /* all that the pointers above point to */
};

struct test_report {
	char *name; /* of the suite: what was asked for on the command line */
	char *backend; /* "sim", "relay wss://...", "bedrock us-east-1" */
	uint64_t seed;
	/* UTC since 1970; 0: not told.  A run under the virtual clock tells
	 * none, so that its files are the same each time. */
	int64_t started_ms;
	double duration_ms; /* of all, as the machine's clock saw it; shown at
			     * the terminal alone */
	struct report_case **cases;
	size_t count;
};

/* NULL: not enough memory. */
struct test_report *test_report_new(const char *name, const char *backend);
/* With its cases.  NULL is fine; returns NULL. */
struct test_report *test_report_free(struct test_report *r);
/* Takes c, in any outcome.  0, or PROBLEM_MEMORY, also when c->failed. */
int test_report_add(struct test_report *r, struct report_case *c);
size_t test_report_count(const struct test_report *r, enum report_verdict v);

/* NULL: not enough memory. */
struct report_case *report_case_new(const char *name, struct report_place at);
/* Only for a case that was not handed over.  NULL is fine; returns NULL. */
struct report_case *report_case_free(struct report_case *c);

/* Sets a text of the case: report_case_text(c, &c->folder, path). */
void report_case_text(struct report_case *c, const char **member,
		      const char *text);
void report_case_add_tag(struct report_case *c, const char *tag);
void report_case_add_turn(struct report_case *c, const struct report_turn *t);
void report_case_add_expectation(struct report_case *c,
				 const struct report_expectation *e);
void report_case_add_part(struct report_case *c, const struct report_part *p);
void report_case_add_span(struct report_case *c, const struct report_span *s);
void report_case_add_line(struct report_case *c, const struct report_line *l);
void report_case_add_event(struct report_case *c, const struct report_event *e);
void report_case_add_measure(struct report_case *c, const char *name,
			     double value);
/* NULL: nothing of that name was measured. */
const struct report_measure *report_case_measure(const struct report_case *c,
						 const char *name);
/* In place of the wave that is there; samples of one channel. */
void report_case_set_wave(struct report_case *c, enum report_speaker who,
			  const int16_t *samples, size_t count,
			  unsigned rate_hz);
/* Everything that belongs to the repeat that is shown is taken out, so that
 * another can be shown; measures, tags and numbers stay. */
void report_case_clear_run(struct report_case *c);

/* "passed", "failed", "flaky", "error", "skipped". */
const char *report_verdict_name(enum report_verdict v);
/* "met", "unmet", "not measured". */
const char *report_state_name(enum report_state s);
/* "learner", "tutor". */
const char *report_speaker_name(enum report_speaker s);

#endif
