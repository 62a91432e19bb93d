/* tutor_private: the inside of the tutor, for tutor*.c. */
#ifndef CLIENT_TUTOR_TUTOR_PRIVATE_H
#define CLIENT_TUTOR_TUTOR_PRIVATE_H

#include "client/tutor/dialogue.h"
#include "client/tutor/phrases.h"
#include "client/tutor/tutor.h"
#include "client/tutor/tutor_ears.h"
#include "client/tutor/tutor_voice.h"
#include "net/base/clock.h"
#include "net/base/worker.h"

struct synthesiser;

enum { TUTOR_RATES_MOST = 3 }; /* 8, 16 and 24 kHz are what clients ask for */

struct tutor_maker {
	struct brain_maker base;
	const struct lesson *lesson;
	struct judge *judge;
	struct lesson_plan plan;
	struct worker *worker;
	char *cache_dir;
	uint32_t seed;
	double pace; /* of the lesson's level */
	void (*trouble)(void *arg, const struct problem *p);
	void *trouble_arg;
	bool voice_trouble; /* and that was told */

	struct tutor_ears *ears; /* NULL: deaf */
	struct {
		unsigned rate_hz;
		struct synthesiser *synthesiser;
	} voices[TUTOR_RATES_MOST];
	struct worker_job warming;
	char *model_dir;
};

/* The voice cannot speak: told once. */
void tutor_maker_trouble(struct tutor_maker *m, const struct problem *p);
/* NULL: no memory for it, or not one of the rates. */
struct synthesiser *tutor_maker_synthesiser(struct tutor_maker *m,
					    unsigned rate_hz);
/* Of ours, the one that sounds most like that of the model; NULL: any. */
const char *tutor_maker_voice(const char *nova_voice);

enum tutor_state {
	TUTOR_LISTENS, /* all was given out, if anything was */
	TUTOR_HEARS,   /* a turn is being understood */
	TUTOR_MARKS,   /* mark_progress was called */
	TUTOR_SPEAKS,  /* sentences are being made */
};

struct tutor_brain {
	struct brain base;
	struct tutor_maker *maker; /* borrowed */
	struct clock *clock;
	struct dialogue *dialogue;
	struct tutor_ear ear;
	struct tutor_voice voice;
	enum tutor_state state;
	bool marks; /* the client has the tool */
	bool aside; /* what was said last is not the dialogue's */
	char tool_use_id[37];
	unsigned rate_hz;

	size_t said;          /* sentences, of the session */
	size_t reply_first;   /* which of them began the last reply */
	uint64_t play_end_us; /* of all that was said, when it is played as it
			       * comes */
	int16_t *turn;        /* the last one, until it is understood */
	size_t turn_samples;
	struct timer silence_timer, tool_timer;
};

int tutor_brain_make(struct brain_maker *base, struct clock *clock,
		     struct brain **out, struct problem *p);

#endif
