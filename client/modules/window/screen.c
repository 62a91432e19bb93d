/* The window itself: its life and its events (client/window/window_module.h).
 * One window at a time in a program. */
#include <SDL.h>
#include <SDL_ttf.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "client/modules/window/paint.h"
#include "client/modules/window/picture.h"
#include "client/window/window_module.h"
#include "client/window/window_view.h"
#include "net/base/problem.h"

enum { FRAME_MS = 16, WAKE = 1, QUIT = 2, DPI_OF_ONE = 96 };

struct screen {
	const struct window_host *host;
	SDL_Window *window;
	SDL_Renderer *renderer;
	struct paint paint;
	struct window_layout layout;
	struct window_view view;
	bool space_held, stop, dirty;
};

/* Event of our own; set before opened(), so other threads see it. */
static Uint32 own_event;
/* For save(): the window thread's. */
static SDL_Renderer *present;

/* --- size --- */

/* Pixels a point: what the window system says, else by the screen's density,
 * in halves. */
static double scale_of(struct screen *s, int width_px)
{
	int w, h;
	float dpi = DPI_OF_ONE;

	SDL_GetWindowSize(s->window, &w, &h);
	if (w > 0 && width_px > w)
		return (double)width_px / w;
	int display = SDL_GetWindowDisplayIndex(s->window);
	if (display < 0 || SDL_GetDisplayDPI(display, &dpi, NULL, NULL) != 0)
		return 1;
	double scale = round(2 * (double)dpi / DPI_OF_ONE) / 2;
	return scale < 1.5 ? 1 : scale > 3 ? 3 : scale;
}

static int lay_out(struct screen *s, struct problem *p)
{
	int w, h;

	SDL_GetRendererOutputSize(s->renderer, &w, &h);
	window_layout(&s->layout, w, h, scale_of(s, w));
	return paint_size(&s->paint, &s->layout, p);
}

static int open_screen(struct screen *s, struct problem *p)
{
	s->window = SDL_CreateWindow("Habla", SDL_WINDOWPOS_UNDEFINED,
				     SDL_WINDOWPOS_UNDEFINED, WINDOW_WIDTH,
				     WINDOW_HEIGHT,
				     SDL_WINDOW_RESIZABLE |
					     SDL_WINDOW_ALLOW_HIGHDPI);
	if (s->window)
		s->renderer = SDL_CreateRenderer(s->window, -1,
						 SDL_RENDERER_SOFTWARE);
	if (!s->renderer)
		return problem_set(p, PROBLEM_DEVICE,
				   "--window: no window: %s; the conversation "
				   "goes on without",
				   SDL_GetError());
	SDL_SetWindowMinimumSize(s->window, WINDOW_LEAST_WIDTH,
				 WINDOW_LEAST_HEIGHT);
	int err = paint_init(&s->paint, s->renderer, s->host->light, p);
	present = s->renderer;
	return err ? err : lay_out(s, p);
}

/* --- input --- */

static void command(struct screen *s, enum window_command c)
{
	if (s->host->offers & 1U << c)
		s->host->command(s->host->arg, c);
}

static void hold_space(struct screen *s, bool held)
{
	if (held == s->space_held)
		return;
	s->space_held = held;
	command(s, held ? WINDOW_TALK_BEGINS : WINDOW_TALK_ENDS);
}

/* As in the terminal. */
static void key_down(struct screen *s, const SDL_KeyboardEvent *k)
{
	switch (k->keysym.sym) {
	case SDLK_SPACE:
		if (s->host->push_to_talk)
			hold_space(s, true);
		else if (!k->repeat)
			command(s, WINDOW_MUTE);
		break;
	case SDLK_q:
		command(s, WINDOW_END);
		break;
	case SDLK_PLUS:
	case SDLK_EQUALS:
	case SDLK_KP_PLUS:
		command(s, WINDOW_LOUDER);
		break;
	case SDLK_MINUS:
	case SDLK_KP_MINUS:
		command(s, WINDOW_QUIETER);
		break;
	case SDLK_s:
		command(s, WINDOW_SKIP);
		break;
	case SDLK_r:
		command(s, WINDOW_AGAIN);
		break;
	case SDLK_h:
		command(s, WINDOW_HINT);
		break;
	case SDLK_w:
		s->stop = true;
		break;
	default:
		break;
	}
}

static void click(struct screen *s, const SDL_MouseButtonEvent *b)
{
	const struct window_layout *l = &s->layout;
	int w, h, wide, high;

	SDL_GetWindowSize(s->window, &w, &h);
	SDL_GetRendererOutputSize(s->renderer, &wide, &high);
	int x = b->x * wide / w, y = b->y * high / h;
	if (b->button != SDL_BUTTON_LEFT)
		return;
	if (window_box_holds(&l->mute, x, y))
		command(s, WINDOW_MUTE);
	else if (window_box_holds(&l->quieter, x, y))
		command(s, WINDOW_QUIETER);
	else if (window_box_holds(&l->louder, x, y))
		command(s, WINDOW_LOUDER);
	else if (window_box_holds(&l->end, x, y))
		command(s, WINDOW_END);
}

