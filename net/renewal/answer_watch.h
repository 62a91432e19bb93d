/*
 * answer_watch: follows what the service sends: when an answer begins, when it
 * is whole, and what it said.
 *
 * An answer is whole when the service has ended it, each SPECULATIVE text has
 * its FINAL one, and its sound has had the time to be heard (it comes faster
 * than it is spoken, and a learner may still speak into it); or when it was
 * cut by the learner.  FINAL texts go into the account as they come.
 *
 * The learner's turn counts as answered when sound of the answer begins, or
 * when the model asks for a tool.  One thread.
 */
#ifndef NET_RENEWAL_ANSWER_WATCH_H
#define NET_RENEWAL_ANSWER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"
#include "net/nova/event.h"

struct account;
struct clock;
struct learner_turns;

enum { WATCHED_BLOCKS_MAX = 8 };

/* Between its contentStart and its contentEnd. */
struct watched_block {
	char *id; /* owned */
	enum nova_content content;
	enum nova_role role;
	enum nova_stage stage;
	struct bytes text;
};

struct answer_watch {
	struct clock *clock;
	struct account *account; /* borrowed, as the next */
	struct learner_turns *turns;
	struct watched_block blocks[WATCHED_BLOCKS_MAX];
	size_t block_count;

	char **plans; /* owned: SPECULATIVE texts */
	size_t planned, plan_capacity;
	size_t finals;    /* FINAL texts for them */
	bool active;      /* something of an answer has come */
	bool sounds;      /* sound of it has begun */
	bool ended;       /* by the service */
	bool interrupted; /* by the learner */
	unsigned rate_hz; /* of the sound */
	uint64_t ended_us;
	uint64_t heard_us;   /* when a client that plays what it gets without
			      * a gap is through with it */
	uint64_t awaited_us; /* an answer is owed until then at most */
};

void answer_watch_init(struct answer_watch *w, struct clock *clock,
		       struct account *account, struct learner_turns *turns);
void answer_watch_deinit(struct answer_watch *w);

/* An event of the service.  tool_answers: a toolUse answers the turn.  0 or
 * PROBLEM_MEMORY. */
int answer_watch_take(struct answer_watch *w, const struct nova_event *e,
		      bool tool_answers);
/* The learner has typed, or a tool's result was sent: an answer should come. */
void answer_watch_expect(struct answer_watch *w);

/* An answer has begun and is not whole. */
bool answer_watch_busy(const struct answer_watch *w);
/* A turn has ended whose answer has not begun; not for longer than 8 s. */
bool answer_watch_owed(const struct answer_watch *w);

/* Takes an event that is to be told.  False: nothing more is to be told
 * (whoever follows the stream has freed it). */
typedef bool answer_give(void *arg, const struct nova_event *e);

/* The stream ends here.  An answer that is not whole ends with what has come
 * of it: gives, through give(arg, event), the events that close its blocks, and
 * the FINAL texts that are missing, so that who follows the stream sees an
 * answer that ends in order.  An answer without sound yet is called off by an
 * interruption. */
int answer_watch_close(struct answer_watch *w, const char *prompt_name,
		       answer_give *give, void *arg);

/* A whole block: FINAL text, or sound (text NULL) without a sample. */
bool answer_give_block(const char *prompt_name, enum nova_content content,
		       const char *text, enum nova_stop stop, answer_give *give,
		       void *arg);
/* One that says { "interrupted" : true }. */
bool answer_give_interruption(const char *prompt_name, answer_give *give,
			      void *arg);

#endif
