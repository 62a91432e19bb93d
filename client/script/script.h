/*
 * script: a conversation that is written down, with what must come back
 * (docs/scripts.md), as plain structs.
 *
 * A file gives one script; its table of rows and its matrix of conditions make
 * it several cases, each complete in itself.  All texts of a case are its own.
 * Constant after reading: any thread may run a case.
 */
#ifndef CLIENT_SCRIPT_SCRIPT_H
#define CLIENT_SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct brain_maker;
struct problem;
struct yaml_file;

/* A place in one of the case's files; from 1. */
struct script_place {
	const char *file;
	unsigned line, column;
};

/* "<= 800", ">= 1", "3", [1, 3]: both ends are inside. */
struct script_bound {
	double least, most;
	const char *text; /* as a person reads it */
};

/* --- what the learner does --- */

enum script_act {
	SCRIPT_NOTHING, /* only what stands beside it: mute, fault, renew */
	SCRIPT_SAY,
	SCRIPT_PLAY,
	SCRIPT_TYPE,
	SCRIPT_SILENCE,
	SCRIPT_NOISE,
};

enum script_after {
	SCRIPT_AFTER_PREVIOUS, /* the turn before is over */
	SCRIPT_AFTER_SESSION,  /* the first session is ready */
	SCRIPT_AFTER_TUTOR_START,
	SCRIPT_AFTER_TUTOR_END,
	SCRIPT_AFTER_EVENT,
	SCRIPT_AFTER_PHRASE, /* of the answer, as it is heard */
};

struct script_start {
	enum script_after after;
	unsigned delay_ms;
	const char *what; /* the event, the phrase */
};

/* Trouble between client and server, from the turn's start on. */
struct script_fault {
	bool delays; /* the members below replace what was before */
	unsigned delay_ms, jitter_ms;
	unsigned stall_ms;         /* nothing gets through, then all */
	unsigned bytes_per_second; /* of what comes; 0: any */
	bool reset;                /* the connection is lost */
	unsigned cut_ms;           /* so long after the turn's start; with
				    * reset; 0: at once */
};

enum script_outcome {
	SCRIPT_ANY,     /* nothing is waited for */
	SCRIPT_RESPOND, /* an answer begins */
	SCRIPT_STOP,    /* the tutor stops speaking */
	SCRIPT_IGNORE,  /* neither */
};

/* --- what must come back --- */

enum script_about {
	SCRIPT_OUTCOME,
	SCRIPT_REPLY,      /* texts: what the tutor said */
	SCRIPT_HEARD,      /* ... as far as it was heard */
	SCRIPT_TRANSCRIPT, /* ... of the learner */
	SCRIPT_TOOL,       /* name, arguments (JSON), bound: how often */
	SCRIPT_EVENT,      /* name, bound */
	SCRIPT_ORDER,      /* texts: names of events */
	SCRIPT_LATENCY,
	SCRIPT_STOP_MS,
	SCRIPT_NO_BARGE_IN,
	SCRIPT_GAPS,
	SCRIPT_LEVEL_DB,
	SCRIPT_PEAK_DB,
	SCRIPT_CLIPPED,
	SCRIPT_SILENCE_MS, /* the longest within the answer */
	SCRIPT_DURATION_MS,
	SCRIPT_TURNS,
	SCRIPT_USAGE, /* name: "output_speech" */
	SCRIPT_ENDS,  /* name: a problem's, or "ok" */
	SCRIPT_JUDGE, /* texts: the command; name: what is asked */
};

enum script_test {
	SCRIPT_CONTAINS,
	SCRIPT_ANY_OF,
	SCRIPT_MATCHES,
	SCRIPT_NOT,
	SCRIPT_WER, /* of texts[0]; NULL: of what was said */
};

struct script_expectation {
	struct script_place place;
	enum script_about about;
	enum script_test test;
	const char *name, *arguments;
	const char **texts;
	size_t text_count;
	struct script_bound bound;
};

struct script_turn {
	struct script_place place;
	enum script_act act;
	const char *text;  /* words, or the path of the sound */
	const char *voice; /* NULL: the language's */
	double speed;
	unsigned from_ms, to_ms; /* play: this part of it; to_ms 0: its end */
	unsigned ms;             /* silence, noise */
	double level_db;         /* noise */
	bool noisy;              /* say, play: noise at snr_db below it */
	double snr_db;
	struct script_start start;
	bool sets_mute, mute;
	bool disconnect, renew;
	bool has_fault;
	struct script_fault fault;
	unsigned timeout_ms; /* until the answer begins, or the start comes */
	unsigned window_ms;  /* ignore: how long nothing may come */
	enum script_outcome outcome;
	struct script_expectation *expectations;
	size_t expectation_count;
};

struct script_tool {
	const char *name, *description;
	const char *schema; /* JSON of the input */
	const char **results;
	size_t result_count; /* the last comes again */
	const char *error;   /* in place of results */
	unsigned delay_ms;
};

enum script_backend { SCRIPT_ON_ANY, SCRIPT_ON_SIM, SCRIPT_ON_LIVE };

struct script_case {
	const char *name;
	const char *condition; /* NULL: clean */
	struct script_place place;
	const char **tags;
	size_t tag_count;
	enum script_backend backend;
	struct brain_maker *scenario; /* NULL: the one that comes with Habla */
	const char *lesson;           /* name or path; NULL: none */
	bool tutor; /* the simulator teaches it, in place of a scenario */
	const char *system, *voice, *language;
	unsigned renew_after_ms, reconnect;
	unsigned timeout_s;
	/* of the condition */
	bool noisy;
	double snr_db;
	bool has_network;
	struct script_fault network;

	struct script_tool *tools;
	size_t tool_count;
	struct script_turn *turns;
	size_t turn_count;
	struct script_expectation *expectations;
	size_t expectation_count;

	struct script_memory *memory; /* what all pointers lead to */
};

struct script {
	struct script_case **cases;
	size_t count;
};

/* Reads a file and makes its cases.  The problem's text begins with
 * "path:line:column: "; yaml_print_problem() shows the line.  PROBLEM_FORMAT,
 * PROBLEM_FILE, PROBLEM_LIMIT (too many cases) or PROBLEM_MEMORY. */
enum { SCRIPT_CASES_MOST = 10000 };
int script_read(struct script **out, const char *path, struct problem *p);
/* NULL is fine; returns NULL. */
struct script *script_free(struct script *s);

bool script_case_has_tag(const struct script_case *c, const char *tag);
/* "say: What is a leaf?", "silence: 3000 ms", "renew". */
enum { SCRIPT_LINE_SIZE = 128 };
void script_turn_line(char out[SCRIPT_LINE_SIZE], const struct script_turn *t);
/* "reply contains", "latency_ms". */
void script_expectation_name(char out[SCRIPT_LINE_SIZE],
			     const struct script_expectation *e);
const char *script_outcome_name(enum script_outcome outcome);

#endif
