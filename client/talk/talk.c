#include "client/talk/talk.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "audio/dsp/playout.h"
#include "client/conversation/conversation.h"
#include "client/conversation/voice_link.h"
#include "client/exit_code.h"
#include "client/session/folder.h"
#include "client/settings/settings.h"
#include "client/lesson/lesson.h"
#include "client/settings/settings_model.h"
#include "client/status/status.h"
#include "client/talk/ordered.h"
#include "client/talk/backend.h"
#include "client/talk/devices.h"
#include "client/talk/teaching.h"
#include "client/terminal/plain.h"
#include "client/tools/tool_process.h"
#include "client/tools/tool_runner.h"
#include "client/tools/tool_set.h"
#include "client/window/window.h"
#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"

enum {
	/* An answer of ten minutes; the service cuts at eight. */
	PLAYOUT_LIMIT = 10 * 60 * NOVA_OUTPUT_RATE_HZ,
	ANSWER_TIMEOUT_MS = 60000,
	FILES_CHECK_MS = 1000,
	LEVELS_MS = 50,
};

struct talk {
	/* --- set at the start */
	const struct settings *settings;
	struct talk_face face;
	struct loop_thread *thread;
	struct loop *loop;
	struct status_board *board;
	struct orders *orders;
	atomic_int ends; /* times that talk_end() was called */

	/* --- loop thread only */
	struct talk_backend backend;
	struct talk_devices devices;
	struct playout *playout;
	struct teaching teaching;  /* --lesson */
	struct tool_runner *tools; /* the lesson's and those of --tools */
	struct session_folder *folder;
	struct plain_terminal *terminal;
	struct json_lines *json;
	struct window *window; /* --window; NULL: there is none */
	struct conversation *conversation;
	struct voice_link *link;
	struct timer files_timer, levels_timer;
	struct ordered ordered;
	char *system_prompt;
	bool devices_ready, session_ready, invited;
	bool folder_failed;           /* and that was told */
	bool cued;                    /* the first recording has begun */
	bool recording;               /* one is being given */
	struct problem start_problem; /* start() writes it, nobody after */
	int exit_code;
};

/* --- a conversation with recordings --- */

/* Until the devices are ready they are the opener thread's. */
static bool goes_by_itself(const struct talk *t)
{
	return t->devices_ready && (t->devices.recordings || t->devices.piped);
}

/* The next recording, once the last was given and answered. */
static void advance(struct talk *t)
{
	if (!goes_by_itself(t) || !t->session_ready || t->recording)
		return;
	if (t->cued && (conversation_waits_for_answer(t->conversation)))
		return;
	if ((t->cued && t->devices.piped) || voice_link_cue(t->link)) {
		conversation_end(t->conversation);
		return;
	}
	t->cued = true;
	t->recording = true;
}

/* --- from the conversation --- */

/* Not before the microphone listens. */
static void invite(struct talk *t)
{
	if (!t->devices_ready || !t->session_ready || t->invited ||
	    goes_by_itself(t))
		return;
	t->invited = true;
	if (settings_flag(t->settings, SETTING_QUIET))
		return;
	fputs(t->devices.text ? "Type what you want to say, then return.\n"
	      : t->ordered.muted
		      ? "Press space to talk, and again when you have "
			"said it.\n"
		      : "Speak when you are ready.\n",
	      t->face.people);
	fflush(t->face.people);
}

static void on_ready(void *arg)
{
	struct talk *t = arg;

	t->session_ready = true;
	invite(t);
	advance(t);
	ordered_next(&t->ordered);
}

static void on_answered(void *arg)
{
	struct talk *t = arg;

	advance(t);
	ordered_next(&t->ordered);
}

static void on_ended(void *arg, const struct problem *why, bool was_connected)
{
	struct talk *t = arg;
	uint64_t one = 1;

	t->exit_code = exit_code_for(why->code, was_connected);
	timer_stop(&t->files_timer);
	timer_stop(&t->levels_timer);
	if (write(t->face.done_fd, &one, sizeof one) < 0)
		log_error("talk", "the end cannot be told");
}

/* --- from the voice stage --- */

static void on_frame(void *arg, const int16_t *samples, size_t n)
{
	conversation_frame(((struct talk *)arg)->conversation, samples, n);
}

static void on_speech(void *arg, bool started)
{
	struct talk *t = arg;

	conversation_speech(t->conversation, started);
	advance(t);
}

