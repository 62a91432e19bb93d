#include "client/speech/recogniser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/dsp/noise_reduction.h"
#include "client/speech/dictionary.h"
#include "client/speech/lesson_sentences.h"
#include "client/speech/ngram.h"
#include "client/speech/recognition_engine.h"
#include "client/speech/vocabulary.h"
#include "net/base/bytes.h"
#include "net/base/log.h"
#include "net/base/module.h"
#include "net/base/problem.h"
#include "net/base/text.h"

#define PACKAGE       "pocketsphinx-en-us"
#define ACOUSTIC_DIR  "/usr/share/pocketsphinx/model/en-us/en-us"
#define DICTIONARY    "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
#define GENERAL_MODEL "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin"

enum {
	DICTIONARY_MOST = 64 << 20,
	MODEL_MOST = 64 << 20,
	PATH_SIZE = 1024,
	PHONES_SIZE = 256,
	HEAR_MOST = 1600, /* samples at once: 100 ms */
};

/* The sentences of the step that is asked weigh this much against those of the
 * whole lesson. */
static const double STEP_SHARE = 0.6;

/* General words are as frequent as one of ten thousand: about the commonest
 * two thousand, which is enough to hear that something else was said. */
static const double WORD_LEAST = 1e-4;

/* Of the time of all words; when more of it is words that the lesson does not
 * have, it is a guess. */
static const double STRANGE_MOST = 0.5;

struct recogniser {
	const struct recogniser_settings settings;
	const struct recognition_engine *engine;
	struct recognition *recognition;
	struct noise_reduction *noise;
	struct vocabulary lesson;  /* words of it, and of what is always said */
	struct vocabulary general; /* others that the dictionary has */
	struct vocabulary said;    /* of both: those with a pronunciation */
	double *probabilities;     /* of general */
	size_t probability_room;
	size_t step; /* whose language model is used; SIZE_MAX: none yet */
};

struct models {
	char acoustic[PATH_SIZE], dictionary[PATH_SIZE], general[PATH_SIZE];
};

/* --- words --- */

static int add_words(void *arg, const char *sentence)
{
	struct recogniser *r = arg;

	for (;;) {
		sentence += strspn(sentence, " ");
		size_t length = strcspn(sentence, " ");
		if (!length)
			return 0;
		if (vocabulary_add(&r->lesson, sentence, length) ==
		    VOCABULARY_NONE)
			return PROBLEM_MEMORY;
		sentence += length;
	}
}

static int add_lesson(struct recogniser *r)
{
	const struct lesson *l = r->settings.lesson;
	int err = l ? lesson_sentences_of_all(l, add_words, r) : 0;

	for (size_t i = 0; l && i < l->step_count && !err; i++)
		err = lesson_sentences_of_step(l, i, add_words, r);
	return err;
}

static int add_general(void *arg, const struct recognition_word *w)
{
	struct recogniser *r = arg;
	size_t length = strlen(w->word);

	if (vocabulary_find(&r->lesson, w->word, length) != VOCABULARY_NONE)
		return 0;
	if (r->general.count == r->probability_room) {
		size_t room = r->probability_room ? r->probability_room * 2
						  : 1024;
		double *more = realloc(r->probabilities, room * sizeof *more);
		if (!more)
			return PROBLEM_MEMORY;
		r->probabilities = more;
		r->probability_room = room;
	}
	size_t at = vocabulary_add(&r->general, w->word, length);
	if (at == VOCABULARY_NONE)
		return PROBLEM_MEMORY;
	r->probabilities[at] = w->probability;
	return 0;
}

/* A word that no dictionary has is said by rule; without one it cannot be
 * heard, which is no reason to have no ears. */
static int pronounce_rest(struct recogniser *r, struct bytes *out)
{
	char phones[PHONES_SIZE];

	for (size_t i = 0; i < r->lesson.count; i++) {
		const char *word = r->lesson.words[i];
		if (vocabulary_find(&r->said, word, strlen(word)) !=
		    VOCABULARY_NONE)
			continue;
		if (r->engine->pronounce(phones, sizeof phones, word)) {
			log_warn("speech",
				 "\"%s\" cannot be heard: nothing "
				 "says how it sounds",
				 word);
			continue;
		}
		bytes_append_format(out, "%s %s\n", word, phones);
		if (vocabulary_add(&r->said, word, strlen(word)) ==
		    VOCABULARY_NONE)
			return PROBLEM_MEMORY;
	}
	return out->failed ? PROBLEM_MEMORY : 0;
}

