#include "audio/device/portaudio_rt.h"

#include "audio/device/portaudio_chatter.h"

int portaudio_rt_capture(const void *in, void *out, unsigned long frames,
			 const PaStreamCallbackTimeInfo *time,
			 PaStreamCallbackFlags flags, void *arg)
{
	struct portaudio_rt *p = arg;
	(void)out;
	(void)time;
	(void)flags;

	portaudio_chatter_thread = true;
	/* no buffer while the device recovers from a gap */
	if (in)
		device_rt_capture(p->rt, in, frames);
	return paContinue;
}

int portaudio_rt_playback(const void *in, void *out, unsigned long frames,
			  const PaStreamCallbackTimeInfo *time,
			  PaStreamCallbackFlags flags, void *arg)
{
	struct portaudio_rt *p = arg;
	(void)in;
	(void)time;
	(void)flags;

	portaudio_chatter_thread = true;
	device_rt_playback(p->rt, out, frames);
	return paContinue;
}

void portaudio_rt_ended(void *arg)
{
	struct portaudio_rt *p = arg;

	atomic_store_explicit(&p->ended, true, memory_order_release);
}
