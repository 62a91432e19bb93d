/* PocketSphinx as a recognition_engine
 * (client/speech/recognition_engine.h). */
#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/ngram_model.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/modules/pocketsphinx/phones.h"
#include "client/speech/recognition_engine.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { WORD_SIZE = 64, PATH_SIZE = 32 };

/* PocketSphinx reads models from files only: ones in memory. */
struct memory_file {
	int fd;
	char path[PATH_SIZE];
};

static int memory_file_create(struct memory_file *f, const char *text,
			      size_t length)
{
	f->fd = memfd_create("habla-model", MFD_CLOEXEC);
	if (f->fd < 0)
		return PROBLEM_LIMIT;
	snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
	if (text_write_all(f->fd, text, length)) {
		close(f->fd);
		return PROBLEM_MEMORY;
	}
	return 0;
}

struct recognition {
	cmd_ln_t *config;
	ps_decoder_t *decoder;
};

/* --- models --- */

static int common_words(const char *path, double least, recognition_take take,
			void *arg)
{
	err_set_logfp(NULL);
	logmath_t *math = logmath_init(1.0001, 0, 0);
	ngram_model_t *model = ngram_model_read(NULL, path, NGRAM_AUTO, math);
	int err = model ? 0 : PROBLEM_FILE;
	int32 count = model ? (int32)ngram_model_get_counts(model)[0] : 0;

	for (int32 i = 0; i < count && !err; i++) {
		const char *word = ngram_word(model, i);
		double p = logmath_exp(math, ngram_ng_prob(model, i, NULL, 0,
							   &(int32){0}));
		if (word && *word != '<' && p >= least)
			err = take(arg,
				   &(struct recognition_word){
					   .word = word, .probability = p});
	}
	ngram_model_free(model);
	logmath_free(math);
	return err;
}

static int use(struct recognition *r, const char *arpa, size_t length)
{
	struct memory_file file;
	int err = memory_file_create(&file, arpa, length);

	if (err)
		return err;
	ngram_model_t *model = ngram_model_read(r->config, file.path,
						NGRAM_ARPA,
						ps_get_logmath(r->decoder));
	close(file.fd);
	if (!model)
		return PROBLEM_FORMAT;
	if (ps_set_lm(r->decoder, "step", model) ||
	    ps_set_search(r->decoder, "step"))
		err = PROBLEM_MEMORY;
	ngram_model_free(model);
	return err;
}

/* --- a turn --- */

static int begin(struct recognition *r)
{
	return ps_start_utt(r->decoder) ? PROBLEM_ORDER : 0;
}

static int hear(struct recognition *r, const int16_t *samples, size_t n)
{
	return ps_process_raw(r->decoder, samples, n, FALSE, FALSE) < 0
		       ? PROBLEM_ORDER
		       : 0;
}

/* "read(2)" is "read"; silence, noise and sentence marks are no words. */
static bool is_word(char out[WORD_SIZE], const char *name)
{
	size_t length = strcspn(name, "(");

	if (strchr("<[+", *name) || length >= WORD_SIZE)
		return false;
	memcpy(out, name, length);
	out[length] = '\0';
	return length > 0;
}

static int end(struct recognition *r, recognition_take take, void *arg)
{
	char word[WORD_SIZE];
	int first, last;
	int err = ps_end_utt(r->decoder) < 0 ? PROBLEM_ORDER : 0;
	ps_seg_t *at = err ? NULL : ps_seg_iter(r->decoder);

	for (; at && !err; at = err ? at : ps_seg_next(at)) {
		if (!is_word(word, ps_seg_word(at)))
			continue;
		ps_seg_frames(at, &first, &last);
		err = take(arg,
			   &(struct recognition_word){
				   .word = word,
				   .frames = (unsigned)(last - first + 1)});
	}
	if (at)
		ps_seg_free(at);
	return err;
}

/* --- life --- */

static void engine_free(struct recognition *r)
{
	if (!r)
		return;
	ps_free(r->decoder);
	cmd_ln_free_r(r->config);
	free(r);
}

static int engine_open(struct recognition **out, const char *acoustic_dir,
		       const char *dictionary, size_t length)
{
	struct memory_file file;
	struct recognition *r = calloc(1, sizeof *r);
	int err = r ? memory_file_create(&file, dictionary, length)
		    : PROBLEM_MEMORY;

	if (err) {
		free(r);
		return err;
	}
	err_set_logfp(NULL);
	/* The beams are wider than PocketSphinx's own and the language model
	 * weighs a little more (6.5 is its own): what a step expects is a small
	 * part of what a general model would.  The second pass over a flat
	 * lexicon would make the turn's end 30 ms later, at times 300 ms, for
	 * two of a hundred words in noise. */
	r->config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", acoustic_dir,
				"-dict", file.path, "-beam", "1e-64", "-pbeam",
				"1e-64", "-wbeam", "1e-40", "-lw", "7.5",
				"-fwdflat", "no", NULL);
	r->decoder = r->config ? ps_init(r->config) : NULL;
	close(file.fd);
	if (!r->decoder) {
		engine_free(r);
		return PROBLEM_FILE;
	}
	*out = r;
	return 0;
}

__attribute__((visibility("default")))
const struct recognition_engine habla_module = {
	.id = "pocketsphinx 5",
	.common_words = common_words,
	.pronounce = phones_of_word,
	.open = engine_open,
	.free = engine_free,
	.use = use,
	.begin = begin,
	.hear = hear,
	.end = end,
};
