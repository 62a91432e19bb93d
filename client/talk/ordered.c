#include "client/talk/ordered.h"

#include "client/conversation/conversation.h"
#include "client/conversation/voice_link.h"
#include "client/status/status.h"
#include "client/talk/turns.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { VOLUME_STEP = 10, VOLUME_MOST = 100 };

/* What is typed to the tutor, by the language of the conversation. */
struct request {
	const char *language;
	const char *again, *hint;
};

static const struct request requests[] = {
	{"en", "Please say that again.", "Please give me a hint."},
	{"es", "Repítelo, por favor.", "Dame una pista, por favor."},
	{"fr", "Répète, s'il te plaît.", "Donne-moi un indice, s'il te plaît."},
	{"de", "Sag das bitte noch einmal.", "Gib mir bitte einen Hinweis."},
	{"it", "Ripeti, per favore.", "Dammi un suggerimento, per favore."},
	{"pt", "Repete, por favor.", "Dá-me uma dica, por favor."},
};

static const struct request *request_of(const char *language)
{
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
		if (language && text_starts(language, requests[i].language))
			return &requests[i];
	return requests;
}

static void type(struct ordered *o, const char *text)
{
	struct problem p;

	if (conversation_type(o->conversation, text, &p))
		conversation_notice(o->conversation, "%s", p.text);
}

static void add_turn(struct ordered *o, const char *text)
{
	const struct turn_request request = {.act = TURN_TYPE, .text = text};
	struct problem p;

	if (turns_add(o->turns, &request, &p))
		conversation_notice(o->conversation, "A line is lost: %s.",
				    p.text);
}

void ordered_mute(struct ordered *o, bool muted)
{
	o->muted = muted;
	voice_link_set_muted(o->link, muted);
	conversation_muted(o->conversation, muted);
}

static void set_volume(struct ordered *o, unsigned percent)
{
	o->volume = percent < VOLUME_MOST ? percent : VOLUME_MOST;
	voice_link_set_volume(o->link, o->volume);
	status_board_volume(o->board, o->volume);
}

void ordered_carry_out(struct ordered *o, enum order_kind kind,
		       const char *text)
{
	switch (kind) {
	case ORDER_MUTE:
		ordered_mute(o, !o->muted);
		break;
	case ORDER_TALK:
		ordered_mute(o, false);
		break;
	case ORDER_TALKED:
		ordered_mute(o, true);
		break;
	case ORDER_TYPE:
		type(o, text);
		break;
	case ORDER_TURN:
		add_turn(o, text);
		break;
	case ORDER_COMMAND: /* the driver's (talk_events.c) */
		break;
	case ORDER_FINISH:
		turns_finish(o->turns);
		break;
	case ORDER_SKIP:
		if (conversation_skip(o->conversation))
			conversation_notice(o->conversation,
					    "There is no answer to skip.");
		break;
	case ORDER_AGAIN:
		type(o, request_of(o->language)->again);
		break;
	case ORDER_HINT:
		type(o, request_of(o->language)->hint);
		break;
	case ORDER_LOUDER:
		set_volume(o, o->volume + VOLUME_STEP);
		break;
	case ORDER_QUIETER:
		set_volume(o, o->volume > VOLUME_STEP ? o->volume - VOLUME_STEP
						      : 0);
		break;
	}
}
