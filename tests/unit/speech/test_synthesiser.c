/* The synthesiser with its real engines: flite's module and espeak-ng. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "audio/dsp/meter.h"
#include "audio/dsp/speech_level.h"
#include "client/speech/synthesiser.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { RATE_HZ = 24000 };

static const char english[] = "Plants make their own food from light.";
static const char spanish[] = "Las plantas fabrican su alimento con la luz.";

static struct synthesiser *open_with(const char *cache_dir)
{
	struct synthesiser *s = NULL;
	struct problem p = {0};

	if (synthesiser_open(&s,
			     &(struct synthesiser_settings){
				     .rate_hz = RATE_HZ,
				     .cache_dir = cache_dir,
			     },
			     &p))
		fail_msg("%s", p.text);
	return s;
}

static const struct speech_sound *say(struct synthesiser *s, const char *text,
				      const char *language, const char *voice,
				      double speed)
{
	const struct speech_sound *sound = NULL;
	struct problem p = {0};

	if (synthesiser_speak(s,
			      &(struct synthesiser_request){text, language,
							    voice, speed},
			      &sound, &p))
		fail_msg("%s", p.text);
	return sound;
}

static double seconds(const struct speech_sound *sound)
{
	return (double)sound->count / RATE_HZ;
}

static void all_voices_speak_at_one_loudness_without_clipping(void **state)
{
	static const struct {
		const char *language, *voice, *text;
	} rows[] = {
		{"en", NULL, english},
		{"en", "slt", english},
		{"en-GB", "rms", english},
		{"en", "awb", english},
		{"en", "kal16", english},
		{"es", NULL, spanish},
		{"pt-BR", NULL, "Boa tarde, tudo bem?"},
	};
	struct synthesiser *s = open_with(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct speech_sound *sound = say(s, rows[i].text,
						       rows[i].language,
						       rows[i].voice, 1);
		double level = speech_level_db(sound->samples, sound->count,
					       RATE_HZ);
		print_message("%s %s: %.2f s, %.1f dB, peak %.1f dB\n",
			      rows[i].language,
			      rows[i].voice ? rows[i].voice : "-",
			      seconds(sound), level,
			      meter_peak_db(sound->samples, sound->count));
		assert_true(seconds(sound) > 0.8 && seconds(sound) < 5);
		assert_true(level > -24 && level < -22);
		assert_true(meter_peak_db(sound->samples, sound->count) < -0.9);
		speech_sound_release(sound);
	}
	synthesiser_free(s);
}

static void voices_differ_and_an_unknown_one_is_the_languages_own(void **state)
{
	struct synthesiser *s = open_with(NULL);
	const struct speech_sound *own = say(s, english, "en", NULL, 1);
	const struct speech_sound *unknown = say(s, english, "en", "matthew",
						 1);
	const struct speech_sound *other = say(s, english, "en", "rms", 1);

	(void)state;
	assert_ptr_equal(own, unknown);
	assert_ptr_not_equal(own, other);
	assert_true(synthesiser_knows_voice(s, "en", "rms"));
	assert_false(synthesiser_knows_voice(s, "en", "matthew"));
	assert_false(synthesiser_knows_voice(s, "es", "rms"));
	speech_sound_release(own);
	speech_sound_release(unknown);
	speech_sound_release(other);
	synthesiser_free(s);
}

static void speed_changes_the_length(void **state)
{
	static const char *const languages[] = {"en", "es"};
	struct synthesiser *s = open_with(NULL);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *text = i ? spanish : english;
		const struct speech_sound *plain = say(s, text, languages[i],
						       NULL, 1);
		const struct speech_sound *slow = say(s, text, languages[i],
						      NULL, 0.7);
		const struct speech_sound *fast = say(s, text, languages[i],
						      NULL, 1.4);
		assert_true(seconds(slow) > 1.2 * seconds(plain));
		assert_true(seconds(fast) < 0.85 * seconds(plain));
		speech_sound_release(plain);
		speech_sound_release(slow);
		speech_sound_release(fast);
	}
	synthesiser_free(s);
}

static void
typographic_marks_are_read_and_foreign_letters_do_no_harm(void **state)
{
	struct synthesiser *s = open_with(NULL);
	const struct speech_sound *plain = say(s, "It's 5 degrees.", "en", NULL,
					       1);
	const struct speech_sound *typed = say(s, "It’s 5°.", "en", NULL, 1);
	const struct speech_sound *strange = say(
		s, "caf\xc3\xa9 \xe6\x97\xa5 na\xc3\xafve", "en", NULL, 1);

	(void)state;
	assert_true(plain->count == typed->count);
	assert_true(seconds(strange) > 0.3);
	speech_sound_release(plain);
	speech_sound_release(typed);
	speech_sound_release(strange);
	synthesiser_free(s);
}

static void what_was_said_is_taken_from_memory(void **state)
{
	struct synthesiser *s = open_with(NULL);
	const struct speech_sound *once = say(s, english, "en", NULL, 1);
	const struct speech_sound *again = say(s, english, "en", NULL, 1);

	(void)state;
	assert_ptr_equal(once, again);
	speech_sound_release(once);
	synthesiser_free(s);
	/* a holder keeps it when the synthesiser has gone */
	assert_true(again->samples[again->count / 2] != 0 ||
		    again->samples[again->count / 3] != 0);
	speech_sound_release(again);
}

