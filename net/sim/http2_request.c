#include "net/sim/http2_request.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/model.h"

int http2_request_add(struct http2_request *r, const uint8_t *name,
		      size_t name_length, const uint8_t *value,
		      size_t value_length)
{
	struct http2_header *h = &r->headers[r->count];

	r->bytes += name_length + value_length;
	if (r->count == HTTP2_HEADERS_MOST ||
	    r->bytes > HTTP2_HEADERS_BYTES_MOST)
		return PROBLEM_LIMIT;
	h->name = strndup((const char *)name, name_length);
	h->value = strndup((const char *)value, value_length);
	r->count++;
	return h->name && h->value ? 0 : PROBLEM_MEMORY;
}

void http2_request_clear(struct http2_request *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->headers[i].name);
		free(r->headers[i].value);
	}
	r->count = 0;
}

const char *http2_request_find(const struct http2_request *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (text_equal(r->headers[i].name, name))
			return r->headers[i].value;
	return NULL;
}

int http2_refuse(struct http2_refusal *why, unsigned status,
		 const char *exception, const char *format, ...)
{
	va_list args;

	why->status = status;
	why->retry_after_s = 0;
	snprintf(why->exception, sizeof why->exception, "%s", exception);
	va_start(args, format);
	vsnprintf(why->message, sizeof why->message, format, args);
	va_end(args);
	return PROBLEM_DENIED;
}

unsigned http2_status_of(const char *exception)
{
	static const struct {
		const char *name;
		unsigned status;
	} rows[] = {
		{"validationException", 400},
		{"serviceQuotaExceededException", 400},
		{"accessDeniedException", 403},
		{"resourceNotFoundException", 404},
		{"modelTimeoutException", 408},
		{"modelErrorException", 424},
		{"modelStreamErrorException", 424},
		{"throttlingException", 429},
		{"modelNotReadyException", 429},
		{"internalServerException", 500},
		{"serviceUnavailableException", 503},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (text_equal_fold(rows[i].name, exception))
			return rows[i].status;
	return 500;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Undoes %XX of text up to end.  False when it is wrong or too long. */
static bool percent_decode(char *out, size_t room, const char *text,
			   const char *end)
{
	size_t n = 0;

	while (text < end && n + 1 < room) {
		char c = *text++;
		if (c == '%') {
			int high = text < end ? hex_digit(text[0]) : -1;
			int low = high >= 0 && text + 1 < end
					  ? hex_digit(text[1])
					  : -1;
			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			text += 2;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return text == end;
}

int http2_request_model(const struct http2_request *r, char *model, size_t room,
			struct http2_refusal *why)
{
	static const char start[] = "/model/";
	static const char tail[] = "/invoke-with-bidirectional-stream";
	const char *method = http2_request_find(r, ":method");
	const char *path = http2_request_find(r, ":path");
	const char *end = path ? strrchr(path, '/') : NULL;

	if (!text_equal(method, "POST") || !path || !text_starts(path, start) ||
	    !text_equal(end, tail) || end < path + sizeof start - 1)
		return http2_refuse(why, 404, "UnknownOperationException", "%s",
				    "");
	if (!percent_decode(model, room, path + sizeof start - 1, end) ||
	    !text_equal(nova_model_find(model)->id, model))
		return http2_refuse(
			why, 400, "ValidationException",
			"The provided model identifier is invalid.");
	return 0;
}
