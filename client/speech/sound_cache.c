#include "client/speech/sound_cache.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/dsp/sound_file.h"
#include "client/speech/synthesiser.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"

struct entry {
	struct speech_sound sound; /* first; samples owned */
	atomic_uint holders;       /* the cache is one of them */
	char *key;
	uint64_t used; /* the larger, the later */
	struct entry *next;
};

enum { BUCKETS = 1024 };

struct sound_cache {
	char *folder; /* or NULL */
	unsigned rate_hz;
	uint64_t uses;
	size_t bytes; /* of samples */
	struct entry *buckets[BUCKETS];
};

/* FNV-1a.  Nobody gains by making keys collide: a file found under another
 * sentence's name costs a wrong sentence in one's own ears. */
static uint64_t hash_of(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
	return hash;
}

static struct entry **bucket_of(struct sound_cache *c, const char *key)
{
	return &c->buckets[hash_of(key) % BUCKETS];
}

static void release(struct entry *e)
{
	if (atomic_fetch_sub(&e->holders, 1) > 1)
		return;
	free((void *)(uintptr_t)e->sound.samples);
	free(e->key);
	free(e);
}

void speech_sound_release(const struct speech_sound *sound)
{
	if (sound)
		release((struct entry *)(uintptr_t)sound);
}

static const struct speech_sound *hold(struct sound_cache *c, struct entry *e)
{
	e->used = ++c->uses;
	atomic_fetch_add(&e->holders, 1);
	return &e->sound;
}

/* --- memory */

static size_t bytes_of(const struct entry *e)
{
	return e->sound.count * sizeof *e->sound.samples;
}

static void drop(struct sound_cache *c, struct entry **at)
{
	struct entry *e = *at;

	*at = e->next;
	c->bytes -= bytes_of(e);
	release(e);
}

static struct entry **least_used(struct sound_cache *c)
{
	struct entry **least = NULL;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry **at = &c->buckets[i]; *at; at = &(*at)->next)
			if (!least || (*at)->used < (*least)->used)
				least = at;
	return least;
}

static const struct speech_sound *keep(struct sound_cache *c, const char *key,
				       int16_t *samples, size_t count)
{
	struct entry *e = calloc(1, sizeof *e);

	if (e)
		e->key = text_copy(key);
	if (!e || !e->key) {
		free(samples);
		free(e);
		return NULL;
	}
	e->sound = (struct speech_sound){samples, count};
	atomic_init(&e->holders, 1);
	while (c->bytes && c->bytes + bytes_of(e) > SOUND_CACHE_MEMORY_MOST)
		drop(c, least_used(c));
	struct entry **bucket = bucket_of(c, key);
	e->next = *bucket;
	*bucket = e;
	c->bytes += bytes_of(e);
	return hold(c, e);
}

/* --- folder */

static char *path_of(const struct sound_cache *c, const char *key)
{
	return text_format("%s/%016" PRIx64 ".wav", c->folder, hash_of(key));
}

/* A file that a crash or a full disk has cut is shorter than its RIFF header
 * says; the sound library would play what is there. */
static bool is_whole(const char *path)
{
	uint8_t head[8];
	struct stat st;
	FILE *f = fopen(path, "rbe");
	bool whole = f && fread(head, 1, sizeof head, f) == sizeof head &&
		     fstat(fileno(f), &st) == 0;

	if (f)
		fclose(f);
	return whole &&
	       (uint64_t)st.st_size ==
		       sizeof head + (head[4] | (uint64_t)head[5] << 8 |
				      (uint64_t)head[6] << 16 |
				      (uint64_t)head[7] << 24);
}

static const struct speech_sound *load(struct sound_cache *c, const char *key)
{
	char *path = c->folder ? path_of(c, key) : NULL;
	int16_t *samples = NULL;
	size_t count;

	if (path && access(path, R_OK) == 0 &&
	    (!is_whole(path) ||
	     sound_file_load(&samples, &count, path, c->rate_hz,
			     SOUND_CACHE_MEMORY_MOST / sizeof *samples, NULL)))
		unlink(path); /* damaged: it is made anew */
	free(path);
	return samples ? keep(c, key, samples, count) : NULL;
}

/* Whole or not at all: others may look at the same time. */
static void store(const struct sound_cache *c, const char *key,
		  const int16_t *samples, size_t count)
{
	char *path = c->folder ? path_of(c, key) : NULL;
	char *new = path ? text_format("%s.%ld", path, (long)getpid()) : NULL;
	struct sound_writer *w = NULL;

	if (new &&sound_writer_open(&w, new, c->rate_hz, 1, NULL) == 0) {
		int err = sound_writer_write(w, samples, count);
		sound_writer_free(w);
		if (err || rename(new, path) != 0)
			unlink(new);
	}
	free(new);
	free(path);
}

/* Removes all files when they are too many together. */
static void bound_folder(const char *folder)
{
	off_t total = 0;

	for (int round = 0; round < 2; round++) {
		DIR *dir = opendir(folder);
		if (!dir)
			return;
		for (struct dirent *d; (d = readdir(dir)) != NULL;) {
			struct stat st;
			if (!strstr(d->d_name, ".wav") ||
			    fstatat(dirfd(dir), d->d_name, &st, 0) != 0)
				continue;
			if (round == 0)
				total += st.st_size;
			else
				unlinkat(dirfd(dir), d->d_name, 0);
		}
		closedir(dir);
		if (total <= SOUND_CACHE_FOLDER_MOST)
			return;
	}
}

int sound_cache_open(struct sound_cache **out, const char *folder,
		     unsigned rate_hz)
{
	struct sound_cache *c = calloc(1, sizeof *c);

	if (!c)
		return PROBLEM_MEMORY;
	c->rate_hz = rate_hz;
	if (folder && mkdir(folder, 0755) != 0 && errno != EEXIST) {
		log_warn("speech", "%s: cannot be made: %s", folder,
			 strerror(errno));
		folder = NULL;
	}
	if (folder) {
		bound_folder(folder);
		c->folder = text_copy(folder);
		if (!c->folder) {
			free(c);
			return PROBLEM_MEMORY;
		}
	}
	*out = c;
	return 0;
}

struct sound_cache *sound_cache_free(struct sound_cache *c)
{
	if (!c)
		return NULL;
	for (size_t i = 0; i < BUCKETS; i++)
		while (c->buckets[i])
			drop(c, &c->buckets[i]);
	free(c->folder);
	free(c);
	return NULL;
}

const struct speech_sound *sound_cache_find(struct sound_cache *c,
					    const char *key)
{
	for (struct entry *e = *bucket_of(c, key); e; e = e->next)
		if (text_equal(e->key, key))
			return hold(c, e);
	return load(c, key);
}

const struct speech_sound *sound_cache_add(struct sound_cache *c,
					   const char *key, int16_t *samples,
					   size_t count)
{
	store(c, key, samples, count);
	return keep(c, key, samples, count);
}
