/*
 * xdg: where a person's files belong (XDG Base Directory Specification).
 *
 * Relative values of the XDG_* variables are ignored, as the specification
 * asks.  Any thread, as long as nobody changes the environment.
 */
#ifndef CLIENT_XDG_H
#define CLIENT_XDG_H

struct problem;

enum xdg_kind {
	XDG_CONFIG, /* $XDG_CONFIG_HOME, else ~/.config */
	XDG_STATE,  /* $XDG_STATE_HOME, else ~/.local/state */
	XDG_DATA,   /* $XDG_DATA_HOME, else ~/.local/share */
	XDG_CACHE,  /* $XDG_CACHE_HOME, else ~/.cache */
};

/* The path of "habla/<relative>" there; caller frees.  Nothing is made.
 * Returns 0, PROBLEM_FILE when there is no home folder, or PROBLEM_MEMORY. */
int xdg_path(char **out, enum xdg_kind kind, const char *relative);

/* Makes path and the folders above it that are missing, mode 0700.  A folder
 * that is there already is fine.  PROBLEM_FILE or PROBLEM_DISK_FULL fill p. */
int xdg_make_folders(const char *path, struct problem *p);

/* The folder "habla/<relative>", made; caller frees.  NULL: it cannot be. */
char *xdg_made_folder(enum xdg_kind kind, const char *relative);

#endif