static void on_played(void *arg, uint32_t block, uint64_t samples)
{
	conversation_played(((struct talk *)arg)->conversation, block, samples);
}

static void on_drained(void *arg)
{
	conversation_drained(((struct talk *)arg)->conversation);
}

static void on_recording_done(void *arg)
{
	struct talk *t = arg;

	t->recording = false;
	advance(t);
}

static void on_device_failed(void *arg, const struct problem *p)
{
	conversation_fail(((struct talk *)arg)->conversation, p);
}

static void on_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct talk *t = arg;
	enum { SINKS = 2 };
	struct session_sink *sinks[SINKS] = {
		t->folder ? session_folder_sink(t->folder) : NULL,
		t->window ? window_sink(t->window) : NULL,
	};

	for (int i = 0; i < SINKS; i++)
		if (sinks[i])
			sinks[i]->ops->heard(sinks[i], stereo, frames);
}

static void tell_devices(struct talk *t, bool half_duplex)
{
	struct talk_devices *d = &t->devices;

	if (d->text)
		return;
	if (d->no_mic_found || d->no_speaker_found)
		conversation_notice(
			t->conversation, "No sound card was found%s:%s%s%s",
			d->no_mic_found && d->no_speaker_found ? ""
			: d->no_mic_found ? " for recording"
					  : " for playing",
			d->no_mic_found ? " recordings speak for the learner"
					: "",
			d->no_mic_found && d->no_speaker_found ? "," : "",
			!d->no_speaker_found ? "."
			: t->folder ? " the tutor's voice goes to heard.wav in "
				      "the session folder."
				    : " the tutor's voice is not kept "
				      "(--no-record).");
	else
		conversation_notice(t->conversation,
				    "Microphone: %s.  Speaker: %s.",
				    d->mic_name, d->speaker_name);
	if (half_duplex)
		conversation_notice(t->conversation,
				    "While the tutor speaks your microphone "
				    "is silent; with headphones, --headset "
				    "lets you interrupt.");
}

static void on_devices(void *arg, const struct problem *p)
{
	struct talk *t = arg;

	if (p->code) {
		conversation_fail(t->conversation, p);
		return;
	}
	t->devices_ready = true;
	if (goes_by_itself(t))
		conversation_set_answer_timeout(t->conversation,
						ANSWER_TIMEOUT_MS);
	tell_devices(t, t->devices.half_duplex);
	invite(t);
	advance(t);
}

/* --- from the window --- */

/* On the window's thread. */
static void on_window_command(void *arg, enum window_command command)
{
	static const enum order_kind orders[WINDOW_COMMANDS] = {
		[WINDOW_MUTE] = ORDER_MUTE,
		[WINDOW_LOUDER] = ORDER_LOUDER,
		[WINDOW_QUIETER] = ORDER_QUIETER,
		[WINDOW_SKIP] = ORDER_SKIP,
		[WINDOW_AGAIN] = ORDER_AGAIN,
		[WINDOW_HINT] = ORDER_HINT,
		[WINDOW_TALK_BEGINS] = ORDER_TALK,
		[WINDOW_TALK_ENDS] = ORDER_TALKED,
	};
	struct talk *t = arg;

	if (command == WINDOW_END)
		talk_end(t);
	else
		talk_order(t, orders[command], NULL);
}

/* Without one the conversation goes on. */
static void open_window(struct talk *t)
{
	const char *theme = settings_text(t->settings, SETTING_THEME);
	struct window_settings settings = {
		.light = text_equal(theme, "light"),
		.push_to_talk = settings_flag(t->settings,
					      SETTING_PUSH_TO_TALK),
		.offers = (1U << WINDOW_COMMANDS) - 1,
		.lesson = t->teaching.lesson,
		.on_command = on_window_command,
		.arg = t,
	};
	struct problem p;

	if (settings_flag(t->settings, SETTING_WINDOW) &&
	    window_open(&t->window, &settings, &p))
		fprintf(t->face.people, "%s\n", p.text);
}

static void on_renewed(void *arg, const struct renewal_report *report)
{
	conversation_renewed(((struct talk *)arg)->conversation, report);
}

/* Who pays is part of what a session is; that there are none is told by the
 * conversation. */
static void on_credentials(void *arg, const struct credentials *credentials,
			   const struct problem *why)
{
	struct talk *t = arg;

	(void)why;
	if (credentials)
		conversation_notice(t->conversation, "AWS credentials from %s.",
				    credentials->source);
}

/* --- starting, on the loop thread --- */