/* Words that sound like one of the lesson are left out: what is heard then is
 * the lesson's word. */
static int make_dictionary(struct recogniser *r, struct bytes *out,
			   const char *text)
{
	struct vocabulary sounds = {0};
	int err = dictionary_pick(out, text, &r->lesson, &sounds, &r->said,
				  NULL);

	if (!err && !r->settings.model_dir)
		err = pronounce_rest(r, out);
	if (!err)
		err = dictionary_pick(out, text, &r->general, NULL, &r->said,
				      &sounds);
	vocabulary_deinit(&sounds);
	return err;
}

/* --- language models --- */

struct adding {
	struct recogniser *recogniser;
	struct ngram *model; /* NULL: they are only counted */
	double weight;
	size_t count;
};

/* A sentence with a word that cannot be heard cannot be heard. */
static int add_sentence(void *arg, const char *sentence)
{
	struct adding *a = arg;
	const char *at = sentence;

	while (*at) {
		size_t length = strcspn(at, " ");
		if (vocabulary_find(&a->recogniser->said, at, length) ==
		    VOCABULARY_NONE)
			return 0;
		at += length;
		at += strspn(at, " ");
	}
	a->count++;
	return a->model ? ngram_add_sentence(a->model, sentence, a->weight) : 0;
}

static int walk(struct recogniser *r, size_t step, struct adding *a)
{
	const struct lesson *l = r->settings.lesson;

	if (step < l->step_count)
		return lesson_sentences_of_step(l, step, add_sentence, a);
	int err = lesson_sentences_of_all(l, add_sentence, a);
	for (size_t i = 0; i < l->step_count && !err; i++)
		err = lesson_sentences_of_step(l, i, add_sentence, a);
	return err;
}

/* All of a kind together weigh that much. */
static int add_kind(struct recogniser *r, struct ngram *model, size_t step,
		    double weight)
{
	struct adding a = {.recogniser = r};
	int err = walk(r, step, &a);

	if (err || !a.count)
		return err;
	a.model = model;
	a.weight = weight / (double)a.count;
	return walk(r, step, &a);
}

static int add_all(struct recogniser *r, struct ngram *model, size_t step)
{
	const struct lesson *l = r->settings.lesson;
	int err = 0;

	if (l && step < l->step_count)
		err = add_kind(r, model, step, STEP_SHARE);
	if (l && !err)
		err = add_kind(r, model, l->step_count, 1 - STEP_SHARE);
	for (size_t i = 0; i < r->general.count && !err; i++) {
		const char *word = r->general.words[i];
		if (vocabulary_find(&r->said, word, strlen(word)) !=
		    VOCABULARY_NONE)
			err = ngram_add_word(model, word, r->probabilities[i]);
	}
	return err;
}

static int use_step(struct recogniser *r, size_t step)
{
	struct ngram *model = NULL;
	struct bytes arpa;
	int err = ngram_create(&model);

	bytes_init(&arpa, MODEL_MOST);
	if (!err)
		err = add_all(r, model, step);
	if (!err) {
		ngram_write_arpa(model, &arpa);
		err = arpa.failed;
	}
	ngram_free(model);
	if (!err)
		err = r->engine->use(r->recognition, (const char *)arpa.data,
				     arpa.length);
	bytes_deinit(&arpa);
	if (!err)
		r->step = step;
	return err;
}

/* --- opening --- */

static int find_models(struct models *m, const struct recogniser_settings *s,
		       struct problem *p)
{
	const char *dir = s->model_dir;

	if (!dir && s->lesson && s->lesson->language != LESSON_ENGLISH)
		return problem_set(
			p, PROBLEM_FILE,
			"speech recognition: there is no model for \"%s\" "
			"here; give the folder of one, or type your answers",
			lesson_language_tag(s->lesson->language));
	snprintf(m->acoustic, sizeof m->acoustic, dir ? "%s/acoustic" : "%s",
		 dir ? dir : ACOUSTIC_DIR);
	snprintf(m->dictionary, sizeof m->dictionary,
		 dir ? "%s/words.dict" : "%s", dir ? dir : DICTIONARY);
	snprintf(m->general, sizeof m->general,
		 dir ? "%s/general.lm.bin" : "%s", dir ? dir : GENERAL_MODEL);
	return 0;
}

static int missing(const struct recogniser *r, const char *path,
		   struct problem *p)
{
	return problem_set(
		p, PROBLEM_FILE,
		"speech recognition: %s cannot be read; %s, or type "
		"your answers",
		path,
		r->settings.model_dir
			? "docs/lessons.md says what the folder needs"
			: "install " PACKAGE);
}

