/*
 * json_scan: finds the members of a flat JSON object of plain strings without
 * building a tree.  For audio events and chunk payloads, nearly all traffic.
 *
 * It knows no errors: whatever is not exactly of that shape (escapes, other
 * value types, too many members) is "not recognised", and the caller lets
 * cJSON judge it.
 */
#ifndef NET_NOVA_JSON_SCAN_H
#define NET_NOVA_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum { JSON_SCAN_MEMBERS = 16 };

struct json_scan {
	const char *at, *end; /* borrowed text that is still to be read */
};

struct json_slice {
	const char *text; /* not terminated */
	size_t length;
};

struct json_scan_object {
	struct json_slice keys[JSON_SCAN_MEMBERS];
	struct json_slice values[JSON_SCAN_MEMBERS];
	size_t count;
};

/* Steps over blanks and then c, when c is next. */
bool json_scan_char(struct json_scan *s, char c);
/* A string without escapes. */
bool json_scan_string(struct json_scan *s, struct json_slice *out);
/* {"key":"value",...}; no key may come twice. */
bool json_scan_object(struct json_scan *s, struct json_scan_object *out);
/* True when nothing but blanks is left. */
bool json_scan_at_end(struct json_scan *s);

bool json_slice_is(const struct json_slice *s, const char *text);
/* The value of a key, or NULL. */
const struct json_slice *json_scan_find(const struct json_scan_object *o,
					const char *key);

#endif
