#include "client/settings/settings_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/settings/settings_model.h"
#include "client/settings/settings_table.h"
#include "client/settings/settings_values.h"
#include "net/base/host.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static int wrong(const struct setting_value *v, struct problem *p,
		 const char *what)
{
	return problem_set(p, PROBLEM_USAGE, "%s: %s", v->place, what);
}

static int check_number(struct setting_value *v, const struct setting_row *row,
			struct problem *p)
{
	char *end;

	errno = 0;
	v->number = strtol(v->text, &end, 10);
	if (errno || *end || end == v->text || v->text[0] == ' ' ||
	    v->number < row->least || v->number > row->most)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: \"%s\" is no number from %ld to %ld; "
				   "correct it",
				   v->place, v->text, row->least, row->most);
	return 0;
}

static int check_switch(struct setting_value *v, struct problem *p)
{
	static const struct {
		const char *word;
		bool on;
	} words[] = {
		{"yes", true}, {"true", true},   {"on", true},   {"1", true},
		{"no", false}, {"false", false}, {"off", false}, {"0", false},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!text_equal_fold(v->text, words[i].word))
			continue;
		v->on = words[i].on;
		return 0;
	}
	return problem_set(p, PROBLEM_USAGE,
			   "%s: \"%s\" is neither yes nor no; use one of them",
			   v->place, v->text);
}

/* choices reads "relay, bedrock or sim". */
static bool is_choice(const char *choices, const char *text)
{
	size_t n = strlen(text);

	for (const char *at = choices; *at;) {
		size_t length = strcspn(at, ", ");
		bool joins = length == 2 && strncmp(at, "or", 2) == 0;
		if (!joins && length == n && strncmp(at, text, n) == 0)
			return true;
		at += length;
		at += strspn(at, ", ");
	}
	return false;
}

static int check_value(struct setting_value *v, const struct setting_row *row,
		       struct problem *p)
{
	if (row->kind == SETTING_KIND_NUMBER)
		return check_number(v, row, p);
	if (row->kind == SETTING_KIND_SWITCH)
		return check_switch(v, p);
	if (row->choices && !is_choice(row->choices, v->text))
		return problem_set(p, PROBLEM_USAGE,
				   "%s: \"%s\" is not known; use %s", v->place,
				   v->text, row->choices);
	return 0;
}

static int check_values(struct settings *s, struct problem *p)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		struct setting_value *v = &s->values[rows[i].id];
		if (!(rows[i].commands & (1U << s->command)))
			continue;
		if (v->text)
			err = check_value(v, &rows[i], p);
		else if (rows[i].kind == SETTING_KIND_NUMBER &&
			 rows[i].fallback)
			v->number = strtol(rows[i].fallback, NULL, 10);
	}
	return err;
}

static int check_relay_url(const struct setting_value *v, struct problem *p)
{
	static const struct {
		const char *start, *meant;
	} slips[] = {{"http://", "ws://"}, {"https://", "wss://"}};

	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
		if (text_starts(v->text, slips[i].start))
			return problem_set(p, PROBLEM_USAGE,
					   "%s: \"%s\" is no relay's address; "
					   "did you mean \"%s%s\"?",
					   v->place, v->text, slips[i].meant,
					   v->text + strlen(slips[i].start));
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		size_t n = strlen(slips[i].meant);
		if (text_starts(v->text, slips[i].meant) && v->text[n] &&
		    !strchr("/:?", v->text[n]))
			return 0;
	}
	return problem_set(p, PROBLEM_USAGE,
			   "%s: \"%s\" is no relay's address; write "
			   "ws://HOST:PORT or wss://HOST",
			   v->place, v->text);
}

