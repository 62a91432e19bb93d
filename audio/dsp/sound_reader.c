#include "audio/dsp/sound_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sndfile.h>

#include "audio/dsp/resampler.h"
#include "net/base/log.h"
#include "net/base/problem.h"

enum {
	BLOCK_FRAMES = 1024, /* decoded at a time */
	RATE_LEAST_HZ = 1000,
	RATE_MOST_HZ = 384000,
	CHANNELS_MOST = 64,
};

struct sound_reader {
	int fd;
	SNDFILE *file;
	unsigned channels;
	struct resampler *resampler;
	float *decoded; /* BLOCK_FRAMES * channels */
	int16_t mono[BLOCK_FRAMES];
	int16_t *pending; /* at the caller's rate, not yet given */
	size_t pending_count, pending_given;
	bool ended;
};

static int open_to_read(int *fd, const char *path, struct problem *p)
{
	struct stat st;
	int f = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (f < 0)
		return problem_set(p, problem_from_file_errno(errno),
				   "%s: cannot be opened: %s; check the path",
				   path, strerror(errno));
	if (fstat(f, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(f);
		return problem_set(p, PROBLEM_FILE,
				   "%s: not a file; name a recording "
				   "(WAV, FLAC, Ogg)",
				   path);
	}
	if (st.st_size == 0) {
		close(f);
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: the file is empty; record it again",
				   path);
	}
	*fd = f;
	return 0;
}

static int check_info(const SF_INFO *info, const char *path, struct problem *p)
{
	if (info->frames <= 0)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: there is no sound in it; record it "
				   "again",
				   path);
	if (info->samplerate < RATE_LEAST_HZ || info->samplerate > RATE_MOST_HZ)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: its rate of %d Hz cannot be used; "
				   "convert it to 16000 Hz",
				   path, info->samplerate);
	if (info->channels < 1 || info->channels > CHANNELS_MOST)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: %d channels are too many; convert it "
				   "to mono",
				   path, info->channels);
	return 0;
}

/* libsndfile keeps quiet about a data chunk that ends before its time, but
 * for a line in its own log. */
static void note_cut_file(SNDFILE *file, const char *path)
{
	char text[2048];

	sf_command(file, SFC_GET_LOG_INFO, text, sizeof text);
	const char *data = strstr(text, "\ndata :");
	if (!data)
		return;
	const char *should = strstr(data, "(should be");
	const char *end = strchr(data + 1, '\n');
	if (should && (!end || should < end))
		log_warn("dsp",
			 "%s: the file is cut off; it is read as far "
			 "as it goes",
			 path);
}

static int open_sound(struct sound_reader *r, SF_INFO *info, const char *path,
		      struct problem *p)
{
	r->file = sf_open_fd(r->fd, SFM_READ, info, SF_FALSE);
	if (!r->file) {
		const char *why = sf_strerror(NULL); /* "... ." */

		return problem_set(p, PROBLEM_FORMAT,
				   "%s: not a sound file that can be read "
				   "(WAV, FLAC, Ogg): %.*s; convert it to WAV",
				   path, (int)strcspn(why, "."), why);
	}
	int err = check_info(info, path, p);
	if (err)
		return err;
	note_cut_file(r->file, path);
	r->channels = (unsigned)info->channels;
	return 0;
}

int sound_reader_open(struct sound_reader **out, const char *path,
		      unsigned rate_hz, struct problem *p)
{
	SF_INFO info = {0};
	int err = PROBLEM_MEMORY;
	struct sound_reader *r = calloc(1, sizeof *r);

	if (!r)
		goto out;
	r->fd = -1;
	err = open_to_read(&r->fd, path, p);
	if (err)
		goto out;
	err = open_sound(r, &info, path, p);
	if (err)
		goto out;
	err = resampler_create(&r->resampler, (unsigned)info.samplerate,
			       rate_hz);
	if (err)
		goto out;

	size_t most = resampler_bound(r->resampler, BLOCK_FRAMES);
	size_t tail = resampler_bound(r->resampler,
				      resampler_tail(r->resampler));
	r->decoded = calloc(BLOCK_FRAMES * r->channels, sizeof *r->decoded);
	r->pending = calloc(most > tail ? most : tail, sizeof *r->pending);
	if (!r->decoded || !r->pending)
		err = PROBLEM_MEMORY;
out:
	if (err) {
		problem_add(p, err, "%s: cannot be read: %s; try again", path,
			    problem_name(err));
		sound_reader_free(r);
	} else {
		*out = r;
	}
	return err;
}