static char *only_file(const char *folder)
{
	char *found = NULL;
	DIR *dir = opendir(folder);

	for (struct dirent *d; (d = readdir(dir)) != NULL;) {
		if (d->d_name[0] == '.')
			continue;
		assert_null(found);
		found = text_format("%s/%s", folder, d->d_name);
	}
	closedir(dir);
	assert_non_null(found);
	return found;
}

static void assert_same(const struct speech_sound *a,
			const struct speech_sound *b)
{
	assert_int_equal(a->count, b->count);
	assert_memory_equal(a->samples, b->samples,
			    a->count * sizeof *a->samples);
}

static void
what_was_said_is_taken_from_the_folder_at_the_next_start(void **state)
{
	char *folder = folder_make();
	char *cache = text_format("%s/speech", folder);
	struct synthesiser *first = open_with(cache);
	const struct speech_sound *made = say(first, spanish, "es", NULL, 1);
	char *path = getenv("PATH") ? text_copy(getenv("PATH")) : NULL;

	(void)state;
	synthesiser_free(first);
	/* with no espeak-ng to be found, it can only come from the folder */
	setenv("PATH", folder, 1);
	struct synthesiser *next = open_with(cache);
	const struct speech_sound *loaded = say(next, spanish, "es", NULL, 1);
	assert_same(made, loaded);
	speech_sound_release(loaded);
	synthesiser_free(next);
	setenv("PATH", path, 1);

	/* a damaged file is made anew */
	char *file = only_file(cache);
	folder_write(cache, strrchr(file, '/') + 1, "no sound");
	struct synthesiser *last = open_with(cache);
	loaded = say(last, spanish, "es", NULL, 1);
	assert_same(made, loaded);
	speech_sound_release(loaded);
	synthesiser_free(last);

	/* and so is one that was cut */
	assert_int_equal(truncate(file, 4000), 0);
	last = open_with(cache);
	loaded = say(last, spanish, "es", NULL, 1);
	assert_same(made, loaded);
	speech_sound_release(loaded);
	synthesiser_free(last);

	speech_sound_release(made);
	free(file);
	free(path);
	free(cache);
	folder_remove(folder);
}

static void what_cannot_be_said_is_one_line(void **state)
{
	struct synthesiser *s = open_with(NULL);
	const struct speech_sound *sound;
	struct problem p = {0};
	char *path = text_copy(getenv("PATH"));

	(void)state;
	assert_int_equal(synthesiser_speak(s,
					   &(struct synthesiser_request){
						   "uno", "zz", NULL, 1},
					   &sound, &p),
			 PROBLEM_FILE);
	assert_non_null(strstr(p.text, "it cannot say \"zz\""));

	setenv("PATH", "/nowhere", 1);
	assert_int_equal(synthesiser_can_speak(s, "en", &p), 0);
	assert_int_equal(synthesiser_can_speak(s, "es", &p), PROBLEM_FILE);
	assert_string_equal(p.text, "speech: there is no voice for \"es\"; "
				    "install the package espeak-ng");
	setenv("PATH", path, 1);
	assert_int_equal(synthesiser_can_speak(s, "es", &p), 0);
	free(path);
	synthesiser_free(s);
}

/* espeak-ng is GPL: it may be run, and nothing of it may be linked. */
static void no_gpl_speech_is_linked(void **state)
{
	static const char script[] =
		"for f in habla habla-relay habla-*.so; do\n"
		"	readelf -d $f | grep -i espeak && exit 1\n"
		"	nm -D $f | grep -i espeak_ && exit 1\n"
		"done\n"
		"readelf -d habla habla-relay | grep -i flite && exit 1\n"
		"readelf -d habla-flite.so | grep -c libflite.so";
	struct process p;

	(void)state;
	char *whole = text_format("cd %s\n%s", HABLA_BINARY_DIR, script);
	process_start(&p, (const char *[]){"sh", "-c", whole, NULL}, NULL);
	int code = process_wait(&p);
	if (code)
		fail_msg("%s", p.text);
	assert_string_equal(p.text, "1\n");
	process_end(&p);
	free(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			all_voices_speak_at_one_loudness_without_clipping),
		cmocka_unit_test(
			voices_differ_and_an_unknown_one_is_the_languages_own),
		cmocka_unit_test(speed_changes_the_length),
		cmocka_unit_test(
			typographic_marks_are_read_and_foreign_letters_do_no_harm),
		cmocka_unit_test(what_was_said_is_taken_from_memory),
		cmocka_unit_test(
			what_was_said_is_taken_from_the_folder_at_the_next_start),
		cmocka_unit_test(what_cannot_be_said_is_one_line),
		cmocka_unit_test(no_gpl_speech_is_linked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
