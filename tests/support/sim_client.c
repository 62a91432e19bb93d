#include "tests/support/sim_client.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/virtual_clock.h"

enum { FRAME_MS = 32 };

static const char PROMPT[] = "prompt-1";

/* --- what comes --- */

__attribute__((format(printf, 2, 3))) static void
add_line(struct sim_client *c, const char *format, ...)
{
	size_t length = strlen(c->lines);
	va_list args;

	va_start(args, format);
	int n = vsnprintf(c->lines + length, sizeof c->lines - length - 1,
			  format, args);
	va_end(args);
	assert_true(n >= 0 && length + (size_t)n + 2 < sizeof c->lines);
	c->lines[length + (size_t)n] = '\n';
	c->lines[length + (size_t)n + 1] = '\0';
}

static void on_samples(struct sim_client *c, const struct nova_event *e)
{
	size_t all = c->sample_count + e->sample_count;

	assert_true(c->chunk_count < 4096);
	c->chunks[c->chunk_count] = e->sample_count;
	c->chunk_us[c->chunk_count++] = clock_now_us(c->clock);
	c->samples = realloc(c->samples, all * sizeof *c->samples);
	memcpy(c->samples + c->sample_count, e->samples,
	       e->sample_count * sizeof *e->samples);
	c->sample_count = all;
	c->block_samples += e->sample_count;
}

static void on_start(struct sim_client *c, const struct nova_event *e)
{
	/* Blocks follow one another. */
	assert_false(c->block_open);
	c->block_open = true;
	c->block_samples = 0;
	if (e->content == NOVA_TEXT)
		snprintf(c->block, sizeof c->block, "%s %s",
			 nova_role_name(e->role), nova_stage_name(e->stage));
	else
		snprintf(c->block, sizeof c->block, "%s",
			 nova_content_name(e->content));
}

static void on_end(struct sim_client *c, const struct nova_event *e)
{
	assert_true(c->block_open);
	c->block_open = false;
	if (e->content == NOVA_AUDIO)
		add_line(c, "AUDIO %zu %s", c->block_samples,
			 nova_stop_name(e->stop));
	else
		add_line(c, "%s %s", c->block, nova_stop_name(e->stop));
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct sim_client *c = arg;
	size_t length = strlen(c->block);

	assert_int_equal(c->ended_us, 0);
	assert_non_null(e->session_id);
	assert_non_null(e->completion_id);
	assert_string_equal(e->prompt_name, PROMPT);
	switch (e->type) {
	case NOVA_COMPLETION_START:
		add_line(c, "completionStart");
		break;
	case NOVA_COMPLETION_END:
		add_line(c, "completionEnd %s", nova_stop_name(e->stop));
		break;
	case NOVA_CONTENT_START:
		on_start(c, e);
		break;
	case NOVA_CONTENT_END:
		on_end(c, e);
		break;
	case NOVA_TEXT_OUTPUT:
		snprintf(c->block + length, sizeof c->block - length, " \"%s\"",
			 e->text);
		break;
	case NOVA_TOOL_USE:
		snprintf(c->block + length, sizeof c->block - length, " %s %s",
			 e->tool_name, e->text);
		snprintf(c->tool_use_id, sizeof c->tool_use_id, "%s",
			 e->tool_use_id);
		break;
	case NOVA_AUDIO_OUTPUT:
		on_samples(c, e);
		break;
	case NOVA_USAGE:
		c->usage = e->usage;
		break;
	default:
		fail_msg("unexpected event %s", nova_event_name(e->type));
	}
}

static void on_exception(void *arg, const char *type, const char *message)
{
	struct sim_client *c = arg;

	add_line(c, "exception %s: %s", type, message);
	if (sim_core_breach(c->core))
		print_message("breach: %s\n", sim_core_breach(c->core));
	c->ended_us = clock_now_us(c->clock);
}

static void on_cut(void *arg, enum sim_cut how)
{
	struct sim_client *c = arg;

	add_line(c, "cut %d", (int)how);
	c->ended_us = clock_now_us(c->clock);
}

static void on_ended(void *arg)
{
	struct sim_client *c = arg;

	add_line(c, "ended");
	c->ended_us = clock_now_us(c->clock);
}

/* --- what goes --- */

static void receive(struct sim_client *c, struct nova_event e)
{
	e.prompt_name = PROMPT;
	sim_core_receive(c->core, &e);
}

void sim_client_send(struct sim_client *c, const int16_t *samples, size_t n)
{
	receive(c, (struct nova_event){.type = NOVA_AUDIO_INPUT,
				       .content_id = c->audio_name,
				       .samples = samples,
				       .sample_count = n});
}

void sim_client_voice(int16_t *out, size_t n, unsigned rate_hz, size_t phase)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)lrint(4634 *
					sin(2 * acos(-1.0) * 300 *
					    (double)(phase + i) / rate_hz));
}