struct sound_reader *sound_reader_free(struct sound_reader *r)
{
	if (!r)
		return NULL;
	if (r->file)
		sf_close(r->file);
	if (r->fd >= 0)
		close(r->fd);
	resampler_free(r->resampler);
	free(r->decoded);
	free(r->pending);
	free(r);
	return NULL;
}

static int16_t clip(float sample)
{
	/* not a number: what a broken float file may hold */
	if (!(sample > -32768.0F))
		return sample <= -32768.0F ? INT16_MIN : 0;
	return sample >= 32767.0F ? INT16_MAX : (int16_t)lrintf(sample);
}

/* libsndfile scales all sample forms to -1..1 in float, which holds 16-bit
 * samples exactly; so mono 16-bit files come out bit for bit. */
static void mix_to_mono(struct sound_reader *r, size_t frames)
{
	const float *from = r->decoded;

	for (size_t i = 0; i < frames; i++) {
		float sum = 0;

		for (unsigned c = 0; c < r->channels; c++)
			sum += *from++;
		r->mono[i] = clip(sum / (float)r->channels * 32768.0F);
	}
}

static int decode_more(struct sound_reader *r)
{
	sf_count_t frames = sf_readf_float(r->file, r->decoded, BLOCK_FRAMES);

	r->pending_given = 0;
	/* A cut FLAC or Ogg ends with an error of its decoder, which is an end
	 * like any other; a disk that fails is not. */
	if (frames <= 0 && sf_error(r->file) == SF_ERR_SYSTEM)
		return PROBLEM_FILE;
	if (frames <= 0) {
		r->ended = true;
		r->pending_count = resampler_finish(r->resampler, r->pending);
		return 0;
	}
	mix_to_mono(r, (size_t)frames);
	r->pending_count = resampler_process(r->resampler, r->pending, r->mono,
					     (size_t)frames);
	return 0;
}

long sound_reader_read(struct sound_reader *r, int16_t *dst, size_t n)
{
	size_t got = 0;

	while (got < n) {
		size_t left = r->pending_count - r->pending_given;

		if (left == 0 && r->ended)
			break;
		if (left == 0) {
			int err = decode_more(r);
			if (err)
				return err;
			continue;
		}
		if (left > n - got)
			left = n - got;
		memcpy(dst + got, r->pending + r->pending_given,
		       left * sizeof *dst);
		r->pending_given += left;
		got += left;
	}
	return (long)got;
}

int sound_file_load(int16_t **samples, size_t *count, const char *path,
		    unsigned rate_hz, size_t limit, struct problem *p)
{
	struct sound_reader *r = NULL;
	int16_t *all = NULL;
	size_t used = 0, room = 0;
	int err = sound_reader_open(&r, path, rate_hz, p);

	if (err)
		return err;
	for (;;) {
		if (used == room) {
			size_t more = room ? room * 2 : 65536;
			int16_t *bigger = realloc(all, more * sizeof *all);
			if (!bigger) {
				err = problem_set(p, PROBLEM_MEMORY,
						  "%s: not enough memory; use "
						  "a shorter recording",
						  path);
				goto out;
			}
			all = bigger;
			room = more;
		}
		long n = sound_reader_read(r, all + used, room - used);
		if (n < 0)
			err = problem_set(p, (int)n,
					  "%s: reading failed; check the disk",
					  path);
		if (n <= 0)
			break;
		used += (size_t)n;
		if (used > limit) {
			err = problem_set(p, PROBLEM_LIMIT,
					  "%s: longer than %zu s; use a "
					  "shorter recording",
					  path, limit / rate_hz);
			goto out;
		}
	}
out:
	sound_reader_free(r);
	if (err) {
		free(all);
	} else {
		*samples = all;
		*count = used;
	}
	return err;
}
