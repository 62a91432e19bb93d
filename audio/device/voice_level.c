#include "audio/device/voice_level.h"

#include <math.h>
#include <string.h>

#include "audio/dsp/meter.h"

enum { WINDOWS_IN_SECOND = 20, TELLINGS_IN_WINDOW = 5 };

static void tell(struct voice_level *l, double db)
{
	atomic_store_explicit(&l->centi_db, (int)lrint(db * 100),
			      memory_order_relaxed);
}

void voice_level_init(struct voice_level *l, unsigned rate_hz)
{
	memset(l, 0, sizeof *l);
	l->window = rate_hz / WINDOWS_IN_SECOND;
	if (l->window > VOICE_LEVEL_MOST)
		l->window = VOICE_LEVEL_MOST;
	if (l->window == 0)
		l->window = 1;
	tell(l, METER_SILENCE_DB);
}

void voice_level_take(struct voice_level *l, const int16_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		l->samples[l->at] = samples[i];
		l->at = l->at + 1 == l->window ? 0 : l->at + 1;
	}
	l->pending += n;
	if (l->pending < l->window / TELLINGS_IN_WINDOW)
		return;
	l->pending = 0;
	tell(l, meter_rms_db(l->samples, l->window));
}

double voice_level_db(const struct voice_level *l)
{
	return atomic_load_explicit(&l->centi_db, memory_order_relaxed) / 100.0;
}
