/*
 * keys: what a person's keys mean, and the line that is being typed.
 *
 * Bytes of a terminal in, one key's meaning out.  Keys with longer codes
 * (arrows, function keys) mean nothing.  One thread.
 */
#ifndef CLIENT_TERMINAL_KEYS_H
#define CLIENT_TERMINAL_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum key_meaning {
	KEY_NONE,
	KEY_MUTE,    /* space */
	KEY_TYPE,    /* t: a line is begun */
	KEY_LINE,    /* return: keys.line is whole */
	KEY_EDITED,  /* the line has changed, or was given up */
	KEY_SKIP,    /* s */
	KEY_AGAIN,   /* r */
	KEY_HINT,    /* h */
	KEY_LOUDER,  /* + */
	KEY_QUIETER, /* - */
	KEY_WINDOW,  /* w */
	KEY_DETAILS, /* d */
	KEY_HELP,    /* ? */
	KEY_QUIT,    /* q */
};

enum { KEYS_LINE_SIZE = 512 };

/* Zero: no line is typed. */
struct keys {
	bool typing;
	bool always; /* each line is followed by the next */
	char line[KEYS_LINE_SIZE];
	size_t length;
	int escape; /* bytes of a longer code so far */
};

enum key_meaning keys_take(struct keys *k, unsigned char byte);

#endif
