#include "net/loop/thread.h"

#include <signal.h>
#include <stdio.h>

#include "net/base/problem.h"

enum { NAME_SIZE = 16 }; /* the kernel's limit, with the NUL */

/* A new thread inherits the mask.  Signals that a fault raises must not be
 * blocked, nor a profiler's. */
static void block_outside_signals(sigset_t *before)
{
	sigset_t outside;

	sigfillset(&outside);
	sigdelset(&outside, SIGSEGV);
	sigdelset(&outside, SIGBUS);
	sigdelset(&outside, SIGFPE);
	sigdelset(&outside, SIGILL);
	sigdelset(&outside, SIGABRT);
	sigdelset(&outside, SIGTRAP);
	sigdelset(&outside, SIGPROF);
	pthread_sigmask(SIG_SETMASK, &outside, before);
}

int thread_start(pthread_t *out, const char *name, void *(*run)(void *arg),
		 void *arg)
{
	sigset_t before;

	block_outside_signals(&before);
	int err = pthread_create(out, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return PROBLEM_LIMIT;
	char shown[NAME_SIZE];
	snprintf(shown, sizeof shown, "%s", name);
	pthread_setname_np(*out, shown);
	return 0;
}
