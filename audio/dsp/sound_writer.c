#include "audio/dsp/sound_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sndfile.h>

#include "net/base/problem.h"

/* What a RIFF header can state, with room for the header itself. */
static const uint64_t WAV_BYTES_MOST = 0xffffffffu - 65536u;

struct sound_writer {
	int fd;
	SNDFILE *file;
	unsigned channels;
	uint64_t frames;
};

static int code_of_write(int errno_value)
{
	/* a limit on the file's size is a quota like any other */
	if (errno_value == EFBIG)
		return PROBLEM_DISK_FULL;
	return errno_value ? problem_from_file_errno(errno_value)
			   : PROBLEM_FILE;
}

static int open_wav(struct sound_writer *w, unsigned rate_hz)
{
	SF_INFO info = {
		.samplerate = (int)rate_hz,
		.channels = (int)w->channels,
		.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16,
	};

	errno = 0;
	w->file = sf_open_fd(w->fd, SFM_WRITE, &info, SF_FALSE);
	if (!w->file)
		return code_of_write(errno);
	sf_command(w->file, SFC_SET_UPDATE_HEADER_AUTO, NULL, SF_TRUE);
	/* valid from the first moment, and a full disk shows now */
	sf_command(w->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
	return sf_error(w->file) ? code_of_write(errno) : 0;
}

int sound_writer_open(struct sound_writer **out, const char *path,
		      unsigned rate_hz, unsigned channels, struct problem *p)
{
	int err = 0;
	struct sound_writer *w = calloc(1, sizeof *w);

	if (!w)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: not enough memory; try again", path);
	w->channels = channels;
	w->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (w->fd < 0) {
		err = problem_set(p, problem_from_file_errno(errno),
				  "%s: cannot be written: %s; check the folder "
				  "and its permissions",
				  path, strerror(errno));
		goto out;
	}
	err = open_wav(w, rate_hz);
	if (err == PROBLEM_DISK_FULL)
		problem_set(p, err,
			    "%s: the disk is full; make room or name "
			    "another folder",
			    path);
	else if (err)
		problem_set(p, err,
			    "%s: cannot be written: %s; check the "
			    "folder",
			    path, sf_strerror(w->file));
out:
	if (err)
		sound_writer_free(w);
	else
		*out = w;
	return err;
}

int sound_writer_write(struct sound_writer *w, const int16_t *src,
		       size_t frames)
{
	if ((w->frames + frames) * w->channels * sizeof *src > WAV_BYTES_MOST)
		return PROBLEM_LIMIT;
	if (frames == 0)
		return 0;
	errno = 0;
	sf_count_t n = sf_writef_short(w->file, src, (sf_count_t)frames);
	if (n > 0)
		w->frames += (uint64_t)n;
	if (n != (sf_count_t)frames || sf_error(w->file))
		return code_of_write(errno);
	return 0;
}

uint64_t sound_writer_frames(const struct sound_writer *w)
{
	return w->frames;
}

struct sound_writer *sound_writer_free(struct sound_writer *w)
{
	if (!w)
		return NULL;
	if (w->file)
		sf_close(w->file);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
	return NULL;
}
