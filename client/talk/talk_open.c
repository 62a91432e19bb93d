#include <stdlib.h>

#include "audio/dsp/playout.h"
#include "client/lesson/lesson.h"
#include "client/session/folder.h"
#include "client/settings/settings.h"
#include "client/settings/settings_model.h"
#include "client/status/status.h"
#include "client/talk/talk_private.h"
#include "client/talk/turns.h"
#include "client/terminal/plain.h"
#include "client/tools/tool_process.h"
#include "client/tools/tool_runner.h"
#include "client/tools/tool_set.h"
#include "client/xdg.h"
#include "net/base/language.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"

enum {
	/* An answer of ten minutes; the service cuts at eight. */
	PLAYOUT_LIMIT = 10 * 60 * NOVA_OUTPUT_RATE_HZ,
};

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
		err = status_board_create(&t->board, t->teaching.lesson,
					  t->face.changed_fd);
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
	struct conversation_listener listener = talk_conversation_listener(t);
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
	struct voice_link_listener listener = talk_voice_listener(t);
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

static int open_orders(struct talk *t, struct problem *p)
{
	int err = orders_create(&t->orders, t->loop, talk_on_order, t);

	return err ? problem_set(p, err, "not enough memory") : 0;
}

/* What the learner may ask for, once there is a conversation and sound. */
static int begin_orders(struct talk *t, struct problem *p)
{
	const struct settings *s = t->settings;
	const char *language = t->teaching.lesson
				       ? lesson_language_tag(
						 t->teaching.lesson->language)
				       : settings_text(s, SETTING_LANGUAGE);

	t->voices_dir = xdg_made_folder(XDG_CACHE, "speech");

	const struct turns_settings turns = {
		.loop = t->loop,
		.conversation = t->conversation,
		.link = t->link,
		.language = language,
		.voices_dir = t->voices_dir,
	};
	int err = turns_create(&t->turns, &turns);

	if (err)
		return problem_set(p, err, "not enough memory");
	t->ordered = (struct ordered){
		.conversation = t->conversation,
		.link = t->link,
		.board = t->board,
		.turns = t->turns,
		.language = language,
		.volume = 100,
	};
	t->driver = (struct driver){
		.conversation = t->conversation,
		.ordered = &t->ordered,
		.turns = t->turns,
	};
	if (settings_flag(s, SETTING_PUSH_TO_TALK))
		ordered_mute(&t->ordered, true);
	return 0;
}

/* Without one the conversation goes on. */
static int open_window(struct talk *t, struct problem *p)
{
	const char *theme = settings_text(t->settings, SETTING_THEME);
	struct window_settings settings = {
		.light = text_equal(theme, "light"),
		.push_to_talk = settings_flag(t->settings,
					      SETTING_PUSH_TO_TALK),
		.offers = (1U << WINDOW_COMMANDS) - 1,
		.lesson = t->teaching.lesson,
		.on_command = talk_on_window,
		.arg = t,
	};
	struct problem why;

	(void)p;
	if (settings_flag(t->settings, SETTING_WINDOW) &&
	    window_open(&t->window, &settings, &why))
		fprintf(t->face.people, "%s\n", why.text);
	return 0;
}

static void say_backend(struct talk *t)
{
	char warning[256];

	fprintf(t->face.people, "%s\n", t->backend.line);
	if (t->backend.kind != BACKEND_RELAY &&
	    nova_model_warning(settings_text(t->settings, SETTING_MODEL),
			       warning, sizeof warning))
		fprintf(t->face.people, _("Warning: %s\n"), warning);
	tell_lesson(t);
	fflush(t->face.people);
}

static int open_backend(struct talk *t, struct problem *p)
{
	int err = talk_backend_open(&t->backend, t->loop, t->settings,
				    &t->teaching, p);

	if (err)
		return err;
	t->backend.renewed = talk_on_renewed;
	t->backend.renewed_arg = t;
	say_backend(t);
	return 0;
}

static int open_playout(struct talk *t, struct problem *p)
{
	int err = playout_create(&t->playout, PLAYOUT_LIMIT);

	return err ? problem_set(p, err, "not enough memory") : 0;
}

static int open_devices(struct talk *t, struct problem *p)
{
	const struct settings *s = t->settings;

	t->devices = (struct talk_devices){
		.mic = settings_text(s, SETTING_MIC),
		.speaker = settings_text(s, SETTING_SPEAKER),
		.headset = settings_flag(s, SETTING_HEADSET),
		.text = settings_flag(s, SETTING_TEXT),
		.given = settings_flag(s, SETTING_COMMANDS),
	};
	return talk_devices_check(&t->devices, p);
}

static int read_lesson(struct talk *t, struct problem *p)
{
	return teaching_open(&t->teaching, t->settings, loop_clock(t->loop), p);
}

int talk_open(struct talk *t, struct problem *p)
{
	static int (*const parts[])(struct talk * t, struct problem * p) = {
		open_devices, read_lesson,       open_tools,    open_backend,
		open_playout, open_sinks,        open_teaching, open_orders,
		open_window,  open_conversation, open_voice,    begin_orders,
	};
	int err = 0;

	timer_init(&t->files_timer, loop_clock(t->loop), talk_watch_files, t);
	timer_init(&t->levels_timer, loop_clock(t->loop), talk_watch_levels, t);
	for (size_t i = 0; !err && i < sizeof parts / sizeof *parts; i++)
		err = parts[i](t, p);
	if (err)
		return err;
	if (t->face.live)
		talk_watch_levels(t);
	talk_watch_files(t);
	conversation_start(t->conversation);
	talk_backend_ask_source(&t->backend, talk_on_credentials, t);
	return 0;
}
