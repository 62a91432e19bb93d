#include "net/cognito/login_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "net/base/problem.h"
#include "net/base/text.h"

static int lock_file(struct login_lock *k, const char *name, bool wait)
{
	int taken;

	k->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (k->fd < 0)
		return -1;
	do
		taken = flock(k->fd, LOCK_EX | (wait ? 0 : LOCK_NB));
	while (taken != 0 && errno == EINTR);
	return taken;
}

int login_lock_take(struct login_lock *k, const char *path, bool wait,
		    struct problem *p)
{
	char *name = text_format("%s.lock", path);
	int err = 0;

	k->fd = -1;
	if (!name)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: not enough memory; try again", path);
	if (lock_file(k, name, wait) != 0)
		err = errno == EWOULDBLOCK
			      ? problem_set(p, PROBLEM_BUSY,
					    "%s: another habla is renewing the "
					    "login; try again",
					    path)
			      : problem_set(p, problem_from_file_errno(errno),
					    "%s: cannot be locked (%s); check "
					    "the file and its folder",
					    name, strerror(errno));
	if (err)
		login_lock_release(k);
	free(name);
	return err;
}

/* The file stays: deleting it would let two hold locks of one name. */
void login_lock_release(struct login_lock *k)
{
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
}
