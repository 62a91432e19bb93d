/* flite as a speech_engine (client/speech/speech_engine.h). */
#include <flite/flite.h>
#include <flite/flite_version.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client/speech/speech_engine.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* flite's headers do not declare its voices. */
cst_voice *register_cmu_us_slt(const char *folder);
cst_voice *register_cmu_us_rms(const char *folder);
cst_voice *register_cmu_us_awb(const char *folder);
cst_voice *register_cmu_us_kal16(const char *folder);

static struct {
	const char *name;
	cst_voice *(*load)(const char *folder);
	cst_voice *voice; /* NULL until it is wanted; then it stays */
} voices[] = {
	{"slt", register_cmu_us_slt, NULL}, /* English's own */
	{"rms", register_cmu_us_rms, NULL},
	{"awb", register_cmu_us_awb, NULL},
	{"kal16", register_cmu_us_kal16, NULL},
};

enum { VOICES = sizeof voices / sizeof *voices };

/* flite reads bytes.  Typographic marks become plain ones, other letters that
 * English does not have are left out. */
static const struct {
	const char *mark, *plain;
} marks[] = {
	{"\u2018", "'"},
	{"\u2019", "'"},
	{"\u201c", "\""},
	{"\u201d", "\""},
	{"\u2013", ", "},
	{"\u2014", ", "},
	{"\u2026", "..."},
	{"\u00d7", " times "},
	{"\u00f7", " divided by "},
	{"\u2212", " minus "},
	{"\u00bd", " one half "},
	{"\u00bc", " one quarter "},
	{"\u00be", " three quarters "},
	{"\u2082", "2"},
	{"\u00e9", "e"},
	{"\u00e8", "e"},
	{"\u00ed", "i"},
	{"\u00f3", "o"},
	{"\u00e1", "a"},
	{"\u00f1", "n"},
	{"\u00fa", "u"},
	{"\u00fc", "u"},
	{"\u00b0", " degrees "},
};

enum { MARKS = sizeof marks / sizeof *marks, GROWTH = 5 };

static char *plain_text(const char *text)
{
	/* a mark of 2 or 3 bytes becomes at most 14 */
	char *out = malloc(strlen(text) * GROWTH * 2 + 1), *to = out;

	if (!out)
		return NULL;
	while (*text) {
		size_t i = 0;
		while (i < MARKS && !text_starts(text, marks[i].mark))
			i++;
		if (i < MARKS) {
			to = stpcpy(to, marks[i].plain);
			text += strlen(marks[i].mark);
		} else if ((unsigned char)*text < 0x80) {
			*to++ = *text++;
		} else {
			text++;
		}
	}
	*to = '\0';
	return out;
}

static bool is_english(const char *language)
{
	return text_equal_fold(language, "en") || text_starts(language, "en-");
}

static int can_speak(const char *language, struct problem *p)
{
	return is_english(language)
		       ? 0
		       : problem_set(p, PROBLEM_FILE,
				     "flite speaks no \"%.16s\"; use "
				     "espeak-ng",
				     language);
}

static bool knows_voice(const char *language, const char *voice)
{
	for (size_t i = 0; i < VOICES; i++)
		if (text_equal(voices[i].name, voice))
			return is_english(language);
	return false;
}

static cst_voice *load_voice(const char *name)
{
	static bool begun;
	size_t i = VOICES - 1;

	if (!begun)
		flite_init();
	begun = true;
	while (i > 0 && !text_equal(voices[i].name, name))
		i--;
	if (!voices[i].voice)
		voices[i].voice = voices[i].load(NULL);
	return voices[i].voice;
}

static int take_wave(struct speech_take *out, const cst_wave *w,
		     struct problem *p)
{
	size_t n = w ? (size_t)w->num_samples : 0;

	if (n == 0)
		return problem_set(p, PROBLEM_FORMAT,
				   "speech: there is nothing to say in it; "
				   "write words");
	*out = (struct speech_take){
		.samples = malloc(n * sizeof *out->samples),
		.count = n,
		.rate_hz = (unsigned)w->sample_rate,
	};
	if (!out->samples)
		return problem_set(p, PROBLEM_MEMORY,
				   "speech: not enough memory; try again");
	memcpy(out->samples, w->samples, n * sizeof *out->samples);
	return 0;
}

static int speak_alone(struct speech_take *out,
		       const struct synthesiser_request *request,
		       struct problem *p)
{
	char *text = plain_text(request->text);
	cst_voice *voice = text ? load_voice(request->voice) : NULL;

	if (!voice) {
		free(text);
		return problem_set(p, PROBLEM_MEMORY,
				   "speech: not enough memory; try again");
	}
	feat_set_float(voice->features, "duration_stretch",
		       (float)(1 / request->speed));
	cst_wave *wave = flite_text_to_wave(text, voice);
	int err = take_wave(out, wave, p);
	if (wave)
		delete_wave(wave);
	free(text);
	return err;
}

/* flite and its voices are of the process, whoever has a synthesiser. */
static int speak(struct speech_take *out,
		 const struct synthesiser_request *request, struct problem *p)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	int err = speak_alone(out, request, p);
	pthread_mutex_unlock(&lock);
	return err;
}

__attribute__((
	visibility("default"))) extern const struct speech_engine habla_module;

const struct speech_engine habla_module = {
	.id = "flite " FLITE_PROJECT_VERSION,
	.can_speak = can_speak,
	.knows_voice = knows_voice,
	.speak = speak,
};
