#include "client/talk/talk_private.h"

#include <unistd.h>

#include "client/exit_code.h"
#include "client/session/folder.h"
#include "client/settings/settings.h"
#include "client/status/status.h"
#include "client/talk/turns.h"
#include "net/base/language.h"
#include "net/base/log.h"
#include "net/loop/loop.h"

enum { ANSWER_TIMEOUT_MS = 60000, FILES_CHECK_MS = 1000, LEVELS_MS = 50 };

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
	if (settings_flag(t->settings, SETTING_QUIET) || t->devices.given)
		return;
	fputs(t->devices.text ? _("Type what you want to say, then return.\n")
	      : t->ordered.muted
		      ? _("Press space to talk, and again when you have "
			  "said it.\n")
		      : _("Speak when you are ready.\n"),
	      t->face.people);
	fflush(t->face.people);
}

static void on_ready(void *arg)
{
	struct talk *t = arg;

	t->session_ready = true;
	invite(t);
	advance(t);
	turns_next(t->turns);
}

static void on_answered(void *arg)
{
	struct talk *t = arg;

	advance(t);
	turns_next(t->turns);
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
	turns_spoken(t->turns);
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

/* What is used in place of a sound card. */
static void tell_missing(struct talk *t)
{
	const struct talk_devices *d = &t->devices;

	conversation_notice(
		t->conversation, "%s%s%s",
		!d->no_mic_found ? _("No sound card was found for playing.")
		: d->no_speaker_found
			? _("No sound card was found: recordings speak for the "
			    "learner.")
			: _("No sound card was found for recording: recordings "
			    "speak for the learner."),
		d->no_speaker_found ? " " : "",
		!d->no_speaker_found ? ""
		: t->folder ? _("The tutor's voice goes to heard.wav in the "
				"session folder.")
			    : _("The tutor's voice is not kept "
				"(--no-record)."));
}

static void tell_devices(struct talk *t, bool half_duplex)
{
	struct talk_devices *d = &t->devices;

	if (d->text)
		return;
	if (d->no_mic_found || d->no_speaker_found)
		tell_missing(t);
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
	if (goes_by_itself(t) || t->devices.given)
		conversation_set_answer_timeout(t->conversation,
						ANSWER_TIMEOUT_MS);
	tell_devices(t, t->devices.half_duplex);
	invite(t);
	advance(t);
	turns_devices_ready(t->turns);
}

/* --- from the window --- */

/* On the window's thread. */
void talk_on_window(void *arg, enum window_command command)
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

void talk_on_renewed(void *arg, const struct renewal_report *report)
{
	conversation_renewed(((struct talk *)arg)->conversation, report);
}

/* Who pays is part of what a session is; that there are none is told by the
 * conversation. */
void talk_on_credentials(void *arg, const struct credentials *credentials,
			 const struct problem *why)
{
	struct talk *t = arg;

	(void)why;
	if (credentials)
		conversation_notice(t->conversation, "AWS credentials from %s.",
				    credentials->source);
}

/* --- at times --- */

/* What went wrong meanwhile with files that are written (the folder tells it
 * once, progress each time), and what the tutor lacks. */
void talk_watch_files(void *arg)
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

void talk_watch_levels(void *arg)
{
	struct talk *t = arg;
	double mic_db, speaker_db;

	if (voice_link_levels(t->link, &mic_db, &speaker_db))
		status_board_levels(t->board, mic_db, speaker_db);
	timer_start(&t->levels_timer, LEVELS_MS * 1000ull);
}

/* --- what was asked for --- */

void talk_on_order(void *arg, enum order_kind kind, const char *text)
{
	struct talk *t = arg;

	/* a window is there before the rest, which may then fail */
	if (!t->ordered.link)
		return;
	if (kind == ORDER_COMMAND)
		driver_take(&t->driver, text);
	else
		ordered_carry_out(&t->ordered, kind, text);
}

/* --- who hears what --- */

struct conversation_listener talk_conversation_listener(struct talk *t)
{
	return (struct conversation_listener){
		.ready = on_ready,
		.answered = on_answered,
		.ended = on_ended,
		.arg = t,
	};
}

struct voice_link_listener talk_voice_listener(struct talk *t)
{
	return (struct voice_link_listener){
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
}
