/*
 * core_sound: the sound of an answer in time.
 *
 * Two times run here.  Sound is sent `speed` times faster than it is spoken;
 * a client plays it at the pace of speech, without a gap while it has some.
 */
#include "net/sim/core_private.h"

static uint64_t duration_us(const struct sim_mouth *m, uint64_t samples)
{
	return samples * UINT64_C(1000000) / m->rate_hz;
}

uint64_t sound_play_end_us(const struct sim_mouth *m)
{
	return m->play_start_us + duration_us(m, m->play_samples);
}

/* Samples of the session that were audible at now. */
uint64_t sound_heard(const struct sim_mouth *m, uint64_t now)
{
	uint64_t end = sound_play_end_us(m), waiting = 0;

	if (end > now)
		waiting = (end - now) * m->rate_hz / UINT64_C(1000000);
	return waiting < m->sent ? m->sent - waiting : 0;
}

uint64_t sound_heard_at_us(const struct sim_mouth *m, uint64_t sample)
{
	return sound_play_end_us(m) - duration_us(m, m->sent - sample);
}

static uint64_t chunk_due_us(const struct sim_core *c)
{
	const struct sim_mouth *m = &c->mouth;

	return m->pace_start_us + (uint64_t)((double)m->pace_samples * 1e6 /
					     (m->rate_hz * c->settings.speed));
}

void sound_open(struct sim_core *c, struct sim_item *i)
{
	struct sim_mouth *m = &c->mouth;
	uint64_t now = clock_now_us(c->clock);

	/* The next sentence follows in the same pace; after a gap in what the
	 * brain gives, pace starts anew and does not catch up. */
	if (chunk_due_us(c) < now) {
		m->pace_start_us = now;
		m->pace_samples = 0;
	}
	m->speaking = i;
	random_uuid(m->audio_id);
	core_emit(c, &(struct nova_event){.type = NOVA_CONTENT_START,
					  .content_id = m->audio_id,
					  .content = NOVA_AUDIO,
					  .role = NOVA_ASSISTANT,
					  .rate_hz = m->rate_hz});
}

void sound_close(struct sim_core *c, enum nova_stop stop)
{
	c->mouth.speaking = NULL;
	core_emit(c, &(struct nova_event){.type = NOVA_CONTENT_END,
					  .content_id = c->mouth.audio_id,
					  .content = NOVA_AUDIO,
					  .stop = stop});
}

static size_t chunk_size(const struct sim_core *c, const struct sim_item *i)
{
	const struct sim_core_settings *s = &c->settings;
	uint32_t least = s->chunk_ms_least * (c->mouth.rate_hz / 1000);
	uint32_t most = s->chunk_ms_most * (c->mouth.rate_hz / 1000);
	size_t n = least + random_below(most - least + 1);

	return n < i->count - i->sent ? n : i->count - i->sent;
}

static void send_chunk(struct sim_core *c)
{
	struct sim_mouth *m = &c->mouth;
	struct sim_item *i = m->speaking;
	const int16_t *samples = i->samples + i->sent;
	size_t n = chunk_size(c, i);
	uint64_t now = clock_now_us(c->clock);

	if (sound_play_end_us(m) < now) {
		m->play_start_us = now;
		m->play_samples = 0;
	}
	i->sent += n;
	m->sent += n;
	m->pace_samples += n;
	m->play_samples += n;
	core_record_write(&m->record, samples, n);
	core_emit(c, &(struct nova_event){.type = NOVA_AUDIO_OUTPUT,
					  .content_id = m->audio_id,
					  .role = NOVA_ASSISTANT,
					  .samples = samples,
					  .sample_count = n});
}

/* Returns false when the rest of the sentence must wait; the timer runs. */
bool sound_send_due(struct sim_core *c)
{
	struct sim_mouth *m = &c->mouth;

	while (m->speaking->sent < m->speaking->count) {
		uint64_t due = chunk_due_us(c);

		if (due > clock_now_us(c->clock)) {
			timer_start_at(&m->chunk_timer, due);
			return false;
		}
		send_chunk(c);
		if (c->over)
			return false;
	}
	return true;
}
