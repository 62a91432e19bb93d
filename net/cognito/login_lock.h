/*
 * login_lock: one program at a time changes a login's file.
 *
 * Who reads it, asks Cognito for new tokens and writes it holds the lock for as
 * long: a pool that rotates refresh tokens takes each only once.  The lock ends
 * with its holder, however that ends.
 */
#ifndef NET_COGNITO_LOGIN_LOCK_H
#define NET_COGNITO_LOGIN_LOCK_H

#include <stdbool.h>

struct problem;

struct login_lock {
	int fd; /* of "<path>.lock"; -1: not held */
};

/* PROBLEM_BUSY, without wait: another holds it.  PROBLEM_FILE,
 * PROBLEM_MEMORY. */
int login_lock_take(struct login_lock *k, const char *path, bool wait,
		    struct problem *p);
/* Does nothing when it is not held. */
void login_lock_release(struct login_lock *k);

#endif
