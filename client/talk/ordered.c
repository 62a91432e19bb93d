#include "client/talk/ordered.h"

#include <stdlib.h>

#include "client/conversation/conversation.h"
#include "client/conversation/voice_link.h"
#include "client/status/status.h"
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
	int err = conversation_type(o->conversation, text);

	if (!err)
		conversation_notice(o->conversation, "You typed: %s", text);
	else if (err == PROBLEM_REJECTED)
		conversation_notice(o->conversation,
				    "This model does not answer typed text; "
				    "say it instead.");
	else if (err == PROBLEM_ORDER)
		conversation_notice(o->conversation,
				    "Nobody is connected yet; try again in a "
				    "moment.");
	else
		conversation_notice(o->conversation,
				    "The line was not sent (%s); try again.",
				    problem_name(err));
}

/* --- turn by turn --- */

struct turn_line {
	struct turn_line *next;
	char *text;
};

static void add_turn(struct ordered *o, const char *text)
{
	struct turn_line **end = &o->turns;
	struct turn_line *line = calloc(1, sizeof *line);

	if (line)
		line->text = text_copy(text);
	if (!line || !line->text) {
		free(line);
		conversation_notice(o->conversation,
				    "No memory: a line is lost.");
		return;
	}
	while (*end)
		end = &(*end)->next;
	*end = line;
}

static void drop_turn(struct ordered *o)
{
	struct turn_line *first = o->turns;

	o->turns = first->next;
	free(first->text);
	free(first);
}

void ordered_deinit(struct ordered *o)
{
	while (o->turns)
		drop_turn(o);
}

/* Somebody is there, and nobody's turn. */
static bool may_type(const struct ordered *o)
{
	enum conversation_state state = conversation_state(o->conversation);

	return state != CONVERSATION_CONNECTING &&
	       state != CONVERSATION_DISCONNECTED &&
	       state != CONVERSATION_ENDED &&
	       !conversation_waits_for_answer(o->conversation);
}

void ordered_next(struct ordered *o)
{
	/* A line that the model refuses is answered by nobody: the next. */
	while (o->turns && may_type(o)) {
		type(o, o->turns->text);
		drop_turn(o);
	}
	if (!o->turns && o->finishing && may_type(o))
		conversation_end(o->conversation);
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
		ordered_next(o);
		break;
	case ORDER_FINISH:
		o->finishing = true;
		ordered_next(o);
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
