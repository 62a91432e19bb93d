/* problems: from what the service answers with to its row, its code and its
 * line. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/failures.h"

static bool fits(const struct bedrock_failure *f, int status, const char *name,
		 const char *message)
{
	if (f->match && !strcasestr(message, f->match))
		return false;
	if (f->by_text)
		return true;
	if (f->exception)
		return text_equal_fold(f->exception, name) ||
		       (f->alias && text_equal_fold(f->alias, name));
	return f->to ? status >= f->from && status <= f->to
		     : status == f->status;
}

static const struct bedrock_failure *find(int status, const char *name,
					  const char *message)
{
	size_t count, i = 0;
	const struct bedrock_failure *rows = bedrock_failures(&count);

	while (i < count - 1 && !fits(&rows[i], status, name, message))
		i++;
	return &rows[i]; /* the last one fits all */
}

/* "ThrottlingException, HTTP 429", "HTTP 502", or "". */
static void write_origin(char *out, size_t size, int status, const char *name)
{
	char http[32] = "";

	if (status)
		snprintf(http, sizeof http, "%sHTTP %d", *name ? ", " : "",
			 status);
	snprintf(out, size, "%s%s", name, http);
}

/* The service's words without the full stop, which reads badly before
 * "; do this". */
static void write_cause(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", *text ? text : "no reason given");

	size_t end = strlen(out);
	while (end > 0 && (out[end - 1] == '.' || out[end - 1] == ' '))
		out[--end] = '\0';
}

int bedrock_problem(struct problem *p, int http_status, const char *exception,
		    const char *message, const char *model, const char *region)
{
	const char *name = exception ? exception : "";
	const char *said = message ? message : "";
	const struct failure *f = &find(http_status, name, said)->f;
	char cause[256], remedy[256], origin[128];
	const struct failure_word words[] = {
		{'M', model ? model : "the model"},
		{'R', region ? region : "this region"},
	};

	failure_fill(remedy, sizeof remedy, f->remedy, words, 2);
	if (f->cause)
		failure_fill(cause, sizeof cause, f->cause, words, 2);
	else
		write_cause(cause, sizeof cause, said);
	write_origin(origin, sizeof origin, http_status, name);
	return problem_set(p, f->code, "Bedrock %s: %s%s%s%s; %s",
			   words[1].text, cause, *origin ? " (" : "", origin,
			   *origin ? ")" : "", remedy);
}
