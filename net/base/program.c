#include "net/base/program.h"

#include <string.h>
#include <unistd.h>

#include "net/base/problem.h"

int program_folder(char out[PROGRAM_FOLDER_SIZE])
{
	ssize_t n = readlink("/proc/self/exe", out, PROGRAM_FOLDER_SIZE - 1);

	if (n <= 0)
		return PROBLEM_FILE;
	out[n] = '\0';
	char *slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
	return 0;
}
