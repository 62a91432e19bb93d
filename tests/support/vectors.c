#include "tests/support/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/text.h"

enum { FILE_MAX = 1024 * 1024 };

cJSON *vectors_load(const char *name)
{
	char path[1024];
	char *text = NULL;
	size_t length = 0;

	snprintf(path, sizeof path, "%s/tests/data/vectors/%s",
		 HABLA_SOURCE_DIR, name);
	assert_int_equal(0, text_read_file(&text, &length, path, FILE_MAX));
	cJSON *tree = cJSON_ParseWithLength(text, length);
	free(text);
	assert_non_null(tree);
	return tree;
}

const cJSON *vectors_member(const cJSON *o, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

	assert_non_null(item);
	return item;
}

const char *vectors_text(const cJSON *o, const char *key)
{
	const cJSON *item = vectors_member(o, key);

	assert_true(cJSON_IsString(item));
	return item->valuestring;
}

double vectors_number(const cJSON *o, const char *key)
{
	const cJSON *item = vectors_member(o, key);

	assert_true(cJSON_IsNumber(item));
	return item->valuedouble;
}

uint8_t *vectors_hex(size_t *length, const char *hex)
{
	size_t n = strlen(hex) / 2;
	uint8_t *data = malloc(n + 1);

	assert_non_null(data);
	for (size_t i = 0; i < n; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		data[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	*length = n;
	return data;
}

char *vectors_to_hex(const void *data, size_t length)
{
	const uint8_t *from = data;
	char *hex = malloc(2 * length + 1);

	assert_non_null(hex);
	hex[0] = '\0';
	for (size_t i = 0; i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned)from[i]);
	return hex;
}
