/* model: what the Nova Sonic models know; docs/nova-sonic.md, "Models" and
 * voices.  Unknown ids are treated as the newest. */
#ifndef NET_NOVA_MODEL_H
#define NET_NOVA_MODEL_H

#include <stdbool.h>

#define NOVA_MODEL_DEFAULT "amazon.nova-2-5-sonic"
#define NOVA_VOICE_DEFAULT "tiffany"

struct nova_model {
	const char *id;
	bool turn_detection; /* takes turnDetectionConfiguration */
	bool text_input;     /* answers typed text */
};

/* Never NULL. */
const struct nova_model *nova_model_find(const char *id);

/* The voice for a language tag ("es", "en-GB", "pt_BR"), or the default. */
const char *nova_voice_for_language(const char *language);
/* "Spanish" for "es-US"; NULL when unknown. */
const char *nova_language_name(const char *language);

#endif
