#include "tests/support/await.h"

#include <poll.h>
#include <stddef.h>

enum { LOOKS = 60000 };

bool await(bool (*done)(void *arg), void *arg)
{
	for (int i = 0; i < LOOKS; i++) {
		if (done(arg))
			return true;
		poll(NULL, 0, 1);
	}
	return done(arg);
}
