#include "audio/device/device_urgent.h"

#include <pthread.h>
#include <sched.h>

static bool set(int policy, int priority)
{
	const struct sched_param param = {.sched_priority = priority};

	return pthread_setschedparam(pthread_self(), policy, &param) == 0;
}

void device_urgent_begin(struct device_urgent *u)
{
	struct sched_param param;

	u->changed = false;
	if (pthread_getschedparam(pthread_self(), &u->policy, &param) != 0)
		return;
	u->priority = param.sched_priority;
	/* one that is urgent already stays as it is */
	if (u->policy == SCHED_OTHER)
		u->changed = set(SCHED_RR, sched_get_priority_min(SCHED_RR));
}

void device_urgent_end(const struct device_urgent *u)
{
	if (u->changed)
		set(u->policy, u->priority);
}
