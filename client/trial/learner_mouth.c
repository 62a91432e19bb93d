#include "client/trial/learner_mouth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/dsp/sound_file.h"
#include "audio/dsp/speech_gate.h"
#include "audio/dsp/speech_level.h"
#include "client/speech/synthesiser.h"
#include "client/trial/virtual_voice.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"

enum {
	SOUND_MOST = 10 * 60 * VIRTUAL_MIC_HZ,
	GATE_PIECE = VIRTUAL_MIC_HZ / 100,
	EDGES_MOST = 4,
};

/* What one loudness for all voices is, for a room whose learner has not
 * spoken. */
static const double USUAL_DB = -20;

struct prepared {
	struct prepared *next;
	const struct script_turn *turn;
	const struct speech_sound *sound; /* held, or NULL */
	int16_t *own;                     /* of a file, or of noise */
	const int16_t *samples;
	size_t count;
	struct learner_speech speech;
	bool has_speech;
	double level_db;
};

struct learner_mouth {
	struct synthesiser *voices;
	const char *language;
	uint64_t random;
	struct prepared *list, *now;
	size_t at;
	double room_gain, turn_gain; /* of the noise, in samples RMS */
	double filter;               /* the noise's last sample */
};

/* --- noise: white, made softer above 1 kHz --- */

static double gain_of(double db)
{
	return 32768 * pow(10, db / 20);
}

static double next_noise(struct learner_mouth *m)
{
	/* a uniform draw with RMS 1, of which the filter leaves half */
	static const double width = 3.4641016, keep = 0.6;
	double v = (double)(random_next(&m->random) >> 11) / 9007199254740992.0;

	m->filter = keep * m->filter + (1 - keep) * width * (v - 0.5);
	return 2 * m->filter;
}

