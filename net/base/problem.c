#include "net/base/problem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
};

__attribute__((format(printf, 3, 0))) static void
fill(struct problem *p, int code, const char *format, va_list args)
{
	/* p->text may be one of the arguments, so it is not written to yet */
	char line[PROBLEM_TEXT_SIZE + 4];

	vsnprintf(line, sizeof line, format, args);
	size_t length = text_utf8_cut(line, strlen(line),
				      PROBLEM_TEXT_SIZE - 1);
	line[length] = '\0';
	text_clean_line(line);
	memcpy(p->text, line, length + 1);
	p->code = code;
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

int problem_from_file_errno(int errno_value)
{
	switch (errno_value) {
	case ENOSPC:
	case EDQUOT:
		return PROBLEM_DISK_FULL;
	case ENOMEM:
		return PROBLEM_MEMORY;
	default:
		return PROBLEM_FILE;
	}
}
