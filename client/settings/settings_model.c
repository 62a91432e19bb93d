#include "client/settings/settings_model.h"

#include "client/settings/settings.h"
#include "client/settings/settings_values.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/nova/voice.h"

static const char list_hint[] = N_(" (habla talk --voices lists them)");

enum nova_turn_pause settings_turn_pause(const struct settings *s)
{
	static const enum nova_turn_pause pauses[] = {NOVA_PAUSE_HIGH,
						      NOVA_PAUSE_MEDIUM,
						      NOVA_PAUSE_LOW};
	const char *word = settings_text(s, SETTING_TURN_PAUSE);

	for (size_t i = 0; word && i < 3; i++)
		if (text_equal_fold(word, nova_pause_name(pauses[i])))
			return pauses[i];
	return NOVA_PAUSE_DEFAULT;
}

static int wrong(const struct settings *s, enum setting id,
		 const struct problem *why, const char *hint, struct problem *p)
{
	return problem_set(p, PROBLEM_USAGE, "%s: %s%s", s->values[id].place,
			   why->text, hint);
}

int settings_check_model(const struct settings *s, struct problem *p)
{
	const char *model = settings_text(s, SETTING_MODEL);
	struct problem why;

	/* Who asks for the list wants to correct one of these. */
	if (settings_backend(s) == BACKEND_RELAY ||
	    settings_flag(s, SETTING_VOICES))
		return 0;
	if (nova_model_check_voice(model, settings_text(s, SETTING_VOICE),
				   &why))
		return wrong(s, SETTING_VOICE, &why, _(list_hint), p);
	if (nova_model_check_language(model, settings_text(s, SETTING_LANGUAGE),
				      &why))
		return wrong(s, SETTING_LANGUAGE, &why, "", p);
	if (nova_model_check_pause(model, settings_turn_pause(s), &why))
		return wrong(s, SETTING_TURN_PAUSE, &why, "", p);
	return 0;
}

/* --- the list --- */

static void print_models(const struct nova_voice *v, FILE *out)
{
	size_t count, printed = 0;
	const struct nova_model *models = nova_models(&count);

	/* the oldest first, as people count */
	for (size_t i = count; i > 0; i--)
		if (nova_voice_is_of(v, &models[i - 1]))
			fprintf(out, "%s%s", printed++ ? ", " : "",
				models[i - 1].name);
}

static void print_voice(const struct nova_voice *v, const struct nova_model *m,
			const char *chosen, FILE *out)
{
	fprintf(out, "%-9s %-9s %-3s %-10s ", v->language, v->name,
		text_equal(v->name, chosen) ? "*" : "", v->sounds);
	print_models(v, out);
	if (v->every_language & m->generation)
		fprintf(out, _("; speaks every language"));
	fputc('\n', out);
}

void settings_print_voices(const struct settings *s, FILE *out)
{
	const char *id = settings_text(s, SETTING_MODEL);
	const char *language = settings_text(s, SETTING_LANGUAGE);
	const struct nova_model *m = nova_model_find(id);
	const char *chosen = nova_voice_for_language(m, language);
	size_t count, printed = 0;
	const struct nova_voice *voices = nova_voices(&count);

	if (!nova_model_is_known(id))
		fprintf(out,
			_("%s is not known to this version: any voice is sent "
			  "to "
			  "it. These are those of %s.\n"),
			id, m->id);
	fprintf(out, "%-9s %-9s %-3s %-10s %s\n", _("LANGUAGE"), _("VOICE"), "",
		_("SOUNDS"), _("MODELS"));
	for (size_t i = 0; i < count; i++) {
		if (language ? !nova_voice_speaks(&voices[i], m, language)
			     : !nova_voice_is_of(&voices[i], m))
			continue;
		print_voice(&voices[i], m, chosen, out);
		printed++;
	}
	if (printed)
		fprintf(out, _("* is used when no --voice is given.\n"));
	else
		fprintf(out, _("No voice of %s speaks \"%s\".\n"), m->id,
			language);
}
