#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/login_file.h"
#include "net/cognito/login_lock.h"
#include "net/cognito/tokens.h"
#include "tests/support/folder.h"

struct place {
	char *folder;
	char path[512];
};

static void place_open(struct place *p)
{
	p->folder = folder_make();
	snprintf(p->path, sizeof p->path, "%s/login.json", p->folder);
}

static struct login example(void)
{
	return (struct login){
		.user = text_copy("ana \"the first\" \xc3\xa9"),
		.user_id = text_copy("7c9b7f2e"),
		.user_pool = text_copy("eu-west-1_AbC"),
		.client_id = text_copy("client"),
		.client_secret = text_copy("hush-secret"),
		.identity_pool = text_copy("eu-west-1:0123"),
		.region = text_copy("eu-west-1"),
		.endpoint = text_copy("http://127.0.0.1:1"),
		.id_token = text_copy("hush-id"),
		.access_token = text_copy("hush-access"),
		.refresh_token = text_copy("hush-refresh"),
		.expires_ms = 1767326645678,
	};
}

static void assert_same(const struct login *a, const struct login *b)
{
	assert_true(text_equal(a->user, b->user));
	assert_true(text_equal(a->user_id, b->user_id));
	assert_true(text_equal(a->user_pool, b->user_pool));
	assert_true(text_equal(a->client_id, b->client_id));
	assert_true(text_equal(a->client_secret, b->client_secret));
	assert_true(text_equal(a->identity_pool, b->identity_pool));
	assert_true(text_equal(a->region, b->region));
	assert_true(text_equal(a->endpoint, b->endpoint));
	assert_true(text_equal(a->id_token, b->id_token));
	assert_true(text_equal(a->access_token, b->access_token));
	assert_true(text_equal(a->refresh_token, b->refresh_token));
	assert_int_equal(a->expires_ms, b->expires_ms);
}

static void must_write(const struct place *place, const struct login *l)
{
	struct problem p = {0};

	if (login_write(place->path, l, &p))
		fail_msg("%s", p.text);
}

static void must_read(const struct place *place, struct login *out)
{
	struct problem p = {0};
	bool found = false;

	if (login_read(out, &found, place->path, &p))
		fail_msg("%s", p.text);
	assert_true(found);
}

static void drop(char **text)
{
	*text = text_wipe(*text);
}

static void what_is_written_is_read(void **state)
{
	struct login l = example(), read;
	struct place place;

	(void)state;
	place_open(&place);
	must_write(&place, &l);
	must_read(&place, &read);
	assert_same(&l, &read);
	login_clear(&read);

	drop(&l.client_secret);
	drop(&l.identity_pool);
	drop(&l.region);
	drop(&l.endpoint);
	drop(&l.refresh_token);
	must_write(&place, &l);
	must_read(&place, &read);
	assert_same(&l, &read);
	login_clear(&read);
	login_clear(&l);
	folder_remove(place.folder);
}

static void the_file_is_for_its_owner_whatever_the_umask(void **state)
{
	static const mode_t masks[] = {0, 022, 077, 0277};
	struct login l = example(), read;
	struct place place;
	struct stat s;

	(void)state;
	place_open(&place);
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		mode_t before = umask(masks[i]);
		must_write(&place, &l);
		umask(before);
		assert_int_equal(stat(place.path, &s), 0);
		assert_int_equal(s.st_mode & 07777, 0600);
		must_read(&place, &read);
		login_clear(&read);
	}
	login_clear(&l);
	folder_remove(place.folder);
}

static void a_file_that_others_may_touch_is_refused(void **state)
{
	static const mode_t modes[] = {0604, 0640, 0602, 0620, 0644, 0666};
	struct login l = example(), read;
	struct problem p;
	struct place place;
	bool found;

	(void)state;
	place_open(&place);
	must_write(&place, &l);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		p = (struct problem){0};
		assert_int_equal(chmod(place.path, modes[i]), 0);
		assert_int_equal(login_read(&read, &found, place.path, &p),
				 PROBLEM_DENIED);
		assert_true(found);
		assert_null(read.id_token);
		assert_non_null(strstr(p.text, "chmod 600"));
		assert_non_null(strstr(p.text, place.path));
	}
	login_clear(&l);
	folder_remove(place.folder);
}

