/*
 * browser: a headless Chromium with one page, driven through a pipe by the
 * DevTools protocol (chromedevtools.github.io/devtools-protocol).
 *
 * It has a profile of its own and no network but what the page asks for, which
 * is noted.  Failing expectations end the test; the browser ends with it.
 */
#ifndef TESTS_SUPPORT_BROWSER_H
#define TESTS_SUPPORT_BROWSER_H

struct browser;

/* Starts it, opens the file, and waits until it has been loaded.  width and
 * height in CSS pixels. */
struct browser *browser_open(const char *path, unsigned width, unsigned height);
void browser_close(struct browser *b);

/* The value of a JavaScript expression as JSON; a promise is waited for.
 * Caller frees. */
char *browser_value(struct browser *b, const char *expression);
/* Evaluates it for what it does. */
void browser_do(struct browser *b, const char *expression);
/* The value must be that. */
void browser_expect(struct browser *b, const char *expression,
		    const char *json);
/* Waits until the expression is true, looking at it before each picture that
 * the page draws. */
void browser_wait(struct browser *b, const char *expression);

/* A real click in the middle of the first element of that selector, or at a
 * share (0 to 1) of its width. */
void browser_click(struct browser *b, const char *selector);
void browser_click_at(struct browser *b, const char *selector, double share);
/* Text into what has the focus, or one key: " ", "ArrowRight". */
void browser_type(struct browser *b, const char *text);
void browser_press(struct browser *b, const char *key);
/* Whether the system asks for dark pages. */
void browser_prefer_dark(struct browser *b, int dark);
/* Writes a PNG. */
void browser_picture(struct browser *b, const char *path);

/* What must not be: errors and warnings on the console, exceptions, requests
 * that leave the file; a line each, "" when there was none. */
const char *browser_complaints(struct browser *b);

#endif
