#include "client/status/status.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/status/lesson_steps.h"
#include "net/base/problem.h"
#include "net/base/text.h"

struct status_board {
	struct session_sink sink;
	int changed_fd;
	struct lesson_steps steps; /* loop thread */
	uint64_t asked_us; /* loop thread: when the learner's speech ended */
	pthread_mutex_t lock;
	struct status now; /* protected by lock */
};

static void changed(struct status_board *b)
{
	const uint64_t one = 1;

	/* A counter that is full has told already. */
	if (b->changed_fd >= 0 && write(b->changed_fd, &one, sizeof one) < 0)
		return;
}

/* The end of a text that is too long, from a whole character on. */
static void set_partial(struct status *s, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length >= sizeof s->partial) {
		text += length - (sizeof s->partial - 1);
		while (((unsigned char)*text & 0xc0) == 0x80)
			text++;
	}
	snprintf(s->partial, sizeof s->partial, "%s", text ? text : "");
	text_clean_line(s->partial);
}

static void set_state(struct status_board *b, const struct session_event *e)
{
	struct status *s = &b->now;

	if (text_equal(e->text, "speaking") && b->asked_us) {
		s->first_audio_ms = (int)((e->at_us - b->asked_us) / 1000);
		b->asked_us = 0;
	}
	if (!text_equal(e->text, "disconnected"))
		s->retry_ms = 0;
	snprintf(s->state, sizeof s->state, "%s", e->text);
}

static bool take_locked(struct status_board *b, const struct session_event *e)
{
	struct status *s = &b->now;

	switch (e->kind) {
	case SESSION_STATE:
		set_state(b, e);
		break;
	case SESSION_SPEECH:
		b->asked_us = text_equal(e->text, "ended") ? e->at_us : 0;
		return false;
	case SESSION_ID:
		snprintf(s->session_id, sizeof s->session_id, "%s",
			 e->text ? e->text : "");
		text_clean_line(s->session_id);
		break;
	case SESSION_PARTIAL:
		set_partial(s, e->text);
		break;
	case SESSION_TRANSCRIPT:
		if (e->role != NOVA_ASSISTANT)
			return false;
		set_partial(s, NULL);
		s->answers++;
		break;
	case SESSION_TOOL_CALL:
		if (!lesson_steps_take(&b->steps, e))
			return false;
		s->steps_done = b->steps.count;
		break;
	case SESSION_MUTED:
		s->muted = text_equal(e->text, "on");
		break;
	case SESSION_RETRY:
		s->retries++;
		s->retry_ms = e->delay_ms;
		break;
	case SESSION_COUNTDOWN:
		s->retry_ms = e->delay_ms;
		break;
	case SESSION_RENEWAL:
		s->renewals += e->problem ? 0 : 1;
		break;
	default:
		return false;
	}
	return true;
}

static void board_event(struct session_sink *sink,
			const struct session_event *e)
{
	struct status_board *b = (struct status_board *)sink;

	pthread_mutex_lock(&b->lock);
	bool is_new = take_locked(b, e);
	pthread_mutex_unlock(&b->lock);
	if (is_new)
		changed(b);
}

int status_board_create(struct status_board **out, const struct lesson *lesson,
			int changed_fd)
{
	static const struct session_sink_ops ops = {.event = board_event};
	struct status_board *b = calloc(1, sizeof *b);

	if (!b)
		return PROBLEM_MEMORY;
	b->sink.ops = &ops;
	b->changed_fd = changed_fd;
	b->steps.lesson = lesson;
	b->now.steps = lesson ? (unsigned)lesson->step_count : 0;
	b->now.first_audio_ms = -1;
	b->now.volume = 100;
	pthread_mutex_init(&b->lock, NULL);
	*out = b;
	return 0;
}

struct status_board *status_board_free(struct status_board *b)
{
	if (!b)
		return NULL;
	pthread_mutex_destroy(&b->lock);
	free(b);
	return NULL;
}

struct session_sink *status_board_sink(struct status_board *b)
{
	return &b->sink;
}

void status_board_read(struct status_board *b, struct status *out)
{
	pthread_mutex_lock(&b->lock);
	*out = b->now;
	pthread_mutex_unlock(&b->lock);
}

void status_board_volume(struct status_board *b, unsigned percent)
{
	pthread_mutex_lock(&b->lock);
	b->now.volume = percent;
	pthread_mutex_unlock(&b->lock);
	changed(b);
}

void status_board_levels(struct status_board *b, double mic_db,
			 double speaker_db)
{
	pthread_mutex_lock(&b->lock);
	b->now.has_levels = true;
	b->now.mic_db = mic_db;
	b->now.speaker_db = speaker_db;
	pthread_mutex_unlock(&b->lock);
}
