/*
 * model: what each Nova Sonic model knows; docs/nova-sonic.md, "Models".
 *
 * One table of models.  An id that is not in it is treated as the newest, and
 * nothing is refused for it: AWS brings models out faster than we do.
 * Voices and languages: voice.h.  Pure.
 */
#ifndef NET_NOVA_MODEL_H
#define NET_NOVA_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "net/nova/event.h"

#define NOVA_MODEL_DEFAULT "amazon.nova-2-5-sonic"

struct problem;

/* Models of one generation have the same voices. */
enum nova_generation {
	NOVA_GENERATION_1 = 1 << 0,
	NOVA_GENERATION_2 = 1 << 1, /* Nova 2 and 2.5 */
};

struct nova_model {
	const char *id;
	const char *name; /* for people: "Nova 2.5 Sonic" */
	enum nova_generation generation;
	bool turn_detection;  /* takes turnDetectionConfiguration */
	bool text_input;      /* answers typed text */
	bool waits_for_tools; /* is silent until a tool has answered; others
			       * talk on */
	const char *ended_on; /* day of its end of life, or NULL: it lives */
};

/* All that are known, the newest first. */
const struct nova_model *nova_models(size_t *count);
/* Never NULL. */
const struct nova_model *nova_model_find(const char *id);
/* False for an id that is treated as the newest.  NULL is the default. */
bool nova_model_is_known(const char *id);

/* One line for people about a model whose life has ended; false when there is
 * nothing to say. */
bool nova_model_warning(const char *id, char *out, size_t size);

/* 0, or PROBLEM_USAGE: the model cannot do what was asked; p says so in one
 * line without the setting's name.  Unknown models refuse nothing, and a value
 * that was not given (NULL, "", NOVA_PAUSE_DEFAULT) is not refused. */
int nova_model_check_voice(const char *id, const char *voice,
			   struct problem *p);
int nova_model_check_language(const char *id, const char *language,
			      struct problem *p);
int nova_model_check_pause(const char *id, enum nova_turn_pause pause,
			   struct problem *p);

#endif
