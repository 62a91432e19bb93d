#include "tests/support/short_of_memory.h"

#include <stdatomic.h>
#include <stddef.h>

/* The linker's names of the real ones, and of what stands in their place. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

static atomic_bool counts, has_failed;
static atomic_uint number, fails_at;

void short_of_memory_begin(unsigned n)
{
	number = 0;
	fails_at = n;
	has_failed = false;
	counts = true;
}

unsigned short_of_memory_end(bool *failed)
{
	counts = false;
	*failed = has_failed;
	return number;
}

static bool fails(void)
{
	if (!counts || ++number != fails_at)
		return false;
	has_failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t length)
{
	return fails() ? NULL : __real_strndup(text, length);
}
