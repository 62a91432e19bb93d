/*
 * portaudio_library: starting and ending PortAudio, without its chatter.
 *
 * PortAudio is not thread-safe, so every call to it but those that its
 * callbacks may make is made between lock and unlock.  For this room only.
 */
#ifndef AUDIO_DEVICE_PORTAUDIO_LIBRARY_H
#define AUDIO_DEVICE_PORTAUDIO_LIBRARY_H

struct problem;

/* Between the two, what the thread prints to stderr goes to the log, and the
 * threads that it starts are urgent (device_urgent.h): those of PortAudio and
 * of PulseAudio's plug-in. */
void portaudio_library_lock(void);
void portaudio_library_unlock(void);

/* Called locked.  Starts the library for its first user (0.4 s on a machine
 * that was not asked for sound before), counts further ones. */
int portaudio_library_enter(struct problem *p);
/* Called locked. */
void portaudio_library_leave(void);

#endif
