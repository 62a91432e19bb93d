/* await: waits for what another thread brings about and has no event for. */
#ifndef TESTS_SUPPORT_AWAIT_H
#define TESTS_SUPPORT_AWAIT_H

#include <stdbool.h>

/* Looks each millisecond until done() holds.  Gives up after 60 s, a limit
 * for hangs and not for speed, and returns false. */
bool await(bool (*done)(void *arg), void *arg);

#endif
