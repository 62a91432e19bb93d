/*
 * turns: what a program or a pipe lets the learner say, one turn after the
 * other.
 *
 * A turn begins when the answer before it has been heard.  Words to be spoken
 * become sound beside the loop, as soon as they are known.  Loop thread.
 */
#ifndef CLIENT_TALK_TURNS_H
#define CLIENT_TALK_TURNS_H

#include <stdbool.h>

struct conversation;
struct loop;
struct problem;
struct turns;
struct voice_link;

enum turn_act {
	TURN_TYPE, /* text is sent as text */
	TURN_SAY,  /* text is spoken by a synthetic voice */
	TURN_PLAY, /* text is the name of a sound file */
};

/* All texts are copied. */
struct turn_request {
	enum turn_act act;
	const char *text;
	const char *voice, *language; /* SAY; NULL: as the conversation's */
	double speed;                 /* SAY; 0: 1 */
	bool now; /* before those that wait, and into the present answer */
	/* What becomes of it is told to the sinks (SESSION_COMMAND).  NULL: it
	 * is no command, and only what goes wrong is told, as a notice. */
	const char *command;
	const char *id; /* of the command, JSON; NULL: none */
};

struct turns_settings {
	struct loop *loop; /* borrowed, as are all */
	struct conversation *conversation;
	struct voice_link *link;
	const char *language;   /* of the conversation; NULL: English */
	const char *voices_dir; /* what was spoken is kept there; may be NULL */
};

/* 0 or PROBLEM_MEMORY. */
int turns_create(struct turns **out, const struct turns_settings *settings);
/* Forgets those that wait.  Waits for one that becomes sound.  NULL is fine;
 * returns NULL. */
struct turns *turns_free(struct turns *t);

/* PROBLEM_ORDER: it comes now, and there is no answer to speak into;
 * PROBLEM_MEMORY, PROBLEM_LIMIT; p filled. */
int turns_add(struct turns *t, const struct turn_request *request,
	      struct problem *p);
/* No more of the present answer is heard; its turn is over.  PROBLEM_ORDER:
 * there is none; p filled. */
int turns_cut(struct turns *t, struct problem *p);
/* No more will come: the conversation ends after the last answer. */
void turns_finish(struct turns *t);

/* The sound devices are open: before that, nothing begins. */
void turns_devices_ready(struct turns *t);
/* A session is ready, or an answer was heard: the next may begin. */
void turns_next(struct turns *t);
/* The microphone has heard all that voice_link_give() had. */
void turns_spoken(struct turns *t);

#endif
