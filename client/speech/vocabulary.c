#include "client/speech/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 256 };

void vocabulary_deinit(struct vocabulary *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->words[i]);
	free(v->words);
	free(v->slots);
	*v = (struct vocabulary){0};
}

/* FNV-1a */
static size_t hash(const char *word, size_t length)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)word[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

/* The slot of the word, or the free one where it belongs. */
static size_t slot_of(const struct vocabulary *v, const char *word,
		      size_t length)
{
	size_t i = hash(word, length) & (v->slot_count - 1);

	while (v->slots[i]) {
		const char *other = v->words[v->slots[i] - 1];
		if (strncmp(other, word, length) == 0 && !other[length])
			break;
		i = (i + 1) & (v->slot_count - 1);
	}
	return i;
}

/* At most half of the slots are ever taken. */
static int grow(struct vocabulary *v)
{
	size_t more = v->slot_count ? v->slot_count * 2 : SLOTS_FIRST;
	char **words = realloc(v->words, more / 2 * sizeof *words);

	if (!words)
		return -1;
	v->words = words;
	size_t *slots = calloc(more, sizeof *slots);
	if (!slots)
		return -1;
	free(v->slots);
	v->slots = slots;
	v->slot_count = more;
	for (size_t i = 0; i < v->count; i++)
		v->slots[slot_of(v, words[i], strlen(words[i]))] = i + 1;
	return 0;
}

size_t vocabulary_find(const struct vocabulary *v, const char *word,
		       size_t length)
{
	if (!v->slot_count)
		return VOCABULARY_NONE;

	size_t found = v->slots[slot_of(v, word, length)];

	return found ? found - 1 : VOCABULARY_NONE;
}

size_t vocabulary_add(struct vocabulary *v, const char *word, size_t length)
{
	size_t found = vocabulary_find(v, word, length);
	char *copy;

	if (found != VOCABULARY_NONE)
		return found;
	if (v->count * 2 >= v->slot_count && grow(v))
		return VOCABULARY_NONE;
	copy = strndup(word, length);
	if (!copy)
		return VOCABULARY_NONE;
	v->slots[slot_of(v, word, length)] = v->count + 1;
	v->words[v->count] = copy;
	return v->count++;
}
