#include "net/relay/server/silence.h"

#include "net/nova/session.h"

enum {
	BLOCK_SAMPLES = NOVA_INPUT_RATE_HZ / 1000 * SILENCE_BLOCK_MS,
	BLOCK_US = SILENCE_BLOCK_MS * 1000,
	/* A machine that slept does not owe the service the time it slept. */
	MOST_LATE_US = 1000 * 1000,
};

static void fire(void *arg)
{
	static const int16_t zeros[BLOCK_SAMPLES];
	struct silence *s = arg;
	uint64_t now_us = clock_now_us(s->timer.clock);

	s->feeding = true;
	if (now_us > s->due_us + MOST_LATE_US)
		s->due_us = now_us;
	s->due_us += BLOCK_US;
	s->samples += BLOCK_SAMPLES;
	timer_start_at(&s->timer, s->due_us);
	s->feed(s->arg, zeros, BLOCK_SAMPLES);
}

static void begin_at(struct silence *s, uint64_t due_us)
{
	s->due_us = due_us;
	timer_start_at(&s->timer, due_us);
}

void silence_init(struct silence *s, struct clock *clock, unsigned after_ms,
		  void (*feed)(void *arg, const int16_t *samples, size_t n),
		  void *arg)
{
	*s = (struct silence){.feed = feed, .arg = arg};
	s->after_us = (uint64_t)after_ms * 1000;
	timer_init(&s->timer, clock, fire, s);
}

void silence_start(struct silence *s)
{
	silence_heard_audio(s);
}

void silence_heard_audio(struct silence *s)
{
	s->feeding = false;
	begin_at(s, clock_now_us(s->timer.clock) + s->after_us);
}

void silence_end_utterance(struct silence *s)
{
	if (!s->feeding)
		begin_at(s, clock_now_us(s->timer.clock));
	s->feeding = true;
}

void silence_stop(struct silence *s)
{
	s->feeding = false;
	timer_stop(&s->timer);
}
