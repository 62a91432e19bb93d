#include "net/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "net/base/problem.h"

char *text_copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

char *text_format(const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	return length < 0 ? NULL : text;
}

char *text_wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	return NULL;
}

bool text_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_fold(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool text_starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t text_utf8_cut(const char *text, size_t length, size_t limit)
{
	if (length <= limit)
		return length;

	/* a sequence has three continuing bytes at most; what has more is no
	 * UTF-8 and may be cut anywhere */
	size_t cut = limit;
	for (int back = 0; back < 3 && cut > 0 && utf8_continues(text[cut]);
	     back++)
		cut--;
	return utf8_continues(text[cut]) ? limit : cut;
}

/* RFC 3629, section 4. */
size_t text_utf8_sequence(const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t size = 0;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		size = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		size = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		size = 4;
	if (size == 0 || length < size)
		return 0;
	for (size_t i = 1; i < size; i++)
		if (!utf8_continues(text[i]))
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90))
		return 0; /* overlong */
	if ((s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0; /* a surrogate, or past the last code point */
	return size;
}

void text_clean_line(char *text)
{
	size_t left = strlen(text);
	char *out = text;

	while (left > 0) {
		size_t size = text_utf8_sequence(text, left);
		unsigned char c = (unsigned char)text[0];
		bool control = c < 0x20 || c == 0x7f ||
			       (c == 0xc2 && (unsigned char)text[1] < 0xa0);
		size_t taken = size ? size : 1;
		if (size == 0 || control) {
			*out++ = '?';
		} else {
			memmove(out, text, size);
			out += size;
		}
		text += taken;
		left -= taken;
	}
	*out = '\0';
}

int text_to_number(double *out, const char *text)
{
	/* strtod() also knows blanks, hexadecimal, "inf" and "nan" */
	if (*text == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0')
		return PROBLEM_FORMAT;

	/* glibc hands out its one constant "C" object, there is nothing to
	 * free and nothing that can fail */
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	char *end;
	double v = strtod_l(text, &end, c);
	freelocale(c);
	if (*end != '\0' || !isfinite(v))
		return PROBLEM_FORMAT;
	*out = v;
	return 0;
}

void text_from_number(char out[TEXT_NUMBER_SIZE], double v)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(c);
	double back = 0;

	/* 17 digits always read back (IEEE 754), 15 are enough for most */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, TEXT_NUMBER_SIZE, "%.*g", digits, v);
		if (text_to_number(&back, out) == 0 && !(back < v || back > v))
			break;
	}
	uselocale(before);
	freelocale(c);
}

enum { LONGEST_WORD = 64 };

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap two neighbours) from a to b; both are
 * shorter than LONGEST_WORD. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_WORD + 1];
	size_t a_length = strlen(a), b_length = strlen(b);
	size_t *older = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b_length; j++)
		last[j] = older[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t differ = lower(a[i - 1]) != lower(b[j - 1]);
			now[j] = min_size(last[j] + 1, now[j - 1] + 1);
			now[j] = min_size(now[j], last[j - 1] + differ);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = min_size(now[j], older[j - 2] + 1);
		}
		size_t *free_row = older;
		older = last;
		last = now;
		now = free_row;
	}
	return last[b_length];
}

const char *text_nearest(const char *text, const char *const *words)
{
	const char *nearest = NULL;
	size_t best = strlen(text) / 3 + 1; /* more edits are no slip */

	if (strlen(text) >= LONGEST_WORD)
		return NULL;
	for (; *words; words++) {
		if (strlen(*words) >= LONGEST_WORD)
			continue;
		size_t edits = distance(text, *words);
		/* as many edits as letters would make anything of anything */
		if (edits < strlen(text) &&
		    (edits < best || (edits == best && !nearest))) {
			best = edits;
			nearest = *words;
		}
	}
	return nearest;
}

