#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "client/speech/sentences.h"
#include "net/base/bytes.h"

enum { TEXT_MOST = 1024 };

/* "|" stands where a sentence was cut. */
static void assert_cut(const char *text, const char *expected)
{
	struct bytes joined;
	size_t n;

	bytes_init(&joined, TEXT_MOST);
	while ((text = sentence_next(text, &n)), n > 0) {
		if (joined.length)
			bytes_append_text(&joined, "|");
		bytes_append(&joined, text, n);
		text += n;
	}
	assert_string_equal(bytes_text(&joined), expected);
	bytes_deinit(&joined);
}

static void a_text_is_cut_where_a_speaker_breathes(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{"", ""},
		{"  \n ", ""},
		{"Yes", "Yes"},
		{"Yes. And now?", "Yes.|And now?"},
		{"Yes!  Right,\nexactly. ", "Yes!|Right,\nexactly."},
		{"It is 3.5 metres. 4 is more.",
		 "It is 3.5 metres.|4 is more."},
		{"Metals, e.g. Iron or i.e. Gold, shine. Do they?",
		 "Metals, e.g. Iron or i.e. Gold, shine.|Do they?"},
		{"Ask Dr. Green. Or Mrs. Blue.",
		 "Ask Dr. Green.|Or Mrs. Blue."},
		{"No. That is not it.", "No.|That is not it."},
		{"See no. 5. Then go.", "See no. 5.|Then go."},
		{"She said \"Why?\" Then she left.",
		 "She said \"Why?\"|Then she left."},
		{"(It is green.) Why?", "(It is green.)|Why?"},
		{"Wait... and think. Well…  Good!",
		 "Wait... and think.|Well…|Good!"},
		{"What?! Really?", "What?!|Really?"},
		{"¿Qué tal? ¡Muy bien! Élla dice sí.",
		 "¿Qué tal?|¡Muy bien!|Élla dice sí."},
		{"Bebidas, p. ej. Agua. Otra.", "Bebidas, p. ej. Agua.|Otra."},
		{"www.example.org is a place. Go",
		 "www.example.org is a place.|Go"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_cut(rows[i].text, rows[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_cut_where_a_speaker_breathes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