static void a_folder_that_others_may_write_to_is_refused(void **state)
{
	struct login l = example();
	struct problem p = {0};
	struct place place;

	(void)state;
	place_open(&place);
	assert_int_equal(chmod(place.folder, 0770), 0);
	assert_int_equal(login_write(place.path, &l, &p), PROBLEM_DENIED);
	assert_non_null(strstr(p.text, "chmod go-w"));
	assert_int_equal(access(place.path, F_OK), -1);
	assert_int_equal(chmod(place.folder, 0755), 0);
	must_write(&place, &l);
	login_clear(&l);
	folder_remove(place.folder);
}

static void no_file_is_no_error(void **state)
{
	struct login read;
	struct problem p = {0};
	struct place place;
	bool found = true;

	(void)state;
	place_open(&place);
	assert_int_equal(login_read(&read, &found, place.path, &p), 0);
	assert_false(found);
	assert_int_equal(login_delete(place.path, &p), 0);
	folder_remove(place.folder);
}

static void a_broken_file_is_one_line_that_names_it(void **state)
{
#define REST                                                                   \
	"\"user\":\"a\",\"user_id\":\"a\",\"user_pool\":\"p\",\"client_id\":"  \
	"\"c\",\"id_token\":\"hush\","
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "no JSON object"},
		{"{", "no JSON object"},
		{"[]", "no JSON object"},
		{"{}", "another version"},
		{"{\"version\":2}", "another version"},
		{"{\"version\":1," REST "\"access_token\":\"hush\"}",
		 "expires_ms"},
		{"{\"version\":1," REST "\"access_token\":\"hush\","
		 "\"expires_ms\":\"soon\"}",
		 "expires_ms"},
		{"{\"version\":1," REST "\"access_token\":\"hush\","
		 "\"expires_ms\":1e300}",
		 "expires_ms"},
		{"{\"version\":1," REST "\"expires_ms\":1}", "access_token"},
		{"{\"version\":1," REST "\"access_token\":7,"
		 "\"expires_ms\":1}",
		 "access_token"},
	};
	struct login read;
	struct problem p;
	struct place place;
	bool found;

	(void)state;
	place_open(&place);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p = (struct problem){0};
		folder_write(place.folder, "login.json", rows[i].text);
		assert_int_equal(chmod(place.path, 0600), 0);
		assert_int_equal(login_read(&read, &found, place.path, &p),
				 PROBLEM_FORMAT);
		if (!strstr(p.text, rows[i].says))
			fail_msg("row %zu: %s", i, p.text);
		assert_non_null(strstr(p.text, place.path));
		assert_non_null(strstr(p.text, "habla login"));
		assert_null(strstr(p.text, "hush"));
		assert_null(read.user);
	}
	folder_remove(place.folder);
}

static void a_file_without_end_is_not_read_to_its_end(void **state)
{
	struct login read;
	struct problem p = {0};
	struct place place;
	bool found;

	(void)state;
	place_open(&place);
	folder_write(place.folder, "login.json", "");
	assert_int_equal(chmod(place.path, 0600), 0);
	assert_int_equal(truncate(place.path, (off_t)1 << 33), 0);
	assert_int_equal(login_read(&read, &found, place.path, &p),
			 PROBLEM_FORMAT);
	assert_non_null(strstr(p.text, "too long"));

	assert_int_equal(unlink(place.path), 0);
	assert_int_equal(mkfifo(place.path, 0600), 0);
	assert_int_equal(login_read(&read, &found, place.path, &p),
			 PROBLEM_FORMAT);
	folder_remove(place.folder);
}

