#include <stdlib.h>

#include "audio/device/device_pump.h"
#include "audio/device/voice.h"
#include "net/base/problem.h"

enum { STEP_US = 1000 };

struct voice_thread {
	struct device_pump pump;
};

static void step(void *arg)
{
	voice_step(arg);
}

int voice_thread_start(struct voice_thread **out, struct voice *v)
{
	struct voice_thread *t = calloc(1, sizeof *t);

	if (!t)
		return PROBLEM_MEMORY;
	/* A missed step is not made up for: each moves all there is. */
	device_pump_init(&t->pump, NULL, STEP_US, 0, step, v);
	int err = device_pump_start(&t->pump);
	if (err)
		free(t);
	else
		*out = t;
	return err;
}

struct voice_thread *voice_thread_free(struct voice_thread *t)
{
	if (!t)
		return NULL;
	device_pump_stop(&t->pump);
	free(t);
	return NULL;
}
