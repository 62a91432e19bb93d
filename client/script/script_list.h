/* script_list: the scripts of files and folders, and which of their cases are
 * wanted. */
#ifndef CLIENT_SCRIPT_SCRIPT_LIST_H
#define CLIENT_SCRIPT_SCRIPT_LIST_H

#include <stddef.h>

struct problem;
struct script;
struct script_case;

struct script_list {
	struct script **scripts;
	size_t script_count;
	const struct script_case **cases;
	size_t count;
};

struct script_choice {
	const char *tags;       /* "a,b": with one of them; NULL: all */
	const char *name;       /* part of it; NULL: all */
	unsigned shard, shards; /* 1 to shards; 0: all */
};

/* Zero bytes are an empty list.  A folder stands for all .yaml and .yml files
 * in it and below, in order of their names, but those whose name begins with
 * "_": they are for include.  What script_read() says, or PROBLEM_USAGE. */
int script_list_add(struct script_list *l, const char *path, struct problem *p);
/* Makes cases of scripts.  PROBLEM_USAGE: none is left. */
int script_list_choose(struct script_list *l, const struct script_choice *c,
		       struct problem *p);
void script_list_deinit(struct script_list *l);

#endif
