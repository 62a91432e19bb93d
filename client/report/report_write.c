#include "client/report/report_write.h"

#include "client/report/report_forms.h"
#include "net/base/problem.h"

/* Far above any real report; below what a wrong one would eat. */
enum { TEXT_MOST = 1 << 30 };

int report_print(const struct test_report *r, FILE *out,
		 const struct report_style *style)
{
	struct bytes b;
	int err;

	bytes_init(&b, TEXT_MOST);
	report_form_terminal(&b, r, style);
	err = b.failed;
	if (!err &&
	    (fwrite(b.data, 1, b.length, out) != b.length || fflush(out) != 0))
		err = PROBLEM_FILE;
	bytes_deinit(&b);
	return err;
}
