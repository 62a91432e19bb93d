#include "audio/device/portaudio_library.h"

#include <pthread.h>
#include <stdbool.h>

#include <portaudio.h>

#include "audio/device/device_urgent.h"
#include "audio/device/portaudio_chatter.h"
#include "net/base/problem.h"

/* LeakSanitizer's, when it is there.  Plug-ins of ALSA that find no card leak
 * and are unloaded, so no suppression could name them. */
extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* --- protected by lock */
static unsigned users;
static bool chatter_taken;
static struct device_urgent urgent;

void portaudio_library_lock(void)
{
	pthread_mutex_lock(&lock);
	portaudio_chatter_thread = true;
	device_urgent_begin(&urgent);
}

void portaudio_library_unlock(void)
{
	device_urgent_end(&urgent);
	portaudio_chatter_thread = false;
	pthread_mutex_unlock(&lock);
}

static PaError start(void)
{
	if (__lsan_disable)
		__lsan_disable();
	PaError code = Pa_Initialize();
	if (__lsan_enable)
		__lsan_enable();
	return code;
}

int portaudio_library_enter(struct problem *p)
{
	if (!chatter_taken)
		portaudio_chatter_take();
	chatter_taken = true;
	if (users == 0) {
		PaError code = start();
		if (code != paNoError)
			return problem_set(p, PROBLEM_DEVICE,
					   "sound: PortAudio cannot be "
					   "started: %s; name files with "
					   "--mic and --speaker",
					   Pa_GetErrorText(code));
	}
	users++;
	return 0;
}

void portaudio_library_leave(void)
{
	if (--users == 0)
		Pa_Terminate();
}
