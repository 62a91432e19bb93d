/*
 * recognition_engine: what finds words in speech; a seam of this room.
 *
 * Kind: PocketSphinx (the module habla-pocketsphinx.so).  Calls block, and come
 * from one thread at a time.  16 kHz, mono.
 */
#ifndef CLIENT_SPEECH_RECOGNITION_ENGINE_H
#define CLIENT_SPEECH_RECOGNITION_ENGINE_H

#include <stddef.h>
#include <stdint.h>

struct problem;
struct recognition;

struct recognition_word {
	const char *word;   /* the engine's, until its next call */
	double probability; /* of a language model, without context */
	unsigned frames;    /* of what was heard: how long, in 10 ms */
};

/* 0, or a problem code that ends the walk. */
typedef int (*recognition_take)(void *arg, const struct recognition_word *w);

struct recognition_engine {
	const char *id; /* name and version: "pocketsphinx 5" */
	/* The words of a language model file that are at least that likely.
	 * PROBLEM_FILE: it cannot be read; or what take returned. */
	int (*common_words)(const char *path, double least,
			    recognition_take take, void *arg);
	/* How English would say a word that no dictionary has, as CMUdict's
	 * phones.  0, PROBLEM_LIMIT or PROBLEM_FORMAT. */
	int (*pronounce)(char *phones, size_t size, const char *word);

	/* acoustic_dir: the folder of an acoustic model; dictionary: text in
	 * CMUdict's form.  PROBLEM_FILE: it cannot be used. */
	int (*open)(struct recognition **out, const char *acoustic_dir,
		    const char *dictionary, size_t length);
	void (*free)(struct recognition *r); /* NULL is fine */
	/* From the next turn on, with this language model in ARPA's form. */
	int (*use)(struct recognition *r, const char *arpa, size_t length);
	int (*begin)(struct recognition *r);
	int (*hear)(struct recognition *r, const int16_t *samples, size_t n);
	/* The words in their order.  Closes the turn in any case. */
	int (*end)(struct recognition *r, recognition_take take, void *arg);
};

#endif
