#include "tests/support/learner_voice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PERIOD = 80, LOUD = 6000, FIND_SAMPLES = 64 };

void learner_voice_free(struct learner_voice *v)
{
	free(v->list);
	*v = (struct learner_voice){0};
}

void learner_voice_say(struct learner_voice *v, unsigned at_ms,
		       unsigned length_ms)
{
	if (v->count == v->capacity) {
		v->capacity = v->capacity ? 2 * v->capacity : 64;
		v->list = realloc(v->list, v->capacity * sizeof *v->list);
		assert_non_null(v->list);
	}
	uint64_t start = (uint64_t)at_ms * LEARNER_VOICE_MS;
	v->list[v->count++] = (struct utterance){
		start, start + (uint64_t)length_ms * LEARNER_VOICE_MS};
}

static uint32_t mix(uint32_t x)
{
	x ^= x >> 16;
	x *= UINT32_C(0x7feb352d);
	x ^= x >> 15;
	x *= UINT32_C(0x846ca68b);
	return x ^ x >> 16;
}

static unsigned draw(uint32_t *seed, unsigned least, unsigned most)
{
	*seed = mix(*seed + UINT32_C(0x9e3779b9));
	return least + *seed % (most - least + 1);
}

void learner_voice_chatter(struct learner_voice *v, uint32_t seed,
			   unsigned from_s, unsigned to_s, unsigned longest_ms)
{
	/* within a turn; around its end; while the other thinks; into the
	 * answer; after it; a long silence */
	static const unsigned pauses[][2] = {{320, 900},    {1300, 1700},
					     {1700, 2200},  {2200, 6000},
					     {6000, 16000}, {20000, 40000}};
	unsigned at = from_s * 1000;

	while (at < to_s * 1000) {
		unsigned length = draw(&seed, 0, 9)
					  ? draw(&seed, 300, 5000)
					  : draw(&seed, 5000, longest_ms);
		unsigned kind = draw(&seed, 0, 11);

		kind = kind < 5 ? kind : kind < 11 ? 4 : 5;
		learner_voice_say(v, at, length);
		at += length + draw(&seed, pauses[kind][0], pauses[kind][1]);
	}
}

/* The first utterance that ends after position. */
static size_t utterance_at(const struct learner_voice *v, uint64_t position)
{
	size_t low = 0, high = v->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (v->list[middle].end <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void learner_voice_read(const struct learner_voice *v, uint64_t position,
			int16_t *out, size_t n)
{
	size_t u = utterance_at(v, position);

	for (size_t i = 0; i < n; i++, position++) {
		int value = (int)(mix((uint32_t)position) & 31) - 16;

		if (u < v->count && position >= v->list[u].end)
			u++;
		if (u < v->count && position >= v->list[u].start)
			value += position % PERIOD < PERIOD / 2 ? LOUD : -LOUD;
		out[i] = (int16_t)value;
	}
}

bool learner_voice_stands(const struct learner_voice *v, uint64_t position,
			  const int16_t *samples, size_t n)
{
	while (n > 0) {
		int16_t mine[FIND_SAMPLES];
		size_t part = n < FIND_SAMPLES ? n : FIND_SAMPLES;

		learner_voice_read(v, position, mine, part);
		if (memcmp(mine, samples, part * sizeof *mine) != 0)
			return false;
		samples += part;
		position += part;
		n -= part;
	}
	return true;
}

bool learner_voice_find(const struct learner_voice *v, uint64_t before,
			const int16_t *samples, size_t n, uint64_t *position)
{
	size_t part = n < FIND_SAMPLES ? n : FIND_SAMPLES;

	while (before-- > 0) {
		/* the code repeats within any few samples, not in 64 */
		int first = (int)(mix((uint32_t)before) & 31) - 16;
		int seen = samples[0];

		if (seen != first && seen != first + LOUD &&
		    seen != first - LOUD)
			continue;
		if (learner_voice_stands(v, before, samples, part)) {
			*position = before;
			return true;
		}
	}
	return false;
}

void learner_voice_words(const struct learner_voice *v, uint64_t start,
			 uint64_t end, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t u = utterance_at(v, start);
	     u < v->count && v->list[u].start < end && n < size; u++) {
		bool whole = v->list[u].start >= start && v->list[u].end <= end;

		n += (size_t)snprintf(out + n, size - n, "%sw%zu%s",
				      n ? " " : "", u, whole ? "" : "(part)");
	}
}
