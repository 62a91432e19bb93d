#include "client/speech/lesson_sentences.h"

#include <stdio.h>

#include "client/lesson/judge.h"
#include "client/lesson/lesson.h"
#include "client/lesson/spoken.h"
#include "client/speech/sentences.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"

enum { SENTENCE_MOST = 2048 };

/* %: the words of an answer.  A bigram model joins them at will, so each
 * phrase stands here once, not with every other. */
static const char *const english[] = {
	"%",
	"%",
	"%",
	"the %",
	"a %",
	"an %",
	"it is %",
	"it's %",
	"it is the %",
	"it is a %",
	"it is called %",
	"it's called %",
	"it is in the %",
	"it happens in the %",
	"it comes from %",
	"it comes from the %",
	"it takes in %",
	"it makes %",
	"it gives off %",
	"it gets %",
	"it needs %",
	"they are %",
	"they are called %",
	"they need %",
	"there is %",
	"we call it %",
	"you need %",
	"i think %",
	"i think it is %",
	"i think it's %",
	"i would say %",
	"i am %",
	"i have %",
	"i can %",
	"i like %",
	"i was %",
	"because %",
	"because it is %",
	"because they %",
	"from %",
	"from the %",
	"in %",
	"in the %",
	"of %",
	"to %",
	"to the %",
	"with %",
	"for the %",
	"maybe %",
	"um %",
	"not %",
	"it is not %",
	"it isn't %",
	"no %",
	"yes %",
	"% of the",
	"% i think",
	"% of course",
	NULL,
};

static const char *const spanish[] = {
	"%",        "%",          "%",     "el %",          "la %",
	"los %",    "las %",      "un %",  "una %",         "es %",
	"es el %",  "es la %",    "son %", "creo que es %", "se llama %",
	"quiero %", "quisiera %", "de %",  "del %",         "de la %",
	"en %",     "a %",        "no %",  "% por favor",   "porque %",
	NULL,
};

static const char *const *const phrases[LESSON_LANGUAGE_COUNT] = {
	[LESSON_ENGLISH] = english,
	[LESSON_SPANISH] = spanish,
};

static const char *const joints[LESSON_LANGUAGE_COUNT] = {
	[LESSON_ENGLISH] = " and ",
	[LESSON_SPANISH] = " y ",
};

struct walk {
	const struct lesson *lesson;
	lesson_sentence_take take;
	void *arg;
	struct bytes spoken, sentence;
};

static int give(struct walk *w, struct bytes *sentence)
{
	/* What does not fit is no sentence of a learner. */
	if (sentence->failed == PROBLEM_LIMIT || !sentence->length)
		return 0;
	const char *text = bytes_text(sentence);
	return text ? w->take(w->arg, text) : PROBLEM_MEMORY;
}

static int give_in_phrases(struct walk *w, const char *text)
{
	const char *const *list = phrases[w->lesson->language];
	int err = 0;

	bytes_clear(&w->spoken);
	lesson_spoken(&w->spoken, w->lesson->language, text);
	const char *words = bytes_text(&w->spoken);
	if (!words)
		return PROBLEM_MEMORY;
	for (size_t i = 0; list[i] && !err; i++) {
		bytes_clear(&w->sentence);
		for (const char *at = list[i]; *at; at++)
			if (*at == '%')
				bytes_append_text(&w->sentence, words);
			else
				bytes_append(&w->sentence, at, 1);
		err = give(w, &w->sentence);
	}
	return err;
}

/* "sugar and oxygen": the first wordings of two parts, both ways round. */
static int give_pair(struct walk *w, const struct lesson_part *a,
		     const struct lesson_part *b)
{
	enum lesson_language language = w->lesson->language;

	bytes_clear(&w->sentence);
	lesson_spoken(&w->sentence, language, a->wordings[0].text);
	bytes_append_text(&w->sentence, joints[language]);
	lesson_spoken(&w->sentence, language, b->wordings[0].text);
	return give(w, &w->sentence);
}

