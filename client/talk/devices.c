#include "client/talk/devices.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice.h"
#include "client/assets.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { RECORDINGS_MAX = 64, SILENT_SPEAKER_HZ = 48000 };

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && text_equal_fold(text + n - m, end);
}

/* A name that can only mean a file; a device's name has no such look. */
static bool names_file(const char *name)
{
	struct stat st;

	return strchr(name, '/') || ends_with(name, ".wav") ||
	       ends_with(name, ".flac") || ends_with(name, ".ogg") ||
	       (stat(name, &st) == 0 && S_ISREG(st.st_mode));
}

static bool is_pipe(const char *name)
{
	return name && strcmp(name, "-") == 0;
}

/* --- the recordings that come with Habla --- */

static int only_wav(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".wav");
}

static int list_recordings(char **paths, size_t *count, struct problem *p)
{
	struct dirent **entries = NULL;
	char *folder = NULL;
	int err = asset_path(&folder, "speech");
	int found = err ? -1 : scandir(folder, &entries, only_wav, alphasort);

	*count = 0;
	if (found <= 0)
		err = problem_set(p, PROBLEM_DEVICE,
				  "no sound card was found, and the recordings "
				  "to use in its place (assets/speech/*.wav) "
				  "are not there; give --mic FILE");
	for (int i = 0; i < found; i++) {
		if (!err && *count < RECORDINGS_MAX) {
			paths[*count] = text_format("%s/%s", folder,
						    entries[i]->d_name);
			if (paths[*count])
				++*count;
			else
				err = problem_set(p, PROBLEM_MEMORY,
						  "not enough memory");
		}
		free(entries[i]);
	}
	free(entries);
	free(folder);
	return err;
}

static int open_recordings(struct talk_devices *d, struct audio_device **out,
			   struct problem *p)
{
	char *paths[RECORDINGS_MAX] = {0};
	size_t count = 0;
	int err = list_recordings(paths, &count, p);

	if (!err)
		err = file_microphone_open(out, NULL,
					   (const char *const *)paths, count,
					   p);
	for (size_t i = 0; i < count; i++)
		free(paths[i]);
	d->recordings = !err;
	return err;
}

/* --- opening --- */

static int open_mic(struct talk_devices *d, struct audio_device **out,
		    struct problem *p)
{
	int err;

	if (d->text)
		return file_microphone_open(out, NULL, NULL, 0, p);
	if (d->given)
		return given_microphone_open(out, NULL, p);
	if (is_pipe(d->mic)) {
		d->piped = true;
		return pipe_device_open(out, AUDIO_CAPTURE, STDIN_FILENO, p);
	}
	if (d->mic && names_file(d->mic)) {
		d->recordings = true;
		return file_microphone_open(out, NULL, &d->mic, 1, p);
	}
	err = portaudio_device_open(out, AUDIO_CAPTURE, d->mic, p);
	if (err == PROBLEM_DEVICE && !d->mic &&
	    !portaudio_device_exists(AUDIO_CAPTURE)) {
		d->no_mic_found = true;
		err = open_recordings(d, out, p);
	}
	return err;
}

static int open_speaker(struct talk_devices *d, struct audio_device **out,
			struct problem *p)
{
	int err;

	if (d->text)
		return silent_speaker_open(out, NULL, SILENT_SPEAKER_HZ, p);
	if (is_pipe(d->speaker))
		return pipe_device_open(out, AUDIO_PLAYBACK, STDOUT_FILENO, p);
	if (d->speaker && names_file(d->speaker))
		return file_speaker_open(out, NULL, d->speaker,
					 VOICE_PLAYOUT_RATE_HZ, p);
	err = portaudio_device_open(out, AUDIO_PLAYBACK, d->speaker, p);
	if (err == PROBLEM_DEVICE && !d->speaker &&
	    !portaudio_device_exists(AUDIO_PLAYBACK)) {
		d->no_speaker_found = true;
		err = silent_speaker_open(out, NULL, SILENT_SPEAKER_HZ, p);
	}
	return err;
}

static bool needs_sound_card(const struct talk_devices *d)
{
	return !d->mic || !d->speaker ||
	       (!is_pipe(d->mic) && !names_file(d->mic)) ||
	       (!is_pipe(d->speaker) && !names_file(d->speaker));
}

int talk_devices_open(void *arg, struct voice_link_devices *out,
		      struct problem *p)
{
	struct talk_devices *d = arg;
	bool held = !d->text && needs_sound_card(d) &&
		    portaudio_devices_hold() == 0;
	int err = open_mic(d, &out->mic, p);

	if (!err)
		err = open_speaker(d, &out->speaker, p);
	if (held)
		portaudio_devices_release();
	if (err)
		return err; /* the link frees what is open */
	d->half_duplex = out->mic->acoustic && out->speaker->acoustic &&
			 !d->headset;
	out->half_duplex = d->half_duplex;
	snprintf(d->mic_name, sizeof d->mic_name, "%s", out->mic->name);
	snprintf(d->speaker_name, sizeof d->speaker_name, "%s",
		 out->speaker->name);
	return 0;
}

int talk_devices_check(const struct talk_devices *d, struct problem *p)
{
	struct audio_device *mic = NULL;

	if (d->text || !d->mic || is_pipe(d->mic) || !names_file(d->mic))
		return 0;

	int err = file_microphone_open(&mic, NULL, &d->mic, 1, p);
	audio_device_free(mic);
	return err;
}
