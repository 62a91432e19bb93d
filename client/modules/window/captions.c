#include <string.h>

#include "client/modules/window/captions.h"
#include "client/window/window_view.h"
#include "net/base/language.h"

/* Where the next word goes.  Lines above the box are measured, not drawn. */
struct pen {
	struct paint *paint;
	const struct window_box *box;
	int x, y, line, indent;
	bool draw;
};

static void new_line(struct pen *p)
{
	p->x = p->box->x + p->indent;
	p->y += p->line;
}

static void write_word(struct pen *p, const char *text, size_t length,
		       SDL_Color colour, bool underline)
{
	int w = paint_word(p->paint, PAINT_TEXT, text, length, 0, 0, colour,
			   false);

	if (p->x + w > p->box->x + p->box->w && p->x > p->box->x + p->indent)
		new_line(p);
	bool inside = p->draw && p->y >= p->box->y &&
		      p->y + p->line <= p->box->y + p->box->h;
	if (inside) {
		const struct window_box under = {p->x, p->y + p->line - 3, w,
						 2};
		paint_word(p->paint, PAINT_TEXT, text, length, p->x, p->y,
			   colour, true);
		if (underline)
			paint_box(p->paint, &under, colour);
	}
	p->x += w + p->line / 4;
}

/* Heard words stand in full, the one heard last is underlined, planned ones
 * are quiet. */
static void write_caption(struct pen *p, const struct window_caption *c)
{
	const struct palette *colours = &p->paint->palette;
	const char *who = c->tutor ? _("Tutor") : _("You");
	unsigned n = 0;

	p->x = p->box->x;
	p->indent = 0;
	write_word(p, who, strlen(who),
		   c->tutor ? colours->tutor : colours->learner, false);
	p->indent = p->line * 3;
	p->x = p->box->x + p->indent;
	for (const char *at = c->text; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		if (length == 0)
			continue;
		bool heard = c->complete || n < c->heard;
		n++;
		write_word(p, at, length,
			   heard ? colours->text : colours->quiet,
			   !c->complete && n == c->heard);
		at += length;
	}
	if (c->cut)
		write_word(p, _("(interrupted)"), strlen(_("(interrupted)")),
			   colours->alarm, false);
	new_line(p);
}

static int write_all(struct pen *p, const struct window_view *v, int top)
{
	p->y = top;
	for (size_t i = 0; i < v->caption_count; i++)
		write_caption(p, &v->captions[i]);
	return p->y - top;
}

void captions_draw(struct paint *a, const struct window_box *b,
		   const struct window_view *v)
{
	struct pen p = {
		.paint = a,
		.box = b,
		.line = paint_line_height(a, PAINT_TEXT),
	};
	int height = write_all(&p, v, b->y);

	p.draw = true;
	write_all(&p, v, height > b->h ? b->y + b->h - height : b->y);
}
