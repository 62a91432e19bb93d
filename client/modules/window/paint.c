#include "client/modules/window/paint.h"

#include <fontconfig/fontconfig.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

#define ELLIPSIS "\u2026"

static const struct palette dark = {
	.back = {0x14, 0x16, 0x1a, 255},
	.panel = {0x22, 0x25, 0x2b, 255},
	.text = {0xf2, 0xf2, 0xf2, 255},
	.quiet = {0x9a, 0xa0, 0xa8, 255},
	.learner = {0x56, 0xb4, 0xe9, 255},
	.tutor = {0xe6, 0x9f, 0x00, 255},
	.alarm = {0xcc, 0x79, 0xa7, 255},
	.good = {0x00, 0x9e, 0x73, 255},
};

static const struct palette light_palette = {
	.back = {0xfa, 0xfa, 0xf7, 255},
	.panel = {0xe8, 0xe8, 0xe3, 255},
	.text = {0x10, 0x10, 0x10, 255},
	.quiet = {0x5c, 0x60, 0x66, 255},
	.learner = {0x00, 0x72, 0xb2, 255},
	.tutor = {0xb5, 0x4c, 0x00, 255},
	.alarm = {0x9c, 0x3f, 0x74, 255},
	.good = {0x00, 0x7a, 0x59, 255},
};

static int find_font(struct paint *a, struct problem *p)
{
	FcConfig *config = FcInitLoadConfigAndFonts();
	FcPattern *wanted = FcNameParse((const FcChar8 *)"DejaVu Sans");
	FcPattern *found = NULL;
	FcChar8 *file = NULL;
	FcResult result;

	if (config && wanted) {
		FcConfigSubstitute(config, wanted, FcMatchPattern);
		FcDefaultSubstitute(wanted);
		found = FcFontMatch(config, wanted, &result);
	}
	if (found &&
	    FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch)
		snprintf(a->font_path, sizeof a->font_path, "%s",
			 (const char *)file);
	if (found)
		FcPatternDestroy(found);
	if (wanted)
		FcPatternDestroy(wanted);
	if (config)
		FcConfigDestroy(config);
	return *a->font_path
		       ? 0
		       : problem_set(p, PROBLEM_FILE,
				     "--window: there is no font; install "
				     "fonts-dejavu-core");
}

int paint_init(struct paint *a, SDL_Renderer *renderer, bool light,
	       struct problem *p)
{
	memset(a, 0, sizeof *a);
	a->renderer = renderer;
	a->palette = light ? light_palette : dark;
	SDL_SetRenderDrawBlendMode(renderer, SDL_BLENDMODE_NONE);
	return find_font(a, p);
}

static void forget_words(struct paint *a)
{
	for (size_t i = 0; i < PAINT_WORDS; i++) {
		if (a->words[i].texture)
			SDL_DestroyTexture(a->words[i].texture);
		a->words[i] = (struct paint_word){0};
	}
}

void paint_deinit(struct paint *a)
{
	forget_words(a);
	for (size_t i = 0; i < PAINT_FONTS; i++) {
		if (a->fonts[i])
			TTF_CloseFont(a->fonts[i]);
		a->fonts[i] = NULL;
	}
}

int paint_size(struct paint *a, const struct window_layout *l,
	       struct problem *p)
{
	const int sizes[PAINT_FONTS] = {l->state_px, l->text_px, l->small_px};

	if (memcmp(sizes, a->sizes, sizeof sizes) == 0)
		return 0;
	paint_deinit(a);
	memcpy(a->sizes, sizes, sizeof sizes);
	for (size_t i = 0; i < PAINT_FONTS; i++) {
		/* a line of letters is about 7/6 of their size */
		a->fonts[i] = TTF_OpenFont(a->font_path, sizes[i] * 6 / 7);
		if (!a->fonts[i])
			return problem_set(p, PROBLEM_FILE,
					   "--window: %s: %s; install "
					   "fonts-dejavu-core",
					   a->font_path, TTF_GetError());
	}
	return 0;
}

void paint_box(struct paint *a, const struct window_box *b, SDL_Color c)
{
	const SDL_Rect r = {b->x, b->y, b->w, b->h};

	SDL_SetRenderDrawColor(a->renderer, c.r, c.g, c.b, c.a);
	if (b->w > 0 && b->h > 0)
		SDL_RenderFillRect(a->renderer, &r);
}

