/* The text of --system. */
#include "client/settings/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/settings/settings_values.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static int check_text(const char *text, size_t length, const char *thing,
		      struct problem *p)
{
	if (length > SETTINGS_SYSTEM_BYTES_MOST)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: longer than %d KiB; shorten it", thing,
				   SETTINGS_SYSTEM_BYTES_MOST / 1024);
	for (size_t at = 0; at < length;) {
		size_t n = text_utf8_sequence(text + at, length - at);
		if (n == 0 || text[at] == '\0')
			return problem_set(
				p, PROBLEM_USAGE,
				"%s: byte %zu is no UTF-8 text; save "
				"it as UTF-8",
				thing, at + 1);
		at += n;
	}
	return 0;
}

static int read_prompt(char **out, const char *place, const char *path,
		       struct problem *p)
{
	char *text, *thing;
	size_t length;
	int err = text_read_file(&text, &length, path,
				 SETTINGS_SYSTEM_BYTES_MOST);

	if (err == PROBLEM_LIMIT)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: %s: longer than %d KiB; shorten it",
				   place, path,
				   SETTINGS_SYSTEM_BYTES_MOST / 1024);
	if (err)
		return problem_set(p, err,
				   "%s: %s: cannot be read: %s; check the path",
				   place, path, strerror(errno));
	thing = text_format("%s: %s", place, path);
	err = thing ? check_text(text, length, thing, p) : PROBLEM_MEMORY;
	free(thing);
	if (err)
		free(text);
	else
		*out = text;
	return err;
}

int settings_system_text(char **out, const struct settings *s,
			 struct problem *p)
{
	const struct setting_value *v = &s->values[SETTING_SYSTEM];
	char *text = NULL;
	int err;

	if (v->text && v->text[0] == '@') {
		err = read_prompt(&text, v->place, v->text + 1, p);
	} else if (v->text) {
		err = check_text(v->text, strlen(v->text), v->place, p);
		if (!err)
			text = text_copy(v->text);
		if (!err && !text)
			err = PROBLEM_MEMORY;
	} else {
		err = 0;
	}
	if (err)
		problem_add(p, err, "--system: not enough memory; try again");
	else
		*out = text;
	return err;
}
