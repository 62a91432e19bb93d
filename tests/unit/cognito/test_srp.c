#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/cognito/srp.h"
#include "tests/support/vectors.h"

#define VECTORS "cognito-srp.json"

/* One case of the vectors, ready to be used. */
struct rig {
	cJSON *file;
	const cJSON *row;
	struct srp *srp;
	struct srp_challenge challenge;
};

static void rig_open(struct rig *r, size_t index)
{
	size_t length;

	*r = (struct rig){.file = vectors_load(VECTORS)};
	r->row = cJSON_GetArrayItem(vectors_member(r->file, "cases"),
				    (int)index);
	assert_non_null(r->row);

	const cJSON *in = vectors_member(r->row, "inputs");
	uint8_t *secret = vectors_hex(&length, vectors_text(in, "small_a_hex"));
	assert_int_equal(0, srp_create_with(&r->srp, secret, length));
	free(secret);
	r->challenge = (struct srp_challenge){
		.pool_name = vectors_text(in, "pool_name"),
		.user_id = vectors_text(in, "USER_ID_FOR_SRP"),
		.password = vectors_text(in, "password"),
		.salt = vectors_text(in, "SALT"),
		.server = vectors_text(in, "SRP_B"),
		.secret_block = vectors_text(in, "SECRET_BLOCK"),
		.timestamp = vectors_text(in, "TIMESTAMP"),
	};
}

static void rig_close(struct rig *r)
{
	srp_free(r->srp);
	cJSON_Delete(r->file);
}

static size_t case_count(void)
{
	cJSON *file = vectors_load(VECTORS);
	int count = cJSON_GetArraySize(vectors_member(file, "cases"));

	cJSON_Delete(file);
	assert_true(count >= 3);
	return (size_t)count;
}

/* hex may lack the zeros in front that our fixed sizes have. */
static void assert_number(const void *data, size_t length, const char *hex)
{
	char *got = vectors_to_hex(data, length);
	size_t zeros = 2 * length - strlen(hex);

	assert_true(strlen(hex) <= 2 * length);
	assert_int_equal(strspn(got, "0") >= zeros, 1);
	assert_string_equal(got + zeros, hex);
	free(got);
}

static void each_value_of_the_vectors_comes_out(void **state)
{
	struct srp_keys keys;
	struct problem p = {0};
	struct rig r;

	(void)state;
	for (size_t i = 0; i < case_count(); i++) {
		rig_open(&r, i);
		assert_string_equal(srp_public(r.srp),
				    vectors_text(r.row, "SRP_A"));
		assert_int_equal(srp_derive(&keys, r.srp, &r.challenge, &p), 0);
		assert_number(keys.u, sizeof keys.u,
			      vectors_text(r.row, "u_hex"));
		assert_number(keys.x, sizeof keys.x,
			      vectors_text(r.row, "x_hex"));
		assert_number(keys.premaster, sizeof keys.premaster,
			      vectors_text(r.row, "S_hex"));
		assert_number(keys.key, sizeof keys.key,
			      vectors_text(r.row, "hkdf_key_hex"));
		rig_close(&r);
	}
}

static void the_claim_of_the_vectors_comes_out(void **state)
{
	char claim[SRP_SIGNATURE_SIZE];
	struct problem p = {0};
	struct rig r;

	(void)state;
	for (size_t i = 0; i < case_count(); i++) {
		rig_open(&r, i);
		assert_int_equal(srp_claim(claim, r.srp, &r.challenge, &p), 0);
		assert_string_equal(
			claim, vectors_text(r.row, "PASSWORD_CLAIM_SIGNATURE"));
		rig_close(&r);
	}
}

/* The salt is a number: zeros in front of its digits do not count, nor does
 * the 00 that the padding needs. */
static void zeros_in_front_of_the_salt_fall_away(void **state)
{
	char claim[SRP_SIGNATURE_SIZE], salt[128];
	struct problem p = {0};
	struct rig r;

	(void)state;
	for (size_t i = 0; i < case_count(); i++) {
		rig_open(&r, i);
		snprintf(salt, sizeof salt, "0000%s", r.challenge.salt);
		r.challenge.salt = salt;
		assert_int_equal(srp_claim(claim, r.srp, &r.challenge, &p), 0);
		assert_string_equal(
			claim, vectors_text(r.row, "PASSWORD_CLAIM_SIGNATURE"));

		snprintf(salt, sizeof salt, "%s",
			 vectors_text(r.row, "padded_salt"));
		assert_int_equal(srp_claim(claim, r.srp, &r.challenge, &p), 0);
		assert_string_equal(
			claim, vectors_text(r.row, "PASSWORD_CLAIM_SIGNATURE"));
		rig_close(&r);
	}
}

static void a_wrong_password_gives_another_claim(void **state)
{
	char claim[SRP_SIGNATURE_SIZE];
	struct problem p = {0};
	struct rig r;

	(void)state;
	rig_open(&r, 0);
	r.challenge.password = "corr3ct-Horse!";
	assert_int_equal(srp_claim(claim, r.srp, &r.challenge, &p), 0);
	assert_string_not_equal(
		claim, vectors_text(r.row, "PASSWORD_CLAIM_SIGNATURE"));
	rig_close(&r);
}

