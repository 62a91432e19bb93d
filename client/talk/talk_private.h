/*
 * What the files of talk share.
 *
 * talk.c          life: starting, ending; what other threads may call
 * talk_open.c     its parts, opened one after the other
 * talk_events.c   what the parts tell, and to whom that goes on
 */
#ifndef CLIENT_TALK_TALK_PRIVATE_H
#define CLIENT_TALK_TALK_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "client/conversation/conversation.h"
#include "client/conversation/voice_link.h"
#include "client/talk/backend.h"
#include "client/talk/devices.h"
#include "client/talk/driver.h"
#include "client/talk/ordered.h"
#include "client/talk/talk.h"
#include "client/talk/teaching.h"
#include "client/window/window.h"
#include "net/base/clock.h"
#include "net/base/problem.h"

struct talk {
	/* --- set at the start */
	const struct settings *settings;
	struct talk_face face;
	struct loop_thread *thread;
	struct loop *loop;
	struct status_board *board;
	struct orders *orders;
	atomic_int ends; /* times that talk_end() was called */

	/* --- loop thread only */
	struct talk_backend backend;
	struct talk_devices devices;
	struct playout *playout;
	struct teaching teaching;  /* --lesson */
	struct tool_runner *tools; /* the lesson's and those of --tools */
	struct session_folder *folder;
	struct plain_terminal *terminal;
	struct json_lines *json;
	struct window *window; /* --window; NULL: there is none */
	struct conversation *conversation;
	struct voice_link *link;
	struct timer files_timer, levels_timer;
	struct turns *turns;
	struct ordered ordered;
	struct driver driver; /* --commands */
	char *system_prompt;
	char *voices_dir; /* what was spoken is kept there; NULL: nowhere */
	bool devices_ready, session_ready, invited;
	bool folder_failed;           /* and that was told */
	bool cued;                    /* the first recording has begun */
	bool recording;               /* one is being given */
	struct problem start_problem; /* start() writes it, nobody after */
	int exit_code;
};

/* --- talk_open.c --- */
/* All of it, but for the loop; loop thread.  0 or a code with p filled; what is
 * open then is freed as usual. */
int talk_open(struct talk *t, struct problem *p);

/* --- talk_events.c --- */
struct conversation_listener talk_conversation_listener(struct talk *t);
struct voice_link_listener talk_voice_listener(struct talk *t);
void talk_on_renewed(void *arg, const struct renewal_report *report);
void talk_on_credentials(void *arg, const struct credentials *credentials,
			 const struct problem *why);
/* On the window's thread. */
void talk_on_window(void *arg, enum window_command command);
/* Loop thread; see orders.h. */
void talk_on_order(void *arg, enum order_kind kind, const char *text);
/* Timers: levels for the eye, and troubles that files have. */
void talk_watch_files(void *arg);
void talk_watch_levels(void *arg);

#endif
