#include "net/base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

enum { FIRST_CAPACITY = 256 };

void bytes_init(struct bytes *b, size_t limit)
{
	*b = (struct bytes){.limit = limit};
}

void bytes_init_secret(struct bytes *b, size_t limit)
{
	*b = (struct bytes){.limit = limit, .secret = true};
}

static void give_back(struct bytes *b)
{
	if (b->secret && b->data)
		explicit_bzero(b->data, b->capacity);
	free(b->data);
	b->data = NULL;
	b->capacity = 0;
}

void bytes_deinit(struct bytes *b)
{
	give_back(b);
	*b = (struct bytes){.limit = b->limit, .secret = b->secret};
}

void bytes_clear(struct bytes *b)
{
	b->length = 0;
	b->failed = 0;
}

/* realloc() would leave a copy behind. */
static uint8_t *move_secret(struct bytes *b, size_t capacity)
{
	uint8_t *data = malloc(capacity);

	if (!data)
		return NULL;
	if (b->length)
		memcpy(data, b->data, b->length);
	give_back(b);
	return data;
}

/* Makes the capacity at least `need`, which may be one above the limit: the
 * NUL of bytes_text() is not counted. */
static int grow(struct bytes *b, size_t need)
{
	if (need <= b->capacity)
		return 0;

	size_t capacity = b->capacity ? b->capacity : FIRST_CAPACITY;
	while (capacity < need)
		capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
	if (capacity > b->limit && b->limit < SIZE_MAX)
		capacity = need > b->limit + 1 ? need : b->limit + 1;

	uint8_t *data = b->secret ? move_secret(b, capacity)
				  : realloc(b->data, capacity);
	if (!data)
		return PROBLEM_MEMORY;
	b->data = data;
	b->capacity = capacity;
	return 0;
}

uint8_t *bytes_reserve(struct bytes *b, size_t length)
{
	if (b->failed)
		return NULL;
	if (length > b->limit - b->length) {
		b->failed = PROBLEM_LIMIT;
		return NULL;
	}
	/* at least one byte, so that NULL always means a failure */
	b->failed = grow(b, b->length + (length ? length : 1));
	return b->failed ? NULL : b->data + b->length;
}

int bytes_append(struct bytes *b, const void *data, size_t length)
{
	uint8_t *at = bytes_reserve(b, length);

	if (!at)
		return b->failed;
	if (length > 0)
		memcpy(at, data, length);
	b->length += length;
	return 0;
}

int bytes_append_text(struct bytes *b, const char *text)
{
	return bytes_append(b, text, strlen(text));
}

int bytes_append_format(struct bytes *b, const char *format, ...)
{
	va_list args, again;

	if (b->failed)
		return b->failed;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	if (length < 0 || (size_t)length > b->limit - b->length)
		b->failed = PROBLEM_LIMIT;
	else
		b->failed = grow(b, b->length + (size_t)length + 1);
	if (!b->failed) {
		vsnprintf((char *)b->data + b->length, (size_t)length + 1,
			  format, again);
		b->length += (size_t)length;
	}
	va_end(again);
	va_end(args);
	return b->failed;
}

static int append_big_endian(struct bytes *b, uint64_t v, size_t size)
{
	uint8_t *at = bytes_reserve(b, size);

	if (!at)
		return b->failed;
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(v >> (8 * (size - 1 - i)));
	b->length += size;
	return 0;
}

int bytes_append_u8(struct bytes *b, uint8_t v)
{
	return append_big_endian(b, v, sizeof v);
}

int bytes_append_be16(struct bytes *b, uint16_t v)
{
	return append_big_endian(b, v, sizeof v);
}

int bytes_append_be32(struct bytes *b, uint32_t v)
{
	return append_big_endian(b, v, sizeof v);
}

int bytes_append_be64(struct bytes *b, uint64_t v)
{
	return append_big_endian(b, v, sizeof v);
}

void bytes_drop_front(struct bytes *b, size_t count)
{
	if (count == 0)
		return;
	b->length -= count;
	if (b->length > 0 || b->capacity <= BYTES_KEPT) {
		memmove(b->data, b->data + count, b->length);
		return;
	}
	give_back(b);
}

const char *bytes_text(struct bytes *b)
{
	if (grow(b, b->length + 1) != 0)
		return NULL;
	b->data[b->length] = '\0';
	return (const char *)b->data;
}

char *bytes_take_text(struct bytes *b)
{
	if (b->failed || !bytes_text(b))
		return NULL;
	char *text = (char *)b->data;
	*b = (struct bytes){.limit = b->limit};
	return text;
}
