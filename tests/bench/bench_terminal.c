/*
 * bench_terminal: what the block under the transcript costs, drawn as often as
 * it may be (client/talk/front.c), with all of it moving.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "client/status/status.h"
#include "client/terminal/screen.h"
#include "client/terminal/status_lines.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "tests/bench/bench.h"

enum { DRAWS_A_SECOND = 20, BATCH = 2000, ROUNDS = 9 };

/* One draw after another, each with other levels and more of the answer. */
static void draw(struct screen *screen, unsigned step)
{
	const struct status_look look = {
		.columns = 200,
		.elapsed_s = step,
		.details = true,
	};
	struct screen_block block = {0};
	struct status s = {
		.state = "speaking",
		.has_levels = true,
		.mic_db = -(double)(step % 56),
		.speaker_db = -(double)((step * 7) % 56),
		.volume = 90,
		.first_audio_ms = 900,
		.answers = step,
		.steps = 12,
		.session_id = "3f0a9e8b-6d2c-4c55-9a51-0d6b7f3f2f10",
	};

	snprintf(s.partial, sizeof s.partial, "%.*s", (int)(step % 80),
		 "Plants make sugar from light, water and a gas that we "
		 "breathe out all the time.");
	status_lines_make(&block, &s, &look);
	screen_draw(screen, &block);
}

int bench_terminal(struct bench *b, struct problem *p)
{
	/* percent of a core; "redraw, <= 1 % of a core" */
	static const struct figure_name id = {"terminal_draw_cpu", "%", 1};
	struct screen *screen = NULL;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int err = fd < 0 ? PROBLEM_FILE : screen_create(&screen, fd, 1);

	for (unsigned run = 0; !err && run < b->runs; run++) {
		struct samples s = {0};

		for (unsigned round = 0; round < ROUNDS; round++) {
			uint64_t start = clock_now_us(clock_system());

			for (unsigned i = 0; i < BATCH; i++)
				draw(screen, i);
			uint64_t us = clock_now_us(clock_system()) - start;
			samples_add(&s, (double)us / BATCH * DRAWS_A_SECOND /
						1e6 * 100);
		}
		err = figures_add(&b->figures, &id, &s);
		samples_deinit(&s);
	}
	screen_free(screen);
	if (fd >= 0)
		close(fd);
	return err ? problem_set(p, err, "terminal: cannot be measured") : 0;
}
