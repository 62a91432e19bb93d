/* verdict_texts: words that were said, heard or understood. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/report/word_diff.h"
#include "client/trial/verdict_private.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static const struct bytes *text_of(const struct verdict *v, size_t turn)
{
	const struct trial_turn *l = verdict_turn(v, turn);

	switch (v->e->about) {
	case SCRIPT_REPLY:
		return &l->reply;
	case SCRIPT_HEARD:
		return &l->heard;
	default:
		return &l->transcript;
	}
}

/* Of the turn, or of all; NULL: no memory.  The caller frees it. */
static char *find_text(const struct verdict *v)
{
	size_t from = v->turn, to = v->turn ? v->turn : v->trial->log->count;
	struct bytes all;

	bytes_init(&all, 4 * 1024 * 1024);
	for (size_t i = from; i <= to; i++) {
		const struct bytes *b = text_of(v, i);
		if (b->length && all.length)
			bytes_append_text(&all, " ");
		bytes_append(&all, b->data, b->length);
	}
	char *text = bytes_take_text(&all);
	bytes_deinit(&all);
	return text;
}

/* The words stand in text, in a row.  Keeps the diff of the first look. */
static bool has_words(struct verdict *v, const char *words, const char *text)
{
	struct word_diff d;
	int err = word_diff_make(&d, v->language, words, text,
				 WORD_DIFF_WITHIN);

	if (err) {
		snprintf(v->why, sizeof v->why, "not compared: %s",
			 problem_name(err));
		return false;
	}
	bool same = word_diff_is_same(&d);
	if (!v->diff && !same)
		v->diff = text_copy(d.text);
	word_diff_deinit(&d);
	return same;
}

static enum report_state any_of(struct verdict *v, const char *text)
{
	size_t at = 0;

	for (size_t i = 0; i < v->e->text_count; i++) {
		at += (size_t)snprintf(v->expected + at,
				       sizeof v->expected - at, "%s%s",
				       i ? " | " : "", v->e->texts[i]);
		if (at >= sizeof v->expected)
			break;
	}
	for (size_t i = 0; i < v->e->text_count; i++)
		if (has_words(v, v->e->texts[i], text))
			return REPORT_MET;
	return REPORT_UNMET;
}

static enum report_state matches(struct verdict *v, const char *text)
{
	regex_t regex;

	verdict_expected(v, "/%s/", v->e->texts[0]);
	/* the script was read, so it is one */
	if (regcomp(&regex, v->e->texts[0],
		    REG_EXTENDED | REG_NOSUB | REG_ICASE))
		return REPORT_NOT_MEASURED;
	bool met = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return verdict_state(met);
}

static enum report_state absent(struct verdict *v, const char *text)
{
	bool there = has_words(v, v->e->texts[0], text);

	verdict_expected(v, "not: %s", v->e->texts[0]);
	free(v->diff); /* shows what is rightly missing */
	v->diff = NULL;
	return verdict_state(!there);
}

static enum report_state error_rate(struct verdict *v, const char *text)
{
	const struct script_turn *s = v->turn ? verdict_script(v, v->turn)
					      : NULL;
	const char *of = v->e->text_count ? v->e->texts[0] : s ? s->text : NULL;
	struct word_diff d;
	int err;

	verdict_expected(v, "%s", v->e->bound.text);
	if (!of || (s && !v->e->text_count && s->act == SCRIPT_PLAY)) {
		snprintf(v->why, sizeof v->why,
			 "the words that were said are not known; give them "
			 "with \"of\"");
		return REPORT_NOT_MEASURED;
	}
	err = word_diff_make(&d, v->language, of, text, WORD_DIFF_WHOLE);
	if (err) {
		snprintf(v->why, sizeof v->why, "not compared: %s",
			 problem_name(err));
		return REPORT_NOT_MEASURED;
	}
	double rate = word_diff_error_rate(&d);
	if (d.missing + d.added + d.replaced)
		v->diff = text_copy(d.text);
	word_diff_deinit(&d);
	report_case_add_measure(v->out, "wer", rate);
	return verdict_bound(v, rate, "");
}

enum report_state verdict_texts(struct verdict *v)
{
	char *text = find_text(v);
	enum report_state state = REPORT_NOT_MEASURED;
	const char *first = v->e->text_count ? v->e->texts[0] : "";

	verdict_expected(v, "%s", first);
	if (!text || !*text) {
		free(text);
		return state;
	}
	verdict_got(v, "%s", text);
	switch (v->e->test) {
	case SCRIPT_CONTAINS:
		state = verdict_state(has_words(v, first, text));
		break;
	case SCRIPT_ANY_OF:
		state = any_of(v, text);
		break;
	case SCRIPT_MATCHES:
		state = matches(v, text);
		break;
	case SCRIPT_NOT:
		state = absent(v, text);
		break;
	case SCRIPT_WER:
		state = error_rate(v, text);
		break;
	}
	free(text);
	return state;
}
