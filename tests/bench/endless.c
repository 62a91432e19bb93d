#include "tests/bench/endless.h"

#include <stdbool.h>
#include <stdio.h>

#include "net/base/problem.h"
#include "tests/bench/bench.h"

int endless_write(const struct bench *b, const char *name, struct problem *p)
{
	static const char text[] = "name: An answer without end\n"
				   "stream:\n"
				   "  speed: 1\n"
				   "  chunk_ms: 20\n"
				   "turns:\n"
				   "  - on: open\n"
				   "    say:\n"
				   "      - text: Hmm.\n"
				   "        tone: {hz: 330, ms: 40000}\n";
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", b->folder, name);
	FILE *f = fopen(path, "w");
	bool written = f && fputs(text, f) >= 0;
	if (f && fclose(f) == 0 && written)
		return 0;
	return problem_set(p, PROBLEM_FILE, "%s: cannot be written", path);
}
