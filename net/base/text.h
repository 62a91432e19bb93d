/* text: small string helpers that several rooms need. */
#ifndef NET_BASE_TEXT_H
#define NET_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Heap copies; NULL when text is NULL or there is no memory. */
char *text_copy(const char *text);
__attribute__((format(printf, 1, 2))) char *text_format(const char *format,
							...);

/* Frees a secret, with nothing of it left behind in freed memory.  NULL is
 * fine; returns NULL. */
char *text_wipe(char *text);

bool text_equal(const char *a, const char *b);      /* NULL equals NULL only */
bool text_equal_fold(const char *a, const char *b); /* ASCII case ignored */
bool text_starts(const char *text, const char *start);

/* The largest length <= limit at which UTF-8 text may be cut. */
size_t text_utf8_cut(const char *text, size_t length, size_t limit);
/* Bytes of the UTF-8 sequence at text, of which length > 0 bytes are there; 0
 * when it is none (overlong, a surrogate, past U+10FFFF or cut off). */
size_t text_utf8_sequence(const char *text, size_t length);
/* Turns control characters (U+0000 to U+001F, U+007F to U+009F) and bytes
 * that are not UTF-8 into '?', so that a terminal shows one harmless line. */
void text_clean_line(char *text);

/* Numbers as JSON and YAML write them, whatever the locale's decimal point.
 * Reading wants all of text to be one finite number: 0 or PROBLEM_FORMAT. */
int text_to_number(double *out, const char *text);
/* Shortest form that reads back the same: "0.9", "1".  v is finite. */
enum { TEXT_NUMBER_SIZE = 32 };
void text_from_number(char out[TEXT_NUMBER_SIZE], double v);

/* The entry of words (ends with NULL) nearest to text, or NULL when none is
 * near enough to be meant. */
const char *text_nearest(const char *text, const char *const *words);

/* "2026-01-02T03:04:05.678Z" from UTC milliseconds. */
enum { TEXT_TIME_SIZE = 25 };
void text_iso_time(char out[TEXT_TIME_SIZE], int64_t wall_ms);
/* The same for names of files: "20260102T030405Z". */
void text_compact_time(char out[TEXT_TIME_SIZE], int64_t wall_ms);
/* UTC milliseconds of an HTTP date ("Fri, 02 Jan 2026 03:04:05 GMT"), or -1. */
int64_t text_http_date(const char *text);

/* Reads a whole file, at most limit bytes; caller frees.  A NUL follows.
 * length may be NULL.  PROBLEM_FILE (errno tells why), PROBLEM_LIMIT or
 * PROBLEM_MEMORY. */
int text_read_file(char **out, size_t *length, const char *path, size_t limit);
/* Writes all of it.  PROBLEM_FILE or PROBLEM_DISK_FULL; errno tells why. */
int text_write_all(int fd, const void *data, size_t length);
/* Writes a whole file (mode 0600) or leaves it as it was: PATH.new takes its
 * place.  PROBLEM_FILE, PROBLEM_DISK_FULL (errno tells why) or
 * PROBLEM_MEMORY. */
int text_replace_file(const char *path, const void *data, size_t length);

#endif
