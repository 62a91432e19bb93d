#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/random.h"

/* RFC 4648, section 10. */
static const struct {
	const char *plain, *coded;
} vectors[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	/* both characters that are not letters or digits */
	{"\xfb\xff\xbf", "+/+/"},
};

static void the_vectors_of_the_rfc_hold(void **state)
{
	char coded[16];
	char plain[16];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const char *want = vectors[i].coded;
		size_t n = strlen(vectors[i].plain);
		assert_int_equal(base64_encoded_length(n), strlen(want));
		base64_encode(coded, vectors[i].plain, n);
		assert_memory_equal(coded, want, strlen(want));
		assert_int_equal(base64_decode(plain, want, strlen(want)), n);
		assert_memory_equal(plain, vectors[i].plain, n);
	}
}

/* Bit by bit, to have another way to the same answer. */
static char slow_character(const uint8_t *data, size_t n, size_t at)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
				       "ghijklmnopqrstuvwxyz0123456789+/";
	unsigned v = 0;

	for (size_t bit = at * 6; bit < at * 6 + 6; bit++) {
		unsigned set = bit / 8 < n &&
			       data[bit / 8] >> (7 - bit % 8) & 1;
		v = v << 1 | set;
	}
	return at * 6 >= n * 8 ? '=' : alphabet[v];
}

static void every_length_comes_back_and_stays_in_its_bounds(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 200; n++) {
		size_t length = base64_encoded_length(n);
		/* exact sizes: the sanitizer sees a byte too far */
		uint8_t *data = malloc(n + !n), *back = malloc(n + !n);
		char *coded = malloc(length + !length);
		random_fill(data, n);
		base64_encode(coded, data, n);
		for (size_t i = 0; i < length; i++)
			assert_int_equal(coded[i], slow_character(data, n, i));
		assert_int_equal(base64_decode(back, coded, length), n);
		assert_memory_equal(back, data, n);
		assert_in_range(base64_decoded_bound(length), n, n + 2);
		free(data);
		free(back);
		free(coded);
	}
}

static void every_pair_of_characters_is_in_the_table(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 4096; v++) {
		const uint8_t data[3] = {(uint8_t)(v >> 4),
					 (uint8_t)(v << 4 | v >> 8),
					 (uint8_t)v};
		char coded[4];
		base64_encode(coded, data, 3);
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(coded[i], slow_character(data, 3, i));
	}
}

static void every_other_byte_is_refused_at_every_place(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		bool right = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			     (c >= '0' && c <= '9') || c == '+' || c == '/';
		for (size_t at = 0; at < 12; at++) {
			char text[13] = "QUJDQUJDQUJD";
			uint8_t out[9];
			bool last = at == 11 && c == '=';
			text[at] = (char)c;
			long want = right ? 9 : last ? 8 : PROBLEM_FORMAT;
			assert_int_equal(base64_decode(out, text, 12), want);
		}
	}
}

static void wrong_padding_is_refused(void **state)
{
	static const char *const wrong[] = {
		"Q",        "QU",       "QUJ",      "QUJDQ",      "=",
		"==",       "====",     "Q===",     "QU=D",       "=UJD",
		"QUI=QUJD", "QQ==QUJD", "QUJD====", "QUJDQQ=",    "QUJDQQ=\n",
		"QUJD\n",   "QU JD",    "Q=J=",     "QUJDQQ==\n",
	};
	uint8_t out[16];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (base64_decode(out, wrong[i], strlen(wrong[i])) !=
		    PROBLEM_FORMAT)
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void left_over_bits_of_the_last_character_do_not_matter(void **state)
{
	char out[3];

	(void)state;
	assert_int_equal(base64_decode(out, "Zh==", 4), 1);
	assert_int_equal(out[0], 'f');
	assert_int_equal(base64_decode(out, "Zm9=", 4), 2);
	assert_memory_equal(out, "fo", 2);
}

static void appending_keeps_to_the_limit(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 9);
	assert_int_equal(bytes_append_text(&b, ">"), 0);
	assert_int_equal(base64_append(&b, "foobar", 6), 0);
	assert_string_equal(bytes_text(&b), ">Zm9vYmFy");
	assert_int_equal(base64_append(&b, "f", 1), PROBLEM_LIMIT);
	assert_int_equal(b.length, 9);
	bytes_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc_hold),
		cmocka_unit_test(
			every_length_comes_back_and_stays_in_its_bounds),
		cmocka_unit_test(every_pair_of_characters_is_in_the_table),
		cmocka_unit_test(every_other_byte_is_refused_at_every_place),
		cmocka_unit_test(wrong_padding_is_refused),
		cmocka_unit_test(
			left_over_bits_of_the_last_character_do_not_matter),
		cmocka_unit_test(appending_keeps_to_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
