#include "client/assets.h"

#include <stdlib.h>
#include <unistd.h>

#include "net/base/problem.h"
#include "net/base/text.h"

#ifndef HABLA_ASSETS_DIR
#define HABLA_ASSETS_DIR "/usr/share/habla"
#endif

int asset_path(char **out, const char *relative)
{
	const char *const folders[] = {
		getenv("HABLA_ASSETS"),
		HABLA_ASSETS_DIR,
		"/usr/share/habla",
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
