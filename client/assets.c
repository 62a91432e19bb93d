#include "client/assets.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/base/problem.h"
#include "net/base/program.h"
#include "net/base/text.h"

/* Of a program in PREFIX/bin. */
#define INSTALLED "/../share/habla"

static const char *installed_folder(char *out)
{
	if (program_folder(out))
		return NULL;
	memcpy(out + strlen(out), INSTALLED, sizeof INSTALLED);
	return out;
}

int asset_path(char **out, const char *relative)
{
	char installed[PROGRAM_FOLDER_SIZE + sizeof INSTALLED];
	const char *const folders[] = {
		getenv("HABLA_ASSETS"),
		installed_folder(installed),
		HABLA_ASSETS_DIR,
	};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		if (!folders[i] || !*folders[i])
			continue;
		char *path = text_format("%s/%s", folders[i], relative);
		if (!path)
			return PROBLEM_MEMORY;
		if (access(path, R_OK) == 0) {
			*out = path;
			return 0;
		}
		free(path);
	}
	return PROBLEM_FILE;
}
