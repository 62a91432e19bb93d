/* program: where the program that runs lies on disk. */
#ifndef NET_BASE_PROGRAM_H
#define NET_BASE_PROGRAM_H

#include <limits.h>

enum { PROGRAM_FOLDER_SIZE = PATH_MAX };

/* Its folder, links followed, without "/" at the end.  0 or PROBLEM_FILE. */
int program_folder(char out[PROGRAM_FOLDER_SIZE]);

#endif
