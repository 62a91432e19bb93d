#include "net/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { LINE_SIZE = 2048, CLOSED = -1, SILENT = LOG_LEVEL_ERROR + 1 };

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "debug",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_ERROR] = "error",
};

/* Read without the lock, so that a silent log costs one load. */
static atomic_int least_level = SILENT;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = CLOSED; /* under lock */

static void close_locked(void)
{
	if (log_fd != CLOSED && log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = CLOSED;
	atomic_store(&least_level, SILENT);
}

int log_open(const char *path, enum log_level least)
{
	int fd = STDERR_FILENO;

	if (strcmp(path, "-") != 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			  0600);
		if (fd < 0)
			return problem_from_file_errno(errno);
	}
	pthread_mutex_lock(&lock);
	close_locked();
	log_fd = fd;
	atomic_store(&least_level, (int)least);
	pthread_mutex_unlock(&lock);
	return 0;
}

void log_close(void)
{
	pthread_mutex_lock(&lock);
	close_locked();
	pthread_mutex_unlock(&lock);
}

static void write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nowhere to tell of a failing log */
		data += n;
		length -= (size_t)n;
	}
}

void log_write(enum log_level level, const char *room, const char *format, ...)
{
	char line[LINE_SIZE];
	char time[TEXT_TIME_SIZE];

	if ((int)level < atomic_load(&least_level))
		return;

	text_iso_time(time, clock_wall_ms(clock_system()));
	int head = snprintf(line, sizeof line, "%s %-5s %s: ", time,
			    level_names[level], room);
	if (head < 0 || head >= LINE_SIZE)
		return;
	va_list args;
	va_start(args, format);
	vsnprintf(line + head, sizeof line - (size_t)head, format, args);
	va_end(args);

	size_t length = text_utf8_cut(line, strlen(line), LINE_SIZE - 2);
	line[length] = '\0';
	text_clean_line(line);
	line[length++] = '\n';

	pthread_mutex_lock(&lock);
	if (log_fd != CLOSED)
		write_all(log_fd, line, length);
	pthread_mutex_unlock(&lock);
}
