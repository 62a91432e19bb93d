#include "tests/support/habla_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { ARGUMENTS_MOST = 24 };

static char *with_folder(const char *word, const char *folder)
{
	const char *at = strchr(word, '@');

	return at ? text_format("%.*s%s%s", (int)(at - word), word, folder,
				at + 1)
		  : text_copy(word);
}

int habla_test(const char *folder, const char *arguments, char **printed)
{
	const char *argv[ARGUMENTS_MOST] = {"habla", "test"};
	char *home = text_format("HOME=%s", folder);
	const char *environment[] = {home,
				     "XDG_STATE_HOME",
				     "XDG_CACHE_HOME",
				     "XDG_CONFIG_HOME",
				     "GITHUB_ACTIONS",
				     "HABLA_BACKEND",
				     "HABLA_RELAY",
				     "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
				     "AWS_SECRET_ACCESS_KEY=stack-secret",
				     "AWS_SESSION_TOKEN",
				     "AWS_PROFILE",
				     "AWS_REGION=us-east-1",
				     "AWS_EC2_METADATA_DISABLED=true",
				     NULL};
	char *line = text_copy(arguments), *rest = line;
	char *owned[ARGUMENTS_MOST] = {NULL};
	struct process p;
	size_t count = 2;

	for (char *word; (word = strtok_r(rest, " ", &rest)); count++) {
		assert_true(count + 1 < ARGUMENTS_MOST);
		argv[count] = owned[count] = with_folder(word, folder);
	}
	process_start(&p, argv, environment);
	int code = process_wait(&p);
	*printed = p.text;
	for (size_t i = 0; i < count; i++)
		free(owned[i]);
	free(line);
	free(home);
	return code;
}

void expect_habla_test(const char *folder, const char *arguments, int code,
		       const char *words)
{
	char *printed;
	int got = habla_test(folder, arguments, &printed);

	if (got != code || !strstr(printed, words))
		fail_msg("%s: exit code %d, wanted %d and \"%s\"\n%s",
			 arguments, got, code, words, printed);
}

void expect_in_file(const char *folder, const char *name, const char *words)
{
	char *text = folder_read(folder, name, NULL);

	assert_holds(text, words);
	free(text);
}
