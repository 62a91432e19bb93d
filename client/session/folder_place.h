/* folder_place: finds or makes the folder that a session goes to. */
#ifndef CLIENT_SESSION_FOLDER_PLACE_H
#define CLIENT_SESSION_FOLDER_PLACE_H

#include <stdint.h>

struct problem;

/* dir NULL: a new one in $XDG_STATE_HOME/habla/sessions, named by the time.
 * Otherwise dir, which is made if missing and must be empty.  The caller frees
 * the absolute path.  PROBLEM_USAGE, PROBLEM_FILE, PROBLEM_DISK_FULL or
 * PROBLEM_MEMORY fill p. */
int session_folder_place(char **out, const char *dir, int64_t wall_ms,
			 struct problem *p);

#endif
