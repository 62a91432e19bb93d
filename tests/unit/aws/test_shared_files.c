#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/aws/environment.h"
#include "net/aws/shared_files.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"

struct home {
	char *path, *config, *credentials;
};

static const char *get(void *arg, const char *name)
{
	const struct home *h = arg;

	if (strcmp(name, "HOME") == 0)
		return h->path;
	if (strcmp(name, "AWS_CONFIG_FILE") == 0)
		return h->config;
	if (strcmp(name, "AWS_SHARED_CREDENTIALS_FILE") == 0)
		return h->credentials;
	return NULL;
}

static int load(struct shared_files **out, struct home *h, struct problem *p)
{
	const struct aws_environment e = {get, h};

	*p = (struct problem){0};
	return shared_files_load(out, &e, p);
}

static void make_home(struct home *h)
{
	*h = (struct home){.path = folder_make()};
	char *aws = text_format("%s/.aws", h->path);
	assert_int_equal(0, mkdir(aws, 0700));
	free(aws);
}

static void without_files_there_are_no_profiles(void **state)
{
	struct shared_files *f;
	struct problem p;
	struct home h;

	(void)state;
	make_home(&h);
	assert_int_equal(0, load(&f, &h, &p));
	assert_false(shared_files_has(f, "default"));
	assert_null(shared_files_get(f, "default", "region"));
	assert_null(shared_files_nearest(f, "default"));
	shared_files_free(f);
	folder_remove(h.path);
	/* nor without a home */
	h.path = NULL;
	assert_int_equal(0, load(&f, &h, &p));
	shared_files_free(f);
}

static void both_files_make_one_profile(void **state)
{
	static const struct {
		const char *profile, *name, *want;
	} rows[] = {
		{"default", "region", "us-west-2"},
		{"default", "output", NULL}, /* empty */
		{"default", "s3", NULL},     /* has nested settings only */
		{"default", "addressing_style", NULL},
		{"school", "region", "eu-north-1"},
		{"school", "aws_access_key_id", "CREDENTIALS"},
		{"school", "aws_secret_access_key", "a=b#c"},
		{"two words", "region", "x"},
		{"quoted", "region", "y"},
		{"s", "sso_region", NULL}, /* not a profile */
		{"dev", "x", NULL},
		{"School", "region", NULL},
	};
	struct shared_files *f;
	struct problem p;
	struct home h;

	(void)state;
	make_home(&h);
	folder_write(h.path, ".aws/config",
		     "# a comment\n"
		     "; another\n"
		     "\n"
		     "[default]\r\n"
		     "region=us-west-2 # here\r\n"
		     "output =\r\n"
		     "s3 =\n"
		     "  addressing_style = path\n"
		     "[ profile   school ] # mine\n"
		     "Region = eu-north-1 ; there\n"
		     "aws_access_key_id = CONFIG\n"
		     "[profile two words]\nregion = x\n"
		     "[profile \"quoted\"]\nregion = y\n"
		     "[sso-session s]\nsso_region = z\n"
		     "[services s]\n"
		     "[dev]\nx = not a profile in this file\n");
	folder_write(h.path, ".aws/credentials",
		     "[school]\n"
		     "aws_access_key_id = CREDENTIALS\n"
		     "aws_secret_access_key = a=b#c # d");
	assert_int_equal(0, load(&f, &h, &p));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = shared_files_get(f, rows[i].profile,
						   rows[i].name);
		if (!rows[i].want)
			assert_null(got);
		else
			assert_string_equal(rows[i].want, got);
	}
	assert_false(shared_files_has(f, "s"));
	assert_false(shared_files_has(f, "dev"));
	assert_true(shared_files_has(f, "two words"));
	assert_string_equal("school", shared_files_nearest(f, "schol"));
	shared_files_free(f);
	folder_remove(h.path);
}

static void the_variables_name_other_files(void **state)
{
	struct shared_files *f;
	struct problem p;
	struct home h;
	char tilde[] = "~/elsewhere";

	(void)state;
	make_home(&h);
	folder_write(h.path, "elsewhere", "[default]\nregion = a\n");
	folder_write(h.path, "keys", "[default]\naws_access_key_id = b\n");
	folder_write(h.path, ".aws/config", "this would not parse");
	h.config = tilde;
	h.credentials = text_format("%s/keys", h.path);
	assert_int_equal(0, load(&f, &h, &p));
	assert_string_equal("a", shared_files_get(f, "default", "region"));
	assert_string_equal("b", shared_files_get(f, "default",
						  "aws_access_key_id"));
	shared_files_free(f);
	free(h.credentials);
	folder_remove(h.path);
}

static void a_wrong_line_is_named_and_not_shown(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"[default]\nS3CRET\n", "config:2: neither a [section] nor"},
		{"[default]\n= S3CRET\n", "config:2: neither"},
		{"[default\nx = S3CRET\n", "config:1: the section's name"},
		{"\n\nS3CRET = S3CRET\n",
		 "config:3: a setting before the first [section]"},
	};
	struct shared_files *f;
	struct problem p;
	struct home h;

	(void)state;
	make_home(&h);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		folder_write(h.path, ".aws/config", rows[i].text);
		assert_int_equal(PROBLEM_FORMAT, load(&f, &h, &p));
		if (!strstr(p.text, rows[i].want))
			assert_string_equal(rows[i].want, p.text);
		assert_null(strstr(p.text, "S3CRET"));
	}
	folder_remove(h.path);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
	struct shared_files *f;
	struct problem p;
	struct home h;

	(void)state;
	make_home(&h);
	h.config = h.path; /* a folder */
	assert_int_equal(PROBLEM_FILE, load(&f, &h, &p));
	assert_non_null(strstr(p.text, "cannot be read: "));
	folder_remove(h.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_files_there_are_no_profiles),
		cmocka_unit_test(both_files_make_one_profile),
		cmocka_unit_test(the_variables_name_other_files),
		cmocka_unit_test(a_wrong_line_is_named_and_not_shown),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
