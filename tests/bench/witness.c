#include "tests/bench/witness.h"

#include "net/base/clock.h"

enum { PERIOD_US = 1000 };

static void tick(void *arg)
{
	struct witness *w = arg;
	uint64_t now = clock_now_us(clock_system());

	/* due_us is the time that this tick was meant for */
	samples_add(&w->late_ms, (double)(now - w->pump.due_us) / 1000);
}

int witness_start(struct witness *w)
{
	*w = (struct witness){0};
	device_pump_init(&w->pump, NULL, PERIOD_US, 0, tick, w);
	return device_pump_start(&w->pump);
}

double witness_end_ms(struct witness *w)
{
	double noise = 0;

	device_pump_stop(&w->pump);
	if (w->late_ms.count > 0)
		noise = samples_quantile(&w->late_ms, 0.99);
	samples_deinit(&w->late_ms);
	return noise;
}

bool tries_left(const struct tries *t, unsigned wanted)
{
	return t->calm < wanted && t->made <= wanted + wanted / 2;
}

void tries_note(struct tries *t, double noise)
{
	t->made++;
	t->calm += noise < FIGURE_CALM_MS;
	t->noise = noise;
}