/* What went wrong meanwhile with files that are written (the folder tells it
 * once, progress each time), and what the tutor lacks. */
static void watch_files(void *arg)
{
	struct talk *t = arg;
	struct problem p;

	if (teaching_trouble(&t->teaching, &p))
		conversation_notice(t->conversation, "%s", p.text);
	if (talk_backend_trouble(&t->backend, &p))
		conversation_notice(t->conversation, "%s", p.text);
	if (t->folder && !t->folder_failed &&
	    session_folder_failure(t->folder, &p)) {
		t->folder_failed = true;
		conversation_notice(t->conversation, "%s", p.text);
	}
	timer_start(&t->files_timer, FILES_CHECK_MS * 1000ull);
}

static void watch_levels(void *arg)
{
	struct talk *t = arg;
	double mic_db, speaker_db;

	if (voice_link_levels(t->link, &mic_db, &speaker_db))
		status_board_levels(t->board, mic_db, speaker_db);
	timer_start(&t->levels_timer, LEVELS_MS * 1000ull);
}

static int open_sinks(struct talk *t, struct problem *p)
{
	const struct settings *s = t->settings;
	struct clock *clock = loop_clock(t->loop);
	int err = 0;

	if (!settings_flag(s, SETTING_NO_RECORD))
		err = session_folder_create(&t->folder,
					    settings_text(s, SETTING_RECORD),
					    clock, s, t->backend.line, p);
	if (err)
		return err;
	err = plain_terminal_create(&t->terminal, t->face.people);
	if (!err) {
		plain_terminal_colour(t->terminal, t->face.colour);
		plain_terminal_quiet(t->terminal,
				     settings_flag(s, SETTING_QUIET));
		err = status_board_create(&t->board, t->face.changed_fd);
	}
	if (!err && settings_flag(s, SETTING_JSON))
		err = json_lines_create(&t->json, stdout, clock_now_us(clock));
	if (err)
		problem_set(p, err, "not enough memory");
	return err;
}

static int open_conversation(struct talk *t, struct problem *p)
{
	const struct settings *s = t->settings;
	struct conversation_listener listener = {
		.ready = on_ready,
		.answered = on_answered,
		.ended = on_ended,
		.arg = t,
	};
	int err = settings_system_text(&t->system_prompt, s, p);

	if (err)
		return err;

	struct conversation_settings settings = {
		.clock = loop_clock(t->loop),
		.upstream = t->backend.upstream,
		.playout = t->playout,
		.tools = t->tools,
		.session =
			{
				.model = settings_text(s, SETTING_MODEL),
				.voice = settings_text(s, SETTING_VOICE),
				.language = settings_text(s, SETTING_LANGUAGE),
				.system_prompt = t->system_prompt,
				.turn_pause = settings_turn_pause(s),
			},
		.reconnect_tries = (unsigned)settings_number(s,
							     SETTING_RECONNECT),
		.history_bytes = 1024 * (size_t)settings_number(
						s, SETTING_HISTORY_LIMIT),
	};
	teaching_apply(&t->teaching, &settings.session);
	err = conversation_create(&t->conversation, &settings, &listener);
	if (err)
		return problem_set(p, err, "not enough memory");
	if (t->folder)
		conversation_add_sink(t->conversation,
				      session_folder_sink(t->folder));
	/* The board first: when a line appears, it is no longer in progress. */
	conversation_add_sink(t->conversation, status_board_sink(t->board));
	conversation_add_sink(t->conversation,
			      plain_terminal_sink(t->terminal));
	if (t->json)
		conversation_add_sink(t->conversation,
				      json_lines_sink(t->json));
	if (t->window)
		conversation_add_sink(t->conversation, window_sink(t->window));
	return 0;
}

static int open_voice(struct talk *t, struct problem *p)
{
	struct voice_link_settings settings = {
		.loop = t->loop,
		.playout = t->playout,
		.open = talk_devices_open,
		.open_arg = &t->devices,
	};
	struct voice_link_listener listener = {
		.opened = on_devices,
		.frame = on_frame,
		.speech = on_speech,
		.played = on_played,
		.drained = on_drained,
		.recording_done = on_recording_done,
		.failed = on_device_failed,
		.heard = t->folder || t->window ? on_heard : NULL,
		.arg = t,
	};
	int err = voice_link_create(&t->link, &settings, &listener);

	if (err)
		problem_set(p, err, "sound: the system gives no more threads");
	return err;
}

