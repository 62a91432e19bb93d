/* folder: a folder of its own for a test, and files in it. */
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

#include <stddef.h>

/* Makes a fresh folder below $TMPDIR or /tmp; caller frees the path.  Stops
 * the test when that fails. */
char *folder_make(void);
/* Removes it with all that is in it, and frees the path. */
void folder_remove(char *folder);
/* Writes text to folder/name. */
void folder_write(const char *folder, const char *name, const char *text);
/* Reads folder/name; caller frees.  length may be NULL. */
char *folder_read(const char *folder, const char *name, size_t *length);

#endif
