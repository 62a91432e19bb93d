/*
 * portaudio_chatter: what sound libraries print goes to the log.
 *
 * ALSA and JACK let a program take their lines.  PortAudio prints its own
 * through the stream stderr, from any call and, when a device dies, from its
 * own thread; so that stream is replaced by one that asks which thread prints:
 * a thread marked as PortAudio's is heard by the log, any other writes to file
 * descriptor 2 as before.  For this room only.
 */
#ifndef AUDIO_DEVICE_PORTAUDIO_CHATTER_H
#define AUDIO_DEVICE_PORTAUDIO_CHATTER_H

#include <stdbool.h>

/* Set while the thread is in the hands of PortAudio.  Callbacks set it and
 * leave it set: the thread is PortAudio's own. */
extern _Thread_local bool portaudio_chatter_thread;

/* Once, before PortAudio is started. */
void portaudio_chatter_take(void);

#endif
