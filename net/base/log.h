/*
 * log: lines for developers.  Never the terminal that a person reads.
 *
 * Silent until log_open().  Any thread; a line is written whole.
 */
#ifndef NET_BASE_LOG_H
#define NET_BASE_LOG_H

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR
};

/* Appends to path ("-": stderr) from here on.  Returns 0 or a problem code. */
int log_open(const char *path, enum log_level least);
void log_close(void);

/* room is a short literal: "relay", "bedrock".  Control characters in the
 * text become '?'.  Secrets must not be passed. */
__attribute__((format(printf, 3, 4))) void
log_write(enum log_level level, const char *room, const char *format, ...);

#define log_debug(room, ...) log_write(LOG_LEVEL_DEBUG, room, __VA_ARGS__)
#define log_info(room, ...)  log_write(LOG_LEVEL_INFO, room, __VA_ARGS__)
#define log_warn(room, ...)  log_write(LOG_LEVEL_WARN, room, __VA_ARGS__)
#define log_error(room, ...) log_write(LOG_LEVEL_ERROR, room, __VA_ARGS__)

#endif
