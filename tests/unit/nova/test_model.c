#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/nova/voice.h"

#define V1      "amazon.nova-sonic-v1:0"
#define V2      "amazon.nova-2-sonic-v1:0"
#define V25     "amazon.nova-2-5-sonic"
#define UNKNOWN "amazon.nova-9-sonic"

static void models_differ_as_the_table_says(void **state)
{
	static const struct {
		const char *id;
		bool known, turn_detection, text_input, waits_for_tools, ended;
	} rows[] = {
		{V25, true, true, true, false, false},
		{V2, true, true, true, false, false},
		{V1, true, false, false, true, true},
		{NULL, true, true, true, false, false},
		{UNKNOWN, false, true, true, false, false},
	};
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct nova_model *m = nova_model_find(rows[i].id);
		assert_int_equal(rows[i].known,
				 nova_model_is_known(rows[i].id));
		assert_int_equal(rows[i].turn_detection, m->turn_detection);
		assert_int_equal(rows[i].text_input, m->text_input);
		assert_int_equal(rows[i].waits_for_tools, m->waits_for_tools);
		assert_int_equal(rows[i].ended,
				 nova_model_warning(rows[i].id, line,
						    sizeof line));
	}
	assert_string_equal(V25, NOVA_MODEL_DEFAULT);
	assert_string_equal(V25, nova_model_find(NULL)->id);
	assert_string_equal(V25, nova_model_find(UNKNOWN)->id);
	nova_model_warning(V1, line, sizeof line);
	assert_string_equal(V1 ": AWS has set its end of life to 2026-09-14; "
			       "use --model " V25,
			    line);
}

