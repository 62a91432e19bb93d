/*
 * voice: the voices of the Nova Sonic models and the languages they speak;
 * docs/nova-sonic.md, "Voices".  Pure.
 */
#ifndef NET_NOVA_VOICE_H
#define NET_NOVA_VOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/nova/model.h"

#define NOVA_VOICE_DEFAULT "tiffany"

enum { NOVA_VOICES_MOST = 24 };

/* A voice that has two languages of its own has two rows. */
struct nova_voice {
	const char *language; /* "en-US": what it was made for */
	const char *name;
	const char *sounds;      /* "feminine", "masculine" */
	unsigned generations;    /* NOVA_GENERATION_... that have it */
	unsigned every_language; /* of these: speaks all that the model does */
};

const struct nova_voice *nova_voices(size_t *count);
/* Whether the model has this row's voice. */
bool nova_voice_is_of(const struct nova_voice *v, const struct nova_model *m);
/* The first row of that name among the model's, or NULL. */
const struct nova_voice *nova_voice_find(const struct nova_model *m,
					 const char *name);
/* Their names, each once, with NULL behind the last. */
void nova_voice_names(const struct nova_model *m,
		      const char *out[NOVA_VOICES_MOST + 1]);
/* The voice can be used for a lesson in that language ("es", "en-GB",
 * "pt_BR"): it was made for it or speaks all. */
bool nova_voice_speaks(const struct nova_voice *v, const struct nova_model *m,
		       const char *language);

/* The voice that is used when none is named: that of the language, if the
 * model speaks it, else NOVA_VOICE_DEFAULT. */
const char *nova_voice_for_language(const struct nova_model *m,
				    const char *language);
/* Whether the model speaks it at all. */
bool nova_speaks(const struct nova_model *m, const char *language);
/* "English, Spanish and French": what the model speaks. */
void nova_language_list(const struct nova_model *m, char *out, size_t size);
/* "Spanish" for "es-US"; NULL when no model speaks it. */
const char *nova_language_name(const char *language);

#endif
