/*
 * plain_json: finds the members of a flat JSON object without building a tree.
 *
 * For the messages that carry audio: a few plain members and one long string.
 * Whatever is not plain (escapes, a member twice, deeper values other than
 * the one object asked for) is left to a real parser.
 */
#ifndef NET_RELAY_PLAIN_JSON_H
#define NET_RELAY_PLAIN_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct plain_member {
	const char *key;   /* wanted name */
	bool object;       /* an object is wanted, not a string or a word */
	const char *value; /* found: inside the quotes, or the whole value */
	size_t length;
	bool quoted;
};

/* Fills the members found; others are passed over.  False when json is not a
 * plain object; the members are then undefined. */
bool plain_json_find(const char *json, size_t length,
		     struct plain_member *members, size_t count);

/* Where the blanks of JSON that begin at `at` are over: end at the latest. */
const char *plain_json_skip_blanks(const char *at, const char *end);

/* The found value is this word or text. */
bool plain_member_is(const struct plain_member *m, const char *text);

#endif
