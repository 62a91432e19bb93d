/* docs/troubleshooting.md is what the tables of failures give.  When a table
 * was changed, HABLA_WRITE_DOCS=1 lets this program write it anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/failures.h"
#include "net/loop/transport_failures.h"
#include "net/sim/fault.h"
#include "tests/support/folder.h"

#define PAGE "docs/troubleshooting.md"
#define HEADS                                                                  \
	"| name | what comes | what habla says | code | what it does |\n"      \
	"| --- | --- | --- | --- | --- |\n"

static const char intro[] =
	"# When something fails\n"
	"\n"
	"`habla` says one line: the thing, the cause, and what helps. What may "
	"pass by itself is tried again, with the history\n"
	"of the conversation and with the sentence that was being said; a wait "
	"is counted down. This page lists the failures\n"
	"between `habla` (or the relay) and Bedrock. It is written from the "
	"tables that the messages come from\n"
	"(`net/bedrock/service_failures.c`, `net/bedrock/own_problems.c`, "
	"`net/loop/transport_failures.c`) by\n"
	"`tests/unit/bedrock/test_troubleshooting.c`.\n"
	"\n"
	"A failure whose name is marked with \xe2\x80\xa0 can be made on "
	"purpose: `habla sim --fault NAME`, and with `NAME@MS` inside the\n"
	"stream, where it is marked \xe2\x80\xa1. Words such as %D stand for "
	"what is known only then, %M for the model, %R for the region.\n"
	"\n"
	"What follows a failure:\n"
	"\n"
	"| what it does | when |\n"
	"| --- | --- |\n"
	"| ends | It would be the same again. Exit code 3 before the first "
	"session, 1 after it. |\n"
	"| connects again, once | Some of these pass. The second in a row ends "
	"it. |\n"
	"| connects again | After 3 s, 6 s, 9 s ... (`--reconnect N` attempts "
	"in a row). A first connection only where a service answered that may "
	"be ready soon (code `server`). |\n"
	"| backs off | Too many ask: after a time drawn from 0 to 3 s, 6 s, "
	"12 s ... 30 s, so that all do not come back together. A `Retry-After` "
	"is honoured up to 2 minutes; longer, and it ends. Also for a first "
	"connection. |\n";

static const char *const does[] = {
	[PROBLEM_RETRY_NEVER] = "ends",
	[PROBLEM_RETRY_ONCE] = "connects again, once",
	[PROBLEM_RETRY_STEADY] = "connects again",
	[PROBLEM_RETRY_BACK_OFF] = "backs off",
};

/* " †", " ‡" (inside the stream too), or nothing. */
static const char *mark_of(const char *id)
{
	const char *name;
	bool inside;

	for (size_t i = 0; (name = sim_fault_name(i, &inside)); i++)
		if (text_equal(name, id))
			return inside ? " \xe2\x80\xa1" : " \xe2\x80\xa0";
	return "";
}

static void write_row(struct bytes *b, const struct failure *f,
		      const char *sign, const char *cause)
{
	bytes_append_format(b, "| `%s`%s | %s | %s; %s | `%s` | %s%s%s |\n",
			    f->id, mark_of(f->id), sign, cause, f->remedy,
			    problem_name(f->code), does[problem_retry(f->code)],
			    f->also ? "; " : "", f->also ? f->also : "");
}

/* What the service sends, from the row that is matched with it. */
static void write_sign(char *out, size_t size, const struct bedrock_failure *f)
{
	char status[32] = "";
	bool before = f->where & FAILURE_BEFORE;

	if (before)
		snprintf(status, sizeof status, "HTTP %d, ", f->status);
	snprintf(out, size, "%s%s%s%s%s: \"%s\"",
		 before ? status : "inside the stream, ",
		 f->exception ? f->exception : "no name",
		 f->alias ? " or " : "", f->alias ? f->alias : "",
		 before && f->where & FAILURE_INSIDE ? ", or inside the stream"
						     : "",
		 f->message);
}

static void write_service(struct bytes *b)
{
	size_t count;
	const struct bedrock_failure *rows = bedrock_failures(&count);

	bytes_append_text(b, "\n## What Bedrock answers\n\nThe first row that "
			     "fits counts. The words in quotes are the "
			     "simulator's; where the service's own are not\n"
			     "known (docs/nova-sonic.md says what is), the "
			     "name of the exception decides.\n\n" HEADS);
	for (size_t i = 0; i < count; i++) {
		char sign[512];

		write_sign(sign, sizeof sign, &rows[i]);
		write_row(b, &rows[i].f, rows[i].f.sign ? rows[i].f.sign : sign,
			  rows[i].f.cause ? rows[i].f.cause
					  : "the service's own words");
	}
}

