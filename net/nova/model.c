#include "net/nova/model.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "net/base/text.h"

static const struct nova_model models[] = {
	{NOVA_MODEL_DEFAULT, true, true},
	{"amazon.nova-2-sonic-v1:0", true, true},
	{"amazon.nova-sonic-v1:0", false, false},
};

/* Both entries of a language: with a region first, then without. */
static const struct {
	const char *tag, *voice, *name;
} languages[] = {
	{"en-GB", "amy", "English"},   {"en-AU", "olivia", "English"},
	{"en-IN", "kiara", "English"}, {"en", "tiffany", "English"},
	{"hi", "kiara", "Hindi"},      {"fr", "ambre", "French"},
	{"it", "beatrice", "Italian"}, {"de", "tina", "German"},
	{"es", "lupe", "Spanish"},     {"pt", "carolina", "Portuguese"},
};

const struct nova_model *nova_model_find(const char *id)
{
	for (size_t i = 0; id && i < sizeof models / sizeof *models; i++)
		if (text_equal(models[i].id, id))
			return &models[i];
	return &models[0];
}

/* "pt_BR" and "PT-br" are "pt-BR"; scripts ("zh-Hans-CN") stay as they are. */
static void normalise(char out[16], const char *tag)
{
	size_t n = 0;

	for (; n < 15 && tag[n]; n++)
		out[n] = tag[n] == '_' ? '-' : tag[n];
	out[n] = '\0';
}

/* The entry for a tag: its region when that has one, else the language. */
static int find_language(const char *language)
{
	char tag[16], primary[16];

	if (!language)
		return -1;
	normalise(tag, language);
	snprintf(primary, sizeof primary, "%.*s", (int)strcspn(tag, "-"), tag);
	const char *const ways[] = {tag, primary};
	for (size_t w = 0; w < 2; w++)
		for (size_t i = 0; i < sizeof languages / sizeof *languages;
		     i++)
			if (text_equal_fold(languages[i].tag, ways[w]))
				return (int)i;
	return -1;
}

const char *nova_voice_for_language(const char *language)
{
	int i = find_language(language);

	return i < 0 ? NOVA_VOICE_DEFAULT : languages[i].voice;
}

const char *nova_language_name(const char *language)
{
	int i = find_language(language);

	return i < 0 ? NULL : languages[i].name;
}
