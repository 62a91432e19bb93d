/* picture: draws a view on the window.  Window thread only. */
#ifndef CLIENT_MODULES_WINDOW_PICTURE_H
#define CLIENT_MODULES_WINDOW_PICTURE_H

#include "client/modules/window/paint.h"
#include "client/window/window_module.h"

struct window_view;

void picture_draw(struct paint *a, const struct window_layout *l,
		  const struct window_view *v, const struct window_host *host);

#endif