static void each_sign_in_has_a_secret_of_its_own(void **state)
{
	struct srp *first, *second;

	(void)state;
	random_seed(7);
	assert_int_equal(srp_create(&first), 0);
	assert_int_equal(srp_create(&second), 0);
	random_seed(0);
	assert_string_not_equal(srp_public(first), srp_public(second));
	srp_free(first);
	srp_free(second);
}

/* Digit by digit from the right; hex begins with a digit from 8 on. */
static void double_hex(char *out, const char *hex)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = strlen(hex);
	int carry = 0;

	for (size_t i = length; i-- > 0;) {
		const char *digit = strchr(digits, hex[i]);
		int v = 2 * (int)(digit - digits) + carry;
		out[i + 1] = digits[v % 16];
		carry = v / 16;
	}
	out[0] = digits[carry];
	out[length + 1] = '\0';
}

static void a_challenge_that_is_wrong_is_refused(void **state)
{
	cJSON *file = vectors_load(VECTORS);
	const char *n = vectors_text(file, "N_hex");
	char twice_n[1024];
	char too_long[900];
	struct problem p;
	struct srp_keys keys;
	char claim[SRP_SIGNATURE_SIZE];
	struct rig r;

	double_hex(twice_n, n);
	memset(too_long, '1', sizeof too_long - 1);
	too_long[sizeof too_long - 1] = '\0';

	const struct {
		const char *salt, *server, *block;
		const char *says;
	} rows[] = {
		{NULL, "0", NULL, "give the password away"},
		{NULL, "0000", NULL, "give the password away"},
		{NULL, n, NULL, "give the password away"},
		{NULL, twice_n, NULL, "give the password away"},
		{NULL, "", NULL, "hexadecimal"},
		{NULL, "-12", NULL, "hexadecimal"},
		{NULL, "12xy", NULL, "hexadecimal"},
		{NULL, too_long, NULL, "hexadecimal"},
		{"", NULL, NULL, "hexadecimal"},
		{"zz", NULL, NULL, "hexadecimal"},
		{NULL, NULL, "not base64!", "SECRET_BLOCK"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		rig_open(&r, 0);
		p = (struct problem){0};
		if (rows[i].salt)
			r.challenge.salt = rows[i].salt;
		if (rows[i].server)
			r.challenge.server = rows[i].server;
		if (rows[i].block)
			r.challenge.secret_block = rows[i].block;
		else
			assert_int_equal(srp_derive(&keys, r.srp, &r.challenge,
						    NULL),
					 PROBLEM_FORMAT);
		assert_int_equal(srp_claim(claim, r.srp, &r.challenge, &p),
				 PROBLEM_FORMAT);
		if (!strstr(p.text, rows[i].says))
			fail_msg("row %zu: \"%s\" lacks \"%s\"", i, p.text,
				 rows[i].says);
		assert_null(strstr(p.text, r.challenge.password));
		rig_close(&r);
	}
	cJSON_Delete(file);
}

static void a_scrambler_of_zero_is_unsafe(void **state)
{
	static const uint8_t zero[SRP_HASH_SIZE];
	uint8_t one[SRP_HASH_SIZE] = {0};
	cJSON *file = vectors_load(VECTORS);
	size_t length;
	uint8_t *n = vectors_hex(&length, vectors_text(file, "N_hex"));

	(void)state;
	one[SRP_HASH_SIZE - 1] = 1;
	assert_int_equal(length, SRP_GROUP_SIZE);
	assert_false(srp_is_safe(zero, (const uint8_t[]){5}, 1));
	assert_true(srp_is_safe(one, (const uint8_t[]){5}, 1));
	assert_false(srp_is_safe(one, (const uint8_t[]){0}, 1));
	assert_false(srp_is_safe(one, n, length));
	n[length - 1] ^= 2;
	assert_true(srp_is_safe(one, n, length));
	free(n);
	cJSON_Delete(file);
}

static void
the_timestamp_is_english_and_has_no_zero_before_the_day(void **state)
{
	static const struct {
		int64_t wall_ms;
		const char *text;
	} rows[] = {
		{1767323045000, "Fri Jan 2 03:04:05 UTC 2026"},
		{1767323045999, "Fri Jan 2 03:04:05 UTC 2026"},
		{0, "Thu Jan 1 00:00:00 UTC 1970"},
		{951782400000, "Tue Feb 29 00:00:00 UTC 2000"},
		{1798761599000, "Thu Dec 31 23:59:59 UTC 2026"},
		{1791763200000, "Mon Oct 12 00:00:00 UTC 2026"},
	};
	char text[SRP_TIMESTAMP_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		srp_timestamp(text, rows[i].wall_ms);
		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_of_the_vectors_comes_out),
		cmocka_unit_test(the_claim_of_the_vectors_comes_out),
		cmocka_unit_test(zeros_in_front_of_the_salt_fall_away),
		cmocka_unit_test(a_wrong_password_gives_another_claim),
		cmocka_unit_test(each_sign_in_has_a_secret_of_its_own),
		cmocka_unit_test(a_challenge_that_is_wrong_is_refused),
		cmocka_unit_test(a_scrambler_of_zero_is_unsafe),
		cmocka_unit_test(
			the_timestamp_is_english_and_has_no_zero_before_the_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
