#include "net/relay/server/audio_form.h"

#include <string.h>
#include <strings.h>

#include "net/base/problem.h"
#include "net/relay/protocol.h"

#define WANTED "send raw PCM instead: 16 kHz, 16 bit little endian, mono"

/* MediaRecorder's pieces after the first are bare clusters, with nothing to
 * tell them by, so what the first one was holds for all. */
static const struct {
	const char *magic;
	const char *container;
	bool any_piece; /* four bytes that no quiet microphone gives */
} magics[] = {
	{"\x1a\x45\xdf\xa3", "WebM", true},
	{"RIFF", "WAV", false},
	{"OggS", "Ogg", false},
	{"fLaC", "FLAC", false},
};

static const char *const formats[][2] = {
	{"webm", "WebM"}, {"ogg", "Ogg"}, {"opus", "Opus"},
	{"wav", "WAV"},   {"mp3", "MP3"}, {"mpeg", "MP3"},
	{"mp4", "MP4"},   {"aac", "AAC"}, {"flac", "FLAC"},
};

static const char *container_of(const struct audio_form *f,
				const struct relay_message *m)
{
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if ((magics[i].any_piece || !f->begun) &&
		    m->audio_length >= 4 &&
		    memcmp(m->audio, magics[i].magic, 4) == 0)
			return magics[i].container;
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (m->audio_format &&
		    strcasestr(m->audio_format, formats[i][0]))
			return formats[i][1];
	return NULL;
}

int audio_form_check(struct audio_form *f, const struct relay_message *m,
		     struct problem *p)
{
	if (!f->container)
		f->container = container_of(f, m);
	f->begun = true;
	if (f->container)
		return problem_set(p, PROBLEM_REJECTED,
				   "Audio format not supported: this session "
				   "sends %s; open a new one and " WANTED,
				   f->container);
	if (m->audio_length % 2 != 0)
		return problem_set(p, PROBLEM_REJECTED,
				   "Audio format not supported: %zu bytes are "
				   "no whole 16-bit samples; " WANTED,
				   m->audio_length);
	return 0;
}
