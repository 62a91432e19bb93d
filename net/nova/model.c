#include "net/nova/model.h"

#include <stdio.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/voice.h"

enum { LIST_SIZE = 256 };

static const struct nova_model models[] = {
	{
		.id = NOVA_MODEL_DEFAULT,
		.name = "Nova 2.5 Sonic",
		.generation = NOVA_GENERATION_2,
		.turn_detection = true,
		.text_input = true,
	},
	{
		.id = "amazon.nova-2-sonic-v1:0",
		.name = "Nova 2 Sonic",
		.generation = NOVA_GENERATION_2,
		.turn_detection = true,
		.text_input = true,
	},
	{
		.id = "amazon.nova-sonic-v1:0",
		.name = "Nova Sonic",
		.generation = NOVA_GENERATION_1,
		.waits_for_tools = true,
		.ended_on = "2026-09-14",
	},
};

enum { MODEL_COUNT = sizeof models / sizeof *models };

static const struct nova_model *find_known(const char *id)
{
	if (!id)
		return &models[0];
	for (size_t i = 0; i < MODEL_COUNT; i++)
		if (text_equal(models[i].id, id))
			return &models[i];
	return NULL;
}

const struct nova_model *nova_models(size_t *count)
{
	*count = MODEL_COUNT;
	return models;
}

const struct nova_model *nova_model_find(const char *id)
{
	const struct nova_model *m = find_known(id);

	return m ? m : &models[0];
}

bool nova_model_is_known(const char *id)
{
	return find_known(id) != NULL;
}

bool nova_model_warning(const char *id, char *out, size_t size)
{
	const struct nova_model *m = find_known(id);

	if (!m || !m->ended_on)
		return false;
	snprintf(out, size,
		 "%s: AWS has set its end of life to %s; use --model %s", m->id,
		 m->ended_on, NOVA_MODEL_DEFAULT);
	return true;
}

/* --- what a model cannot do --- */

int nova_model_check_voice(const char *id, const char *voice, struct problem *p)
{
	const struct nova_model *m = find_known(id);
	const char *names[NOVA_VOICES_MOST + 1];

	if (!m || !voice || !*voice || nova_voice_find(m, voice))
		return 0;
	nova_voice_names(m, names);

	const char *nearest = text_nearest(voice, names);
	if (nearest)
		return problem_set(p, PROBLEM_USAGE,
				   "\"%s\" is no voice of %s; did you mean "
				   "\"%s\"?",
				   voice, m->id, nearest);
	return problem_set(p, PROBLEM_USAGE,
			   "\"%s\" is no voice of %s; choose another", voice,
			   m->id);
}

int nova_model_check_language(const char *id, const char *language,
			      struct problem *p)
{
	const struct nova_model *m = find_known(id);
	char list[LIST_SIZE];

	if (!m || !language || !*language || nova_speaks(m, language))
		return 0;
	nova_language_list(m, list, sizeof list);
	return problem_set(p, PROBLEM_USAGE,
			   "\"%s\" is no language of %s; it speaks %s",
			   language, m->id, list);
}

int nova_model_check_pause(const char *id, enum nova_turn_pause pause,
			   struct problem *p)
{
	const struct nova_model *m = find_known(id);

	if (!m || !pause || m->turn_detection)
		return 0;
	return problem_set(p, PROBLEM_USAGE,
			   "%s decides by itself when a turn ends; leave the "
			   "setting out",
			   m->id);
}
