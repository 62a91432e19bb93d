/* loop_until: runs a loop until something has come about. */
#ifndef TESTS_SUPPORT_LOOP_UNTIL_H
#define TESTS_SUPPORT_LOOP_UNTIL_H

#include <stdbool.h>

struct loop;

/* Looks after each turn of the loop; fails the test after a minute (a hang
 * limit, not a speed limit). */
void loop_until(struct loop *l, bool (*done)(void *arg), void *arg);

#endif