void paint_frame(struct paint *a, const struct window_box *b, int width,
		 SDL_Color c)
{
	const struct window_box sides[] = {
		{b->x, b->y, b->w, width},
		{b->x, b->y + b->h - width, b->w, width},
		{b->x, b->y, width, b->h},
		{b->x + b->w - width, b->y, width, b->h},
	};

	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
		paint_box(a, &sides[i], c);
}

/* --- words --- */

static bool same(const struct paint_word *w, enum paint_font font,
		 const char *text, SDL_Color c)
{
	return w->texture && w->font == font && w->colour.r == c.r &&
	       w->colour.g == c.g && w->colour.b == c.b &&
	       strcmp(w->text, text) == 0;
}

static void render(struct paint *a, struct paint_word *w, enum paint_font font,
		   const char *text, SDL_Color c)
{
	SDL_Surface *s = TTF_RenderUTF8_Blended(a->fonts[font], text, c);

	if (w->texture)
		SDL_DestroyTexture(w->texture);
	*w = (struct paint_word){.font = font, .colour = c};
	snprintf(w->text, sizeof w->text, "%s", text);
	if (!s)
		return;
	w->w = s->w;
	w->h = s->h;
	w->texture = SDL_CreateTextureFromSurface(a->renderer, s);
	SDL_FreeSurface(s);
}

static struct paint_word *find_word(struct paint *a, enum paint_font font,
				    const char *text, SDL_Color c)
{
	struct paint_word *oldest = &a->words[0];

	for (size_t i = 0; i < PAINT_WORDS; i++) {
		struct paint_word *w = &a->words[i];

		if (same(w, font, text, c))
			return w;
		if (w->used < oldest->used)
			oldest = w;
	}
	render(a, oldest, font, text, c);
	return oldest;
}

int paint_word(struct paint *a, enum paint_font font, const char *text,
	       size_t length, int x, int y, SDL_Color colour, bool draw)
{
	char piece[PAINT_WORD_SIZE];

	if (length >= sizeof piece)
		length = text_utf8_cut(text, length, sizeof piece - 1);
	if (length == 0)
		return 0;
	memcpy(piece, text, length);
	piece[length] = '\0';

	struct paint_word *w = find_word(a, font, piece, colour);
	const SDL_Rect to = {x, y, w->w, w->h};

	w->used = a->frame;
	if (draw && w->texture)
		SDL_RenderCopy(a->renderer, w->texture, NULL, &to);
	return w->w;
}

int paint_line_height(const struct paint *a, enum paint_font font)
{
	return TTF_FontLineSkip(a->fonts[font]);
}

/* Cut so that it fits, "…" at its end then. */
static void fit(struct paint *a, enum paint_font font, const char *text,
		int width, char out[PAINT_WORD_SIZE])
{
	size_t n = text_utf8_cut(text, strlen(text), PAINT_WORD_SIZE - 1);
	bool cut = text[n] != '\0';
	int w = 0, h;

	snprintf(out, PAINT_WORD_SIZE, "%.*s", (int)n, text);
	TTF_SizeUTF8(a->fonts[font], out, &w, &h);
	while (n > 0 && (w > width || cut)) {
		n = text_utf8_cut(text, strlen(text),
				  n - 1 < PAINT_WORD_SIZE - 4
					  ? n - 1
					  : PAINT_WORD_SIZE - 4);
		snprintf(out, PAINT_WORD_SIZE, "%.*s" ELLIPSIS, (int)n, text);
		TTF_SizeUTF8(a->fonts[font], out, &w, &h);
		cut = false;
	}
}

void paint_line(struct paint *a, enum paint_font font, const char *text,
		const struct window_box *b, enum paint_place place,
		SDL_Color colour)
{
	char shown[PAINT_WORD_SIZE];
	int w, h;

	fit(a, font, text, b->w, shown);
	if (!*shown || TTF_SizeUTF8(a->fonts[font], shown, &w, &h) != 0)
		return;
	int x = place == PAINT_LEFT    ? b->x
		: place == PAINT_RIGHT ? b->x + b->w - w
				       : b->x + (b->w - w) / 2;
	paint_word(a, font, shown, strlen(shown), x, b->y + (b->h - h) / 2,
		   colour, true);
}
