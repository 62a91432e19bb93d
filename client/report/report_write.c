#include "client/report/report_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/report/report_forms.h"
#include "net/base/problem.h"
#include "net/base/text.h"

struct kind {
	const char *flag;
	void (*form)(struct bytes *b, const struct test_report *r);
};
static const struct kind kinds[REPORT_KINDS] = {
	[REPORT_JUNIT] = {"--junit", report_form_junit},
	[REPORT_TAP] = {"--tap", report_form_tap},
	[REPORT_JSON] = {"--report-json", report_form_json},
	[REPORT_HTML] = {"--html", NULL}, /* report_form_html() */
};

const char *report_flag(enum report_kind kind)
{
	return kinds[kind].flag;
}

/* --- to a stream --- */

int report_form_print(struct bytes *b, FILE *out)
{
	int err = b->failed;

	if (!err && b->length > 0 &&
	    fwrite(b->data, 1, b->length, out) != b->length)
		err = PROBLEM_FILE;
	if (!err && fflush(out) != 0)
		err = PROBLEM_FILE;
	bytes_deinit(b);
	return err;
}

int report_print(const struct test_report *r, FILE *out,
		 const struct report_style *style)
{
	struct bytes b;

	bytes_init(&b, REPORT_FORM_MOST);
	report_form_terminal(&b, r, style);
	return report_form_print(&b, out);
}

int report_annotate(const struct test_report *r, FILE *out)
{
	struct bytes b;

	bytes_init(&b, REPORT_FORM_MOST);
	if (text_equal(getenv("GITHUB_ACTIONS"), "true"))
		report_form_github(&b, r);
	return report_form_print(&b, out);
}

/* --- to files --- */

static bool is_stdout(const char *path)
{
	return text_equal(path, "-");
}

int report_files_check(const struct report_files *f, struct problem *p)
{
	for (int k = 0; k < REPORT_KINDS; k++) {
		if (!f->path[k] || is_stdout(f->path[k]))
			continue;
		int fd = open(f->path[k], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
		if (fd < 0)
			return problem_set(p, PROBLEM_USAGE,
					   "%s %s: cannot be written: %s; name "
					   "a file in a folder that is there",
					   kinds[k].flag, f->path[k],
					   strerror(errno));
		close(fd);
	}
	return 0;
}

static int write_file(const char *path, const struct bytes *b)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int err;

	if (fd < 0)
		return problem_from_file_errno(errno);
	err = text_write_all(fd, b->data, b->length);
	if (close(fd) != 0 && !err)
		err = problem_from_file_errno(errno);
	return err;
}

static int form(struct bytes *b, const struct kind *kind,
		const struct test_report *r, struct problem *p)
{
	int err = 0;

	if (kind->form)
		kind->form(b, r);
	else
		err = report_form_html(b, r, p);
	if (b->failed)
		err = b->failed;
	return err ? problem_add(p, err, "%s: not enough memory for the report",
				 kind->flag)
		   : 0;
}

static int write_kind(const struct kind *kind, const char *path,
		      const struct test_report *r, struct problem *p)
{
	struct bytes b;
	int err;

	bytes_init(&b, REPORT_FORM_MOST);
	err = form(&b, kind, r, p);
	if (!err) {
		err = is_stdout(path)
			      ? text_write_all(STDOUT_FILENO, b.data, b.length)
			      : write_file(path, &b);
		if (err)
			problem_set(p, err,
				    "%s %s: cannot be written: %s; the report "
				    "is not whole",
				    kind->flag, path, strerror(errno));
	}
	bytes_deinit(&b);
	return err;
}

int report_files_write(const struct report_files *f,
		       const struct test_report *r, struct problem *p)
{
	int first = 0;

	for (int k = 0; k < REPORT_KINDS; k++) {
		if (!f->path[k])
			continue;
		int err = write_kind(&kinds[k], f->path[k], r,
				     first ? NULL : p);
		if (!first)
			first = err;
	}
	return first;
}
