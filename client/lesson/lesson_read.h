/* lesson_read: the lesson reader's own helpers.  Each returns 0 or fills the
 * problem with "path:line:column: ...". */
#ifndef CLIENT_LESSON_LESSON_READ_H
#define CLIENT_LESSON_LESSON_READ_H

#include "client/lesson/lesson.h"
#include "net/base/yaml.h"

struct lesson_reader {
	const struct yaml_file *file;
	struct problem *problem;
};

enum {
	LESSON_SPOKEN_MOST = 1000, /* bytes of a text that is spoken */
	LESSON_SHORT_MOST = 160,   /* of a title, a wording, a word */
};

int lesson_read_memory(const struct lesson_reader *r);

/* The member key of map as a text of one line, at most so many bytes.  When it
 * is missing: a problem, or, for what may be, *out stays as it is. */
int lesson_read_line(const struct lesson_reader *r, const struct yaml_node *map,
		     const char *key, size_t most, char **out);
int lesson_read_optional_line(const struct lesson_reader *r,
			      const struct yaml_node *map, const char *key,
			      size_t most, char **out);

/* The member key of map as a list with 1 to most members; one text is a list of
 * one.  *first: its first member, as many as *count. */
int lesson_read_list(const struct lesson_reader *r, const struct yaml_node *map,
		     const char *key, size_t most,
		     const struct yaml_node **first, size_t *count);
/* The same as texts of one line.  *count grows with what is read, so that what
 * came before a problem can be freed. */
int lesson_read_lines(const struct lesson_reader *r,
		      const struct yaml_node *map, const char *key, size_t most,
		      char ***out, size_t *count);
/* The member "id", and that it is one. */
int lesson_read_id(const struct lesson_reader *r, const struct yaml_node *map,
		   char **out);

/* --- lesson_read_step.c --- */
int lesson_read_steps(const struct lesson_reader *r,
		      const struct yaml_node *root, struct lesson *l);

/* --- lesson_check.c --- */
int lesson_check(const struct lesson_reader *r, const struct lesson *l);

#endif
