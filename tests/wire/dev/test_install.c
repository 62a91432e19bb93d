/* cmake --install: what was installed works where it was put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static void run(const char *folder, const char *script, const char *expected)
{
	char *place = text_format("PREFIX=%s", folder);
	struct process p;

	process_start(&p, (const char *[]){"sh", "-c", script, NULL},
		      (const char *[]){place, "XDG_DATA_HOME=/nowhere",
				       "HABLA_ASSETS", NULL});
	int code = process_wait(&p);
	if (code || (expected && !text_equal(p.text, expected)))
		fail_msg("%s: exit code %d: %s", script, code, p.text);
	process_end(&p);
	free(place);
}

static void an_installed_habla_is_whole(void **state)
{
	char *folder = folder_make();

	(void)state;
	run(folder, "cmake --install " HABLA_BINARY_DIR " --prefix \"$PREFIX\"",
	    NULL);
	/* its own assets, not those of the source tree */
	run(folder,
	    "cd \"$PREFIX/share/habla/lessons\" && "
	    "ls | grep -v '^fractions' | xargs rm && "
	    "\"$PREFIX/bin/habla\" talk --lessons | sed -n 's/ .*//p'",
	    "LESSON\nfractions\nhabla\n");
	run(folder, "\"$PREFIX/bin/habla-relay\" --version",
	    "habla-relay " HABLA_VERSION "\n");
	run(folder,
	    "cd \"$PREFIX/share\" && ls man/man1/habla.1 man/man1/habla-talk.1 "
	    "&& "
	    "mandoc -T lint -W error man/man1/habla*.1 && "
	    "bash -n bash-completion/completions/habla && "
	    "zsh -n zsh/site-functions/_habla && "
	    "fish -n fish/vendor_completions.d/habla.fish",
	    "man/man1/habla-talk.1\nman/man1/habla.1\n");
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_installed_habla_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