/* A fraction is said in several ways: "3/4" is "three over four" too. */
static int give_over(struct walk *w, const char *text)
{
	unsigned above, below;
	char above_text[16], below_text[16], end;

	if (w->lesson->language != LESSON_ENGLISH ||
	    sscanf(text, "%u/%u%c", &above, &below, &end) != 2)
		return 0;
	snprintf(above_text, sizeof above_text, "%u", above);
	snprintf(below_text, sizeof below_text, "%u", below);
	bytes_clear(&w->sentence);
	lesson_spoken(&w->sentence, LESSON_ENGLISH, above_text);
	bytes_append_text(&w->sentence, " over ");
	lesson_spoken(&w->sentence, LESSON_ENGLISH, below_text);
	const char *over = bytes_text(&w->sentence);
	return over ? give_in_phrases(w, over) : PROBLEM_MEMORY;
}

static int give_words(struct walk *w, const struct lesson_words *words)
{
	int err = 0;

	for (size_t i = 0; i < words->count && !err; i++) {
		const struct lesson_part *part = &words->parts[i];
		for (size_t k = 0; k < part->count && !err; k++) {
			err = give_in_phrases(w, part->wordings[k].text);
			if (!err)
				err = give_over(w, part->wordings[k].text);
		}
		for (size_t k = 0; k < words->count && !err; k++)
			if (k != i)
				err = give_pair(w, part, &words->parts[k]);
	}
	return err;
}

static int give_text(struct walk *w, const char *text)
{
	size_t length;
	int err = 0;

	while ((text = sentence_next(text, &length)) && length && !err) {
		struct bytes piece;
		bytes_init(&piece, SENTENCE_MOST);
		bytes_append(&piece, text, length);
		const char *plain = bytes_text(&piece);
		bytes_clear(&w->sentence);
		if (plain)
			lesson_spoken(&w->sentence, w->lesson->language, plain);
		err = give(w, &w->sentence);
		bytes_deinit(&piece);
		text += length;
	}
	return err;
}

static int give_step(struct walk *w, size_t step)
{
	const struct lesson_step *s = &w->lesson->steps[step];
	int err = 0;

	for (size_t i = 0; i < s->answer_count && !err; i++)
		err = give_words(w, &s->answers[i]);
	for (size_t i = 0; i < s->mistake_count && !err; i++)
		err = give_words(w, &s->mistakes[i].words);
	return err;
}

static int give_texts(struct walk *w, size_t unused)
{
	const struct lesson *l = w->lesson;
	const char *phrase;
	int err = 0;

	(void)unused;
	for (size_t i = 0;
	     !err && (phrase = judge_request_phrase(l->language, i)); i++)
		err = give_text(w, phrase);
	for (size_t i = 0; i < l->step_count && !err; i++) {
		const struct lesson_step *s = &l->steps[i];
		err = give_text(w, s->question);
		for (size_t k = 0; k < s->hint_count && !err; k++)
			err = give_text(w, s->hints[k]);
		if (!err)
			err = give_text(w, s->explanation);
	}
	for (size_t i = 0; i < l->word_count && !err; i++)
		err = give_text(w, l->vocabulary[i].word);
	return err;
}

static int walk(const struct lesson *l, int (*what)(struct walk *w, size_t),
		size_t step, lesson_sentence_take take, void *arg)
{
	struct walk w = {.lesson = l, .take = take, .arg = arg};

	bytes_init(&w.spoken, SENTENCE_MOST);
	bytes_init(&w.sentence, SENTENCE_MOST);
	int err = what(&w, step);
	bytes_deinit(&w.spoken);
	bytes_deinit(&w.sentence);
	return err;
}

int lesson_sentences_of_step(const struct lesson *l, size_t step,
			     lesson_sentence_take take, void *arg)
{
	return walk(l, give_step, step, take, arg);
}

int lesson_sentences_of_all(const struct lesson *l, lesson_sentence_take take,
			    void *arg)
{
	return walk(l, give_texts, 0, take, arg);
}
