/* vectors: the wire vectors in tests/data/vectors, for tests. */
#ifndef TESTS_SUPPORT_VECTORS_H
#define TESTS_SUPPORT_VECTORS_H

#include <stddef.h>
#include <stdint.h>

struct cJSON;

/* The parsed file; fails the test when it cannot be read.  The caller calls
 * cJSON_Delete(). */
struct cJSON *vectors_load(const char *name);

/* A member that must be there, of the right type. */
const struct cJSON *vectors_member(const struct cJSON *o, const char *key);
const char *vectors_text(const struct cJSON *o, const char *key);
double vectors_number(const struct cJSON *o, const char *key);

/* Bytes of a hex text; the caller frees. */
uint8_t *vectors_hex(size_t *length, const char *hex);
/* Lower hex of bytes; the caller frees. */
char *vectors_to_hex(const void *data, size_t length);

#endif
