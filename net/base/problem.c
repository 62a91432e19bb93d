#include "net/base/problem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "net/base/language.h"
#include "net/base/text.h"

static const char *const names[] = {
	[-PROBLEM_NONE] = "none",         [-PROBLEM_MEMORY] = "memory",
	[-PROBLEM_USAGE] = "usage",       [-PROBLEM_FORMAT] = "format",
	[-PROBLEM_FILE] = "file",         [-PROBLEM_DISK_FULL] = "disk_full",
	[-PROBLEM_CONNECT] = "connect",   [-PROBLEM_TLS] = "tls",
	[-PROBLEM_DENIED] = "denied",     [-PROBLEM_CLOCK] = "clock",
	[-PROBLEM_MODEL] = "model",       [-PROBLEM_THROTTLED] = "throttled",
	[-PROBLEM_REJECTED] = "rejected", [-PROBLEM_SERVER] = "server",
	[-PROBLEM_TIMEOUT] = "timeout",   [-PROBLEM_CLOSED] = "closed",
	[-PROBLEM_DEVICE] = "device",     [-PROBLEM_ORDER] = "order",
	[-PROBLEM_LIMIT] = "limit",       [-PROBLEM_BUSY] = "busy",
	[-PROBLEM_PROTOCOL] = "protocol", [-PROBLEM_UNCLEAR] = "unclear",
	[-PROBLEM_FILTERED] = "filtered",
};

__attribute__((format(printf, 3, 0))) static void
fill(struct problem *p, int code, const char *format, va_list args)
{
	/* p->text may be one of the arguments, so it is not written to yet */
	char line[PROBLEM_TEXT_SIZE + 4];

	vsnprintf(line, sizeof line, _(format), args);
	size_t length = text_utf8_cut(line, strlen(line),
				      PROBLEM_TEXT_SIZE - 1);
	line[length] = '\0';
	text_clean_line(line);
	memcpy(p->text, line, length + 1);
	p->code = code;
	p->retry_after_ms = 0;
}

int problem_set(struct problem *p, int code, const char *format, ...)
{
	if (p) {
		va_list args;
		va_start(args, format);
		fill(p, code, format, args);
		va_end(args);
	}
	return code;
}

int problem_add(struct problem *p, int code, const char *format, ...)
{
	if (p && !p->code) {
		va_list args;
		va_start(args, format);
		fill(p, code, format, args);
		va_end(args);
	}
	return code;
}

const char *problem_name(int code)
{
	int count = (int)(sizeof names / sizeof *names);

	if (code > 0 || code <= -count)
		return "unknown";
	return names[-code];
}

enum problem_retry problem_retry(int code)
{
	switch (code) {
	case PROBLEM_CONNECT:
	case PROBLEM_CLOSED:
	case PROBLEM_TIMEOUT:
	case PROBLEM_SERVER:
	case PROBLEM_PROTOCOL:
	case PROBLEM_FILTERED:
		return PROBLEM_RETRY_STEADY;
	case PROBLEM_THROTTLED:
		return PROBLEM_RETRY_BACK_OFF;
	case PROBLEM_UNCLEAR:
		return PROBLEM_RETRY_ONCE;
	default:
		return PROBLEM_RETRY_NEVER;
	}
}

int problem_from_file_errno(int errno_value)
{
	switch (errno_value) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* a limit on the size of files is a quota, too */
		return PROBLEM_DISK_FULL;
	case ENOMEM:
		return PROBLEM_MEMORY;
	default:
		return PROBLEM_FILE;
	}
}
