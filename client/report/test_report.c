#include "client/report/test_report.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

struct report_text {
	struct report_text *next;
	char text[];
};

/* --- names --- */

const char *report_verdict_name(enum report_verdict v)
{
	static const char *const names[REPORT_VERDICTS] = {
		[REPORT_PASSED] = "passed",   [REPORT_FAILED] = "failed",
		[REPORT_FLAKY] = "flaky",     [REPORT_ERROR] = "error",
		[REPORT_SKIPPED] = "skipped",
	};

	return names[v];
}

const char *report_state_name(enum report_state s)
{
	static const char *const names[REPORT_STATES] = {
		[REPORT_MET] = "met",
		[REPORT_UNMET] = "unmet",
		[REPORT_NOT_MEASURED] = "not measured",
	};

	return names[s];
}

const char *report_speaker_name(enum report_speaker s)
{
	return s == REPORT_LEARNER ? "learner" : "tutor";
}

/* --- memory --- */

static const char *keep(struct report_case *c, const char *text)
{
	if (!text)
		return NULL;

	size_t size = strlen(text) + 1;
	struct report_text *t = malloc(sizeof *t + size);

	if (!t) {
		c->failed = PROBLEM_MEMORY;
		return NULL;
	}
	memcpy(t->text, text, size);
	t->next = c->texts;
	c->texts = t;
	return t->text;
}

/* The list with room for one more item, whose place is at *count.  Its memory
 * doubles, so it is full when the count is a power of two. */
static void *list_grow(void *list, size_t count, size_t size, int *failed)
{
	if (count & (count - 1))
		return list;

	void *longer = realloc(list, (count ? 2 * count : 1) * size);

	if (longer)
		return longer;
	*failed = PROBLEM_MEMORY;
	return list;
}

/* The same with the item put in, unless the case has failed. */
static void *list_add(struct report_case *c, void *list, size_t *count,
		      const void *item, size_t size)
{
	list = list_grow(list, *count, size, &c->failed);
	if (!c->failed)
		memcpy((char *)list + (*count)++ * size, item, size);
	return list;
}

/* --- the report --- */

struct test_report *test_report_new(const char *name, const char *backend)
{
	struct test_report *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->name = text_copy(name);
	r->backend = text_copy(backend);
	return r->name && r->backend ? r : test_report_free(r);
}

struct test_report *test_report_free(struct test_report *r)
{
	if (!r)
		return NULL;
	for (size_t i = 0; i < r->count; i++)
		report_case_free(r->cases[i]);
	free((void *)r->cases);
	free(r->name);
	free(r->backend);
	free(r);
	return NULL;
}

int test_report_add(struct test_report *r, struct report_case *c)
{
	int err = c->failed;

	r->cases = list_grow((void *)r->cases, r->count,
			     sizeof(struct report_case *), &err);
	if (err)
		report_case_free(c);
	else
		r->cases[r->count++] = c;
	return err;
}

size_t test_report_count(const struct test_report *r, enum report_verdict v)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->cases[i]->verdict == v;
	return count;
}

/* --- a case --- */

struct report_case *report_case_new(const char *name, struct report_place at)
{
	struct report_case *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->name = keep(c, name);
	c->place = at;
	c->place.file = keep(c, at.file);
	return c->failed ? report_case_free(c) : c;
}

void report_case_clear_run(struct report_case *c)
{
	c->folder = c->audio = NULL;
	c->usage = (struct report_usage){0};
	for (int i = 0; i < REPORT_SPEAKERS; i++) {
		free(c->waves[i].peaks);
		c->waves[i] = (struct report_wave){0};
	}
	free(c->turns);
	free(c->expectations);
	free(c->parts);
	free(c->spans);
	free(c->lines);
	free(c->events);
	c->turns = NULL;
	c->expectations = NULL;
	c->parts = NULL;
	c->spans = NULL;
	c->lines = NULL;
	c->events = NULL;
	c->turn_count = c->expectation_count = c->part_count = 0;
	c->span_count = c->line_count = c->event_count = 0;
}

