#include "audio/dsp/sound_opus.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <sndfile.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"

enum { BLOCK_FRAMES = 4800, CHANNELS_MOST = 2 };

/* Of libsndfile's scale from 1 (6 kbit/s a channel) to 0 (256): good speech. */
#define COMPRESSION 0.93

/* --- memory as a file of libsndfile --- */

struct memory {
	struct bytes *bytes;
	size_t start; /* where the file begins in them */
	size_t at;    /* in the file */
};

static sf_count_t file_length(void *arg)
{
	const struct memory *m = arg;

	return (sf_count_t)(m->bytes->length - m->start);
}

static sf_count_t file_seek(sf_count_t offset, int whence, void *arg)
{
	struct memory *m = arg;

	if (whence == SEEK_CUR)
		offset += (sf_count_t)m->at;
	else if (whence == SEEK_END)
		offset += file_length(arg);
	if (offset < 0 || offset > file_length(arg))
		return -1;
	m->at = (size_t)offset;
	return offset;
}

static sf_count_t file_read(void *data, sf_count_t count, void *arg)
{
	struct memory *m = arg;
	size_t left = (size_t)file_length(arg) - m->at;
	size_t n = (size_t)count < left ? (size_t)count : left;

	memcpy(data, m->bytes->data + m->start + m->at, n);
	m->at += n;
	return (sf_count_t)n;
}

static sf_count_t file_write(const void *data, sf_count_t count, void *arg)
{
	struct memory *m = arg;

	/* an Ogg stream is written from front to back */
	if (m->at != (size_t)file_length(arg) ||
	    bytes_append(m->bytes, data, (size_t)count))
		return 0;
	m->at += (size_t)count;
	return count;
}

static sf_count_t file_tell(void *arg)
{
	return (sf_count_t)((const struct memory *)arg)->at;
}

/* --- the same bytes each time --- */

/* RFC 3533, section 6: an Ogg page begins with "OggS"; the stream's serial
 * number, which libsndfile draws, stands at 14, the page's CRC at 22, the
 * number of segments at 26, their lengths behind. */
enum { SERIAL = 14, CRC = 22, SEGMENTS = 26, HEADER = 27 };

/* Polynomial 04c11db7, bits from the top, no inversion. */
static uint32_t ogg_crc(const uint8_t *data, size_t n)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < n; i++) {
		crc ^= (uint32_t)data[i] << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7u : 0);
	}
	return crc;
}

static size_t page_length(const uint8_t *page, size_t left)
{
	size_t n = HEADER;

	if (left < HEADER || memcmp(page, "OggS", 4) != 0)
		return 0;
	n += page[SEGMENTS];
	if (left < n)
		return 0;
	for (size_t i = 0; i < page[SEGMENTS]; i++)
		n += page[HEADER + i];
	return n <= left ? n : 0;
}

static void set_serial(uint8_t *at, size_t left)
{
	for (;;) {
		size_t n = page_length(at, left);
		if (n == 0)
			return;
		memset(at + SERIAL, 0, 4);
		memset(at + CRC, 0, 4);
		uint32_t crc = ogg_crc(at, n);
		for (int i = 0; i < 4; i++)
			at[CRC + i] = (uint8_t)(crc >> 8 * i);
		at += n;
		left -= n;
	}
}

/* --- encoding --- */

static int copy(SNDFILE *to, SNDFILE *from)
{
	int16_t block[BLOCK_FRAMES * CHANNELS_MOST];

	for (;;) {
		sf_count_t n = sf_readf_short(from, block, BLOCK_FRAMES);
		if (n <= 0)
			return 0;
		if (sf_writef_short(to, block, n) != n)
			return PROBLEM_MEMORY;
	}
}

static int encode(struct memory *m, SNDFILE *from, const SF_INFO *of,
		  const char *path, struct problem *p)
{
	static SF_VIRTUAL_IO io = {file_length, file_seek, file_read,
				   file_write, file_tell};
	SF_INFO info = {
		.samplerate = of->samplerate,
		.channels = of->channels,
		.format = SF_FORMAT_OGG | SF_FORMAT_OPUS,
	};
	double compression = COMPRESSION;
	SNDFILE *to = sf_open_virtual(&io, SFM_WRITE, &info, m);
	int err;

	if (!to)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: %d channels at %d Hz cannot be made "
				   "Opus; convert it to 48000 Hz, two channels",
				   path, of->channels, of->samplerate);
	sf_command(to, SFC_SET_COMPRESSION_LEVEL, &compression,
		   sizeof compression);
	err = copy(to, from);
	if (sf_close(to) != 0 && !err)
		err = PROBLEM_MEMORY;
	if (m->bytes->failed)
		err = m->bytes->failed;
	if (err)
		problem_set(p, err, "%s: too long to be kept in memory", path);
	return err;
}

int sound_opus_encode(struct bytes *out, const char *path, struct problem *p)
{
	struct memory m = {.bytes = out, .start = out->length};
	SF_INFO info = {.format = 0};
	SNDFILE *from = sf_open(path, SFM_READ, &info);
	int err;

	if (!from)
		return problem_set(p, PROBLEM_FILE,
				   "%s: cannot be read as sound: %s", path,
				   sf_strerror(NULL));
	if (info.channels > CHANNELS_MOST)
		err = problem_set(p, PROBLEM_FORMAT,
				  "%s: %d channels are too many; convert it "
				  "to two",
				  path, info.channels);
	else
		err = encode(&m, from, &info, path, p);
	sf_close(from);
	if (err)
		out->length = m.start;
	else
		set_serial(out->data + m.start, out->length - m.start);
	return err;
}
