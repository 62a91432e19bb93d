#include "client/session/folder_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/dsp/sound_file.h"
#include "client/session/event_line.h"
#include "net/base/log.h"
#include "net/base/text.h"

enum {
	SENT_HZ = 16000,
	RECEIVED_HZ = 24000,
	HEARD_HZ = 48000,
	SILENCE_FRAMES = 4800,
	LINES_MOST = 16 << 20, /* one batch of events.jsonl */
};

/* --- failures */

static void failed(struct folder_files *f, const char *name, int code)
{
	switch (code) {
	case PROBLEM_DISK_FULL:
		problem_add(&f->failure, code,
			    "%s/%s: the disk is full, so the file ends here; "
			    "the conversation goes on; make room",
			    f->dir, name);
		break;
	case PROBLEM_LIMIT:
		problem_add(&f->failure, code,
			    "%s/%s: the file has reached its largest size and "
			    "ends here; start a new session",
			    f->dir, name);
		break;
	default:
		problem_add(&f->failure, code,
			    "%s/%s: cannot be written any more (%s), so the "
			    "file ends here; the conversation goes on; look at "
			    "the disk",
			    f->dir, name, problem_name(code));
		break;
	}
	log_error("session", "%s: writing failed: %s", name,
		  problem_name(code));
}

/* --- sound */

static int open_sound(struct folder_files *f, struct folder_sound *s,
		      const char *name, unsigned rate_hz, unsigned channels,
		      struct problem *p)
{
	char *path = text_format("%s/%s", f->dir, name);
	int err = path ? sound_writer_open(&s->writer, path, rate_hz, channels,
					   p)
		       : PROBLEM_MEMORY;

	s->name = name;
	free(path);
	return err;
}

/* Returns 0 or why the samples are not in the file. */
static int write_sound(struct folder_files *f, struct folder_sound *s,
		       const int16_t *samples, size_t frames)
{
	if (!s->writer)
		return PROBLEM_CLOSED;
	int err = sound_writer_write(s->writer, samples, frames);
	s->frames = sound_writer_frames(s->writer);
	if (err) {
		failed(f, s->name, err);
		s->writer = sound_writer_free(s->writer);
	}
	return err;
}

/* --- text */

static int open_text(struct folder_files *f, struct folder_text *t,
		     const char *name, struct problem *p)
{
	char *path = text_format("%s/%s", f->dir, name);
	int err = 0;

	t->name = name;
	if (!path)
		return PROBLEM_MEMORY;
	t->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		     0600);
	if (t->fd < 0)
		err = problem_set(p, problem_from_file_errno(errno),
				  "%s: cannot be written: %s; name another "
				  "folder",
				  path, strerror(errno));
	free(path);
	return err;
}

static void write_text(struct folder_files *f, struct folder_text *t,
		       const struct bytes *text)
{
	if (t->fd < 0)
		return;
	int err = text->failed
			  ? text->failed
			  : text_write_all(t->fd, text->data, text->length);
	if (!err) {
		t->whole += (int64_t)text->length;
		return;
	}
	failed(f, t->name, err);
	/* half a line helps nobody */
	if (ftruncate(t->fd, t->whole) != 0)
		log_error("session", "%s: %s", t->name, strerror(errno));
	close(t->fd);
	t->fd = -1;
}

/* --- events */

static struct folder_sound *sound_of(struct folder_files *f,
				     const struct session_event *e)
{
	if (e->kind != SESSION_NOVA)
		return NULL;
	if (e->direction == SESSION_SENT && e->nova->type == NOVA_AUDIO_INPUT)
		return &f->sent;
	if (e->direction == SESSION_RECEIVED &&
	    e->nova->type == NOVA_AUDIO_OUTPUT)
		return &f->received;
	return NULL;
}

static int add_line(struct folder_files *f, const struct session_event *e,
		    const struct event_audio_place *place)
{
	size_t before = f->lines.length;
	int err = event_line_write(&f->lines, e, f->start_us, place);

	if (err) {
		f->lines.length = before;
		f->lines.failed = 0;
	}
	return err;
}

static void keep_line(struct folder_files *f, const struct session_event *e,
		      const struct event_audio_place *place)
{
	if (add_line(f, e, place) == 0)
		return;
	/* the batch is full: out with it, and once more */
	folder_files_flush(f);
	if (add_line(f, e, place) == 0)
		return;
	f->lost_events++;
	problem_add(&f->failure, PROBLEM_LIMIT,
		    "%s/%s: an event is too large and is missing there; look "
		    "at the server's log",
		    f->dir, f->events.name);
}

