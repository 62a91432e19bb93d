/*
 * scenario: what a scenario file says, as plain structs (docs/scenarios.md).
 * Private to this room.
 */
#ifndef NET_SIM_SCENARIO_H
#define NET_SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/sim/sim.h"

struct problem;

/* Sound in a scenario is kept at this rate and converted for a session that
 * asked for another. */
enum { SCENARIO_RATE_HZ = 24000 };

enum scenario_on {
	SCENARIO_ON_ANY, /* speech, text */
	SCENARIO_ON_OPEN,
	SCENARIO_ON_SPEECH,
	SCENARIO_ON_TEXT,
	SCENARIO_ON_TOOL_RESULT,
};

struct scenario_sentence {
	char *text;
	int16_t *samples; /* at SCENARIO_RATE_HZ; NULL: text only */
	size_t count;
};

struct scenario_tool {
	char *name, *arguments; /* JSON object */
};

struct scenario_turn {
	enum scenario_on on;
	char *hear; /* the learner's transcript, or NULL */
	unsigned delay_ms;
	struct scenario_sentence *sentences;
	size_t sentence_count;
	char *result; /* tool_result: JSON that it must hold; NULL: any */
	struct scenario_tool *tools; /* asked for after the sentences */
	size_t tool_count;
	char *fail_exception, *fail_message; /* NULL: none */
	unsigned fail_after_ms;
	bool interrupts; /* a barge-in without the learner */
	unsigned interrupt_after_ms;
	bool cuts;
	enum sim_cut cut;
	unsigned cut_after_ms;
};

struct scenario_stream {
	struct sim_front_plan front; /* its texts are owned */
	char *refuse_exception, *refuse_message;
	unsigned chunk_ms_least, chunk_ms_most; /* 0: not set */
	double speed;
	unsigned turn_pause_ms, life_ms, idle_ms;
	bool start_set, silent_start;
	struct sim_fault fault;
};

struct scenario {
	char *name;
	struct scenario_stream stream;
	struct scenario_turn *turns;
	size_t turn_count;
	bool repeat;
};

/* path NULL: the built-in one. */
int scenario_read(struct scenario **out, const char *path, struct problem *p);
/* From text; name stands for the path in messages and for finding sound. */
int scenario_read_text(struct scenario **out, const char *name,
		       const char *text, size_t length, struct problem *p);
/* From a map in a file that was read. */
struct yaml_file;
struct yaml_node;
int scenario_read_node(struct scenario **out, const struct yaml_file *f,
		       const struct yaml_node *map, struct problem *p);
struct scenario *scenario_free(struct scenario *s);

/* scenario_builtin.c */
extern const char scenario_builtin_text[];

/* tone.c: a soft tone with soft ends; the caller frees.  NULL: no memory. */
int16_t *tone_make(double hz, unsigned ms, size_t *count);
/* As long as the text takes to say. */
unsigned tone_ms_for_text(const char *text);

#endif
