/* scenario_stream: the `stream` part of a scenario: how the service behaves,
 * apart from what it says. */
#include "net/sim/scenario_read.h"

#include <stdlib.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	STATUS_LEAST = 400,
	STATUS_MOST = 599,
	STATUS_DEFAULT = 429,
	REFUSE_FIRST_MOST = 1000000,
	CHUNK_MS_MOST = 2000,
	RETRY_AFTER_MOST = 86400,
	CLOCK_S_MOST = 86400,
};

static int read_refuse(const struct scenario_reader *r,
		       const struct yaml_node *map, struct scenario_stream *s)
{
	static const char *const keys[] = {"status", "exception",     "message",
					   "first",  "retry_after_s", NULL};
	const struct yaml_node *status = yaml_get(map, "status");
	const struct yaml_node *first = yaml_get(map, "first");
	const struct yaml_node *after = yaml_get(map, "retry_after_s");
	long code = STATUS_DEFAULT, count = 0, wait = 0;
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (err == 0 && status)
		err = yaml_to_integer(&code, r->file, status, STATUS_LEAST,
				      STATUS_MOST, r->problem);
	if (err == 0 && first)
		err = yaml_to_integer(&count, r->file, first, 1,
				      REFUSE_FIRST_MOST, r->problem);
	if (err == 0 && after)
		err = yaml_to_integer(&wait, r->file, after, 0,
				      RETRY_AFTER_MOST, r->problem);
	if (err == 0)
		err = read_text(r, map, "exception", &s->refuse_exception);
	if (err == 0)
		err = read_text(r, map, "message", &s->refuse_message);
	if (err)
		return err;
	if (!s->refuse_exception)
		s->refuse_exception = text_copy("ThrottlingException");
	if (!s->refuse_message)
		s->refuse_message = text_copy("Too many requests, please wait "
					      "before trying again.");
	if (!s->refuse_exception || !s->refuse_message)
		return read_memory(r);
	s->front.refuse_status = (unsigned)code;
	s->front.refuse_first = (unsigned)count;
	s->front.refuse_after_s = (unsigned)wait;
	s->front.refuse_exception = s->refuse_exception;
	s->front.refuse_message = s->refuse_message;
	return 0;
}

/* chunk_ms: [least, most], or one number for both. */
static int read_chunk(const struct scenario_reader *r,
		      const struct yaml_node *n, struct scenario_stream *s)
{
	const struct yaml_node *least = n, *most = n;
	long low, high;
	int err;

	if (n->kind == YAML_LIST) {
		least = n->child;
		most = least ? least->next : NULL;
	}
	if (!most || most->kind != YAML_SCALAR || least->kind != YAML_SCALAR ||
	    (n->kind == YAML_LIST && most->next))
		return yaml_problem(r->problem, r->file, n,
				    "chunk_ms: wanted [least, most]");
	err = yaml_to_integer(&low, r->file, least, 1, CHUNK_MS_MOST,
			      r->problem);
	if (err == 0)
		err = yaml_to_integer(&high, r->file, most, low, CHUNK_MS_MOST,
				      r->problem);
	if (err)
		return err;
	s->chunk_ms_least = (unsigned)low;
	s->chunk_ms_most = (unsigned)high;
	return 0;
}

/* NAME[@MS][*N] */
static int read_fault(const struct scenario_reader *r,
		      const struct yaml_node *n, struct scenario_stream *s)
{
	struct problem why;

	if (n->kind != YAML_SCALAR)
		return yaml_problem(r->problem, r->file, n,
				    "fault: wanted NAME[@MS][*N]");
	if (sim_fault_parse(&s->fault, n->text, &why))
		return yaml_problem(r->problem, r->file, n, "%s", why.text);
	sim_fault_plan(&s->fault, &s->front);
	return 0;
}

static int read_clock(const struct scenario_reader *r,
		      const struct yaml_node *n, struct scenario_stream *s)
{
	long seconds = 0;
	int err = yaml_to_integer(&seconds, r->file, n, -CLOCK_S_MOST,
				  CLOCK_S_MOST, r->problem);

	s->front.clock_ms = seconds * INT64_C(1000);
	return err;
}

static int read_words(const struct scenario_reader *r,
		      const struct yaml_node *map, struct scenario_stream *s)
{
	static const char *const headers[] = {"immediately",
					      "after_first_event", NULL};
	static const char *const starts[] = {"early", "first_turn", NULL};
	const struct yaml_node *n = yaml_get(map, "headers");
	int err = 0, word = 0;

	if (n) {
		err = yaml_to_word(&word, r->file, n, headers, r->problem);
		s->front.headers_after_first_event = word == 1;
	}
	n = yaml_get(map, "completion_start");
	if (err == 0 && n) {
		err = yaml_to_word(&word, r->file, n, starts, r->problem);
		s->start_set = true;
		s->silent_start = word == 1;
	}
	return err;
}

int read_stream(const struct scenario_reader *r, const struct yaml_node *map,
		struct scenario_stream *s)
{
	static const char *const keys[] = {
		"refuse",  "headers",       "headers_delay_ms",
		"speed",   "chunk_ms",      "completion_start",
		"life_ms", "turn_pause_ms", "idle_ms",
		"fault",   "clock_s",       NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);
	const struct yaml_node *refuse = yaml_get(map, "refuse");
	const struct yaml_node *chunk = yaml_get(map, "chunk_ms");
	const struct yaml_node *speed = yaml_get(map, "speed");
	const struct yaml_node *fault = yaml_get(map, "fault");
	const struct yaml_node *offset = yaml_get(map, "clock_s");

	if (err == 0 && refuse)
		err = read_refuse(r, refuse, s);
	if (err == 0)
		err = read_words(r, map, s);
	if (err == 0)
		err = read_ms(r, map, "headers_delay_ms", 0,
			      &s->front.headers_delay_ms);
	if (err == 0 && chunk)
		err = read_chunk(r, chunk, s);
	if (err == 0 && speed)
		err = yaml_to_number(&s->speed, r->file, speed, 0.1, 1000,
				     r->problem);
	if (err == 0)
		err = read_ms(r, map, "turn_pause_ms", 100, &s->turn_pause_ms);
	if (err == 0)
		err = read_ms(r, map, "life_ms", 1, &s->life_ms);
	if (err == 0)
		err = read_ms(r, map, "idle_ms", 1, &s->idle_ms);
	if (err == 0 && fault)
		err = read_fault(r, fault, s);
	if (err == 0 && offset)
		err = read_clock(r, offset, s);
	return err;
}
