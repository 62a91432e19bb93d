/* script_read: the script reader's own helpers.  Each returns 0 or fills the
 * problem with "path:line:column: ...". */
#ifndef CLIENT_SCRIPT_SCRIPT_READ_H
#define CLIENT_SCRIPT_SCRIPT_READ_H

#include "client/script/script.h"
#include "net/base/yaml.h"

enum { SCRIPT_FILES_MOST = 16, SCRIPT_ROWS_MOST = 2000 };

static const long SCRIPT_MS_MOST = 3600000;

/* --- script_memory.c --- */
struct script_memory {
	struct script_block *blocks;
	struct yaml_file *files[SCRIPT_FILES_MOST]; /* the script, includes */
	size_t file_count;
};

/* Zero bytes, freed with the case; NULL: no memory. */
void *script_allocate(struct script_memory *m, size_t size);
__attribute__((format(printf, 2, 3))) const char *
script_text(struct script_memory *m, const char *format, ...);
void script_memory_free(struct script_memory *m);

struct script_reader {
	struct script_case *c;
	struct script_memory *memory;
	const struct yaml_file *file; /* the one that is being read */
	struct problem *problem;
};

int script_no_memory(const struct script_reader *r);
struct script_place script_place_of(const struct script_reader *r,
				    const struct yaml_node *n);

/* --- script_members.c: a member that is not there leaves *out alone --- */
int script_read_text(const struct script_reader *r, const struct yaml_node *map,
		     const char *key, const char **out);
int script_read_ms(const struct script_reader *r, const struct yaml_node *map,
		   const char *key, unsigned *out);
int script_read_number(const struct script_reader *r,
		       const struct yaml_node *map, const char *key,
		       double least, double most, double *out);
int script_read_bool(const struct script_reader *r, const struct yaml_node *map,
		     const char *key, bool *out);
/* One text or a list of them. */
int script_read_texts(const struct script_reader *r, const struct yaml_node *n,
		      const char ***out, size_t *count);
int script_read_bound(const struct script_reader *r, const struct yaml_node *n,
		      struct script_bound *out);
/* "a/b.wav" beside the file that is being read. */
const char *script_beside(const struct script_reader *r, const char *name);
/* A value as JSON text. */
int script_read_json(const struct script_reader *r, const struct yaml_node *n,
		     const char **out);
/* Moves the members of a list that grows. */
int script_append(const struct script_reader *r, void **list, size_t *count,
		  size_t size, const void *item);

/* --- script_values.c --- */
/* Names and values, as a table's row has them. */
struct script_values {
	const char **names, **texts;
	size_t count;
};
/* Puts values in place of ${name}, in all texts below n. */
int script_values_put(const struct script_reader *r, struct yaml_node *n,
		      const struct script_values *v);

/* --- script_table.c --- */
/* The rows of `table`: a CSV or JSON file, or a list of maps.  Kept in
 * memory. */
struct script_table {
	struct script_values *rows;
	size_t count;
};
int script_table_read(const struct script_reader *r, const struct yaml_node *n,
		      struct script_table *out);

/* --- script_turn.c --- */
/* What turns share; zero is "as it is without". */
struct script_setup {
	const char *voice;
	double speed;
	bool noisy;
	double snr_db;
	unsigned timeout_ms, window_ms;
	const struct yaml_node *expect; /* of setup: for each turn */
	const struct yaml_file *expect_file;
};
int script_read_setup(const struct script_reader *r, const struct yaml_node *n,
		      struct script_setup *out);
int script_read_turn(const struct script_reader *r, const struct yaml_node *n,
		     const struct script_setup *setup, struct script_turn *t);
int script_read_fault(const struct script_reader *r, const struct yaml_node *n,
		      struct script_fault *out);

/* --- script_expect.c --- */
/* Adds to *list.  outcome: NULL for a whole case. */
int script_read_expect(const struct script_reader *r, const struct yaml_node *n,
		       enum script_outcome *outcome,
		       struct script_expectation **list, size_t *count);

/* --- script_case.c --- */
/* The case of that row under condition n (NULL: clean); files of c->memory are
 * read. */
int script_case_read(const struct script_reader *r,
		     const struct yaml_node *condition);

#endif
