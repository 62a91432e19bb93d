/* Every stream that is opened in a build for developers is held against the
 * rules; a breach ends the program with its words. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/nova/checked_stream.h"
#include "net/nova/session.h"

struct sink_stream {
	struct nova_stream base;
	int answer; /* of send */
	unsigned sent;
};

static struct sink_stream sink;

static int sink_send(struct nova_stream *s, const struct nova_event *e)
{
	(void)s;
	(void)e;
	sink.sent += !sink.answer;
	return sink.answer;
}

static size_t sink_queued(const struct nova_stream *s)
{
	(void)s;
	return 77;
}

static int64_t sink_expires_ms(const struct nova_stream *s)
{
	(void)s;
	return 1234;
}

static void sink_free(struct nova_stream *s)
{
	(void)s;
	sink.base.ops = NULL;
}

static const struct nova_stream_ops sink_ops = {
	.send = sink_send,
	.queued = sink_queued,
	.free = sink_free,
	.expires_ms = sink_expires_ms,
};

static int open_sink(struct nova_upstream *u,
		     const struct nova_stream_listener *listener,
		     struct nova_stream **out, struct problem *p)
{
	if (u->name[0] == 'r')
		return problem_set(p, PROBLEM_CONNECT, "refused");
	sink = (struct sink_stream){
		.base = {.ops = &sink_ops, .listener = *listener}};
	*out = &sink.base;
	return 0;
}

struct owner {
	struct nova_stream *stream;
	unsigned opened, events, closed;
	bool free_in_event;
};

static void on_opened(void *arg, const char *session_id)
{
	assert_string_equal("id", session_id);
	((struct owner *)arg)->opened++;
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct owner *o = arg;

	(void)e;
	o->events++;
	if (o->free_in_event)
		o->stream = nova_stream_free(o->stream);
}

static void on_closed(void *arg, const struct problem *why)
{
	assert_int_equal(PROBLEM_SERVER, why->code);
	((struct owner *)arg)->closed++;
}

static void open_checked(struct owner *o)
{
	static struct nova_upstream upstream = {.open = open_sink,
						.name = "sink"};
	const struct nova_stream_listener listener = {on_opened, on_event,
						      on_closed, o};
	struct problem p = {0};

	*o = (struct owner){0};
	assert_int_equal(0, checked_stream_open(&upstream, &listener,
						&o->stream, &p));
	assert_ptr_not_equal(o->stream, &sink.base);
}

static void both_directions_pass_through(void **state)
{
	const struct nova_session_settings settings = {0};
	const struct nova_stream_listener *below = &sink.base.listener;
	struct nova_session session;
	struct owner o;

	(void)state;
	open_checked(&o);
	assert_int_equal(0, nova_session_start(&session, o.stream, &settings));
	assert_int_equal(6, sink.sent);
	assert_int_equal(77, nova_stream_queued(o.stream));
	assert_int_equal(1234, nova_stream_expires_ms(o.stream));
	below->opened(below->arg, "id");
	below->event(below->arg, &(struct nova_event){.type = NOVA_USAGE});
	below->closed(below->arg, &(struct problem){.code = PROBLEM_SERVER});
	assert_int_equal(1, o.opened);
	assert_int_equal(1, o.events);
	assert_int_equal(1, o.closed);
	nova_stream_free(o.stream);
	assert_null(sink.base.ops);
}

static void a_tool_that_was_asked_for_may_be_answered(void **state)
{
	const struct nova_session_settings settings = {0};
	const struct nova_event use = {.type = NOVA_TOOL_USE,
				       .tool_use_id = "t1"};
	struct nova_session session;
	struct owner o;

	(void)state;
	open_checked(&o);
	assert_int_equal(0, nova_session_start(&session, o.stream, &settings));
	sink.base.listener.event(sink.base.listener.arg, &use);
	nova_session_received(&session, &use);
	assert_int_equal(0, nova_session_tool_result(&session, "t1", "{}"));
	assert_int_equal(9, sink.sent);
	nova_stream_free(o.stream);
}

static void what_the_stream_refuses_does_not_count(void **state)
{
	const struct nova_event start = {.type = NOVA_SESSION_START};
	struct owner o;

	(void)state;
	open_checked(&o);
	sink.answer = PROBLEM_LIMIT;
	assert_int_equal(PROBLEM_LIMIT, nova_stream_send(o.stream, &start));
	sink.answer = 0;
	assert_int_equal(0, nova_stream_send(o.stream, &start));
	nova_stream_free(o.stream);
}

static void the_owner_may_free_it_in_a_callback(void **state)
{
	struct owner o;

	(void)state;
	open_checked(&o);
	o.free_in_event = true;
	sink.base.listener.event(sink.base.listener.arg,
				 &(struct nova_event){.type = NOVA_USAGE});
	assert_null(o.stream);
	assert_null(sink.base.ops);
}

static void a_stream_that_cannot_be_opened_says_why(void **state)
{
	struct nova_upstream upstream = {.open = open_sink, .name = "refuses"};
	const struct nova_stream_listener listener = {0};
	struct nova_stream *stream = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(PROBLEM_CONNECT,
			 checked_stream_open(&upstream, &listener, &stream,
					     &p));
	assert_string_equal("refused", p.text);
	assert_null(stream);
}

/* In a child: the breach is the end of the program. */
static void breach(int report_fd)
{
	const struct nova_event end = {.type = NOVA_CONTENT_END,
				       .content_id = "x"};
	struct owner o;

	dup2(report_fd, STDERR_FILENO);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	signal(SIGABRT, SIG_DFL);
	open_checked(&o);
	nova_stream_send(o.stream, &end);
	_exit(0);
}

static void a_breach_ends_the_program_with_its_words(void **state)
{
	char said[512] = "";
	size_t length = 0;
	int fds[2], status;

	(void)state;
	assert_int_equal(0, pipe(fds));
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		breach(fds[1]);
	close(fds[1]);
	for (ssize_t n;
	     (n = read(fds[0], said + length, sizeof said - 1 - length)) > 0;)
		length += (size_t)n;
	close(fds[0]);
	assert_int_equal(pid, waitpid(pid, &status, 0));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(SIGABRT, WTERMSIG(status));
	assert_string_equal("we broke the order of events: contentEnd before "
			    "sessionStart\n",
			    said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_pass_through),
		cmocka_unit_test(a_tool_that_was_asked_for_may_be_answered),
		cmocka_unit_test(what_the_stream_refuses_does_not_count),
		cmocka_unit_test(the_owner_may_free_it_in_a_callback),
		cmocka_unit_test(a_stream_that_cannot_be_opened_says_why),
		cmocka_unit_test(a_breach_ends_the_program_with_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
