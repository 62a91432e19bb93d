#include "net/base/random.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static atomic_bool seeded;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t state; /* under lock */

static _Thread_local uint64_t own_state;
static _Thread_local bool own_seeded;

void random_seed(uint64_t seed)
{
	pthread_mutex_lock(&lock);
	state = seed;
	atomic_store(&seeded, seed != 0);
	pthread_mutex_unlock(&lock);
}

void random_seed_thread(uint64_t seed)
{
	own_state = seed;
	own_seeded = seed != 0;
}

uint64_t random_next(uint64_t *at)
{
	uint64_t v = *at += UINT64_C(0x9e3779b97f4a7c15);

	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return v ^ v >> 31;
}

static void fill_from(uint64_t *from, uint8_t *out, size_t n)
{
	while (n > 0) {
		uint64_t v = random_next(from);
		size_t part = n < sizeof v ? n : sizeof v;
		memcpy(out, &v, part);
		out += part;
		n -= part;
	}
}

static void fill_seeded(uint8_t *out, size_t n)
{
	pthread_mutex_lock(&lock);
	fill_from(&state, out, n);
	pthread_mutex_unlock(&lock);
}

void random_fill(void *out, size_t n)
{
	uint8_t *at = out;

	if (own_seeded) {
		fill_from(&own_state, at, n);
		return;
	}
	if (atomic_load(&seeded)) {
		fill_seeded(at, n);
		return;
	}
	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort(); /* keys and ids must never be guessable */
		at += got;
		n -= (size_t)got;
	}
}

uint32_t random_below(uint32_t bound)
{
	uint32_t v;

	assert(bound > 0);
	/* values under this would make the low results more likely */
	uint32_t least = (0 - bound) % bound;
	do
		random_fill(&v, sizeof v);
	while (v < least);
	return v % bound;
}

void random_uuid(char out[UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[16];

	random_fill(raw, sizeof raw);
	raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x40); /* version 4 */
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80); /* RFC 4122's variant */
	for (size_t i = 0; i < sizeof raw; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[raw[i] >> 4];
		*out++ = digits[raw[i] & 0x0f];
	}
	*out = '\0';
}
