#include "net/base/module.h"

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/program.h"

/* Beside the program in a build, in ../lib/habla of an installation. */
static void *open_file(const char *name)
{
	static const char *const places[] = {"", "/../lib/habla"};
	char folder[PROGRAM_FOLDER_SIZE], path[PROGRAM_FOLDER_SIZE + 128];

	if (program_folder(folder))
		return NULL;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		snprintf(path, sizeof path, "%s%s/habla-%s.so", folder,
			 places[i], name);
		if (access(path, F_OK) != 0)
			continue;
		void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		if (module)
			return module;
		log_warn("module", "%s", dlerror());
	}
	return NULL;
}

int module_load(const void **out, const char *name, const char *packages,
		struct problem *p)
{
	void *module = open_file(name);

	*out = module ? dlsym(module, "habla_module") : NULL;
	if (!*out)
		return problem_set(
			p, PROBLEM_FILE,
			"habla-%s.so: it is not here, or a library of it "
			"is not; install %s and build Habla again",
			name, packages);
	return 0;
}
