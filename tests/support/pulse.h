/*
 * pulse: a PulseAudio daemon of the test's own, with two null sinks.
 *
 *   habla_speaker  is the default sink; what a program plays can be recorded
 *                  from habla_speaker.monitor
 *   habla_mic      what is played into it is what a program records, since
 *                  habla_mic.monitor is the default source
 *
 * It has a folder, a socket and a process of its own, needs no D-Bus and runs
 * as any user.  The binaries are those under $HABLA_PULSEAUDIO_ROOT if set,
 * else the system's.
 */
#ifndef TESTS_SUPPORT_PULSE_H
#define TESTS_SUPPORT_PULSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pulse;

/* Returns when the daemon takes connections.  It and the tools have real-time
 * priority where that is allowed.  Returns 0, or -1 with one line in why,
 * which names the Debian package if one is missing. */
int pulse_start(struct pulse **out, char why[256]);
/* Ends the daemon and removes its folder.  NULL is fine; returns NULL. */
struct pulse *pulse_stop(struct pulse *p);
/* The daemon asks programs for no more sound, or does again; 0 or -1. */
int pulse_suspend_speaker(const struct pulse *p, bool suspend);
/* Ends the daemon at once, as a crash would. */
void pulse_kill(struct pulse *p);

/* The daemon hangs from now on, as a frozen one does; end it by pulse_kill().
 */
void pulse_freeze(const struct pulse *p);

/* The variables by which ALSA and PulseAudio's clients find the daemon.
 * "NAME=value" lines, ends with NULL; owned by p.  For execve(). */
char *const *pulse_environment(const struct pulse *p);
/* Sets them in this process.  Before any thread is started. */
void pulse_export(const struct pulse *p);

/* One of PulseAudio's tools at work; raw s16le mono. */
struct pulse_tool {
	pid_t pid;
	int fd; /* record: read from it; play: write to it */
};
/* Records what programs play. */
int pulse_record(const struct pulse *p, unsigned rate_hz,
		 struct pulse_tool *tool);
/* Plays into the microphone. */
int pulse_play(const struct pulse *p, unsigned rate_hz,
	       struct pulse_tool *tool);
/* Closes fd (a player then plays to the end) and waits; a recorder is told to
 * end.  Returns its exit status. */
int pulse_tool_end(struct pulse_tool *tool);

#endif
