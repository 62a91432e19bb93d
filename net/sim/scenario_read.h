/* scenario_read: the scenario reader's own helpers.  Each returns 0 or fills
 * the problem with "path:line:column: ...". */
#ifndef NET_SIM_SCENARIO_READ_H
#define NET_SIM_SCENARIO_READ_H

#include "net/base/yaml.h"
#include "net/sim/scenario.h"

struct scenario_reader {
	const struct yaml_file *file;
	struct problem *problem;
};

/* A member that is not there leaves *out alone. */
int read_text(const struct scenario_reader *r, const struct yaml_node *map,
	      const char *key, char **out);
int read_ms(const struct scenario_reader *r, const struct yaml_node *map,
	    const char *key, long least, unsigned *out);
int read_bool(const struct scenario_reader *r, const struct yaml_node *map,
	      const char *key, bool *out);
int read_memory(const struct scenario_reader *r);

/* scenario_stream.c */
int read_stream(const struct scenario_reader *r, const struct yaml_node *map,
		struct scenario_stream *s);
/* scenario_turn.c */
int read_turn(const struct scenario_reader *r, const struct yaml_node *map,
	      struct scenario_turn *t);
void scenario_turn_free(struct scenario_turn *t);

#endif
