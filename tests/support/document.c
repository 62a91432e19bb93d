#include "tests/support/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"

char *document_example(const char *page)
{
	static const char begin[] = "```yaml\n";
	char *text = folder_read(HABLA_SOURCE_DIR "/docs", page, NULL);
	char *start = strstr(text, begin);

	assert_non_null(start);
	start += sizeof begin - 1;
	char *end = strstr(start, "```");
	assert_non_null(end);
	*end = '\0';
	char *copy = text_copy(start);
	free(text);
	return copy;
}

void assert_holds(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no \"%s\" in:\n%s", wanted, text);
}

void assert_lacks(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		fail_msg("\"%s\" in:\n%s", unwanted, text);
}
