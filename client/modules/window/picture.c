#include "client/modules/window/picture.h"

#include <stdio.h>

#include "client/modules/window/captions.h"
#include "client/window/window_view.h"
#include "net/base/language.h"

/* --- head --- */

static void draw_head(struct paint *a, const struct window_layout *l,
		      const struct window_view *v)
{
	const struct palette *c = &a->palette;
	bool muted = v->muted && (v->state == WINDOW_LISTENING ||
				  v->state == WINDOW_HEARING);
	SDL_Color colour = muted || v->state == WINDOW_RECONNECTING ? c->alarm
			   : v->state == WINDOW_HEARING             ? c->learner
			   : v->state == WINDOW_SPEAKING            ? c->tutor
								    : c->text;
	const char *word = muted ? _("Muted") : window_state_word(v->state);

	paint_line(a, PAINT_STATE, word, &l->state, PAINT_LEFT, colour);
	paint_line(a, PAINT_SMALL, *v->notice ? v->notice : v->connection,
		   &l->connection, PAINT_RIGHT,
		   *v->notice ? c->alarm : c->quiet);
}

/* --- waveforms --- */

static int column_x(const struct window_box *b, uint64_t age)
{
	return b->x + b->w - (int)((age + 1) * (uint64_t)b->w / WINDOW_COLUMNS);
}

static void draw_wave(struct paint *a, const struct window_box *b,
		      const struct window_view *v, const int16_t *peaks,
		      SDL_Color colour)
{
	uint64_t shown = v->columns < WINDOW_COLUMNS ? v->columns
						     : WINDOW_COLUMNS;
	int middle = b->y + b->h / 2;
	const struct window_box axis = {b->x, middle, b->w, 1};

	paint_box(a, &axis, a->palette.quiet);
	for (uint64_t age = 0; age < shown; age++) {
		int peak = peaks[(v->columns - 1 - age) % WINDOW_COLUMNS];
		if (peak <= WINDOW_QUIET_PEAK)
			continue;
		int x = column_x(b, age);
		int next = age ? column_x(b, age - 1) : b->x + b->w;
		int h = peak * (b->h - 4) / INT16_MAX / 2 + 1;
		const struct window_box bar = {x, middle - h,
					       next > x ? next - x : 1,
					       2 * h + 1};
		paint_box(a, &bar, colour);
	}
}

/* Beginnings have a foot to the right, ends one to the left, interruptions go
 * through both waves. */
static void draw_mark(struct paint *a, const struct window_layout *l,
		      const struct window_mark *m, uint64_t columns)
{
	const struct palette *c = &a->palette;
	uint64_t age = columns - m->column;
	const struct window_box *b = &l->learner;

	if (age >= WINDOW_COLUMNS)
		return;
	int x = column_x(b, age), foot = l->margin / 2;
	if (m->kind == WINDOW_MARK_INTERRUPTED) {
		const struct window_box line = {x, b->y, 3, b->h + l->tutor.h};
		const struct window_box knob = {x - foot / 2, l->tutor.y - 4,
						foot + 3, 8};
		paint_box(a, &line, c->alarm);
		paint_box(a, &knob, c->alarm);
		return;
	}
	bool began = m->kind == WINDOW_MARK_SPEECH_BEGAN;
	const struct window_box line = {x, b->y, 1, b->h};
	int left = began ? x : x - foot < b->x ? b->x : x - foot;
	const struct window_box feet = {left, b->y, foot, 3};
	paint_box(a, &line, c->text);
	paint_box(a, &feet, c->text);
}

static void draw_waves(struct paint *a, const struct window_layout *l,
		       const struct window_view *v)
{
	const struct palette *c = &a->palette;
	struct window_box both = {l->learner.x, l->learner.y, l->learner.w,
				  l->learner.h + l->tutor.h};
	size_t marks = v->mark_count < WINDOW_MARKS ? v->mark_count
						    : WINDOW_MARKS;
	struct window_box label = {both.x + 4, l->learner.y + 3, both.w,
				   l->small_px};

	paint_box(a, &both, c->panel);
	draw_wave(a, &l->learner, v, v->learner, c->learner);
	draw_wave(a, &l->tutor, v, v->tutor, c->tutor);
	for (size_t i = 0; i < marks; i++)
		draw_mark(a, l, &v->marks[i], v->columns);
	paint_line(a, PAINT_SMALL, _("You"), &label, PAINT_LEFT, c->learner);
	label.y = l->tutor.y + 3;
	paint_line(a, PAINT_SMALL, _("Tutor"), &label, PAINT_LEFT, c->tutor);
}

