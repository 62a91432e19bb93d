#include "client/speech/synthesiser.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audio/dsp/resampler.h"
#include "audio/dsp/speech_level.h"
#include "client/speech/sound_cache.h"
#include "client/speech/speech_engine.h"
#include "net/base/log.h"
#include "net/base/module.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* How loud speech is in telephony tests and near to what Nova Sonic sends. */
static const double LEVEL_DB = -23, SPEED_LEAST = 0.5, SPEED_MOST = 2;

enum { BEFORE_MS = 20, BEHIND_MS = 150 };

struct synthesiser {
	unsigned rate_hz;

	pthread_mutex_t lock;
	struct sound_cache *cache; /* under lock, as all below */
	const struct speech_engine *flite;
	bool flite_missing;
};

int synthesiser_open(struct synthesiser **out,
		     const struct synthesiser_settings *settings,
		     struct problem *p)
{
	struct synthesiser *s = calloc(1, sizeof *s);

	if (!s || sound_cache_open(&s->cache, settings->cache_dir,
				   settings->rate_hz)) {
		free(s);
		return problem_set(p, PROBLEM_MEMORY,
				   "speech: not enough memory; try again");
	}
	s->rate_hz = settings->rate_hz;
	pthread_mutex_init(&s->lock, NULL);
	*out = s;
	return 0;
}

struct synthesiser *synthesiser_free(struct synthesiser *s)
{
	if (!s)
		return NULL;
	sound_cache_free(s->cache);
	pthread_mutex_destroy(&s->lock);
	free(s);
	return NULL;
}

/* flite where it can, espeak-ng else.  Lock held. */
static const struct speech_engine *engine_for(struct synthesiser *s,
					      const char *language)
{
	const void *module;

	if (!s->flite && !s->flite_missing) {
		struct problem p = {0};
		s->flite_missing = module_load(&module, "flite", "libflite1",
					       &p) != 0;
		if (s->flite_missing)
			log_warn("speech", "%s", p.text);
		else
			s->flite = module;
	}
	if (s->flite && s->flite->can_speak(language, NULL) == 0)
		return s->flite;
	return &espeak_engine;
}

int synthesiser_can_speak(struct synthesiser *s, const char *language,
			  struct problem *p)
{
	pthread_mutex_lock(&s->lock);
	int err = engine_for(s, language)->can_speak(language, p);
	pthread_mutex_unlock(&s->lock);
	return err;
}

bool synthesiser_knows_voice(struct synthesiser *s, const char *language,
			     const char *voice)
{
	pthread_mutex_lock(&s->lock);
	bool knows = engine_for(s, language)->knows_voice(language, voice);
	pthread_mutex_unlock(&s->lock);
	return knows;
}

/* Speech alone, at our rate. */
static int convert(struct speech_take *take, unsigned rate_hz)
{
	struct speech_span span = speech_level_span(take->samples, take->count,
						    take->rate_hz, BEFORE_MS,
						    BEHIND_MS);
	struct resampler *r = NULL;
	size_t n = span.end - span.begin;

	int err = resampler_create(&r, take->rate_hz, rate_hz);
	if (err)
		return err;
	size_t room = resampler_bound(r, n) +
		      resampler_bound(r, resampler_tail(r));
	int16_t *samples = malloc(room * sizeof *samples);
	if (samples) {
		size_t count = resampler_process(r, samples,
						 take->samples + span.begin, n);
		count += resampler_finish(r, samples + count);
		free(take->samples);
		*take = (struct speech_take){samples, count, rate_hz};
	}
	resampler_free(r);
	return samples ? 0 : PROBLEM_MEMORY;
}

/* Lock held. */
static int make(struct synthesiser *s, const struct speech_engine *engine,
		const struct synthesiser_request *request, const char *key,
		const struct speech_sound **out, struct problem *p)
{
	struct speech_take take = {0};
	int err = engine->speak(&take, request, p);

	if (!err)
		err = convert(&take, s->rate_hz);
	if (err) {
		free(take.samples);
		return problem_add(p, err,
				   "speech: not enough memory; try again");
	}
	speech_level_set(take.samples, take.count, s->rate_hz, LEVEL_DB);
	*out = sound_cache_add(s->cache, key, take.samples, take.count);
	return *out ? 0
		    : problem_set(p, PROBLEM_MEMORY,
				  "speech: not enough memory; try again");
}

int synthesiser_speak(struct synthesiser *s,
		      const struct synthesiser_request *asked,
		      const struct speech_sound **out, struct problem *p)
{
	struct synthesiser_request request = *asked;

	pthread_mutex_lock(&s->lock);
	const struct speech_engine *engine = engine_for(s, request.language);
	if (!engine->knows_voice(request.language, request.voice))
		request.voice = "";
	request.speed = fmin(fmax(request.speed, SPEED_LEAST), SPEED_MOST);
	char *key = text_format("%s|%s|%s|%.2f|%u|%s", engine->id,
				request.language, request.voice, request.speed,
				s->rate_hz, request.text);
	*out = key ? sound_cache_find(s->cache, key) : NULL;
	int err = 0;
	if (!key)
		err = problem_set(p, PROBLEM_MEMORY,
				  "speech: not enough memory; try again");
	else if (!*out)
		err = make(s, engine, &request, key, out, p);
	pthread_mutex_unlock(&s->lock);
	free(key);
	return err;
}
