/*
 * What the files of the conversation share.
 *
 * conversation.c   life: beginning, ending; sinks; the learner
 * connection.c     its sessions: opening, losing, opening again
 * answers.c        what the service sends: blocks, turns, barge-in
 * tool_calls.c     the tools that it calls
 */
#ifndef CLIENT_CONVERSATION_CONVERSATION_PRIVATE_H
#define CLIENT_CONVERSATION_CONVERSATION_PRIVATE_H

#include "client/conversation/conversation.h"
#include "client/conversation/retry.h"
#include "client/conversation/tool_calls.h"
#include "client/conversation/tutor_turn.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/nova/history.h"
#include "net/nova/session.h"
#include "net/renewal/learner_audio.h"

enum { OPEN_BLOCKS_MAX = 8, CONTENT_ID_SIZE = 80 };

/* A content block between its contentStart and contentEnd. */
struct open_block {
	char content_id[CONTENT_ID_SIZE];
	enum nova_content content;
	enum nova_role role;
	enum nova_stage stage;
	uint32_t number; /* AUDIO: its block in the playout */
	bool dropped;    /* of a cut answer: its sound is not played */
	bool marker;     /* held the interruption marker, no text */
	struct bytes text;
};

struct conversation {
	/* --- set when created */
	struct conversation_settings settings;
	struct conversation_listener listener;
	struct session_sink *sinks;

	/* --- connection */
	struct nova_stream *stream; /* NULL while there is none */
	struct nova_session session;
	struct nova_stream tap; /* session -> tap -> stream */
	enum conversation_state state;
	bool ready;         /* the present session was accepted */
	uint64_t ready_us;  /* since when */
	bool was_connected; /* any session was */
	bool ending;        /* conversation_end() was called */
	struct retry retry;
	uint64_t
		retry_due_us; /* of the next attempt, while one is waited for */
	struct timer retry_timer, end_timer, answer_timer;

	/* --- learner */
	/* said and not answered: goes into the next session first */
	struct learner_audio learner_audio;
	bool speech_held; /* there is speech in it */
	bool learner_speaks;
	unsigned answer_timeout_ms; /* 0: none */
	bool question_open;         /* the learner spoke, no answer has begun */

	/* --- tutor */
	struct history history;
	struct tutor_turn turn;
	struct open_block blocks[OPEN_BLOCKS_MAX];
	size_t block_count;
	uint32_t next_block;
	struct tool_calls *tools;
	struct timer final_timer;
	bool answer_told; /* the listener knows that it was heard whole */
	bool sounding;    /* some of the answer waits or is being played */
	struct bytes scratch;
	char *last_partial;
	char *typed; /* the last line typed, until it is answered */
};

/* --- conversation.c --- */
void conversation_emit(struct conversation *c, struct session_event *e);
void conversation_update_state(struct conversation *c);
void conversation_answer_began(struct conversation *c);
/* The wait for an answer begins, when one is owed. */
void conversation_expect_answer(struct conversation *c);

/* --- connection.c --- */
void connection_init(struct conversation *c);
/* The first session, from the loop. */
void connection_open(struct conversation *c);
/* The session is gone: another one after a wait, or the end. */
void connection_lost(struct conversation *c, const struct problem *why);
/* No session, and none later. */
void connection_close(struct conversation *c);

/* --- answers.c --- */
void answers_init(struct conversation *c);
void answers_deinit(struct conversation *c);
/* One event of the service. */
void answers_receive(struct conversation *c, const struct nova_event *e);
/* The learner's line is written down. */
void answers_learner_typed(struct conversation *c, const char *text);
/* The session is gone: blocks end where they are. */
void answers_session_lost(struct conversation *c);
/* The learner has heard enough: what waits is not played. */
void answers_stop(struct conversation *c);
/* Writes the present answer into transcript and history, if there is one. */
void answers_close_turn(struct conversation *c);
/* Tells whether the answer is whole, when it ended or was played. */
void answers_check_done(struct conversation *c);

#endif
