#include "client/window/window_layout.h"

/* In points. */
enum {
	MARGIN = 12,
	STATE_LINE = 34,
	STATE_LINE_NARROW = 26,
	TEXT_LINE = 20,
	SMALL_LINE = 14,
	BUTTON_HEIGHT = 30,
	FIGURES_HEIGHT = 64,
	LESS_HEIGHT = 360, /* below it the figures have no room */
	NARROW_WIDTH = 480,
};

static int px(double points, double scale)
{
	return (int)(points * scale + 0.5);
}

static void place_buttons(struct window_layout *l, int width, int y, int h,
			  double scale)
{
	int gap = l->margin / 2, each = px(84, scale), small = px(36, scale);
	int right = width - l->margin;

	l->mute = (struct window_box){l->margin, y, each, h};
	l->quieter = (struct window_box){l->mute.x + each + gap, y, small, h};
	l->louder = (struct window_box){l->quieter.x + small + gap, y, small,
					h};
	l->end = (struct window_box){right - each, y, each, h};
}

/* The top line: the state has what its longest word needs. */
static void place_head(struct window_layout *l, int inner, double scale)
{
	int h = px(STATE_LINE, scale);
	int state = inner < px(NARROW_WIDTH, scale) ? inner * 3 / 5 : inner / 2;

	l->state = (struct window_box){l->margin, l->margin, state, h};
	l->connection = (struct window_box){l->margin + state, l->margin,
					    inner - state, h};
}

void window_layout(struct window_layout *out, int width_px, int height_px,
		   double scale)
{
	struct window_layout *l = out;

	*l = (struct window_layout){
		.state_px = px(width_px < px(NARROW_WIDTH, scale)
				       ? STATE_LINE_NARROW
				       : STATE_LINE,
			       scale),
		.text_px = px(TEXT_LINE, scale),
		.small_px = px(SMALL_LINE, scale),
		.margin = px(MARGIN, scale),
	};
	int inner = width_px - 2 * l->margin, gap = l->margin / 2;
	int bottom = height_px - l->margin - px(BUTTON_HEIGHT, scale);

	place_head(l, inner, scale);
	place_buttons(l, width_px, bottom, px(BUTTON_HEIGHT, scale), scale);

	int top = l->state.y + l->state.h + gap;
	int figures = height_px < px(LESS_HEIGHT, scale)
			      ? 0
			      : px(FIGURES_HEIGHT, scale);
	int free_height = bottom - gap - top - (figures ? figures + gap : 0);
	int wave = (free_height - 2 * gap) / 4;

	l->learner = (struct window_box){l->margin, top, inner, wave};
	l->tutor = (struct window_box){l->margin, top + wave, inner, wave};
	int y = top + 2 * wave + gap;
	int end = top + free_height;
	l->captions = (struct window_box){l->margin, y, inner, end - y};
	int half = (inner - l->margin) / 2;
	l->latency = (struct window_box){l->margin, end + gap, half, figures};
	l->lesson = (struct window_box){l->margin + half + l->margin, end + gap,
					half, figures};
}

bool window_box_holds(const struct window_box *b, int x, int y)
{
	return x >= b->x && x < b->x + b->w && y >= b->y && y < b->y + b->h;
}