/* --- figures --- */

static void draw_latency(struct paint *a, const struct window_layout *l,
			 const struct window_view *v)
{
	const struct palette *c = &a->palette;
	const struct window_box *b = &l->latency;
	struct window_box head = {b->x, b->y, b->w, l->small_px + 4};
	char line[64];
	unsigned most = 1000; /* bars of quick answers are short */

	if (b->h == 0)
		return;
	for (size_t i = 0; i < v->latency_count; i++)
		if (v->latency_ms[i] > most)
			most = v->latency_ms[i];
	if (v->latency_count)
		snprintf(line, sizeof line, _("Answer after: %.1f s"),
			 v->latency_ms[v->latency_count - 1] / 1000.0);
	else
		snprintf(line, sizeof line, "%s", _("Answer after: none yet"));
	paint_line(a, PAINT_SMALL, line, &head, PAINT_LEFT, c->text);

	int room = b->h - head.h - 2, step = b->w / WINDOW_LATENCIES;
	for (size_t i = 0; i < v->latency_count; i++) {
		int h = (int)((uint64_t)v->latency_ms[i] * (unsigned)room /
			      most) +
			1;
		const struct window_box bar = {b->x + (int)i * step,
					       b->y + b->h - h,
					       step > 3 ? step - 2 : step, h};
		paint_box(a, &bar,
			  i + 1 == v->latency_count ? c->text : c->quiet);
	}
}

static void draw_lesson(struct paint *a, const struct window_layout *l,
			const struct window_view *v)
{
	const struct palette *c = &a->palette;
	const struct window_box *b = &l->lesson;
	struct window_box head = {b->x, b->y, b->w, l->small_px + 4};
	char line[256];

	if (b->h == 0 || !v->steps.lesson)
		return;
	snprintf(line, sizeof line, _("%u of %zu: %s"), v->steps.count,
		 v->steps.lesson->step_count, v->steps.lesson->title);
	paint_line(a, PAINT_SMALL, line, &head, PAINT_LEFT, c->text);

	int n = (int)v->steps.lesson->step_count, top = head.y + head.h + 6;
	for (int i = 0; i < n; i++) {
		int x = b->x + i * b->w / n, next = b->x + (i + 1) * b->w / n;
		const struct window_box step = {x, top,
						next - x > 4 ? next - x - 2
							     : next - x,
						l->small_px};
		/* done: filled; not: a frame */
		if (v->steps.done[i])
			paint_box(a, &step, c->good);
		else
			paint_frame(a, &step, 1, c->quiet);
	}
}

/* --- buttons --- */

static void draw_button(struct paint *a, const struct window_box *b,
			const char *label, bool pressed)
{
	const struct palette *c = &a->palette;

	paint_box(a, b, pressed ? c->alarm : c->panel);
	paint_frame(a, b, 1, c->quiet);
	paint_line(a, PAINT_SMALL, label, b, PAINT_CENTRE,
		   pressed ? c->back : c->text);
}

static void draw_buttons(struct paint *a, const struct window_layout *l,
			 const struct window_view *v,
			 const struct window_host *host)
{
	const struct {
		enum window_command command;
		const struct window_box *box;
		const char *label;
		bool pressed;
	} buttons[] = {
		{WINDOW_MUTE, &l->mute, v->muted ? _("Unmute") : _("Mute"),
		 v->muted},
		{WINDOW_QUIETER, &l->quieter, "\u2212", false},
		{WINDOW_LOUDER, &l->louder, "+", false},
		{WINDOW_END, &l->end, _("End"), false},
	};

	for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
		if (host->offers & 1U << buttons[i].command)
			draw_button(a, buttons[i].box, buttons[i].label,
				    buttons[i].pressed);
}

void picture_draw(struct paint *a, const struct window_layout *l,
		  const struct window_view *v, const struct window_host *host)
{
	SDL_Color back = a->palette.back;

	a->frame++;
	SDL_SetRenderDrawColor(a->renderer, back.r, back.g, back.b, 255);
	SDL_RenderClear(a->renderer);
	draw_head(a, l, v);
	draw_waves(a, l, v);
	captions_draw(a, &l->captions, v);
	draw_latency(a, l, v);
	draw_lesson(a, l, v);
	draw_buttons(a, l, v, host);
}