static void the_voice_follows_language_and_model(void **state)
{
	static const struct {
		const char *model, *tag, *voice;
	} rows[] = {
		{NULL, NULL, "tiffany"},
		{NULL, "", "tiffany"},
		{NULL, "en", "tiffany"},
		{NULL, "en-US", "tiffany"},
		{NULL, "en-NZ", "tiffany"},
		{NULL, "en-GB", "amy"},
		{NULL, "EN_gb", "amy"},
		{NULL, "en-AU", "olivia"},
		{NULL, "en-IN", "kiara"},
		{NULL, "hi-IN", "kiara"},
		{NULL, "hi", "kiara"},
		{NULL, "fr", "ambre"},
		{NULL, "it-CH", "beatrice"},
		{NULL, "de", "tina"},
		{NULL, "es-US", "lupe"},
		{NULL, "es_MX", "lupe"},
		{NULL, "pt_BR", "carolina"},
		{NULL, "eo", "tiffany"},
		{NULL, "a-tag-that-is-much-too-long", "tiffany"},
		{V1, "de", "greta"},
		{V1, "en-AU", "tiffany"},
		{V1, "en-GB", "amy"},
		{V1, "pt-BR", "tiffany"},
		{V1, "hi", "tiffany"},
		{UNKNOWN, "de", "tina"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(
			rows[i].voice,
			nova_voice_for_language(nova_model_find(rows[i].model),
						rows[i].tag));
}

static void languages_have_names(void **state)
{
	static const struct {
		const char *tag, *name;
	} rows[] = {
		{NULL, NULL},         {"", NULL},
		{"en", "English"},    {"EN_gb", "English"},
		{"hi-IN", "Hindi"},   {"fr", "French"},
		{"it-CH", "Italian"}, {"de", "German"},
		{"es-US", "Spanish"}, {"pt_BR", "Portuguese"},
		{"eo", NULL},         {"esx", NULL},
	};
	char list[128];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *name = nova_language_name(rows[i].tag);
		assert_string_equal(rows[i].name ? rows[i].name : "",
				    name ? name : "");
	}
	nova_language_list(nova_model_find(V25), list, sizeof list);
	assert_string_equal("English, Hindi, French, Italian, German, Spanish "
			    "and Portuguese",
			    list);
	nova_language_list(nova_model_find(V1), list, sizeof list);
	assert_string_equal("English, French, Italian, German and Spanish",
			    list);
	nova_language_list(nova_model_find(V1), list, 12);
	assert_string_equal("English, Fr", list);
}

static void every_row_of_a_voice_is_of_use(void **state)
{
	size_t voice_count, model_count;
	const struct nova_voice *v = nova_voices(&voice_count);
	const struct nova_model *m = nova_models(&model_count);

	(void)state;
	for (size_t i = 0; i < voice_count; i++) {
		bool used = false;
		for (size_t k = 0; k < model_count; k++)
			used = used || nova_voice_is_of(&v[i], &m[k]);
		assert_true(used);
		assert_non_null(nova_language_name(v[i].language));
	}
}

static void two_voices_speak_every_language(void **state)
{
	const struct nova_model *m = nova_model_find(V2);
	const struct nova_model *first = nova_model_find(V1);

	(void)state;
	assert_true(nova_voice_speaks(nova_voice_find(m, "matthew"), m, "pt"));
	assert_true(nova_voice_speaks(nova_voice_find(m, "leo"), m, "pt-PT"));
	assert_false(nova_voice_speaks(nova_voice_find(m, "leo"), m, "es"));
	assert_false(nova_voice_speaks(nova_voice_find(m, "matthew"), m, "eo"));
	assert_false(nova_voice_speaks(nova_voice_find(first, "matthew"), first,
				       "fr"));
	assert_null(nova_voice_find(m, "greta"));
	assert_null(nova_voice_find(first, "tina"));
}

static void names_of_voices_come_once(void **state)
{
	const char *names[NOVA_VOICES_MOST + 1];
	size_t count = 0;

	(void)state;
	nova_voice_names(nova_model_find(V25), names);
	while (names[count])
		count++;
	assert_int_equal(16, count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(names[k], names[i]);
}

static void what_a_model_cannot_do_is_said_in_one_line(void **state)
{
	static const struct {
		const char *model, *voice, *language;
		enum nova_turn_pause pause;
		const char *want;
	} rows[] = {
		{V25, "amy", "hi", NOVA_PAUSE_LOW, ""},
		{NULL, NULL, NULL, NOVA_PAUSE_DEFAULT, ""},
		{V1, "", "", NOVA_PAUSE_DEFAULT, ""},
		{V1, "greta", "es-ES", NOVA_PAUSE_DEFAULT, ""},
		{UNKNOWN, "zoe", "eo", NOVA_PAUSE_HIGH, ""},
		{V25, "tifany", NULL, NOVA_PAUSE_DEFAULT,
		 "\"tifany\" is no voice of " V25 "; did you mean "
		 "\"tiffany\"?"},
		{NULL, "zzzzzzzzz", NULL, NOVA_PAUSE_DEFAULT,
		 "\"zzzzzzzzz\" is no voice of " V25 "; choose another"},
		{V25, "greta", NULL, NOVA_PAUSE_DEFAULT,
		 "\"greta\" is no voice of " V25 "; choose another"},
		{V1, "tina", NULL, NOVA_PAUSE_DEFAULT,
		 "\"tina\" is no voice of " V1 "; choose another"},
		{V25, NULL, "eo", NOVA_PAUSE_DEFAULT,
		 "\"eo\" is no language of " V25 "; it speaks English, Hindi, "
		 "French, Italian, German, Spanish and Portuguese"},
		{V1, NULL, "pt-BR", NOVA_PAUSE_DEFAULT,
		 "\"pt-BR\" is no language of " V1 "; it speaks English, "
		 "French, Italian, German and Spanish"},
		{V1, NULL, NULL, NOVA_PAUSE_HIGH,
		 V1 " decides by itself when a turn ends; leave the setting "
		    "out"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p = {0};
		int err = nova_model_check_voice(rows[i].model, rows[i].voice,
						 &p);
		if (!err)
			err = nova_model_check_language(rows[i].model,
							rows[i].language, &p);
		if (!err)
			err = nova_model_check_pause(rows[i].model,
						     rows[i].pause, &p);
		assert_string_equal(rows[i].want, p.text);
		assert_int_equal(*rows[i].want ? PROBLEM_USAGE : 0, err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_differ_as_the_table_says),
		cmocka_unit_test(the_voice_follows_language_and_model),
		cmocka_unit_test(languages_have_names),
		cmocka_unit_test(every_row_of_a_voice_is_of_use),
		cmocka_unit_test(two_voices_speak_every_language),
		cmocka_unit_test(names_of_voices_come_once),
		cmocka_unit_test(what_a_model_cannot_do_is_said_in_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
