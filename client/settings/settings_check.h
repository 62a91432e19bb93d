/* settings_check: is each value one that it may be, and do they fit together.
 */
#ifndef CLIENT_SETTINGS_SETTINGS_CHECK_H
#define CLIENT_SETTINGS_SETTINGS_CHECK_H

#include <stdbool.h>

struct problem;
struct settings;

/* Also fills in the numbers and switches.  flags_only: settings that need each
 * other are not looked at.  PROBLEM_USAGE fills p. */
int settings_check(struct settings *s, bool flags_only, struct problem *p);

#endif
