/* captions: what is said, word by word; the newest lines when not all have
 * room.  Window thread only. */
#ifndef CLIENT_MODULES_WINDOW_CAPTIONS_H
#define CLIENT_MODULES_WINDOW_CAPTIONS_H

#include "client/modules/window/paint.h"

struct window_view;

void captions_draw(struct paint *a, const struct window_box *b,
		   const struct window_view *v);

#endif