static int16_t add(int16_t sample, double noise)
{
	double v = sample + noise;

	return (int16_t)lrint(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

/* --- preparing --- */

static void find_speech(struct prepared *p)
{
	const struct speech_gate_settings settings = {
		.rate_hz = VIRTUAL_MIC_HZ};
	struct speech_gate_edge edges[EDGES_MOST];
	struct speech_gate gate;

	speech_gate_init(&gate, &settings);
	for (size_t at = 0; at < p->count; at += GATE_PIECE) {
		size_t n = p->count - at;
		n = speech_gate_process(&gate, p->samples + at,
					n < GATE_PIECE ? n : GATE_PIECE, edges,
					EDGES_MOST);
		for (size_t i = 0; i < n; i++) {
			if (edges[i].started && !p->has_speech)
				p->speech.first = edges[i].position;
			p->has_speech = true;
		}
	}
	if (p->has_speech)
		p->speech.last = gate.last_loud;
	p->level_db = p->has_speech ? speech_level_db(p->samples, p->count,
						      VIRTUAL_MIC_HZ)
				    : USUAL_DB;
}

static int make_noise(struct learner_mouth *m, const struct script_turn *t,
		      struct prepared *p)
{
	size_t count = (size_t)t->ms * (VIRTUAL_MIC_HZ / 1000);
	double gain = gain_of(t->level_db);

	p->own = malloc(count * sizeof *p->own);
	if (!p->own)
		return PROBLEM_MEMORY;
	for (size_t i = 0; i < count; i++)
		p->own[i] = add(0, gain * next_noise(m));
	p->samples = p->own;
	p->count = count;
	return 0;
}

static int say(struct learner_mouth *m, const struct script_turn *t,
	       struct prepared *p, struct problem *why)
{
	const struct synthesiser_request request = {
		.text = t->text,
		.language = m->language ? m->language : "en",
		.voice = t->voice,
		.speed = t->speed,
	};
	int err = synthesiser_speak(m->voices, &request, &p->sound, why);

	if (!err) {
		p->samples = p->sound->samples;
		p->count = p->sound->count;
		find_speech(p);
	}
	return err;
}

/* Keeps the part that the turn names. */
static int cut(const struct script_turn *t, struct prepared *p,
	       struct problem *why)
{
	size_t per_ms = VIRTUAL_MIC_HZ / 1000;
	size_t first = t->from_ms * per_ms, end = p->count;

	if (t->to_ms && t->to_ms * per_ms < end)
		end = t->to_ms * per_ms;
	if (first >= end)
		return problem_set(why, PROBLEM_FORMAT,
				   "%s is %zu ms long, and nothing is behind "
				   "from_ms",
				   t->text, p->count / per_ms);
	p->count = end - first;
	memmove(p->own, p->own + first, p->count * sizeof *p->own);
	return 0;
}

static int play(const struct script_turn *t, struct prepared *p,
		struct problem *why)
{
	int err = sound_file_load(&p->own, &p->count, t->text, VIRTUAL_MIC_HZ,
				  SOUND_MOST, why);

	if (!err)
		err = cut(t, p, why);
	if (!err) {
		p->samples = p->own;
		find_speech(p);
	}
	return err;
}

int learner_mouth_prepare(struct learner_mouth *m, const struct script_turn *t,
			  struct problem *why)
{
	struct problem inner = {0};
	int err = 0;

	if (t->act != SCRIPT_SAY && t->act != SCRIPT_PLAY &&
	    t->act != SCRIPT_NOISE)
		return 0;
	struct prepared *p = calloc(1, sizeof *p);
	if (!p)
		return problem_set(why, PROBLEM_MEMORY, "not enough memory");
	p->turn = t;
	p->next = m->list;
	m->list = p;
	err = t->act == SCRIPT_SAY    ? say(m, t, p, &inner)
	      : t->act == SCRIPT_PLAY ? play(t, p, &inner)
				      : make_noise(m, t, p);
	if (err)
		return problem_set(why, err, "%s:%u:%u: %s", t->place.file,
				   t->place.line, t->place.column,
				   inner.code ? inner.text
					      : "not enough memory");
	return 0;
}

/* --- speaking --- */

void learner_mouth_room(struct learner_mouth *m, double snr_db)
{
	m->room_gain = gain_of(USUAL_DB - snr_db);
}

bool learner_mouth_begin(struct learner_mouth *m, const struct script_turn *t,
			 struct learner_speech *speech)
{
	struct prepared *p = m->list;

	while (p && p->turn != t)
		p = p->next;
	m->now = p;
	m->at = 0;
	m->turn_gain = p && t->noisy ? gain_of(p->level_db - t->snr_db) : 0;
	if (!p || !p->has_speech)
		return false;
	*speech = p->speech;
	return true;
}

bool learner_mouth_speaks(const struct learner_mouth *m)
{
	return m->now && m->at < m->now->count;
}

void learner_mouth_take(struct learner_mouth *m, int16_t *samples, size_t n)
{
	size_t take = learner_mouth_speaks(m) ? m->now->count - m->at : 0;
	double gain = m->turn_gain > m->room_gain && take > 0 ? m->turn_gain
							      : m->room_gain;

	if (take > n)
		take = n;
	memset(samples + take, 0, (n - take) * sizeof *samples);
	if (take) {
		memcpy(samples, m->now->samples + m->at,
		       take * sizeof *samples);
		m->at += take;
	}
	for (size_t i = 0; gain > 0 && i < n; i++)
		samples[i] = add(samples[i], gain * next_noise(m));
}

/* --- life --- */

int learner_mouth_create(struct learner_mouth **out, struct synthesiser *voices,
			 const char *language, uint64_t seed)
{
	struct learner_mouth *m = calloc(1, sizeof *m);

	if (!m)
		return PROBLEM_MEMORY;
	m->voices = voices;
	m->language = language;
	m->random = seed;
	*out = m;
	return 0;
}

struct learner_mouth *learner_mouth_free(struct learner_mouth *m)
{
	if (!m)
		return NULL;
	while (m->list) {
		struct prepared *next = m->list->next;
		speech_sound_release(m->list->sound);
		free(m->list->own);
		free(m->list);
		m->list = next;
	}
	free(m);
	return NULL;
}
