/*
 * json_text: writes JSON into a byte buffer, member by member.
 *
 * For the messages that we send, whose shape is known: no tree is built.
 * Commas are put in by themselves.  Failures stay in the buffer (bytes.failed).
 * An outermost value begins in an empty buffer or after a line end.
 * Reading is cJSON's job.
 */
#ifndef NET_BASE_JSON_TEXT_H
#define NET_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;

/* key is NULL for an array element or the outermost value. */
void json_open_object(struct bytes *b, const char *key);
void json_close_object(struct bytes *b);
void json_open_array(struct bytes *b, const char *key);
void json_close_array(struct bytes *b);
/* Text is UTF-8; wrong sequences become U+FFFD.  NULL text writes null. */
void json_string(struct bytes *b, const char *key, const char *text);
void json_string_n(struct bytes *b, const char *key, const char *text,
		   size_t n);
void json_integer(struct bytes *b, const char *key, int64_t v);
/* Shortest form that reads back the same: 0.9, 0.7, 1.  JSON has no infinity
 * and no NaN: these write null. */
void json_number(struct bytes *b, const char *key, double v);
void json_bool(struct bytes *b, const char *key, bool v);
/* json must be one valid JSON value; it is copied as it is. */
void json_raw(struct bytes *b, const char *key, const char *json);
/* The base64 form of data as a string. */
void json_base64(struct bytes *b, const char *key, const void *data, size_t n);

#endif
