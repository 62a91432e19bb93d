/* The progress file: what was answered stays, whatever happens to the disk. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "client/progress/progress.h"
#include "client/progress/progress_db.h"
#include "client/progress/progress_store.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/await.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"

enum { MANY = 200, WRITERS = 4 };

struct rig {
	char *folder, *path;
	struct lesson *lesson;
};

static void open_rig(struct rig *r)
{
	r->folder = folder_make();
	r->path = text_format("%s/progress.db", r->folder);
	r->lesson = asset_lesson("photosynthesis");
}

static void close_rig(struct rig *r)
{
	lesson_free(r->lesson);
	free(r->path);
	folder_remove(r->folder);
}

static struct progress_store *open_store(const struct rig *r,
					 const char *learner, bool at_once)
{
	const struct progress_settings settings = {
		.path = r->path,
		.learner = learner,
		.session = "/sessions/1",
		.clock = clock_system(),
		.at_once = at_once,
	};
	struct progress_store *s = NULL;
	struct problem p = {0};

	assert_int_equal(progress_store_create(&s, &settings, r->lesson,
					       "photosynthesis", NULL, &p),
			 0);
	return s;
}

static struct progress *read_all(const struct rig *r)
{
	struct progress *progress = NULL;
	struct problem p = {0};

	if (progress_read(&progress, r->path, NULL, &p))
		fail_msg("%s", p.text);
	return progress;
}

static size_t count_answers(const struct rig *r)
{
	struct progress *progress = read_all(r);
	size_t count = progress->answer_count;

	progress_free(progress);
	return count;
}

static void answers_are_read_back_as_they_were_given(void **state)
{
	struct rig r;
	struct problem p = {0};
	struct stat status;

	(void)state;
	open_rig(&r);
	assert_int_equal(count_answers(&r), 0); /* no file yet */
	struct progress_store *s = open_store(&r, "Ana", false);
	progress_store_answer(s, 0, LESSON_WRONG, "it's \"'; DROP TABLE");
	progress_store_answer(s, 0, LESSON_PARTLY, "");
	progress_store_answer(s, 3, LESSON_RIGHT, "di\xC3\xB3xido");
	assert_int_equal(progress_store_trouble(s, &p), 0);
	progress_store_close(s, &p);
	assert_int_equal(p.code, 0);

	struct progress *progress = read_all(&r);
	const struct progress_answer *a = progress->answers;
	assert_int_equal(progress->answer_count, 3);
	assert_string_equal(a[0].learner, "Ana");
	assert_string_equal(a[0].lesson, "photosynthesis");
	assert_string_equal(a[0].step, "name");
	assert_string_equal(a[0].words, "it's \"'; DROP TABLE");
	assert_string_equal(a[0].session, "/sessions/1");
	assert_int_equal(a[0].result, LESSON_WRONG);
	assert_int_equal(a[1].result, LESSON_PARTLY);
	assert_int_equal(a[2].result, LESSON_RIGHT);
	assert_int_equal(a[0].tries, 1);
	assert_int_equal(a[1].tries, 2);
	assert_int_equal(a[2].tries, 1);
	assert_string_equal(a[2].words, "di\xC3\xB3xido");
	assert_string_equal(a[0].run, a[2].run);
	assert_string_not_equal(a[0].id, a[1].id);
	assert_true(a[0].at_ms > 1600000000000);

	const struct progress_lesson *l = progress_lesson(progress,
							  "photosynthesis");
	assert_string_equal(l->title, "Photosynthesis");
	assert_string_equal(l->name, "photosynthesis");
	assert_string_equal(l->language, "en");
	assert_int_equal(l->item_count, r.lesson->step_count);
	assert_string_equal(l->items[3].step, "gas-in");
	assert_string_equal(l->items[3].answer,
			    "A leaf takes in carbon dioxide.");
	assert_int_equal(l->word_count, r.lesson->word_count);
	assert_string_equal(l->words[0].word, "photosynthesis");
	progress_free(progress);
	/* nobody else may read it */
	assert_int_equal(stat(r.path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	close_rig(&r);
}

static void a_step_that_left_the_lesson_keeps_its_answers(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	struct progress_store *s = open_store(&r, "Ana", true);
	progress_store_answer(s, 11, LESSON_RIGHT, "x");
	progress_store_close(s, NULL);
	r.lesson->step_count = 11; /* as if the teacher had removed it */
	progress_store_close(open_store(&r, "Ana", true), NULL);
	struct progress *progress = read_all(&r);
	assert_int_equal(progress->lessons[0].item_count, 11);
	assert_int_equal(progress->answer_count, 1);
	progress_free(progress);
	r.lesson->step_count = 12;
	close_rig(&r);
}

/* As after a disk that failed between writing and saying so. */
static void an_answer_that_is_written_twice_is_one(void **state)
{
	struct rig r;
	struct progress_db *db = NULL;
	struct problem p = {0};
	struct progress_entry *e = calloc(1, sizeof *e + 1);
	struct progress_run run = {
		.id = "run",
		.name = "photosynthesis",
		.learner = "Ana",
	};

	(void)state;
	open_rig(&r);
	run.lesson = r.lesson;
	strcpy(e->id, "the answer's own");
	assert_int_equal(progress_db_open(&db, r.path, &p), 0);
	assert_int_equal(progress_db_write(db, &run, true, e, &p), 0);
	assert_int_equal(progress_db_write(db, &run, true, e, &p), 0);
	progress_db_close(db);
	assert_int_equal(count_answers(&r), 1);
	free(e);
	close_rig(&r);
}

/* --- several at once --- */

static void answer_many(const struct rig *r, const char *learner)
{
	struct problem p = {0};
	struct progress_store *s = open_store(r, learner, false);

	for (size_t i = 0; i < MANY; i++)
		progress_store_answer(s, i % 12, LESSON_RIGHT, learner);
	progress_store_close(s, &p);
	_exit(p.code ? 1 : 0);
}

static void programs_that_write_at_once_lose_nothing(void **state)
{
	struct rig r;
	pid_t children[WRITERS];

	(void)state;
	open_rig(&r);
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			answer_many(&r, i % 2 ? "Ana" : "Ben");
	}
	for (int i = 0; i < WRITERS; i++) {
		int status = -1;
		waitpid(children[i], &status, 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_answers(&r), WRITERS * MANY);
	struct progress *progress = NULL;
	assert_int_equal(progress_read(&progress, r.path, "Ben", NULL), 0);
	assert_int_equal(progress->answer_count, WRITERS / 2 * MANY);
	progress_free(progress);
	close_rig(&r);
}

static void a_program_that_dies_loses_nothing_that_was_written(void **state)
{
	struct rig r;
	int status = -1;

	(void)state;
	open_rig(&r);
	pid_t child = fork();
	if (child == 0) {
		struct progress_store *s = open_store(&r, "Ana", true);
		for (size_t i = 0; i < 10; i++)
			progress_store_answer(s, i, LESSON_RIGHT, "x");
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(count_answers(&r), 10);
	close_rig(&r);
}

/* --- a full disk: no file may grow beyond a limit --- */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void room_for_a_lesson_is_taken_beforehand(void **state)
{
	struct rig r;
	struct problem p = {0};
	struct stat file, journal;
	char *journal_path;

	(void)state;
	open_rig(&r);
	struct progress_store *s = open_store(&r, "Ana", true);
	progress_store_answer(s, 0, LESSON_RIGHT, "x");
	journal_path = text_format("%s-journal", r.path);
	assert_int_equal(stat(r.path, &file), 0);
	assert_int_equal(stat(journal_path, &journal), 0);
	/* really there, not holes */
	assert_true(file.st_blocks * 512 >= file.st_size);
	assert_true(journal.st_blocks * 512 >= journal.st_size);

	limit_files((rlim_t)file.st_size);
	for (size_t i = 1; i < MANY; i++)
		progress_store_answer(s, i % 12, LESSON_RIGHT,
				      "an answer of a usual length");
	assert_int_equal(progress_store_trouble(s, &p), 0);
	progress_store_close(s, &p);
	limit_files(RLIM_INFINITY);
	assert_int_equal(p.code, 0);
	assert_int_equal(count_answers(&r), MANY);
	free(journal_path);
	close_rig(&r);
}

static void a_full_disk_keeps_what_was_written_and_tries_again(void **state)
{
	struct rig r;
	struct problem p = {0};

	(void)state;
	open_rig(&r);
	struct progress_store *s = open_store(&r, "Ana", true);
	progress_store_answer(s, 0, LESSON_RIGHT, "before");
	limit_files(4096);
	progress_store_answer(s, 1, LESSON_RIGHT, "waits");
	assert_int_equal(progress_store_trouble(s, &p), PROBLEM_DISK_FULL);
	assert_non_null(strstr(p.text, r.path));
	assert_non_null(strstr(p.text, "make room"));
	assert_int_equal(progress_store_trouble(s, &p), 0); /* told once */
	assert_int_equal(count_answers(&r), 1);

	limit_files(RLIM_INFINITY);
	progress_store_answer(s, 2, LESSON_RIGHT, "after");
	assert_int_equal(progress_store_trouble(s, &p), 0);
	assert_int_equal(count_answers(&r), 3);

	limit_files(4096);
	progress_store_answer(s, 3, LESSON_RIGHT, "lost");
	p.code = 0;
	progress_store_close(s, &p);
	limit_files(RLIM_INFINITY);
	assert_int_equal(p.code, PROBLEM_DISK_FULL);
	assert_non_null(strstr(p.text, "not kept: 1 of the answers"));
	assert_int_equal(count_answers(&r), 3);
	close_rig(&r);
}

/* The same on a disk that is really full: a small one of the child's own. */
static void fill(const char *folder)
{
	char *path = text_format("%s/filler", folder);
	FILE *f = fopen(path, "w");

	while (f && fputc('x', f) != EOF && fflush(f) == 0)
		;
	if (f)
		fclose(f);
	free(path);
}

enum { NO_MOUNT = 77 };

static int use_a_full_disk(const struct rig *r)
{
	struct problem p = {0};

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", r->folder, "tmpfs", 0, "size=1m"))
		return NO_MOUNT;
	struct progress_store *s = open_store(r, "Ana", true);
	progress_store_answer(s, 0, LESSON_RIGHT, "x");
	fill(r->folder);
	for (size_t i = 1; i < MANY; i++)
		progress_store_answer(s, i % 12, LESSON_RIGHT,
				      "an answer of a usual length");
	if (progress_store_trouble(s, &p) || count_answers(r) != MANY)
		return 1;
	for (size_t i = 0; i < 100 * MANY; i++) {
		progress_store_answer(s, i % 12, LESSON_WRONG,
				      "more answers than there is room for");
		if (progress_store_trouble(s, &p))
			break;
	}
	if (p.code != PROBLEM_DISK_FULL)
		return 2;
	size_t kept = count_answers(r);
	p.code = 0;
	progress_store_close(s, &p);
	if (p.code != PROBLEM_DISK_FULL || count_answers(r) != kept)
		return 3;
	return 0;
}

static void a_disk_without_a_free_byte_loses_nothing(void **state)
{
	struct rig r;
	int status = -1;

	(void)state;
	open_rig(&r);
	pid_t child = fork();
	if (child == 0)
		_exit(use_a_full_disk(&r));
	waitpid(child, &status, 0);
	close_rig(&r);
	if (status == NO_MOUNT << 8)
		skip(); /* only root may mount */
	assert_int_equal(status, 0);
}

/* --- damaged and strange files --- */

static void a_damaged_file_is_put_aside_and_a_fresh_one_begun(void **state)
{
	static const char garbage[] = "this is no database, but it was hers\n";
	struct rig r;
	struct problem p = {0};
	struct progress *progress = NULL;

	(void)state;
	open_rig(&r);
	folder_write(r.folder, "progress.db", garbage);
	assert_int_equal(progress_read(&progress, r.path, NULL, &p),
			 PROBLEM_FORMAT);
	assert_non_null(strstr(p.text, "the file is damaged"));

	struct progress_store *s = open_store(&r, "Ana", true);
	progress_store_answer(s, 0, LESSON_RIGHT, "x");
	assert_int_equal(progress_store_trouble(s, &p), PROBLEM_FORMAT);
	const char *name = strstr(p.text, "progress.db.damaged-");
	assert_non_null(name);
	char *aside = text_format("%.*s", (int)strcspn(name, ","), name);
	progress_store_close(s, &p);
	assert_int_equal(count_answers(&r), 1);
	char *kept = folder_read(r.folder, aside, NULL);
	assert_string_equal(kept, garbage);
	free(kept);
	free(aside);
	close_rig(&r);
}

static void
a_file_that_is_damaged_in_a_lesson_costs_no_answer_of_it(void **state)
{
	struct rig r;
	struct problem p = {0};

	(void)state;
	open_rig(&r);
	struct progress_store *s = open_store(&r, "Ana", true);
	progress_store_answer(s, 0, LESSON_RIGHT, "in the damaged one");
	FILE *f = fopen(r.path, "r+");
	assert_non_null(f);
	for (int i = 0; i < 32768; i++)
		fputc('x', f);
	fclose(f);
	progress_store_answer(s, 1, LESSON_RIGHT, "in the fresh one");
	assert_int_equal(progress_store_trouble(s, &p), PROBLEM_FORMAT);
	progress_store_answer(s, 2, LESSON_RIGHT, "in the fresh one");
	assert_int_equal(progress_store_trouble(s, &p), 0);
	progress_store_close(s, &p);
	struct progress *progress = read_all(&r);
	assert_int_equal(progress->answer_count, 2);
	assert_int_equal(progress->lesson_count, 1);
	progress_free(progress);
	close_rig(&r);
}

static void a_folder_that_cannot_be_written_gives_one_line(void **state)
{
	struct rig r;
	struct problem p = {0};

	(void)state;
	open_rig(&r);
	folder_write(r.folder, "file", "x");
	free(r.path);
	r.path = text_format("%s/file/progress.db", r.folder);
	struct progress_store *s = open_store(&r, "Ana", true);
	assert_int_equal(progress_store_trouble(s, &p), PROBLEM_FILE);
	assert_non_null(strstr(p.text, "cannot be written"));
	progress_store_answer(s, 0, LESSON_RIGHT, "x");
	p.code = 0;
	progress_store_close(s, &p);
	assert_int_equal(p.code, PROBLEM_FILE);
	assert_non_null(strstr(p.text, "not kept: 1"));
	close_rig(&r);
}

static void run_sql(const struct rig *r, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(r->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_file_of_a_newer_version_is_left_alone(void **state)
{
	struct rig r;
	struct problem p = {0};

	(void)state;
	open_rig(&r);
	run_sql(&r, "PRAGMA user_version=99");
	struct progress_store *s = open_store(&r, "Ana", true);
	assert_int_equal(progress_store_trouble(s, &p), PROBLEM_USAGE);
	assert_non_null(strstr(p.text, "newer version"));
	progress_store_close(s, NULL);
	run_sql(&r, "PRAGMA user_version");
	close_rig(&r);
}

/* --- another program holds the file for a while --- */

struct holding {
	const struct rig *rig;
	size_t wanted;
};

static bool all_are_there(void *arg)
{
	const struct holding *h = arg;

	return count_answers(h->rig) == h->wanted;
}

static void answers_wait_while_another_program_holds_the_file(void **state)
{
	struct rig r;
	sqlite3 *db;
	struct holding h = {&r, 3};
	struct problem p = {0};

	(void)state;
	open_rig(&r);
	struct progress_store *s = open_store(&r, "Ana", false);
	progress_store_answer(s, 0, LESSON_RIGHT, "x");
	h.wanted = 1;
	assert_true(await(all_are_there, &h));
	assert_int_equal(sqlite3_open(r.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL),
			 SQLITE_OK);
	progress_store_answer(s, 1, LESSON_RIGHT, "x");
	progress_store_answer(s, 2, LESSON_RIGHT, "x");
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	h.wanted = 3;
	assert_true(await(all_are_there, &h));
	progress_store_close(s, &p);
	assert_int_equal(p.code, 0);
	close_rig(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* those that fork go first: no thread has run yet */
		cmocka_unit_test(programs_that_write_at_once_lose_nothing),
		cmocka_unit_test(
			a_program_that_dies_loses_nothing_that_was_written),
		cmocka_unit_test(a_disk_without_a_free_byte_loses_nothing),
		cmocka_unit_test(answers_are_read_back_as_they_were_given),
		cmocka_unit_test(a_step_that_left_the_lesson_keeps_its_answers),
		cmocka_unit_test(an_answer_that_is_written_twice_is_one),
		cmocka_unit_test(room_for_a_lesson_is_taken_beforehand),
		cmocka_unit_test(
			a_full_disk_keeps_what_was_written_and_tries_again),
		cmocka_unit_test(
			a_damaged_file_is_put_aside_and_a_fresh_one_begun),
		cmocka_unit_test(
			a_file_that_is_damaged_in_a_lesson_costs_no_answer_of_it),
		cmocka_unit_test(
			a_folder_that_cannot_be_written_gives_one_line),
		cmocka_unit_test(a_file_of_a_newer_version_is_left_alone),
		cmocka_unit_test(
			answers_wait_while_another_program_holds_the_file),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