static void stream(struct sim_client *c, unsigned ms, bool voice)
{
	int16_t frame[48 * FRAME_MS] = {0};
	size_t left = (size_t)ms * c->rate_hz / 1000;

	while (left > 0) {
		size_t n = (size_t)FRAME_MS * c->rate_hz / 1000;

		n = n < left ? n : left;
		if (voice)
			sim_client_voice(frame, n, c->rate_hz, c->sent);
		sim_client_send(c, frame, n);
		c->sent += n;
		left -= n;
		virtual_clock_run_until(c->time, clock_now_us(c->clock) +
							 n * UINT64_C(1000000) /
								 c->rate_hz);
	}
}

void sim_client_speak(struct sim_client *c, unsigned ms)
{
	stream(c, ms, true);
}

void sim_client_silence(struct sim_client *c, unsigned ms)
{
	stream(c, ms, false);
}

void sim_client_wait(struct sim_client *c, unsigned ms)
{
	virtual_clock_run_until(c->time,
				clock_now_us(c->clock) + ms * UINT64_C(1000));
}

static void text_block(struct sim_client *c, const char *name,
		       enum nova_role role, bool interactive, const char *text)
{
	receive(c, (struct nova_event){.type = NOVA_CONTENT_START,
				       .content_id = name,
				       .content = NOVA_TEXT,
				       .role = role,
				       .interactive = interactive});
	receive(c, (struct nova_event){.type = NOVA_TEXT_INPUT,
				       .content_id = name,
				       .text = text});
	receive(c, (struct nova_event){.type = NOVA_CONTENT_END,
				       .content_id = name});
}

static const char *fresh_name(struct sim_client *c)
{
	static unsigned count;
	static char name[32];

	(void)c;
	snprintf(name, sizeof name, "block-%u", ++count);
	return name;
}

void sim_client_text(struct sim_client *c, const char *text)
{
	text_block(c, fresh_name(c), NOVA_USER, true, text);
}

void sim_client_history(struct sim_client *c, enum nova_role role,
			const char *text)
{
	text_block(c, fresh_name(c), role, false, text);
}

void sim_client_tool_result(struct sim_client *c, const char *result)
{
	const char *name = fresh_name(c);

	receive(c, (struct nova_event){.type = NOVA_CONTENT_START,
				       .content_id = name,
				       .content = NOVA_TOOL,
				       .role = NOVA_ROLE_TOOL,
				       .tool_use_id = c->tool_use_id});
	receive(c, (struct nova_event){.type = NOVA_TOOL_RESULT,
				       .content_id = name,
				       .text = result});
	receive(c, (struct nova_event){.type = NOVA_CONTENT_END,
				       .content_id = name});
}

void sim_client_prompt(struct sim_client *c, unsigned output_hz)
{
	static const char look[] =
		"[{\"toolSpec\":{\"name\":\"look\",\"description\":\"d\","
		"\"inputSchema\":{\"json\":\"{}\"}}}]";

	receive(c, (struct nova_event){.type = NOVA_SESSION_START,
				       .inference = {1024, 0.9, 0.7}});
	receive(c, (struct nova_event){.type = NOVA_PROMPT_START,
				       .rate_hz = output_hz,
				       .voice_id = "tiffany",
				       .tools = c->tools ? c->tools : look});
	text_block(c, "system-1", NOVA_SYSTEM, false, "Be kind.");
}

void sim_client_audio(struct sim_client *c, unsigned input_hz)
{
	c->rate_hz = input_hz;
	receive(c, (struct nova_event){.type = NOVA_CONTENT_START,
				       .content_id = c->audio_name,
				       .content = NOVA_AUDIO,
				       .role = NOVA_USER,
				       .interactive = true,
				       .rate_hz = input_hz});
}

void sim_client_begin(struct sim_client *c)
{
	sim_client_prompt(c, 24000);
	sim_client_audio(c, 16000);
}

void sim_client_end(struct sim_client *c)
{
	receive(c, (struct nova_event){.type = NOVA_CONTENT_END,
				       .content_id = c->audio_name});
	receive(c, (struct nova_event){.type = NOVA_PROMPT_END});
	receive(c, (struct nova_event){.type = NOVA_SESSION_END});
}

/* --- life --- */

void sim_client_open(struct sim_client *c,
		     const struct sim_core_settings *settings,
		     struct brain_maker *maker)
{
	memset(c, 0, sizeof *c);
	c->audio_name = "audio-1";
	assert_int_equal(virtual_clock_create(&c->time, 1767323045000), 0);
	c->clock = virtual_clock_clock(c->time);
	/* 0 would mean "it lives" in ended_us. */
	virtual_clock_run_until(c->time, 1000000);
	assert_int_equal(sim_core_create(&c->core, c->clock, settings, maker,
					 &(struct sim_core_listener){
						 .event = on_event,
						 .exception = on_exception,
						 .cut = on_cut,
						 .ended = on_ended,
						 .arg = c,
					 },
					 NULL),
			 0);
}

void sim_client_close(struct sim_client *c)
{
	sim_core_free(c->core);
	virtual_clock_free(c->time);
	free(c->samples);
	memset(c, 0, sizeof *c);
}

void sim_client_expect(struct sim_client *c, const char *lines)
{
	assert_string_equal(c->lines, lines);
	c->lines[0] = '\0';
}

uint64_t sim_client_now_ms(const struct sim_client *c)
{
	return clock_now_us(c->clock) / 1000 - 1000;
}
