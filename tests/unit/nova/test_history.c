#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/nova/history.h"

struct given {
	char lines[8192]; /* "U[text]A[text]", pieces of one message with "|" */
	size_t pieces, bytes, longest;
	size_t stop_at; /* refuse this piece; 0: none */
};

static int take(void *arg, bool first, bool last, enum nova_role role,
		const char *text, size_t length)
{
	struct given *g = arg;
	size_t used = strlen(g->lines);

	g->pieces++;
	if (g->pieces == g->stop_at)
		return -77;
	g->bytes += length;
	if (length > g->longest)
		g->longest = length;
	/* the start of each piece is enough for the long ones */
	snprintf(g->lines + used, sizeof g->lines - used, "%s%.*s%s",
		 first ? (role == NOVA_USER ? "U[" : "A[") : "|",
		 (int)(length < 40 ? length : 3), text, last ? "]" : "");
	return 0;
}

static void messages_alternate_and_begin_with_the_learner(void **state)
{
	static const struct {
		enum nova_role role;
		const char *text;
	} said[] = {
		{NOVA_ASSISTANT, "Welcome!"},
		{NOVA_USER, "Hi."},
		{NOVA_USER, ""},
		{NOVA_USER, NULL},
		{NOVA_USER, "What is a leaf?"},
		{NOVA_ASSISTANT, "It is"},
		{NOVA_ASSISTANT, "green."},
		{NOVA_USER, "Why?"},
	};
	struct history h;
	struct given g = {0};

	(void)state;
	history_init(&h);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		assert_int_equal(0,
				 history_add(&h, said[i].role, said[i].text));
	assert_int_equal(0, history_each_piece(&h, take, &g));
	assert_string_equal("U[Hi. What is a leaf?]A[It is green.]U[Why?]",
			    g.lines);
	history_deinit(&h);
}

static void long_messages_are_cut_between_characters(void **state)
{
	/* 1023 bytes, then one of two bytes across the limit */
	char text[1500];
	struct history h;
	struct given g = {0};

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text + 1023, "\xc3\xa9", 2);
	text[sizeof text - 1] = '\0';
	history_init(&h);
	assert_int_equal(0, history_add(&h, NOVA_USER, text));
	assert_int_equal(0, history_each_piece(&h, take, &g));
	assert_int_equal(2, g.pieces);
	assert_int_equal(1023, g.longest);
	assert_int_equal(1499, g.bytes);
	assert_string_equal("U[xxx|\xc3\xa9x]", g.lines);
	history_deinit(&h);
}

static void the_oldest_go_first(void **state)
{
	static const struct {
		size_t limit;
		const char *want;
	} rows[] = {
		{30, "U[ask 96]A[reply 97]U[ask 98]A[reply 99]"},
		{28, "U[ask 96]A[reply 97]U[ask 98]A[reply 99]"},
		{27, "U[ask 98]A[reply 99]"},
		{14, "U[ask 98]A[reply 99]"},
		{13, ""}, /* an answer alone cannot begin */
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct history h;
		struct given g = {0};
		char text[32];
		history_init(&h);
		h.total_limit = rows[r].limit;
		for (int i = 0; i < 100; i++) {
			bool reply = i % 2;
			snprintf(text, sizeof text, "%s %d",
				 reply ? "reply" : "ask", i);
			assert_int_equal(0, history_add(&h,
							reply ? NOVA_ASSISTANT
							      : NOVA_USER,
							text));
			/* what cannot be given again is not kept */
			assert_true(h.count <= 6);
		}
		assert_int_equal(0, history_each_piece(&h, take, &g));
		assert_string_equal(rows[r].want, g.lines);
		history_deinit(&h);
	}
}

static void one_long_message_gives_its_end(void **state)
{
	struct history h;
	struct given g = {0};

	(void)state;
	history_init(&h);
	h.total_limit = 10;
	assert_int_equal(0, history_add(&h, NOVA_USER, "0123456789"));
	assert_int_equal(0, history_add(&h, NOVA_USER,
					"abc\xc3\xa9"
					"defg"));
	/* nine bytes fit only without half of the character before */
	assert_int_equal(0, history_each_piece(&h, take, &g));
	assert_string_equal("U[ abc\xc3\xa9"
			    "defg]",
			    g.lines);
	assert_int_equal(10, g.bytes);
	history_deinit(&h);

	memset(&g, 0, sizeof g);
	h.total_limit = 5;
	assert_int_equal(0, history_add(&h, NOVA_USER,
					"\xc3\xa9"
					"abcd"));
	assert_int_equal(0, history_each_piece(&h, take, &g));
	assert_string_equal("U[abcd]", g.lines);
	history_deinit(&h);
}

static void a_talker_without_end_stays_bounded(void **state)
{
	struct history h;
	char text[1000];

	(void)state;
	memset(text, 'y', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	history_init(&h);
	for (int i = 0; i < 200; i++)
		assert_int_equal(0, history_add(&h, NOVA_ASSISTANT, text));
	assert_int_equal(1, h.count);
	assert_int_equal(HISTORY_TOTAL_BYTES, strlen(h.messages[0].text));
	history_deinit(&h);
}

static void a_refused_piece_ends_the_giving(void **state)
{
	struct history h;
	struct given g = {.stop_at = 2};

	(void)state;
	history_init(&h);
	history_add(&h, NOVA_USER, "a");
	history_add(&h, NOVA_ASSISTANT, "b");
	history_add(&h, NOVA_USER, "c");
	assert_int_equal(-77, history_each_piece(&h, take, &g));
	assert_int_equal(2, g.pieces);
	history_deinit(&h);
}

static void a_copy_is_apart(void **state)
{
	struct history h, copy;
	struct given g = {0};

	(void)state;
	history_init(&h);
	history_add(&h, NOVA_USER, "one");
	history_add(&h, NOVA_ASSISTANT, "two");
	assert_int_equal(0, history_copy(&copy, &h));
	history_add(&h, NOVA_ASSISTANT, "three");
	history_deinit(&h);
	assert_int_equal(0, history_each_piece(&copy, take, &g));
	assert_string_equal("U[one]A[two]", g.lines);
	history_deinit(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_alternate_and_begin_with_the_learner),
		cmocka_unit_test(long_messages_are_cut_between_characters),
		cmocka_unit_test(the_oldest_go_first),
		cmocka_unit_test(one_long_message_gives_its_end),
		cmocka_unit_test(a_talker_without_end_stays_bounded),
		cmocka_unit_test(a_refused_piece_ends_the_giving),
		cmocka_unit_test(a_copy_is_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
