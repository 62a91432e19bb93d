#include "audio/device/portaudio_chatter.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/base/log.h"

/* alsa/error.h, snd_lib_error_handler_t */
typedef void alsa_handler(const char *file, int line, const char *function,
			  int err, const char *format, ...);
typedef int alsa_set_handler(alsa_handler *handler);
/* jack/jack.h */
typedef void jack_handler(const char *text);
typedef void jack_set_handler(jack_handler *handler);

_Thread_local bool portaudio_chatter_thread;

__attribute__((format(printf, 5, 6))) static void
log_alsa(const char *file, int line, const char *function, int err,
	 const char *format, ...)
{
	char text[256];
	va_list args;

	(void)err;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	log_debug("device", "ALSA: %s:%d (%s) %s", file, line, function, text);
}

static void log_jack(const char *text)
{
	log_debug("device", "JACK: %s", text);
}

/* ISO C has no cast from an object pointer to a function pointer; POSIX
 * promises that the bytes are the same. */
static void find(const char *name, void *function)
{
	void *symbol = dlsym(RTLD_DEFAULT, name);

	memcpy(function, &symbol, sizeof symbol);
}

/* Looked up at run time: which of these libraries PortAudio brings along is
 * Debian's choice, not ours. */
static void take_libraries(void)
{
	alsa_set_handler *alsa = NULL;
	jack_set_handler *jack_error = NULL, *jack_info = NULL;

	find("snd_lib_error_set_handler", &alsa);
	find("jack_set_error_function", &jack_error);
	find("jack_set_info_function", &jack_info);
	if (alsa)
		alsa(log_alsa);
	if (jack_error)
		jack_error(log_jack);
	if (jack_info)
		jack_info(log_jack);
}

static ssize_t write_stderr(void *cookie, const char *text, size_t n)
{
	size_t done = 0;
	(void)cookie;

	if (portaudio_chatter_thread) {
		size_t line = n > 0 && text[n - 1] == '\n' ? n - 1 : n;

		if (line > 0)
			log_debug("device", "PortAudio: %.*s", (int)line, text);
		return (ssize_t)n;
	}
	while (done < n) {
		ssize_t now = write(STDERR_FILENO, text + done, n - done);

		if (now < 0 && errno == EINTR)
			continue;
		if (now <= 0)
			break;
		done += (size_t)now;
	}
	return (ssize_t)done;
}

void portaudio_chatter_take(void)
{
	const cookie_io_functions_t functions = {.write = write_stderr};
	FILE *f;

	take_libraries();
	f = fopencookie(NULL, "w", functions);
	if (!f)
		return;
	setvbuf(f, NULL, _IONBF, 0);
	/* The old stream stays open: another thread may be printing to it.
	 * glibc: "stderr is a variable which you can set like any other". */
	stderr = f;
}