static int open_engine(struct recogniser *r, const struct models *m,
		       struct problem *p)
{
	char *text = NULL;
	struct bytes picked;
	int err;

	/* First and by itself: the general model is large, and only its
	 * commonest words are kept. */
	if (r->engine->common_words(m->general, WORD_LEAST, add_general, r))
		return missing(r, m->general, p);
	if (text_read_file(&text, NULL, m->dictionary, DICTIONARY_MOST))
		return missing(r, m->dictionary, p);
	bytes_init(&picked, DICTIONARY_MOST);
	err = make_dictionary(r, &picked, text);
	free(text);
	if (!err)
		err = r->engine->open(&r->recognition, m->acoustic,
				      (const char *)picked.data, picked.length);
	bytes_deinit(&picked);
	if (err == PROBLEM_FILE)
		return missing(r, m->acoustic, p);
	return err;
}

int recogniser_open(struct recogniser **out,
		    const struct recogniser_settings *settings,
		    struct problem *p)
{
	struct recogniser *r = calloc(1, sizeof *r);
	const void *module;
	struct models models;
	int err;

	if (!r)
		return problem_set(p, PROBLEM_MEMORY,
				   "speech recognition: not enough memory");
	memcpy((void *)&r->settings, settings, sizeof *settings);
	r->step = SIZE_MAX;
	err = find_models(&models, settings, p);
	if (!err)
		err = module_load(&module, "pocketsphinx",
				  "libpocketsphinx3 and libflite1", p);
	if (!err) {
		r->engine = module;
		err = noise_reduction_create(&r->noise);
	}
	if (!err)
		err = add_lesson(r);
	if (!err)
		err = open_engine(r, &models, p);
	if (!err)
		err = use_step(r, settings->lesson
					  ? settings->lesson->step_count
					  : 0);
	if (err) {
		recogniser_free(r);
		return problem_add(p, err,
				   "speech recognition: not enough memory");
	}
	*out = r;
	return 0;
}

struct recogniser *recogniser_free(struct recogniser *r)
{
	if (!r)
		return NULL;
	if (r->engine)
		r->engine->free(r->recognition);
	noise_reduction_free(r->noise);
	vocabulary_deinit(&r->lesson);
	vocabulary_deinit(&r->general);
	vocabulary_deinit(&r->said);
	free(r->probabilities);
	free(r);
	return NULL;
}

/* --- a turn --- */

int recogniser_begin(struct recogniser *r, size_t step)
{
	int err = step == r->step ? 0 : use_step(r, step);

	return err ? err : r->engine->begin(r->recognition);
}

int recogniser_hear(struct recogniser *r, const int16_t *samples, size_t n)
{
	int16_t clean[HEAR_MOST + NOISE_REDUCTION_BLOCK];
	int err = 0;

	while (n > 0 && !err) {
		size_t take = n < HEAR_MOST ? n : HEAR_MOST;
		size_t got = noise_reduction_process(r->noise, clean, samples,
						     take);
		err = r->engine->hear(r->recognition, clean, got);
		samples += take;
		n -= take;
	}
	return err;
}

struct hearing {
	struct recogniser *recogniser;
	struct recogniser_result *result;
	size_t length;
	unsigned frames, strange_frames;
};

static int add_heard(void *arg, const struct recognition_word *w)
{
	struct hearing *h = arg;
	size_t length = strlen(w->word);
	size_t blank = h->length > 0;

	h->frames += w->frames;
	if (vocabulary_find(&h->recogniser->lesson, w->word, length) ==
	    VOCABULARY_NONE)
		h->strange_frames += w->frames;
	/* What is longer than any answer is not looked at to its end. */
	if (h->length + blank + length >= RECOGNISER_TEXT_SIZE)
		return 0;
	if (blank)
		h->result->text[h->length++] = ' ';
	memcpy(h->result->text + h->length, w->word, length + 1);
	h->length += length;
	return 0;
}

int recogniser_end(struct recogniser *r, struct recogniser_result *out)
{
	struct hearing h = {.recogniser = r, .result = out};

	*out = (struct recogniser_result){.text = ""};
	int err = r->engine->end(r->recognition, add_heard, &h);
	out->sure = h.frames > 0 &&
		    (!r->settings.lesson ||
		     h.strange_frames <= STRANGE_MOST * h.frames);
	return err;
}
