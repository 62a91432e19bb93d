/* espeak-ng, run as a program for each sentence. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/speech/speech_engine.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/child.h"
#include "net/loop/loop.h"

enum {
	WORDS_A_MINUTE = 160, /* at speed 1 */
	LIMIT_MS = 20000,
	OUTPUT_MOST = 64 << 20,
	VOICE_SIZE = 32,
};

/* What has to outlive one run of the program. */
struct run {
	struct loop *loop;
	struct speech_take *out;
	const char *language;
	struct problem *problem;
	int err;
};

static uint32_t le32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static int not_wave(struct problem *p)
{
	return problem_set(p, PROBLEM_FORMAT,
			   "espeak-ng: what it gave is no sound of 16 bits; "
			   "install Debian's espeak-ng");
}

/* A WAV as espeak-ng writes it to a pipe: a header of 44 bytes, whose lengths
 * are unknown to it. */
static int read_wave(struct speech_take *out, const uint8_t *data, size_t n,
		     struct problem *p)
{
	enum { HEADER = 44, RATE_AT = 24, BITS_AT = 34, CHANNELS_AT = 22 };

	if (n < HEADER || memcmp(data, "RIFF", 4) != 0 ||
	    memcmp(data + 36, "data", 4) != 0 || data[BITS_AT] != 16 ||
	    data[CHANNELS_AT] != 1)
		return not_wave(p);
	size_t count = (n - HEADER) / 2;
	if (count == 0)
		return problem_set(p, PROBLEM_FORMAT,
				   "speech: there is nothing to say in it; "
				   "write words");
	*out = (struct speech_take){
		.samples = malloc(count * sizeof *out->samples),
		.count = count,
		.rate_hz = le32(data + RATE_AT),
	};
	if (!out->samples)
		return problem_set(p, PROBLEM_MEMORY,
				   "speech: not enough memory; try again");
	memcpy(out->samples, data + HEADER, count * sizeof *out->samples);
	return 0;
}

static void on_end(void *arg, const struct child_result *result)
{
	struct run *r = arg;
	char why[160];

	if (result->timed_out || result->too_long) {
		r->err = problem_set(r->problem, PROBLEM_TIMEOUT,
				     "espeak-ng: did not come to an end; use "
				     "shorter sentences");
	} else if (result->exit_code != 0) {
		child_last_error(why, sizeof why, result);
		r->err = problem_set(r->problem, PROBLEM_FILE,
				     "espeak-ng: it cannot say \"%.16s\"%s%s; "
				     "choose another "
				     "language",
				     r->language, *why ? ": " : "", why);
	} else {
		r->err = read_wave(r->out, (const uint8_t *)result->output,
				   result->output_length, r->problem);
	}
	loop_stop(r->loop);
}

static int run_program(struct speech_take *out,
		       const struct synthesiser_request *request,
		       struct problem *p)
{
	char voice[VOICE_SIZE], speed[16];
	struct run r = {.out = out,
			.language = request->language,
			.problem = p};
	struct child *child = NULL;

	/* "pt-BR" is its voice pt-br */
	snprintf(voice, sizeof voice, "%s", request->language);
	for (char *c = voice; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	snprintf(speed, sizeof speed, "%ld",
		 lround(WORDS_A_MINUTE * request->speed));
	const char *const argv[] = {"espeak-ng", "-v", voice, "-s",
				    speed,       "-b", "1",   "--stdin",
				    "--stdout",  NULL};
	int err = loop_create(&r.loop);
	if (err)
		return problem_set(p, err,
				   "espeak-ng: the system gives no more files; "
				   "close other programs");
	err = child_start(&child, r.loop,
			  &(struct child_settings){
				  .argv = argv,
				  .input = request->text,
				  .input_length = strlen(request->text),
				  .limit_ms = LIMIT_MS,
				  .output_most = OUTPUT_MOST,
			  },
			  on_end, &r, p);
	if (!err) {
		loop_run(r.loop);
		err = r.err;
	}
	child_free(child);
	loop_free(r.loop);
	return err;
}

static int espeak_can_speak(const char *language, struct problem *p)
{
	struct speech_take take = {0};
	struct problem cause = {0};
	int err = run_program(&take,
			      &(struct synthesiser_request){
				      .text = "a",
				      .language = language,
				      .speed = 1,
			      },
			      &cause);

	free(take.samples);
	if (err == PROBLEM_FILE &&
	    text_starts(cause.text, "espeak-ng: no such"))
		return problem_set(p, PROBLEM_FILE,
				   "speech: there is no voice for \"%.16s\"; "
				   "install the package espeak-ng",
				   language);
	return err ? problem_set(p, err, "%s", cause.text) : 0;
}

static bool espeak_knows_voice(const char *language, const char *voice)
{
	(void)language;
	(void)voice;
	return false; /* one voice a language */
}

const struct speech_engine espeak_engine = {
	.id = "espeak-ng",
	.can_speak = espeak_can_speak,
	.knows_voice = espeak_knows_voice,
	.speak = run_program,
};
