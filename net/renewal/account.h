/*
 * account: what has been said in a conversation, for the stream that comes
 * next.
 *
 * The history proper, and behind it the learner's turns that no answer has
 * begun for yet: those are given again as they were (as sound, or typed), and
 * must then not be in the history too, or they are answered twice.  One
 * thread.
 */
#ifndef NET_RENEWAL_ACCOUNT_H
#define NET_RENEWAL_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/history.h"

struct question {
	char *text;   /* owned */
	uint64_t end; /* position in the learner's audio at which it ended */
	bool typed;
};

struct account {
	struct history history;
	struct question *questions;
	size_t count, capacity;
};

void account_init(struct account *a, size_t history_bytes);
void account_deinit(struct account *a);

/* All return 0 or PROBLEM_MEMORY. */
/* A transcript of what the learner said up to that position. */
int account_heard(struct account *a, const char *text, uint64_t end);
int account_typed(struct account *a, const char *text, uint64_t end);
/* Final text of the tutor's. */
int account_said(struct account *a, const char *text);
/* An answer has begun: all questions are history. */
int account_answered(struct account *a);

/* Where a new stream's audio begins, when it should from `from` on but only
 * samples after `oldest` are held: a question of which a part is lost is given
 * as text. */
uint64_t account_begin(const struct account *a, uint64_t from, uint64_t oldest);
/* The new stream's audio begins at from: spoken questions before it become
 * history, those after it will be heard again and are forgotten.  Typed ones
 * stay.  Returns how many were forgotten, or PROBLEM_MEMORY. */
int account_settle(struct account *a, uint64_t from);

#endif