void text_iso_time(char out[TEXT_TIME_SIZE], int64_t wall_ms)
{
	char text[64];
	struct tm tm = {.tm_mday = 1};
	int64_t ms = (wall_ms % 1000 + 1000) % 1000;
	time_t seconds = (time_t)((wall_ms - ms) / 1000);

	gmtime_r(&seconds, &tm);
	size_t n = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof text - n, ".%03dZ", (int)ms);
	/* years past 9999 are longer; no caller has them */
	snprintf(out, TEXT_TIME_SIZE, "%.*s", TEXT_TIME_SIZE - 1, text);
}

void text_compact_time(char out[TEXT_TIME_SIZE], int64_t wall_ms)
{
	char iso[TEXT_TIME_SIZE];
	size_t n = 0;

	text_iso_time(iso, wall_ms);
	for (const char *c = iso; *c && *c != '.'; c++)
		if (*c != '-' && *c != ':')
			out[n++] = *c;
	out[n++] = 'Z';
	out[n] = '\0';
}

/* Fills *out with up to limit + 1 bytes of fd.  Grows as it reads: the size
 * in stat is 0 for pipes and /proc. */
static int read_all(char **out, size_t *length, int fd, size_t first,
		    size_t limit)
{
	size_t capacity = first, filled = 0;
	char *data = malloc(capacity);
	int err = data ? 0 : PROBLEM_MEMORY;

	while (!err) {
		if (filled + 1 == capacity) {
			char *more = realloc(data, capacity * 2);
			if (!more) {
				err = PROBLEM_MEMORY;
				break;
			}
			data = more;
			capacity *= 2;
		}
		ssize_t n = read(fd, data + filled, capacity - 1 - filled);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = PROBLEM_FILE;
		if (n <= 0)
			break;
		filled += (size_t)n;
		if (filled > limit)
			err = PROBLEM_LIMIT;
	}
	if (err) {
		int cause = errno;
		free(data);
		errno = cause;
		return err;
	}
	data[filled] = '\0';
	*out = data;
	*length = filled;
	return 0;
}

int text_read_file(char **out, size_t *length, const char *path, size_t limit)
{
	struct stat status;
	size_t first = 4096, got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return problem_from_file_errno(errno);
	if (fstat(fd, &status) == 0 && status.st_size > 0 &&
	    (uint64_t)status.st_size <= limit)
		first = (size_t)status.st_size + 2; /* sees the end, and NUL */
	int err = read_all(out, &got, fd, first, limit);
	int cause = errno;
	close(fd);
	errno = cause;
	if (!err && length)
		*length = got;
	return err;
}

int text_write_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t n = write(fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return problem_from_file_errno(errno);
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

int text_replace_file(const char *path, const void *data, size_t length)
{
	char *fresh = text_format("%s.new", path);
	int fd, err, cause;

	if (!fresh)
		return PROBLEM_MEMORY;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	err = fd < 0 ? problem_from_file_errno(errno)
		     : text_write_all(fd, data, length);
	cause = errno;
	if (fd >= 0 && close(fd) != 0 && !err) {
		cause = errno;
		err = problem_from_file_errno(cause);
	}
	if (!err && rename(fresh, path) != 0) {
		cause = errno;
		err = problem_from_file_errno(cause);
	}
	if (err && fd >= 0)
		unlink(fresh);
	free(fresh);
	errno = cause;
	return err;
}

int64_t text_http_date(const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = "", zone[4] = "";
	struct tm tm = {0};

	if (sscanf(text, "%*3[A-Za-z], %2d %3s %4d %2d:%2d:%2d %3s",
		   &tm.tm_mday, month, &tm.tm_year, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec, zone) != 7 ||
	    strcmp(zone, "GMT") != 0)
		return -1;
	const char *at = strstr(months, month);
	if (!at || strlen(month) != 3 || (at - months) % 3 != 0 ||
	    tm.tm_year < 1970)
		return -1;
	tm.tm_mon = (int)(at - months) / 3;
	tm.tm_year -= 1900;
	return (int64_t)timegm(&tm) * 1000;
}
