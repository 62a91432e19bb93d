/* Sentences for people in the language of the locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/exit_code.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/stack.h"

/* stack_environment and a language. */
static void start(struct process *p, const char *locale, const char *language,
		  const char *const *argv)
{
	const char *environment[32];
	char *wanted = text_format("LC_ALL=%s", locale);
	size_t n = 0;

	while (stack_environment[n]) {
		environment[n] = stack_environment[n];
		assert_true(++n < 28);
	}
	environment[n++] = wanted;
	environment[n++] = language ? language : "LANGUAGE";
	environment[n] = NULL;
	process_start(p, argv, environment);
	free(wanted);
}

static void the_locale_decides_even_when_it_is_not_installed(void **state)
{
	static const struct {
		const char *locale, *language, *says;
	} table[] = {
		{"es_ES.UTF-8", NULL, "no existe esa orden"},
		{"es_MX", NULL, "no existe esa orden"},
		{"xx_XX.UTF-8", "LANGUAGE=es", "no existe esa orden"},
		{"C.UTF-8", NULL, "no such command"},
		{"POSIX", NULL, "no such command"},
		{"xx_XX.UTF-8", NULL, "no such command"},
	};
	const char *argv[] = {"habla", "tlak", NULL};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct process p;

		start(&p, table[i].locale, table[i].language, argv);
		assert_int_equal(process_wait(&p), EXIT_CODE_USAGE);
		if (!strstr(p.text, table[i].says))
			fail_msg("%s: %s", table[i].locale, p.text);
	}
}

/* The transcript's words are the tutor's own, in the lesson's language. */
static void
a_conversation_speaks_spanish_and_its_events_do_not_change(void **state)
{
	const char *argv[] = {"habla",       "talk",   "--text",
			      "--no-record", "--json", NULL};
	struct process p;

	(void)state;
	start(&p, "es_ES.UTF-8", NULL, argv);
	process_type(&p, "hello\n");
	close(p.input);
	p.input = -1;
	assert_int_equal(process_wait(&p), 0);
	assert_non_null(strstr(p.text, "Conectando..."));
	assert_null(strstr(p.text, "Connecting..."));
	assert_non_null(strstr(p.text, "\"event\":\"state\",\"state\":"
				       "\"connecting\""));
	assert_non_null(strstr(p.text, "\"event\":\"transcript\",\"role\":"
				       "\"USER\",\"text\":\"hello\""));
}

static void run(const char *command)
{
	const char *argv[] = {"sh", "-c", command, NULL};
	struct process p;

	process_start(&p, argv, NULL);
	if (process_wait(&p) != 0)
		fail_msg("%s: %s", command, p.text);
}

static void spanish_has_every_sentence_and_no_other(void **state)
{
	char *folder = folder_make();
	char *command = text_format(
		"cd %s && sh po/extract.sh %s/all.pot && "
		"msgcmp po/es.po %s/all.pot && "
		"msgfmt --check --output-file=/dev/null po/es.po && "
		"msgcomm --less-than=2 --omit-header po/es.po %s/all.pot | "
		"if grep -m 3 '^msgid'; then echo nobody says this; exit 1; fi",
		HABLA_SOURCE_DIR, folder, folder, folder);

	(void)state;
	run(command);
	free(command);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_locale_decides_even_when_it_is_not_installed),
		cmocka_unit_test(
			a_conversation_speaks_spanish_and_its_events_do_not_change),
		cmocka_unit_test(spanish_has_every_sentence_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
