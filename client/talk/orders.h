/*
 * orders: what a person or a program asks of a running conversation, on its
 * way from any thread to the loop's.
 *
 * Keys, the window and commands on stdin give orders; they are carried out in
 * the order in which they were given.
 */
#ifndef CLIENT_TALK_ORDERS_H
#define CLIENT_TALK_ORDERS_H

struct loop;
struct orders;

enum order_kind {
	ORDER_MUTE,    /* toggles the microphone */
	ORDER_TALK,    /* opens it: a key is held down */
	ORDER_TALKED,  /* closes it */
	ORDER_TYPE,    /* text: a line in place of speech */
	ORDER_TURN,    /* the same, when the answer before has been heard */
	ORDER_COMMAND, /* text: a line of --commands (docs/commands.md) */
	ORDER_FINISH,  /* no more turns: ends after the last answer */
	ORDER_SKIP,    /* the rest of this answer is not heard */
	ORDER_AGAIN,   /* asks the tutor to say it again */
	ORDER_HINT,    /* asks the tutor for a hint */
	ORDER_LOUDER,  /* a step of volume */
	ORDER_QUIETER, /* the same downwards */
};

/* carry_out is called on the loop's thread; text is NULL but for TYPE, TURN and
 * COMMAND. */
int orders_create(struct orders **out, struct loop *loop,
		  void (*carry_out)(void *arg, enum order_kind kind,
				    const char *text),
		  void *arg);
/* Loop thread, once nobody gives orders any more; those that wait are
 * forgotten.  NULL is fine; returns NULL. */
struct orders *orders_free(struct orders *o);
/* Any thread.  text is copied, may be NULL.  0 or PROBLEM_MEMORY. */
int orders_give(struct orders *o, enum order_kind kind, const char *text);

#endif
