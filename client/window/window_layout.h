/*
 * window_layout: where the parts of the window are, in pixels.
 *
 * Pure.  Lengths are thought in points and become pixels by scale (1: one
 * pixel a point; 2: a HiDPI screen).  No two rectangles overlap and all are
 * inside of the window; a part that has no room has no height.
 */
#ifndef CLIENT_WINDOW_WINDOW_LAYOUT_H
#define CLIENT_WINDOW_WINDOW_LAYOUT_H

#include <stdbool.h>

enum {
	/* What the window may be made smaller to, in points. */
	WINDOW_LEAST_WIDTH = 320,
	WINDOW_LEAST_HEIGHT = 240,
	WINDOW_WIDTH = 720, /* at first */
	WINDOW_HEIGHT = 520,
};

struct window_box {
	int x, y, w, h;
};

struct window_layout {
	struct window_box state, connection; /* one line: left, right */
	struct window_box learner, tutor;    /* waveforms, one time axis */
	struct window_box captions;
	struct window_box latency, lesson;            /* side by side */
	struct window_box mute, quieter, louder, end; /* buttons */
	int state_px, text_px, small_px; /* heights of letters' lines */
	int margin;
};

void window_layout(struct window_layout *out, int width_px, int height_px,
		   double scale);
bool window_box_holds(const struct window_box *b, int x, int y);

#endif