static int open_tools(struct talk *t, struct problem *p)
{
	const char *path = settings_text(t->settings, SETTING_TOOLS);
	struct tool_runner *runners[2] = {NULL, NULL};
	struct problem why = {0};
	int err = teaching_tool(&t->teaching, loop_clock(t->loop), &runners[0],
				p);

	if (!err && path)
		err = tool_process_create(&runners[1], t->loop, path, p);
	if (err) {
		tool_runner_free(runners[0]);
		return err;
	}
	err = tool_set_create(&t->tools, runners, 2, &why);
	return err ? problem_set(p, err, "--tools: %s: %s; rename yours", path,
				 why.text)
		   : 0;
}

static int open_teaching(struct talk *t, struct problem *p)
{
	const char *folder = t->folder ? session_folder_path(t->folder) : NULL;

	return teaching_begin(&t->teaching, loop_clock(t->loop), folder, p);
}

static void tell_lesson(const struct talk *t)
{
	char line[512];

	if (!t->teaching.lesson)
		return;
	teaching_line(&t->teaching, line, sizeof line);
	fprintf(t->face.people, "%s\n", line);
}

static void carry_out(void *arg, enum order_kind kind, const char *text)
{
	struct talk *t = arg;

	/* a window is there before the rest, which may then fail */
	if (t->ordered.link)
		ordered_carry_out(&t->ordered, kind, text);
}

static int open_orders(struct talk *t, struct problem *p)
{
	int err = orders_create(&t->orders, t->loop, carry_out, t);

	return err ? problem_set(p, err, "not enough memory") : 0;
}

/* What the learner may ask for, once there is a conversation and sound. */
static void begin_orders(struct talk *t)
{
	const struct settings *s = t->settings;

	t->ordered = (struct ordered){
		.conversation = t->conversation,
		.link = t->link,
		.board = t->board,
		.language = t->teaching.lesson
				    ? lesson_language_tag(
					      t->teaching.lesson->language)
				    : settings_text(s, SETTING_LANGUAGE),
		.volume = 100,
	};
	if (settings_flag(s, SETTING_PUSH_TO_TALK))
		ordered_mute(&t->ordered, true);
}

static void start(void *arg)
{
	struct talk *t = arg;
	struct problem *p = &t->start_problem;
	char warning[256];

	t->devices = (struct talk_devices){
		.mic = settings_text(t->settings, SETTING_MIC),
		.speaker = settings_text(t->settings, SETTING_SPEAKER),
		.headset = settings_flag(t->settings, SETTING_HEADSET),
		.text = settings_flag(t->settings, SETTING_TEXT),
	};
	timer_init(&t->files_timer, loop_clock(t->loop), watch_files, t);
	timer_init(&t->levels_timer, loop_clock(t->loop), watch_levels, t);
	if (talk_devices_check(&t->devices, p) ||
	    teaching_open(&t->teaching, t->settings, loop_clock(t->loop), p) ||
	    open_tools(t, p) ||
	    talk_backend_open(&t->backend, t->loop, t->settings, &t->teaching,
			      p))
		return;
	t->backend.renewed = on_renewed;
	t->backend.renewed_arg = t;
	fprintf(t->face.people, "%s\n", t->backend.line);
	if (t->backend.kind != BACKEND_RELAY &&
	    nova_model_warning(settings_text(t->settings, SETTING_MODEL),
			       warning, sizeof warning))
		fprintf(t->face.people, "Warning: %s\n", warning);
	tell_lesson(t);
	fflush(t->face.people);
	if (playout_create(&t->playout, PLAYOUT_LIMIT)) {
		problem_set(p, PROBLEM_MEMORY, "not enough memory");
		return;
	}
	if (open_sinks(t, p) || open_teaching(t, p) || open_orders(t, p))
		return;
	open_window(t);
	if (open_conversation(t, p) || open_voice(t, p))
		return;
	begin_orders(t);
	if (t->face.live)
		timer_start(&t->levels_timer, LEVELS_MS * 1000ull);
	timer_start(&t->files_timer, FILES_CHECK_MS * 1000ull);
	conversation_start(t->conversation);
	talk_backend_ask_source(&t->backend, on_credentials, t);
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
	ordered_deinit(&t->ordered);
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
	fprintf(people, "habla talk: %s\n", p->text);
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
			"The conversation is in %s (heard.wav, "
			"transcript.md).\n",
			path ? path : "the session folder");
		free(path);
	}
	return tell_failure(people, &p, code);
}
