/*
 * core_turns: listening.  All times here are counted in samples that came, so
 * a turn ends at the same sample however the stream was cut and sent.
 *
 *   audioInput -> 16 kHz -> gate -> turn_began ... pause -> turn_ended
 *                      \--> kept samples ----------------/
 */
#include "net/sim/core_private.h"

#include <stdlib.h>
#include <string.h>

#include "audio/dsp/resampler.h"
#include "audio/dsp/sound_file.h"
#include "net/base/problem.h"

enum {
	BLOCK = SIM_LISTENING_HZ / 100, /* the gate decides every 10 ms */
	MS = SIM_LISTENING_HZ / 1000,
	/* Long enough that a click or a cough at the microphone does not stop
	 * the tutor. */
	START_MS = 120,
	LEAD = 200 * MS, /* given to the brain before the first loud sample */
	TAIL = 300 * MS, /* and behind the last */
	TURN_MOST = 120 * SIM_LISTENING_HZ,
};

int ear_open(struct sim_core *c, unsigned rate_hz)
{
	struct sim_ear *ear = &c->ear;
	unsigned pause_ms = c->settings.turn_pause_ms;
	int err = resampler_create(&ear->resampler, rate_hz, SIM_LISTENING_HZ);

	if (err)
		return err;
	if (!ear->rate_hz)
		ear->record = core_record(c, "received", rate_hz);
	else if (ear->rate_hz != rate_hz)
		ear->record = sound_writer_free(ear->record);
	ear->rate_hz = rate_hz;
	ear->pause_samples = (uint64_t)pause_ms * MS;
	/* After a turn the gate must be ready to see the next one begin. */
	speech_gate_init(&ear->gate,
			 &(struct speech_gate_settings){
				 .rate_hz = SIM_LISTENING_HZ,
				 .start_ms = START_MS,
				 .end_ms = pause_ms < 300 ? pause_ms : 300,
			 });
	return 0;
}

void ear_close(struct sim_core *c)
{
	struct sim_ear *ear = &c->ear;

	ear->resampler = resampler_free(ear->resampler);
	free(ear->kept);
	ear->kept = NULL;
	ear->kept_count = ear->kept_room = 0;
	ear->in_turn = false;
}

/* --- the samples that a turn may need --- */

static void forget_front(struct sim_ear *ear, size_t n)
{
	ear->kept_count -= n;
	memmove(ear->kept, ear->kept + n, ear->kept_count * sizeof *ear->kept);
}

static int keep(struct sim_ear *ear, const int16_t *samples, size_t n)
{
	const size_t needed = LEAD + START_MS * MS + BLOCK;

	if (!ear->in_turn && ear->kept_count > 8 * needed)
		forget_front(ear, ear->kept_count - needed);
	if (ear->kept_count + n > ear->kept_room) {
		size_t room = 2 * (ear->kept_count + n) + 8 * needed;
		int16_t *more = realloc(ear->kept, room * sizeof *more);
		if (!more)
			return PROBLEM_MEMORY;
		ear->kept = more;
		ear->kept_room = room;
	}
	memcpy(ear->kept + ear->kept_count, samples, n * sizeof *samples);
	ear->kept_count += n;
	return 0;
}

/* --- turns --- */

static void begin_turn(struct sim_core *c, uint64_t start)
{
	struct sim_ear *ear = &c->ear;

	ear->in_turn = true;
	ear->turn_start = start;
	mouth_interrupt(c);
	if (!c->over && c->brain->ops->turn_began)
		c->brain->ops->turn_began(c->brain);
}

static void end_turn(struct sim_core *c)
{
	struct sim_ear *ear = &c->ear;
	uint64_t now = ear->gate.position, origin = now - ear->kept_count;
	uint64_t from = origin, to = ear->gate.last_loud + TAIL;

	if (ear->turn_start > origin + LEAD)
		from = ear->turn_start - LEAD;
	if (to > now)
		to = now;
	ear->in_turn = false;
	ear->speech_samples += ear->gate.last_loud - ear->turn_start;
	core_begin_completion(c);
	mouth_usage(c);
	mouth_think(c);
	/* The samples stay in place during the call: nothing is heard then. */
	c->brain->ops->turn_ended(c->brain, ear->kept + (from - origin),
				  (size_t)(to - from), NULL);
}

static bool turn_is_over(const struct sim_ear *ear)
{
	return speech_gate_silence(&ear->gate) >= ear->pause_samples ||
	       ear->gate.position - ear->turn_start >= TURN_MOST;
}

/* How many of n samples to take so that neither an edge nor the end of a turn
 * falls inside. */
static size_t step_size(const struct sim_ear *ear, size_t n)
{
	size_t step = BLOCK - ear->gate.in_block;
	uint64_t silence = ear->gate.position - ear->gate.last_loud;

	if (ear->in_turn && silence < ear->pause_samples &&
	    ear->pause_samples - silence < step)
		step = (size_t)(ear->pause_samples - silence);
	return step < n ? step : n;
}

static void listen(struct sim_core *c, const int16_t *samples, size_t n)
{
	struct sim_ear *ear = &c->ear;

	while (n > 0 && !c->over) {
		struct speech_gate_edge edge;
		size_t step = step_size(ear, n);

		if (keep(ear, samples, step) != 0) {
			core_fail_inside(c);
			return;
		}
		if (speech_gate_process(&ear->gate, samples, step, &edge, 1) &&
		    edge.started && !ear->in_turn)
			begin_turn(c, edge.position);
		if (!c->over && ear->in_turn && turn_is_over(ear))
			end_turn(c);
		samples += step;
		n -= step;
	}
}

void ear_hear(struct sim_core *c, const int16_t *samples, size_t n)
{
	struct sim_ear *ear = &c->ear;
	int16_t *heard;
	size_t count;

	if (!ear->resampler || n == 0)
		return;
	core_record_write(&ear->record, samples, n);
	heard = malloc(resampler_bound(ear->resampler, n) * sizeof *heard);
	if (!heard) {
		core_fail_inside(c);
		return;
	}
	count = resampler_process(ear->resampler, heard, samples, n);
	if (count > 0 && c->brain->ops->audio)
		c->brain->ops->audio(c->brain, heard, count);
	listen(c, heard, count);
	free(heard);
}
