/*
 * bytes: a growable byte buffer with a limit from birth, so that input from
 * outside cannot grow memory without end.
 *
 * One owner, one thread.  After a failed append the buffer is as before and
 * `failed` stays set, so a run of appends may be checked once at its end.
 */
#ifndef NET_BASE_BYTES_H
#define NET_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* owned; NULL while nothing was added */
	size_t length;
	size_t capacity;
	size_t limit; /* most bytes it may hold */
	int failed;   /* 0, PROBLEM_MEMORY or PROBLEM_LIMIT */
	bool secret;  /* memory that it gives back is wiped */
};

void bytes_init(struct bytes *b, size_t limit);
/* The same for what nobody else may read. */
void bytes_init_secret(struct bytes *b, size_t limit);
void bytes_deinit(struct bytes *b);

/* Empties b, keeps its memory, and forgets a failure. */
void bytes_clear(struct bytes *b);

/* All return 0, PROBLEM_MEMORY or PROBLEM_LIMIT. */
int bytes_append(struct bytes *b, const void *data, size_t length);
int bytes_append_text(struct bytes *b, const char *text);
__attribute__((format(printf, 2, 3))) int
bytes_append_format(struct bytes *b, const char *format, ...);
int bytes_append_u8(struct bytes *b, uint8_t v);
int bytes_append_be16(struct bytes *b, uint16_t v);
int bytes_append_be32(struct bytes *b, uint32_t v);
int bytes_append_be64(struct bytes *b, uint64_t v);

/* Makes room for length more bytes and returns where they go, or NULL.  The
 * caller then adds what it wrote to b->length. */
uint8_t *bytes_reserve(struct bytes *b, size_t length);

/* Removes the first count bytes (count <= length).  A queue that has run empty
 * keeps at most BYTES_KEPT of its memory, so that one that was long once does
 * not stay large for ever. */
enum { BYTES_KEPT = 8 * 1024 };
void bytes_drop_front(struct bytes *b, size_t count);

/* The content with a NUL behind it, which is not counted; NULL when there is
 * no memory.  Borrowed until the next change. */
const char *bytes_text(struct bytes *b);

/* Hands the NUL-terminated content to the caller, who frees it; b is empty
 * afterwards.  NULL when there is no memory or b has failed. */
char *bytes_take_text(struct bytes *b);

#endif