static int check_backend(const struct settings *s, struct problem *p)
{
	const struct setting_value *relay = &s->values[SETTING_RELAY];
	const char *chosen[3];
	size_t count = 0;

	if (relay->source == SOURCE_FLAG)
		chosen[count++] = "--relay";
	if (s->values[SETTING_BEDROCK].on)
		chosen[count++] = "--bedrock";
	if (s->values[SETTING_SIM].on)
		chosen[count++] = "--sim";
	if (count > 1)
		return problem_set(p, PROBLEM_USAGE,
				   "%s and %s exclude each other; give one of "
				   "them",
				   chosen[0], chosen[1]);
	if (settings_backend(s) != BACKEND_RELAY)
		return 0;
	if (!relay->text)
		return wrong(&s->values[SETTING_BACKEND], p,
			     _("a relay is asked for, but none is named; add "
			       "--relay URL or set HABLA_RELAY"));
	return check_relay_url(relay, p);
}

/* Of two that exclude each other the one from the stronger source holds. */
static int check_recording(struct settings *s, struct problem *p)
{
	struct setting_value *record = &s->values[SETTING_RECORD];
	struct setting_value *none = &s->values[SETTING_NO_RECORD];

	if (!record->text || !none->on)
		return 0;
	if (record->source == none->source)
		return problem_set(p, PROBLEM_USAGE,
				   "%s and %s exclude each other; give one of "
				   "them",
				   record->place, none->place);
	if (record->source > none->source) {
		none->on = false;
	} else {
		free(record->text);
		record->text = NULL;
		record->source = SOURCE_DEFAULT;
	}
	return 0;
}

/* stdin is the program's that leads, and so is what the learner says. */
static int check_commands(struct settings *s, struct problem *p)
{
	static const enum setting others[] = {SETTING_MIC, SETTING_PUSH_TO_TALK,
					      SETTING_HEADSET};

	if (!s->values[SETTING_COMMANDS].on)
		return 0;
	s->values[SETTING_JSON].on = true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const struct setting_value *v = &s->values[others[i]];

		if (v->source == SOURCE_FLAG && (v->on || v->text))
			return problem_set(p, PROBLEM_USAGE,
					   "%s and --commands exclude each "
					   "other: the commands say what the "
					   "microphone hears",
					   v->place);
	}
	return 0;
}

static int check_talk(struct settings *s, struct problem *p)
{
	int err = check_backend(s, p);

	if (!err)
		err = settings_check_model(s, p);
	if (!err)
		err = check_recording(s, p);
	if (!err)
		err = check_commands(s, p);
	if (!err && s->values[SETTING_JSON].on &&
	    text_equal(s->values[SETTING_SPEAKER].text, "-"))
		err = problem_set(p, PROBLEM_USAGE,
				  "--speaker - and --json: both would write to "
				  "stdout; send the sound to a file");
	return err;
}

static int check_sim(const struct settings *s, struct problem *p)
{
	const struct setting_value *listen = &s->values[SETTING_LISTEN];
	const struct setting_value *key = &s->values[SETTING_ACCESS_KEY];
	const struct setting_value *secret = &s->values[SETTING_SECRET_KEY];

	if (listen->text && !host_address_is_loopback(listen->text))
		return problem_set(
			p, PROBLEM_USAGE,
			"--listen: \"%s\" is no loopback address, "
			"and the simulator serves this machine only; "
			"use 127.0.0.1 or ::1",
			listen->text);
	if (key->text && !secret->text)
		return wrong(key, p,
			     _("the secret is missing; add --secret-key KEY"));
	if (secret->text && !key->text)
		return wrong(secret, p,
			     _("the key's id is missing; add --access-key ID"));
	return 0;
}

int settings_check(struct settings *s, bool flags_only, struct problem *p)
{
	int err = check_values(s, p);

	if (err || flags_only)
		return err;
	switch (s->command) {
	case COMMAND_TALK:
	case COMMAND_DOCTOR: /* judges what a conversation would have */
		return check_talk(s, p);
	case COMMAND_SIM:
		return check_sim(s, p);
	case COMMAND_TEST:
		err = check_backend(s, p);
		return err ? err : settings_check_model(s, p);
	default:
		return 0;
	}
}
