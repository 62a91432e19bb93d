/*
 * core_private: the insides of sim_core, shared by its files.
 *
 *   core.c         life and limits of a session
 *   core_events.c  what the client sends
 *   core_turns.c   listening: when the learner speaks
 *   core_answer.c  what the brain says, in its order
 *   core_blocks.c, core_sound.c  the answer's text and tools, and its sound
 */
#ifndef NET_SIM_CORE_PRIVATE_H
#define NET_SIM_CORE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/dsp/speech_gate.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/random.h"
#include "net/nova/history.h"
#include "net/sim/core.h"

struct order;
struct resampler;
struct sound_writer;

enum { SIM_LISTENING_HZ = 16000 };

/* A block of the client's that is open, other than the audio container. */
struct sim_block {
	struct sim_block *next;
	char *name;
	enum nova_content content;
	enum nova_role role;
	bool interactive;
	char *tool_use_id;
	struct bytes text;
};

/* What a brain has asked for and is not out yet. */
enum sim_item_kind {
	SIM_ITEM_TRANSCRIPT,
	SIM_ITEM_SENTENCE,
	SIM_ITEM_TOOL_USE,
	SIM_ITEM_END_TURN,
};

struct sim_item {
	struct sim_item *next;
	enum sim_item_kind kind;
	char *text; /* transcript, sentence or the tool's arguments */
	char *tool_name;
	char tool_use_id[UUID_TEXT_SIZE];
	int16_t *samples;
	size_t count;   /* samples */
	size_t sent;    /* of them */
	uint64_t first; /* place of sample 0 in all sound of the session */
	size_t number;  /* of a sentence, in the session */
	bool turn_over; /* its turn has ended, so FINAL may follow */
};

struct sim_item_list {
	struct sim_item *first, **end;
};

/* The client's voice: from audioInput to turns.  core_turns.c */
struct sim_ear {
	unsigned rate_hz; /* of what comes */
	struct resampler *resampler;
	struct sound_writer *record;
	struct speech_gate gate;
	uint64_t pause_samples; /* silence that ends a turn */
	bool in_turn;
	uint64_t turn_start; /* stream sample at which speech began */
	int16_t *kept;       /* the last samples, back to before the turn */
	size_t kept_count, kept_room;
	uint64_t speech_samples; /* of all turns, for usage */
};

/* The answer on its way out.  core_answer.c */
struct sim_mouth {
	unsigned rate_hz;
	struct sound_writer *record;
	struct sim_item_list queue;  /* not begun */
	struct sim_item *speaking;   /* audio block open; owned by spoken */
	struct sim_item_list spoken; /* begun, FINAL text not sent */
	char audio_id[UUID_TEXT_SIZE];
	struct timer chunk_timer, final_timer;
	/* Sending: sample pace_samples is due at pace_start_us + what they
	 * last at `speed` times real time. */
	uint64_t pace_start_us, pace_samples;
	/* Hearing: a client plays what comes without a gap, from play_start_us
	 * on, play_samples long. */
	uint64_t play_start_us, play_samples;
	uint64_t sent;    /* samples of the session */
	size_t sentences; /* of the session */
	bool thinking;    /* the brain owes an answer */
};

struct sim_core {
	struct clock *clock;
	struct sim_core_settings settings; /* no zero left */
	char *model, *record_dir;          /* owned; settings lead here */
	struct sim_core_listener listener;
	struct brain_maker *maker; /* borrowed */
	struct brain *brain;       /* NULL before the audio container */
	struct order *order;
	char *breach;
	bool over;             /* exception, cut or ended was called */
	bool completion_begun; /* completionStart was sent */
	bool prompt_over;

	char session_id[UUID_TEXT_SIZE], completion_id[UUID_TEXT_SIZE];
	char *prompt_name, *voice, *tools, *system_prompt, *audio_name;
	struct history history;
	struct sim_block *blocks;
	int64_t text_in, text_out; /* characters, for usage */

	struct timer life_timer, idle_timer, fault_timer;
	uint64_t last_input_us;

	struct sim_ear ear;
	struct sim_mouth mouth;
};

/* --- core.c --- */
void core_emit(struct sim_core *c, struct nova_event *e);
/* completionStart, if it was not sent yet. */
void core_begin_completion(struct sim_core *c);
/* No memory, or no brain: internalServerException. */
void core_fail_inside(struct sim_core *c);
/* The prompt is open: from now on its fault is due. */
void core_expect_fault(struct sim_core *c);
/* Nothing is sent from here on. */
void core_stop(struct sim_core *c);
/* "record_dir/NAME-N.wav"; problems go to the log: a session is not worth less
 * because its recording failed. */
struct sound_writer *core_record(struct sim_core *c, const char *name,
				 unsigned rate_hz);
void core_record_write(struct sound_writer **w, const int16_t *samples,
		       size_t n);

/* --- core_events.c --- */
void core_close_blocks(struct sim_core *c);

/* --- core_turns.c --- */
int ear_open(struct sim_core *c, unsigned rate_hz);
void ear_close(struct sim_core *c);
void ear_hear(struct sim_core *c, const int16_t *samples, size_t n);

/* --- core_answer.c --- */
void mouth_init(struct sim_core *c);
void mouth_deinit(struct sim_core *c);
/* The learner spoke or typed: cuts an answer that is being sent or heard. */
void mouth_interrupt(struct sim_core *c);
/* The prompt is over: what was said so far is closed in order. */
void mouth_stop(struct sim_core *c);
/* The learner's turn has gone to the brain. */
void mouth_think(struct sim_core *c);

/* --- core_blocks.c --- */
void core_say_text(struct sim_core *c, enum nova_role role,
		   enum nova_stage stage, const char *text,
		   enum nova_stop stop);
void core_say_tool_use(struct sim_core *c, const struct sim_item *i);
void mouth_usage(struct sim_core *c);

/* --- core_sound.c --- */
/* When a client that plays what it gets is through with it. */
uint64_t sound_play_end_us(const struct sim_mouth *m);
/* Samples of the session that were audible at now. */
uint64_t sound_heard(const struct sim_mouth *m, uint64_t now);
/* When the samples before this one have been heard. */
uint64_t sound_heard_at_us(const struct sim_mouth *m, uint64_t sample);
void sound_open(struct sim_core *c, struct sim_item *i);
void sound_close(struct sim_core *c, enum nova_stop stop);
/* Returns false when the rest of the sentence must wait; the timer runs. */
bool sound_send_due(struct sim_core *c);

#endif