static void write_own(struct bytes *b)
{
	bytes_append_text(b, "\n## What goes wrong with the stream\n\n" HEADS);
	for (int i = 0; i < BEDROCK_OWN_COUNT; i++) {
		const struct failure *f = bedrock_own_failure(
			(enum bedrock_own)i);
		write_row(b, f, f->sign, f->cause);
	}
}

static void write_way(struct bytes *b)
{
	bytes_append_text(b, "\n## What goes wrong on the way there\n\n"
			     "Relay, proxy and Bedrock alike; the line begins "
			     "with the host and the port, or with the "
			     "proxy.\n\n" HEADS);
	for (int i = 0; i < TRANSPORT_FAILURE_COUNT; i++) {
		const struct failure *f = transport_failure(
			(enum transport_failure)i);
		write_row(b, f, f->sign, f->cause);
	}
}

static void write_page(struct bytes *b)
{
	bytes_init(b, 1 << 20);
	bytes_append_text(b, intro);
	write_service(b);
	write_own(b);
	write_way(b);
	assert_int_equal(b->failed, 0);
}

static void the_document_is_what_the_tables_give(void **state)
{
	const char *path = HABLA_SOURCE_DIR "/" PAGE;
	struct bytes page;

	(void)state;
	write_page(&page);
	if (getenv("HABLA_WRITE_DOCS")) {
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(page.data, 1, page.length, f),
				 page.length);
		assert_int_equal(fclose(f), 0);
	}
	char *document = folder_read(HABLA_SOURCE_DIR, PAGE, NULL);
	assert_non_null(document);
	if (!text_equal(document, bytes_text(&page)))
		fail_msg(PAGE " is not what the tables give; run this test "
			      "with HABLA_WRITE_DOCS=1");
	free(document);
	bytes_deinit(&page);
}

/* --- the tables themselves --- */

static void check_row(const struct failure *f)
{
	if (!f->id || !f->remedy || strlen(f->remedy) < 5 || f->code >= 0)
		fail_msg("%s: no remedy or no code", f->id ? f->id : "?");
	for (const char *c = f->id; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *c))
			fail_msg("%s: not a name for a command line", f->id);
	/* "cause; remedy": neither is a sentence with its full stop */
	assert_true(f->remedy[strlen(f->remedy) - 1] != '.');
}

/* Every row by its place in one long list; NULL behind the last. */
static const struct failure *any_row(size_t i)
{
	size_t count;
	const struct bedrock_failure *rows = bedrock_failures(&count);

	if (i < count)
		return &rows[i].f;
	i -= count;
	if (i < BEDROCK_OWN_COUNT)
		return bedrock_own_failure((enum bedrock_own)i);
	i -= BEDROCK_OWN_COUNT;
	return i < TRANSPORT_FAILURE_COUNT
		       ? transport_failure((enum transport_failure)i)
		       : NULL;
}

static void every_row_is_whole_and_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; any_row(i); i++) {
		check_row(any_row(i));
		for (size_t j = 0; j < i; j++)
			if (text_equal(any_row(i)->id, any_row(j)->id))
				fail_msg("%s is there twice", any_row(i)->id);
	}
}

/* What a row says the service sends leads back to that row. */
static void each_row_is_reached_by_its_own_words(void **state)
{
	size_t count;
	const struct bedrock_failure *rows = bedrock_failures(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct bedrock_failure *f = &rows[i];
		struct problem p;
		const char *names[] = {f->exception, f->alias};
		char remedy[256];
		const struct failure_word words[] = {{'M', "m"}, {'R', "r"}};

		failure_fill(remedy, sizeof remedy, f->f.remedy, words, 2);
		for (size_t j = 0; j < 2; j++) {
			int status = f->where & FAILURE_BEFORE ? f->status : 0;

			if (j == 1 && !names[j])
				continue;
			bedrock_problem(&p, status, names[j], f->message, "m",
					"r");
			if (p.code != f->f.code || !strstr(p.text, remedy))
				fail_msg("%s: \"%s\"", f->f.id, p.text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_document_is_what_the_tables_give),
		cmocka_unit_test(every_row_is_whole_and_has_a_name_of_its_own),
		cmocka_unit_test(each_row_is_reached_by_its_own_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