struct report_case *report_case_free(struct report_case *c)
{
	if (!c)
		return NULL;
	report_case_clear_run(c);
	for (size_t i = 0; i < c->measure_count; i++)
		free(c->measures[i].values);
	free(c->measures);
	free((void *)c->tags);
	while (c->texts) {
		struct report_text *next = c->texts->next;
		free(c->texts);
		c->texts = next;
	}
	free(c);
	return NULL;
}

void report_case_text(struct report_case *c, const char **member,
		      const char *text)
{
	*member = keep(c, text);
}

void report_case_add_tag(struct report_case *c, const char *tag)
{
	const char *copy = keep(c, tag);

	c->tags = list_add(c, (void *)c->tags, &c->tag_count, &copy,
			   sizeof copy);
}

void report_case_add_turn(struct report_case *c, const struct report_turn *t)
{
	struct report_turn copy = *t;

	copy.text = keep(c, t->text);
	c->turns = list_add(c, c->turns, &c->turn_count, &copy, sizeof copy);
}

void report_case_add_expectation(struct report_case *c,
				 const struct report_expectation *e)
{
	struct report_expectation copy = *e;

	copy.place.file = keep(c, e->place.file);
	copy.name = keep(c, e->name);
	copy.expected = keep(c, e->expected);
	copy.got = keep(c, e->got);
	copy.diff = keep(c, e->diff);
	copy.why = keep(c, e->why);
	c->expectations = list_add(c, c->expectations, &c->expectation_count,
				   &copy, sizeof copy);
}

void report_case_add_part(struct report_case *c, const struct report_part *p)
{
	struct report_part copy = *p;

	copy.name = keep(c, p->name);
	c->parts = list_add(c, c->parts, &c->part_count, &copy, sizeof copy);
}

void report_case_add_span(struct report_case *c, const struct report_span *s)
{
	c->spans = list_add(c, c->spans, &c->span_count, s, sizeof *s);
}

void report_case_add_line(struct report_case *c, const struct report_line *l)
{
	struct report_line copy = *l;

	copy.text = keep(c, l->text);
	c->lines = list_add(c, c->lines, &c->line_count, &copy, sizeof copy);
}

void report_case_add_event(struct report_case *c, const struct report_event *e)
{
	struct report_event copy = *e;

	copy.name = keep(c, e->name);
	copy.text = keep(c, e->text);
	c->events = list_add(c, c->events, &c->event_count, &copy, sizeof copy);
}

static size_t measure_index(const struct report_case *c, const char *name)
{
	size_t i = 0;

	while (i < c->measure_count && !text_equal(c->measures[i].name, name))
		i++;
	return i;
}

const struct report_measure *report_case_measure(const struct report_case *c,
						 const char *name)
{
	size_t i = measure_index(c, name);

	return i < c->measure_count ? &c->measures[i] : NULL;
}

void report_case_add_measure(struct report_case *c, const char *name,
			     double value)
{
	size_t i = measure_index(c, name);

	if (i == c->measure_count) {
		struct report_measure m = {.name = keep(c, name)};
		c->measures = list_add(c, c->measures, &c->measure_count, &m,
				       sizeof m);
	}
	if (i < c->measure_count) {
		struct report_measure *m = &c->measures[i];
		m->values = list_add(c, m->values, &m->count, &value,
				     sizeof value);
	}
}

/* --- waves --- */

static uint8_t peak_of(const int16_t *samples, size_t n)
{
	int peak = 0;

	for (size_t i = 0; i < n; i++) {
		int level = samples[i] < 0 ? -samples[i] : samples[i];
		if (level > peak)
			peak = level;
	}
	return (uint8_t)(peak * 255 / 32768);
}

void report_case_set_wave(struct report_case *c, enum report_speaker who,
			  const int16_t *samples, size_t count,
			  unsigned rate_hz)
{
	struct report_wave *w = &c->waves[who];
	size_t block = (size_t)rate_hz * REPORT_PEAK_MS / 1000;
	size_t blocks = (count + block - 1) / block;

	free(w->peaks);
	*w = (struct report_wave){.peaks = malloc(blocks + 1)};
	if (!w->peaks) {
		c->failed = PROBLEM_MEMORY;
		return;
	}
	for (; w->count < blocks; w->count++) {
		size_t from = w->count * block;
		size_t n = count - from < block ? count - from : block;
		w->peaks[w->count] = peak_of(samples + from, n);
	}
}
