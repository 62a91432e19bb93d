#include "client/talk/driver.h"

#include "client/conversation/conversation.h"
#include "client/talk/command_line.h"
#include "client/talk/ordered.h"
#include "client/talk/turns.h"
#include "net/base/problem.h"

static int add_turn(struct driver *d, const struct command_line *c,
		    enum turn_act act, struct problem *p)
{
	const struct turn_request request = {
		.act = act,
		.text = c->text,
		.voice = c->voice,
		.language = c->language,
		.speed = c->speed,
		.now = c->kind == COMMAND_LINE_INTERRUPT,
		.command = c->name,
		.id = c->id,
	};

	return turns_add(d->turns, &request, p);
}

static void tell_done(struct driver *d, const struct command_line *c)
{
	conversation_command(d->conversation, c->id, c->name, "done", NULL);
}

/* Turns tell for themselves; what is done at once is told here. */
static int carry_out(struct driver *d, const struct command_line *c,
		     struct problem *p)
{
	int err;

	switch (c->kind) {
	case COMMAND_LINE_SAY:
		return add_turn(d, c, TURN_SAY, p);
	case COMMAND_LINE_PLAY:
		return add_turn(d, c, TURN_PLAY, p);
	case COMMAND_LINE_TYPE:
		return add_turn(d, c, TURN_TYPE, p);
	case COMMAND_LINE_MUTE:
		ordered_mute(d->ordered, c->on);
		tell_done(d, c);
		return 0;
	case COMMAND_LINE_INTERRUPT:
		if (c->text)
			return add_turn(d, c, TURN_SAY, p);
		err = turns_cut(d->turns, p);
		if (!err)
			tell_done(d, c);
		return err;
	case COMMAND_LINE_END:
		tell_done(d, c);
		conversation_end(d->conversation);
		return 0;
	default:
		return problem_set(p, PROBLEM_FORMAT, "it is not known");
	}
}

void driver_take(struct driver *d, const char *line)
{
	struct problem why = {0}, p;
	struct command_line command;
	int err = command_line_read(&command, line, &why);

	d->count++;
	if (!err)
		err = carry_out(d, &command, &why);
	if (err) {
		problem_set(&p, err, "command %u: %s", d->count, why.text);
		conversation_command(d->conversation, command.id, command.name,
				     "refused", &p);
	}
	command_line_deinit(&command);
}
