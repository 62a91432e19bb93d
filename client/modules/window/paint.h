/*
 * paint: letters and rectangles on the window, by SDL2, SDL2_ttf and
 * fontconfig.  Window thread only.
 *
 * Words are rendered once and kept as textures; the least used goes first.
 */
#ifndef CLIENT_MODULES_WINDOW_PAINT_H
#define CLIENT_MODULES_WINDOW_PAINT_H

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdbool.h>

#include "client/window/window_layout.h"

struct problem;

enum paint_font { PAINT_STATE, PAINT_TEXT, PAINT_SMALL, PAINT_FONTS };

enum { PAINT_WORDS = 512, PAINT_WORD_SIZE = 64 };

struct paint_word {
	char text[PAINT_WORD_SIZE];
	enum paint_font font;
	SDL_Color colour;
	SDL_Texture *texture; /* owned */
	int w, h;
	unsigned used; /* number of the frame */
};

/* Okabe and Ito's colours, which people with any colour vision tell apart. */
struct palette {
	SDL_Color back, panel, text, quiet, learner, tutor, alarm, good;
};

struct paint {
	SDL_Renderer *renderer; /* borrowed */
	struct palette palette;
	TTF_Font *fonts[PAINT_FONTS]; /* owned; NULL before paint_size() */
	char font_path[4096];
	int sizes[PAINT_FONTS];
	unsigned frame;
	struct paint_word words[PAINT_WORDS];
};

/* Finds the font.  PROBLEM_FILE fills p. */
int paint_init(struct paint *a, SDL_Renderer *renderer, bool light,
	       struct problem *p);
void paint_deinit(struct paint *a);
/* The layout has other sizes of letters.  PROBLEM_FILE fills p. */
int paint_size(struct paint *a, const struct window_layout *l,
	       struct problem *p);

void paint_box(struct paint *a, const struct window_box *b, SDL_Color colour);
/* Frame of so many pixels. */
void paint_frame(struct paint *a, const struct window_box *b, int width,
		 SDL_Color colour);
/* A piece of at most PAINT_WORD_SIZE bytes; returns its width.  draw false:
 * only that. */
int paint_word(struct paint *a, enum paint_font font, const char *text,
	       size_t length, int x, int y, SDL_Color colour, bool draw);
int paint_line_height(const struct paint *a, enum paint_font font);

/* One line in a box, centred in its height; what has no room ends with "…". */
enum paint_place { PAINT_LEFT, PAINT_RIGHT, PAINT_CENTRE };
void paint_line(struct paint *a, enum paint_font font, const char *text,
		const struct window_box *b, enum paint_place place,
		SDL_Color colour);

#endif
