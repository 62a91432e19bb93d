#include <stdlib.h>

#include "audio/dsp/playout.h"
#include "client/exit_code.h"
#include "client/session/folder.h"
#include "client/status/status.h"
#include "client/talk/talk_private.h"
#include "client/talk/turns.h"
#include "client/terminal/plain.h"
#include "client/tools/tool_runner.h"
#include "net/base/language.h"
#include "net/base/log.h"
#include "net/base/text.h"
#include "net/loop/loop.h"

static void start(void *arg)
{
	struct talk *t = arg;

	talk_open(t, &t->start_problem);
}

/* --- ending --- */

static void stop(void *arg)
{
	struct talk *t = arg;

	timer_stop(&t->files_timer);
	timer_stop(&t->levels_timer);
	/* The window gives orders, the voice stage hands over to the
	 * conversation: they go first.  The last sound goes to the window's
	 * sink, so that is freed after it. */
	if (t->window)
		window_hide(t->window);
	t->orders = orders_free(t->orders);
	t->turns = turns_free(t->turns);
	t->link = voice_link_free(t->link);
	t->conversation = conversation_free(t->conversation);
	t->tools = tool_runner_free(t->tools);
	t->window = window_free(t->window);
	talk_backend_close_upstream(&t->backend);
}

static void free_all(struct talk *t)
{
	if (t->thread) {
		loop_thread_call(t->thread, stop, t);
		loop_thread_free(t->thread);
	}
	talk_backend_close(&t->backend);
	playout_free(t->playout);
	plain_terminal_free(t->terminal);
	status_board_free(t->board);
	json_lines_free(t->json);
	free(t->system_prompt);
	free(t->voices_dir);
	free(t);
}

int talk_start(struct talk **out, const struct settings *settings,
	       const struct talk_face *face, struct problem *p)
{
	struct talk *t = calloc(1, sizeof *t);
	int err;

	if (!t)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	t->settings = settings;
	t->face = *face;
	err = loop_thread_start(&t->thread, "conversation");
	if (err) {
		problem_set(p, err, "the system gives no more threads");
		goto out;
	}
	t->loop = loop_thread_loop(t->thread);
	loop_thread_call(t->thread, start, t);
	err = t->start_problem.code;
	*p = t->start_problem;
out:
	if (err) {
		struct session_folder *folder = t->folder;
		struct teaching teaching = t->teaching;

		free_all(t);
		teaching_close(&teaching, NULL);
		session_folder_close(folder, NULL);
	} else {
		*out = t;
	}
	return err;
}

void talk_order(struct talk *t, enum order_kind kind, const char *text)
{
	if (orders_give(t->orders, kind, text))
		log_warn("talk", "no memory: a key is lost");
}

void talk_status(struct talk *t, struct status *out)
{
	status_board_read(t->board, out);
}

static void end_in_order(void *arg)
{
	conversation_end(((struct talk *)arg)->conversation);
}

static void end_at_once(void *arg)
{
	struct problem p;

	problem_set(&p, PROBLEM_ORDER, "ended before the conversation was");
	conversation_fail(((struct talk *)arg)->conversation, &p);
}

void talk_end(struct talk *t)
{
	bool first = atomic_fetch_add(&t->ends, 1) == 0;

	loop_post(t->loop, first ? end_in_order : end_at_once, t);
}

/* Says what could not be written, and what that makes of the exit code. */
static int tell_failure(FILE *people, const struct problem *p, int code)
{
	if (!p->code)
		return code;
	fprintf(people, _("habla talk: %s\n"), p->text);
	return code ? code : EXIT_CODE_FAILED;
}

int talk_close(struct talk *t)
{
	struct session_folder *folder = t->folder;
	struct teaching teaching;
	FILE *people = t->face.people;
	struct problem p = {0}, lost = {0};
	int code;

	/* The exit code is the loop thread's: read it after that has ended. */
	loop_thread_call(t->thread, stop, t);
	code = t->exit_code;
	teaching = t->teaching;
	free_all(t);
	teaching_close(&teaching, &lost);
	code = tell_failure(people, &lost, code);
	if (folder) {
		char *path = text_copy(session_folder_path(folder));

		session_folder_close(folder, &p);
		fprintf(people,
			_("The conversation is in %s (heard.wav, "
			  "transcript.md).\n"),
			path ? path : _("the session folder"));
		free(path);
	}
	return tell_failure(people, &p, code);
}
