/*
 * nova_event: one event of the Nova Sonic protocol, either way, as a plain
 * struct.  Shapes: docs/nova-sonic.md, "Input events" and "Output events".
 *
 * Members that an event type does not have are zero.  A parsed or copied
 * event owns its texts and samples in one block (storage); an event built by
 * hand borrows them.  Plain data: may travel between threads.
 */
#ifndef NET_NOVA_EVENT_H
#define NET_NOVA_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;
struct problem;

enum nova_event_type {
	NOVA_NONE,
	/* both ways */
	NOVA_CONTENT_START,
	NOVA_CONTENT_END,
	/* to the service */
	NOVA_SESSION_START,
	NOVA_PROMPT_START,
	NOVA_TEXT_INPUT,
	NOVA_AUDIO_INPUT,
	NOVA_TOOL_RESULT,
	NOVA_PROMPT_END,
	NOVA_SESSION_END,
	/* from the service */
	NOVA_COMPLETION_START,
	NOVA_TEXT_OUTPUT,
	NOVA_AUDIO_OUTPUT,
	NOVA_TOOL_USE,
	NOVA_COMPLETION_END,
	NOVA_USAGE,
	NOVA_OTHER, /* a name that we do not know; see name and raw */
};

/* TEXT, AUDIO, TOOL of contentStart and contentEnd. */
enum nova_content { NOVA_CONTENT_NONE, NOVA_TEXT, NOVA_AUDIO, NOVA_TOOL };

enum nova_role {
	NOVA_ROLE_NONE,
	NOVA_SYSTEM,
	NOVA_USER,
	NOVA_ASSISTANT,
	NOVA_ROLE_TOOL,
	NOVA_SYSTEM_SPEECH,
};

/* generationStage: SPECULATIVE is planned, FINAL was said (or heard). */
enum nova_stage { NOVA_STAGE_NONE, NOVA_SPECULATIVE, NOVA_FINAL };

enum nova_stop {
	NOVA_STOP_NONE,
	NOVA_PARTIAL_TURN,
	NOVA_END_TURN,
	NOVA_INTERRUPTED,
	NOVA_STOP_TOOL_USE,
};

/* endpointingSensitivity: the pause that ends a turn, Nova 2 and later:
 * about 1.5, 1.75 and 2.0 s. */
enum nova_turn_pause {
	NOVA_PAUSE_DEFAULT, /* the member is left out */
	NOVA_PAUSE_HIGH,
	NOVA_PAUSE_MEDIUM,
	NOVA_PAUSE_LOW,
};

struct nova_inference {
	int max_tokens; /* 0: leave the configuration out */
	double top_p, temperature;
};

struct nova_usage {
	int64_t input_speech, input_text, output_speech,
		output_text; /* total */
	int64_t total_input, total_output, total;
};

struct nova_event {
	enum nova_event_type type;
	const char *session_id;    /* output only */
	const char *completion_id; /* output only */
	const char *prompt_name;
	const char *content_id; /* contentName going in, contentId out */
	enum nova_content content;
	enum nova_role role;
	enum nova_stage stage; /* contentStart out, TEXT */
	enum nova_stop stop;   /* contentEnd and completionEnd out */
	bool interactive;      /* contentStart in */
	uint32_t rate_hz;      /* audio: input (contentStart) or output
				* configuration (promptStart, contentStart) */

	/* textInput, textOutput: the text.  toolResult: a JSON object as text.
	 * toolUse: the arguments, JSON as text. */
	const char *text;
	const char *tool_name;   /* toolUse */
	const char *tool_use_id; /* toolUse; contentStart TOOL in */
	const int16_t *samples;  /* audioInput, audioOutput: mono */
	size_t sample_count;

	struct nova_inference inference; /* sessionStart */
	enum nova_turn_pause turn_pause; /* sessionStart */
	const char *voice_id;            /* promptStart */
	const char *tools;               /* promptStart: JSON text of the array
					  * toolConfiguration.tools, or NULL */
	struct nova_usage usage;
	const char *name; /* NOVA_OTHER: the event's name */
	const char *raw;  /* NOVA_OTHER: its value, JSON text */

	void *storage; /* owned block that the pointers lead into, or NULL */
};

/* The wire name: "contentStart".  For NOVA_OTHER use e->name. */
const char *nova_event_name(enum nova_event_type type);
const char *nova_role_name(enum nova_role role);          /* "USER" */
const char *nova_content_name(enum nova_content content); /* "AUDIO" */
const char *nova_stage_name(enum nova_stage stage);       /* "FINAL" */
const char *nova_stop_name(enum nova_stop stop);          /* "END_TURN" */
const char *nova_pause_name(enum nova_turn_pause pause);  /* "HIGH" */

/* Deep copy into *out.  Returns 0 or PROBLEM_MEMORY. */
int nova_event_copy(struct nova_event *out, const struct nova_event *e);
/* Frees what storage owns and zeroes e. */
void nova_event_clear(struct nova_event *e);

/* True for both signs of a barge-in: contentEnd INTERRUPTED, and a textOutput
 * that is the marker { "interrupted" : true } (not text to show). */
bool nova_event_is_interruption(const struct nova_event *e);
bool nova_event_is_interrupted_marker(const struct nova_event *e);

#endif
