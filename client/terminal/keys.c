#include "client/terminal/keys.h"

enum {
	ESCAPE = 0x1b,
	BACKSPACE = 0x08,
	DELETE = 0x7f,
	KILL_LINE = 0x15,
	END_OF_INPUT = 0x04
};

static enum key_meaning meaning_of(unsigned char byte)
{
	switch (byte) {
	case ' ':
		return KEY_MUTE;
	case 't':
		return KEY_TYPE;
	case 's':
		return KEY_SKIP;
	case 'r':
		return KEY_AGAIN;
	case 'h':
		return KEY_HINT;
	case '+':
	case '=': /* the same key without shift */
		return KEY_LOUDER;
	case '-':
		return KEY_QUIETER;
	case 'w':
		return KEY_WINDOW;
	case 'd':
		return KEY_DETAILS;
	case '?':
		return KEY_HELP;
	case 'q':
		return KEY_QUIT;
	default:
		return KEY_NONE;
	}
}

/* A whole character, which may be several bytes. */
static void remove_last(struct keys *k)
{
	while (k->length > 0 &&
	       ((unsigned char)k->line[--k->length] & 0xc0) == 0x80)
		;
	k->line[k->length] = '\0';
}

static enum key_meaning edit(struct keys *k, unsigned char byte)
{
	switch (byte) {
	case '\r':
	case '\n':
		k->typing = false;
		return k->length ? KEY_LINE : KEY_EDITED;
	case END_OF_INPUT:
		return k->always ? KEY_QUIT : KEY_NONE;
	case BACKSPACE:
	case DELETE:
		remove_last(k);
		return KEY_EDITED;
	case KILL_LINE:
		k->length = 0;
		k->line[0] = '\0';
		return KEY_EDITED;
	default:
		if (byte < ' ' || k->length + 1 >= sizeof k->line)
			return KEY_NONE;
		k->line[k->length++] = (char)byte;
		k->line[k->length] = '\0';
		return KEY_EDITED;
	}
}

/* ESC [ parameters letter, and ESC O letter. */
static bool in_escape(struct keys *k, unsigned char byte)
{
	if (k->escape == 0)
		return false;
	if (k->escape == 1 && (byte == '[' || byte == 'O')) {
		k->escape = 2;
		return true;
	}
	if (k->escape == 2) {
		if (byte >= '@' && byte <= '~')
			k->escape = 0;
		return true;
	}
	k->escape = 0;
	return false;
}

enum key_meaning keys_take(struct keys *k, unsigned char byte)
{
	if (in_escape(k, byte))
		return KEY_NONE;
	if (byte == ESCAPE) {
		k->escape = 1;
		return KEY_NONE;
	}
	if (k->always && !k->typing) {
		k->typing = true;
		k->length = 0;
		k->line[0] = '\0';
	}
	if (k->typing)
		return edit(k, byte);

	enum key_meaning meaning = meaning_of(byte);

	if (meaning == KEY_TYPE) {
		k->typing = true;
		k->length = 0;
		k->line[0] = '\0';
	}
	return meaning;
}