/* What a program that was killed has left is not written into: somebody may
 * hold it open. */
static void a_half_written_file_is_no_obstacle(void **state)
{
	struct login l = example(), read;
	struct place place;
	char path[600];

	(void)state;
	place_open(&place);
	snprintf(path, sizeof path, "%s.new", place.path);
	folder_write(place.folder, "login.json.new", "half");
	assert_int_equal(chmod(path, 0666), 0);
	FILE *held = fopen(path, "r");
	must_write(&place, &l);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(fgetc(held), 'h');
	fclose(held);
	must_read(&place, &read);
	assert_same(&l, &read);
	login_clear(&read);
	login_clear(&l);
	folder_remove(place.folder);
}

static void a_write_that_fails_leaves_the_old_file(void **state)
{
	struct login l = example(), read;
	struct problem p = {0};
	struct place place;
	char path[600];

	(void)state;
	place_open(&place);
	must_write(&place, &l);
	/* a folder of that name cannot be unlinked as a file */
	snprintf(path, sizeof path, "%s.new", place.path);
	assert_int_equal(mkdir(path, 0700), 0);
	l.expires_ms++;
	assert_int_equal(login_write(place.path, &l, &p), PROBLEM_FILE);
	assert_non_null(strstr(p.text, place.path));
	must_read(&place, &read);
	assert_int_equal(read.expires_ms, l.expires_ms - 1);
	login_clear(&read);
	login_clear(&l);
	folder_remove(place.folder);
}

static void a_lock_has_one_holder(void **state)
{
	struct login_lock first, second;
	struct problem p = {0};
	struct place place;

	(void)state;
	place_open(&place);
	assert_int_equal(login_lock_take(&first, place.path, true, &p), 0);
	assert_int_equal(login_lock_take(&second, place.path, false, &p),
			 PROBLEM_BUSY);
	login_lock_release(&second);
	login_lock_release(&first);
	assert_int_equal(login_lock_take(&second, place.path, false, &p), 0);
	login_lock_release(&second);
	folder_remove(place.folder);
	assert_int_equal(login_lock_take(&first, "/no/such/login.json", true,
					 &p),
			 PROBLEM_FILE);
}

static void new_tokens_replace_the_old_ones(void **state)
{
	struct login l = example();
	struct cognito_tokens t = {
		.id = text_copy("id2"),
		.access = text_copy("access2"),
		.expires_ms = 5,
	};

	(void)state;
	login_take_tokens(&l, &t);
	assert_null(t.id);
	assert_string_equal(l.id_token, "id2");
	assert_string_equal(l.access_token, "access2");
	assert_string_equal(l.refresh_token, "hush-refresh");
	assert_string_equal(l.user_id, "7c9b7f2e");
	assert_int_equal(l.expires_ms, 5);
	t = (struct cognito_tokens){.id = text_copy("id3"),
				    .access = text_copy("access3"),
				    .refresh = text_copy("refresh3"),
				    .user_id = text_copy("user3")};
	login_take_tokens(&l, &t);
	assert_string_equal(l.refresh_token, "refresh3");
	assert_string_equal(l.user_id, "user3");
	login_clear(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_file_is_for_its_owner_whatever_the_umask),
		cmocka_unit_test(a_file_that_others_may_touch_is_refused),
		cmocka_unit_test(a_folder_that_others_may_write_to_is_refused),
		cmocka_unit_test(no_file_is_no_error),
		cmocka_unit_test(a_broken_file_is_one_line_that_names_it),
		cmocka_unit_test(a_file_without_end_is_not_read_to_its_end),
		cmocka_unit_test(a_half_written_file_is_no_obstacle),
		cmocka_unit_test(a_write_that_fails_leaves_the_old_file),
		cmocka_unit_test(a_lock_has_one_holder),
		cmocka_unit_test(new_tokens_replace_the_old_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
