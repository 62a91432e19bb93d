#include "net/nova/voice.h"

#include <stdio.h>
#include <string.h>

#include "net/base/text.h"

enum {
	FIRST = NOVA_GENERATION_1,
	SECOND = NOVA_GENERATION_2,
	BOTH = FIRST | SECOND,
	TAG_SIZE = 16,
};

/* The first of a language (or of its tag, for those with a region) is the one
 * that is used when none is named. */
static const struct nova_voice voices[] = {
	{"en-US", NOVA_VOICE_DEFAULT, "feminine", BOTH, SECOND},
	{"en-US", "matthew", "masculine", BOTH, SECOND},
	{"en-GB", "amy", "feminine", BOTH, 0},
	{"en-AU", "olivia", "feminine", SECOND, 0},
	{"en-IN", "kiara", "feminine", SECOND, 0},
	{"en-IN", "arjun", "masculine", SECOND, 0},
	{"hi-IN", "kiara", "feminine", SECOND, 0},
	{"hi-IN", "arjun", "masculine", SECOND, 0},
	{"fr-FR", "ambre", "feminine", BOTH, 0},
	{"fr-FR", "florian", "masculine", BOTH, 0},
	{"it-IT", "beatrice", "feminine", BOTH, 0},
	{"it-IT", "lorenzo", "masculine", BOTH, 0},
	{"de-DE", "tina", "feminine", SECOND, 0},
	{"de-DE", "greta", "feminine", FIRST, 0},
	{"de-DE", "lennart", "masculine", BOTH, 0},
	{"es-US", "lupe", "feminine", BOTH, 0},
	{"es-US", "carlos", "masculine", BOTH, 0},
	{"pt-BR", "carolina", "feminine", SECOND, 0},
	{"pt-BR", "leo", "masculine", SECOND, 0},
};

enum { VOICE_COUNT = sizeof voices / sizeof *voices };
_Static_assert(sizeof voices / sizeof *voices <= (size_t)NOVA_VOICES_MOST,
	       "room for all names");

static const struct {
	const char *primary, *name;
} languages[] = {
	{"en", "English"},    {"hi", "Hindi"},  {"fr", "French"},
	{"it", "Italian"},    {"de", "German"}, {"es", "Spanish"},
	{"pt", "Portuguese"},
};

enum { LANGUAGE_COUNT = sizeof languages / sizeof *languages };

/* --- tags --- */

/* "pt_BR" is "pt-BR". */
static void normalise(char out[TAG_SIZE], const char *tag)
{
	size_t n = 0;

	for (; n < TAG_SIZE - 1 && tag[n]; n++)
		out[n] = tag[n] == '_' ? '-' : tag[n];
	out[n] = '\0';
}

static bool same_tag(const char *a, const char *b)
{
	char tag[TAG_SIZE];

	normalise(tag, b);
	return text_equal_fold(a, tag);
}

/* The language, whatever the region. */
static bool same_language(const char *a, const char *b)
{
	char one[TAG_SIZE], other[TAG_SIZE];

	normalise(one, a);
	normalise(other, b);
	one[strcspn(one, "-")] = '\0';
	other[strcspn(other, "-")] = '\0';
	return text_equal_fold(one, other);
}

/* --- voices --- */

const struct nova_voice *nova_voices(size_t *count)
{
	*count = VOICE_COUNT;
	return voices;
}

bool nova_voice_is_of(const struct nova_voice *v, const struct nova_model *m)
{
	return v->generations & m->generation;
}

const struct nova_voice *nova_voice_find(const struct nova_model *m,
					 const char *name)
{
	for (size_t i = 0; i < VOICE_COUNT; i++)
		if (nova_voice_is_of(&voices[i], m) &&
		    text_equal(voices[i].name, name))
			return &voices[i];
	return NULL;
}

void nova_voice_names(const struct nova_model *m,
		      const char *out[NOVA_VOICES_MOST + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < VOICE_COUNT; i++)
		if (nova_voice_find(m, voices[i].name) == &voices[i])
			out[n++] = voices[i].name;
	out[n] = NULL;
}

bool nova_voice_speaks(const struct nova_voice *v, const struct nova_model *m,
		       const char *language)
{
	if (!nova_voice_is_of(v, m))
		return false;
	return v->every_language & m->generation
		       ? nova_speaks(m, language)
		       : same_language(v->language, language);
}

/* --- languages --- */

const char *nova_voice_for_language(const struct nova_model *m,
				    const char *language)
{
	bool (*const ways[])(const char *, const char *) = {same_tag,
							    same_language};

	for (size_t w = 0; language && w < 2; w++)
		for (size_t i = 0; i < VOICE_COUNT; i++)
			if (nova_voice_is_of(&voices[i], m) &&
			    ways[w](voices[i].language, language))
				return voices[i].name;
	return NOVA_VOICE_DEFAULT;
}

/* Each language has a voice of its own. */
bool nova_speaks(const struct nova_model *m, const char *language)
{
	for (size_t i = 0; i < VOICE_COUNT; i++)
		if (nova_voice_is_of(&voices[i], m) &&
		    same_language(voices[i].language, language))
			return true;
	return false;
}

void nova_language_list(const struct nova_model *m, char *out, size_t size)
{
	const char *spoken[LANGUAGE_COUNT] = {NULL};
	size_t count = 0, used = 0;

	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		if (nova_speaks(m, languages[i].primary))
			spoken[count++] = languages[i].name;
	*out = '\0';
	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s",
					 i == 0           ? ""
					 : i + 1 == count ? " and "
							  : ", ",
					 spoken[i]);
}

const char *nova_language_name(const char *language)
{
	for (size_t i = 0; language && i < LANGUAGE_COUNT; i++)
		if (same_language(languages[i].primary, language))
			return languages[i].name;
	return NULL;
}
