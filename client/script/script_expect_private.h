/* script_expect_private: the inside of script_expect.c, script_expect_texts.c
 * and script_expect_events.c. */
#ifndef CLIENT_SCRIPT_SCRIPT_EXPECT_PRIVATE_H
#define CLIENT_SCRIPT_SCRIPT_EXPECT_PRIVATE_H

#include "client/script/script_read.h"

/* What an expectation is added to. */
struct expect_list {
	const struct script_reader *r;
	enum script_outcome *outcome; /* NULL: of a whole case */
	struct script_expectation **items;
	size_t *count;
};

/* e with the place of n. */
int expect_add(const struct expect_list *l, const struct yaml_node *n,
	       struct script_expectation e);

/* --- script_expect_texts.c: reply, heard, transcript --- */
int expect_read_texts(const struct expect_list *l, const struct yaml_node *n,
		      enum script_about about);
/* "contains", "wer". */
const char *expect_test_name(enum script_test test);

/* --- script_expect_events.c: tools, events, their order --- */
int expect_read_tools(const struct expect_list *l, const struct yaml_node *n);
/* A map of names and counts; names: those that there are (ends with NULL), or
 * NULL for any. */
int expect_read_counts(const struct expect_list *l, const struct yaml_node *n,
		       enum script_about about, const char *const *names);
int expect_read_order(const struct expect_list *l, const struct yaml_node *n);

#endif