static void window_event(struct screen *s, const SDL_WindowEvent *e)
{
	struct problem p;

	switch (e->event) {
	case SDL_WINDOWEVENT_SIZE_CHANGED:
		if (lay_out(s, &p))
			s->stop = true;
		s->dirty = true;
		break;
	case SDL_WINDOWEVENT_EXPOSED:
	case SDL_WINDOWEVENT_SHOWN:
	case SDL_WINDOWEVENT_RESTORED:
		s->dirty = true;
		break;
	case SDL_WINDOWEVENT_FOCUS_LOST:
		/* the key's release would go elsewhere */
		hold_space(s, false);
		break;
	case SDL_WINDOWEVENT_CLOSE:
		s->stop = true;
		break;
	default:
		break;
	}
}

static void take(struct screen *s, const SDL_Event *e)
{
	if (e->type == own_event) {
		s->dirty = true;
		if (e->user.code == QUIT)
			s->stop = true;
		return;
	}
	switch (e->type) {
	case SDL_QUIT:
		s->stop = true;
		break;
	case SDL_WINDOWEVENT:
		window_event(s, &e->window);
		break;
	case SDL_KEYDOWN:
		key_down(s, &e->key);
		break;
	case SDL_KEYUP:
		if (e->key.keysym.sym == SDLK_SPACE)
			hold_space(s, false);
		break;
	case SDL_MOUSEBUTTONDOWN:
		click(s, &e->button);
		break;
	default:
		break;
	}
}

/* --- frames --- */

static bool draw(struct screen *s)
{
	bool moves = s->host->look(s->host->arg, &s->view);

	picture_draw(&s->paint, &s->layout, &s->view, s->host);
	s->host->drawn(s->host->arg);
	SDL_RenderPresent(s->renderer);
	s->dirty = false;
	return moves;
}

/* Sleeps in the window system until something happens, but for the time that a
 * frame takes while something moves. */
static void loop(struct screen *s)
{
	bool moves = draw(s);
	Uint64 due = SDL_GetTicks64() + FRAME_MS;
	SDL_Event e;

	while (!s->stop) {
		Uint64 now = SDL_GetTicks64();
		int got;

		if (moves)
			got = SDL_WaitEventTimeout(
				&e, now < due ? (int)(due - now) : 0);
		else
			got = SDL_WaitEvent(&e);
		while (got && !s->stop) {
			take(s, &e);
			got = SDL_PollEvent(&e);
		}
		now = SDL_GetTicks64();
		if (!s->stop && (moves ? now >= due : s->dirty)) {
			due = now + FRAME_MS;
			moves = draw(s);
		}
	}
	hold_space(s, false);
}

/* --- the module --- */

/* Only a window system: SDL would go on to draw on a bare screen, or
 * nowhere. */
static int start_sdl(struct problem *p)
{
	bool x11 = getenv("DISPLAY"), wayland = getenv("WAYLAND_DISPLAY");

	if (!x11 && !wayland && !getenv("SDL_VIDEODRIVER"))
		return problem_set(p, PROBLEM_DEVICE,
				   "--window: there is no window system here "
				   "(DISPLAY and WAYLAND_DISPLAY are not set); "
				   "the conversation goes on without");
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	/* our pixels go to the window as they are; by OpenGL they would cost
	 * more, and threads of its driver */
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
	SDL_SetHint(SDL_HINT_VIDEODRIVER, x11 && wayland ? "x11,wayland"
					  : x11          ? "x11"
							 : "wayland");
	if (SDL_Init(SDL_INIT_VIDEO) != 0)
		return problem_set(p, PROBLEM_DEVICE,
				   "--window: the window system does not "
				   "answer: %s; the conversation goes on "
				   "without",
				   SDL_GetError());
	own_event = SDL_RegisterEvents(1);
	if (TTF_Init() != 0)
		return problem_set(p, PROBLEM_DEVICE, "--window: %s",
				   TTF_GetError());
	return 0;
}

static void run(const struct window_host *host)
{
	struct screen *s = calloc(1, sizeof *s);
	struct problem p = {0};

	if (!s) {
		problem_set(&p, PROBLEM_MEMORY, "not enough memory");
		host->opened(host->arg, &p);
		return;
	}
	int err = start_sdl(&p);
	if (!err) {
		s->host = host;
		err = open_screen(s, &p);
	}
	host->opened(host->arg, &p);
	if (!err) {
		loop(s);
		host->closing(host->arg);
	}
	paint_deinit(&s->paint);
	if (s->renderer)
		SDL_DestroyRenderer(s->renderer);
	if (s->window)
		SDL_DestroyWindow(s->window);
	present = NULL;
	if (TTF_WasInit())
		TTF_Quit();
	SDL_Quit();
	free(s);
}

static void push(int code)
{
	SDL_Event e = {.user = {.type = own_event, .code = code}};

	SDL_PushEvent(&e);
}

static void wake(void)
{
	push(WAKE);
}

static void quit(void)
{
	push(QUIT);
}

static int save(const char *path)
{
	int w, h, err = PROBLEM_FILE;
	SDL_Surface *s;

	SDL_GetRendererOutputSize(present, &w, &h);
	s = SDL_CreateRGBSurfaceWithFormat(0, w, h, 24, SDL_PIXELFORMAT_BGR24);
	if (s &&
	    SDL_RenderReadPixels(present, NULL, SDL_PIXELFORMAT_BGR24,
				 s->pixels, s->pitch) == 0 &&
	    SDL_SaveBMP(s, path) == 0)
		err = 0;
	SDL_FreeSurface(s);
	return err;
}

__attribute__((
	visibility("default"))) extern const struct window_module habla_module;

const struct window_module habla_module = {
	.run = run,
	.wake = wake,
	.quit = quit,
	.save = save,
};