void folder_files_event(struct folder_files *f, const struct session_event *e)
{
	struct event_audio_place place = {0};
	struct folder_sound *sound = sound_of(f, e);

	f->last_us = e->at_us;
	if (sound) {
		place.first_sample = sound->frames;
		if (write_sound(f, sound, e->nova->samples,
				e->nova->sample_count) == 0)
			place.file = sound->name;
	}
	keep_line(f, e, &place);

	if (e->kind == SESSION_TRANSCRIPT || e->kind == SESSION_TOOL_CALL ||
	    e->kind == SESSION_TOOL_RESULT) {
		bytes_clear(&f->scratch);
		folder_transcript_line(&f->scratch, e);
		write_text(f, &f->transcript, &f->scratch);
	} else if (e->kind == SESSION_PROBLEM && e->problem) {
		f->problem = *e->problem;
	} else if (e->kind == SESSION_END) {
		f->has_end = true;
		f->exit_code = e->number;
	}
}

void folder_files_heard(struct folder_files *f, const int16_t *stereo,
			size_t frames, uint64_t lost)
{
	static const int16_t silence[2 * SILENCE_FRAMES];

	write_sound(f, &f->heard, stereo, frames);
	f->lost_frames += lost;
	while (lost > 0 && f->heard.writer) {
		size_t n = lost < SILENCE_FRAMES ? (size_t)lost
						 : SILENCE_FRAMES;
		write_sound(f, &f->heard, silence, n);
		lost -= n;
	}
}

void folder_files_lost(struct folder_files *f, uint64_t events)
{
	char text[128];
	struct session_event e = {
		.at_us = f->last_us,
		.kind = SESSION_NOTICE,
		.text = text,
	};

	snprintf(text, sizeof text,
		 "%llu events are missing here: the disk is too slow",
		 (unsigned long long)events);
	f->lost_events += events;
	problem_add(&f->failure, PROBLEM_LIMIT,
		    "%s: the disk is too slow, events are missing in the "
		    "session folder; name a folder on a faster one",
		    f->dir);
	keep_line(f, &e, NULL);
}

void folder_files_flush(struct folder_files *f)
{
	if (f->lines.length > 0 || f->lines.failed)
		write_text(f, &f->events, &f->lines);
	bytes_clear(&f->lines);
}

/* --- life */

int folder_files_open(struct folder_files *f, char *dir, char *head,
		      const char *backend, int64_t start_wall_ms,
		      uint64_t start_us, struct problem *p)
{
	int err;

	*f = (struct folder_files){
		.dir = dir,
		.head = head,
		.start_wall_ms = start_wall_ms,
		.start_us = start_us,
		.last_us = start_us,
		.events.fd = -1,
		.transcript.fd = -1,
	};
	bytes_init(&f->lines, LINES_MOST);
	bytes_init(&f->scratch, LINES_MOST);

	err = open_sound(f, &f->sent, "sent.wav", SENT_HZ, 1, p);
	if (!err)
		err = open_sound(f, &f->received, "received.wav", RECEIVED_HZ,
				 1, p);
	if (!err)
		err = open_sound(f, &f->heard, "heard.wav", HEARD_HZ, 2, p);
	if (!err)
		err = open_text(f, &f->events, "events.jsonl", p);
	if (!err)
		err = open_text(f, &f->transcript, "transcript.md", p);
	if (!err) {
		folder_transcript_head(&f->scratch, backend, start_wall_ms);
		write_text(f, &f->transcript, &f->scratch);
		err = folder_summary_write(f, false);
	}
	if (!err)
		err = f->failure.code;
	if (err)
		problem_add(p, err,
			    "%s: the session folder cannot be written (%s); "
			    "make room or name another folder",
			    dir, problem_name(err));
	return err;
}

static void close_all(struct folder_files *f)
{
	f->sent.writer = sound_writer_free(f->sent.writer);
	f->received.writer = sound_writer_free(f->received.writer);
	f->heard.writer = sound_writer_free(f->heard.writer);
	if (f->events.fd >= 0)
		close(f->events.fd);
	if (f->transcript.fd >= 0)
		close(f->transcript.fd);
	f->events.fd = f->transcript.fd = -1;
}

static void free_all(struct folder_files *f)
{
	bytes_deinit(&f->lines);
	bytes_deinit(&f->scratch);
	free(f->head);
	free(f->dir);
	f->head = f->dir = NULL;
}

void folder_files_close(struct folder_files *f)
{
	folder_files_flush(f);
	close_all(f);
	int err = folder_summary_write(f, true);
	if (err)
		failed(f, "session.json", err);
	free_all(f);
}

void folder_files_discard(struct folder_files *f)
{
	static const char *const names[] = {
		"sent.wav",     "received.wav",  "heard.wav",
		"events.jsonl", "transcript.md", "session.json",
	};

	close_all(f);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = text_format("%s/%s", f->dir, names[i]);
		if (path)
			unlink(path);
		free(path);
	}
	free_all(f);
}
