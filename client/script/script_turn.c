/* script_turn: what the learner does in a turn, and when. */
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* --- noise --- */

static int read_snr(const struct script_reader *r, const struct yaml_node *map,
		    bool *noisy, double *snr_db)
{
	if (!yaml_get(map, "snr_db"))
		return 0;
	*noisy = true;
	return script_read_number(r, map, "snr_db", -20, 60, snr_db);
}

/* "noise: 2000", "noise: {ms: 2000, db: -30}" */
static int read_noise(const struct script_reader *r, const struct yaml_node *n,
		      struct script_turn *t)
{
	static const char *const keys[] = {"ms", "db", NULL};
	long ms = 0;
	int err;

	t->act = SCRIPT_NOISE;
	t->level_db = -30;
	if (n->kind != YAML_MAP) {
		err = yaml_to_integer(&ms, r->file, n, 1, SCRIPT_MS_MOST,
				      r->problem);
		t->ms = (unsigned)ms;
		return err;
	}
	err = yaml_check_keys(r->file, n, keys, r->problem);
	if (!err)
		err = script_read_ms(r, n, "ms", &t->ms);
	if (!err && !t->ms)
		err = yaml_problem(r->problem, r->file, n,
				   "noise: \"ms\" is missing; add how long it "
				   "lasts");
	return err ? err : script_read_number(r, n, "db", -90, 0, &t->level_db);
}

/* --- sound --- */

/* "play: question.wav", "play: {file: long.wav, from_ms: 1200, to_ms: 3000}" */
static int read_play(const struct script_reader *r, const struct yaml_node *map,
		     const struct yaml_node *n, struct script_turn *t)
{
	static const char *const keys[] = {"file", "from_ms", "to_ms", NULL};
	int err;

	if (n->kind != YAML_MAP) {
		err = script_read_text(r, map, "play", &t->text);
	} else {
		err = yaml_check_keys(r->file, n, keys, r->problem);
		if (!err)
			err = script_read_text(r, n, "file", &t->text);
		if (!err)
			err = script_read_ms(r, n, "from_ms", &t->from_ms);
		if (!err)
			err = script_read_ms(r, n, "to_ms", &t->to_ms);
	}
	if (!err && !t->text)
		err = yaml_problem(r->problem, r->file, n,
				   "play: \"file\" is missing; add the sound");
	if (!err && t->to_ms && t->to_ms <= t->from_ms)
		err = yaml_problem(r->problem, r->file, n,
				   "play: to_ms must be behind from_ms");
	if (err)
		return err;
	t->text = script_beside(r, t->text);
	return t->text ? 0 : script_no_memory(r);
}

/* --- when --- */

static int add_delay(const struct script_reader *r, const struct yaml_node *n,
		     struct script_start *s)
{
	return script_read_ms(r, n, "delay_ms", &s->delay_ms);
}

static int read_start(const struct script_reader *r, const struct yaml_node *n,
		      struct script_start *s)
{
	static const char *const keys[] = {"after", "event", "delay_ms",
					   "at_ms", NULL};
	static const char *const words[] = {"previous", "session",
					    "tutor_start", "tutor_end", NULL};
	const struct yaml_node *after = n->kind == YAML_MAP
						? yaml_get(n, "after")
						: n;
	int word, err = 0;

	if (n->kind == YAML_MAP)
		err = yaml_check_keys(r->file, n, keys, r->problem);
	if (!err && after) {
		err = yaml_to_word(&word, r->file, after, words, r->problem);
		if (!err)
			s->after = (enum script_after)word;
	}
	if (err || n->kind != YAML_MAP)
		return err;
	if (yaml_get(n, "event")) {
		s->after = SCRIPT_AFTER_EVENT;
		err = script_read_text(r, n, "event", &s->what);
	}
	if (!err && yaml_get(n, "at_ms")) {
		s->after = SCRIPT_AFTER_SESSION;
		err = script_read_ms(r, n, "at_ms", &s->delay_ms);
	}
	return err ? err : add_delay(r, n, s);
}

/* "interrupt: 800", "interrupt: {after: the phrase}" */
static int read_interrupt(const struct script_reader *r,
			  const struct yaml_node *n, struct script_start *s)
{
	static const char *const keys[] = {"after_ms", "after", "delay_ms",
					   NULL};
	long ms;
	int err;

	s->after = SCRIPT_AFTER_TUTOR_START;
	if (n->kind == YAML_SCALAR) {
		err = yaml_to_integer(&ms, r->file, n, 0, SCRIPT_MS_MOST,
				      r->problem);
		if (!err)
			s->delay_ms = (unsigned)ms;
		return err;
	}
	err = yaml_check_keys(r->file, n, keys, r->problem);
	if (!err && yaml_get(n, "after")) {
		s->after = SCRIPT_AFTER_PHRASE;
		err = script_read_text(r, n, "after", &s->what);
	}
	if (!err)
		err = script_read_ms(r, n, "after_ms", &s->delay_ms);
	return err ? err : add_delay(r, n, s);
}

/* --- trouble --- */

int script_read_fault(const struct script_reader *r, const struct yaml_node *n,
		      struct script_fault *out)
{
	static const char *const keys[] = {"delay_ms", "jitter_ms",
					   "stall_ms", "slow_bytes",
					   "reset",    "cut_ms",
					   NULL};
	unsigned slow = 0;
	int err = yaml_check_keys(r->file, n, keys, r->problem);

	*out = (struct script_fault){
		.delays = yaml_get(n, "delay_ms") || yaml_get(n, "jitter_ms"),
	};
	if (!err && !n->child)
		err = yaml_problem(r->problem, r->file, n,
				   "no trouble is named; add delay_ms, "
				   "jitter_ms, stall_ms, slow_bytes, reset or "
				   "cut_ms");
	if (!err)
		err = script_read_ms(r, n, "delay_ms", &out->delay_ms);
	if (!err)
		err = script_read_ms(r, n, "jitter_ms", &out->jitter_ms);
	if (!err)
		err = script_read_ms(r, n, "stall_ms", &out->stall_ms);
	if (!err)
		err = script_read_ms(r, n, "slow_bytes", &slow);
	if (!err)
		err = script_read_bool(r, n, "reset", &out->reset);
	if (!err)
		err = script_read_ms(r, n, "cut_ms", &out->cut_ms);
	out->reset |= out->cut_ms > 0;
	out->bytes_per_second = slow;
	return err;
}

/* --- the turn --- */

static const char *const act_keys[] = {
	[SCRIPT_SAY] = "say",     [SCRIPT_PLAY] = "play",
	[SCRIPT_TYPE] = "type",   [SCRIPT_SILENCE] = "silence",
	[SCRIPT_NOISE] = "noise",
};
enum { ACTS = sizeof act_keys / sizeof *act_keys };

static int read_what(const struct script_reader *r, const struct yaml_node *map,
		     const struct yaml_node *n, struct script_turn *t)
{
	long ms;
	int err;

	switch (t->act) {
	case SCRIPT_SILENCE:
		err = yaml_to_integer(&ms, r->file, n, 1, SCRIPT_MS_MOST,
				      r->problem);
		t->ms = err ? 0 : (unsigned)ms;
		return err;
	case SCRIPT_NOISE:
		return read_noise(r, n, t);
	case SCRIPT_PLAY:
		return read_play(r, map, n, t);
	default:
		return script_read_text(r, map, act_keys[t->act], &t->text);
	}
}

static int read_act(const struct script_reader *r, const struct yaml_node *map,
		    struct script_turn *t)
{
	for (int act = SCRIPT_SAY; act < ACTS; act++) {
		const struct yaml_node *n = yaml_get(map, act_keys[act]);
		if (!n)
			continue;
		if (t->act)
			return yaml_problem(r->problem, r->file, n,
					    "a turn does one thing, and this "
					    "one has \"%s\" already; make two "
					    "turns",
					    act_keys[t->act]);
		t->act = (enum script_act)act;
		int err = read_what(r, map, n, t);
		if (err)
			return err;
	}
	return 0;
}

static int read_when(const struct script_reader *r, const struct yaml_node *map,
		     struct script_turn *t)
{
	const struct yaml_node *start = yaml_get(map, "start");
	const struct yaml_node *interrupt = yaml_get(map, "interrupt");

	if (start && interrupt)
		return yaml_problem(r->problem, r->file, interrupt,
				    "\"interrupt\" says when, as \"start\" "
				    "does; keep one of them");
	if (start)
		return read_start(r, start, &t->start);
	return interrupt ? read_interrupt(r, interrupt, &t->start) : 0;
}

static int read_beside(const struct script_reader *r,
		       const struct yaml_node *map, struct script_turn *t)
{
	const struct yaml_node *fault = yaml_get(map, "fault");
	int err = script_read_bool(r, map, "mute", &t->mute);

	t->sets_mute = yaml_get(map, "mute") != NULL;
	t->has_fault = fault != NULL;
	if (!err)
		err = script_read_bool(r, map, "disconnect", &t->disconnect);
	if (!err)
		err = script_read_bool(r, map, "renew", &t->renew);
	if (!err && fault)
		err = script_read_fault(r, fault, &t->fault);
	if (!err && !t->act && !t->sets_mute && !t->disconnect && !t->renew &&
	    !fault)
		err = yaml_problem(r->problem, r->file, map,
				   "a turn in which nothing is done; add say, "
				   "play, type, silence, noise, mute, renew, "
				   "disconnect or fault");
	return err;
}

static int read_voice(const struct script_reader *r,
		      const struct yaml_node *map, struct script_turn *t)
{
	int err = script_read_text(r, map, "voice", &t->voice);

	if (!err)
		err = script_read_number(r, map, "speed", 0.5, 2, &t->speed);
	if (!err)
		err = read_snr(r, map, &t->noisy, &t->snr_db);
	if (!err)
		err = script_read_ms(r, map, "timeout_ms", &t->timeout_ms);
	return err ? err : script_read_ms(r, map, "window_ms", &t->window_ms);
}

static int read_expectations(const struct script_reader *r,
			     const struct yaml_node *map,
			     const struct script_setup *setup,
			     struct script_turn *t)
{
	bool speaks = t->act >= SCRIPT_SAY && t->act <= SCRIPT_TYPE;
	const struct yaml_node *own = yaml_get(map, "expect");
	struct script_reader shared = *r;
	int err = 0;

	t->outcome = speaks ? SCRIPT_RESPOND : SCRIPT_ANY;
	if (setup->expect && speaks) {
		shared.file = setup->expect_file;
		err = script_read_expect(&shared, setup->expect, &t->outcome,
					 &t->expectations,
					 &t->expectation_count);
	}
	if (own && !err)
		err = script_read_expect(r, own, &t->outcome, &t->expectations,
					 &t->expectation_count);
	if (err || t->outcome == SCRIPT_ANY)
		return err;
	struct script_expectation outcome = {.place = t->place,
					     .about = SCRIPT_OUTCOME};
	return script_append(r, (void **)&t->expectations,
			     &t->expectation_count, sizeof outcome, &outcome);
}

int script_read_turn(const struct script_reader *r, const struct yaml_node *n,
		     const struct script_setup *setup, struct script_turn *t)
{
	static const char *const keys[] = {
		"say",        "play",       "type",   "silence", "noise",
		"voice",      "speed",      "snr_db", "start",   "interrupt",
		"mute",       "disconnect", "renew",  "fault",   "expect",
		"timeout_ms", "window_ms",  NULL};
	int err = yaml_check_keys(r->file, n, keys, r->problem);

	*t = (struct script_turn){
		.place = script_place_of(r, n),
		.voice = setup->voice,
		.speed = setup->speed,
		.noisy = setup->noisy,
		.snr_db = setup->snr_db,
		.timeout_ms = setup->timeout_ms,
		.window_ms = setup->window_ms,
	};
	if (!err)
		err = read_act(r, n, t);
	if (!err)
		err = read_voice(r, n, t);
	if (!err)
		err = read_when(r, n, t);
	if (!err)
		err = read_beside(r, n, t);
	return err ? err : read_expectations(r, n, setup, t);
}

int script_read_setup(const struct script_reader *r, const struct yaml_node *n,
		      struct script_setup *out)
{
	static const char *const keys[] = {"voice",      "speed",     "snr_db",
					   "timeout_ms", "window_ms", "expect",
					   NULL};
	int err = yaml_check_keys(r->file, n, keys, r->problem);

	if (!err)
		err = script_read_text(r, n, "voice", &out->voice);
	if (!err)
		err = script_read_number(r, n, "speed", 0.5, 2, &out->speed);
	if (!err)
		err = read_snr(r, n, &out->noisy, &out->snr_db);
	if (!err)
		err = script_read_ms(r, n, "timeout_ms", &out->timeout_ms);
	if (!err)
		err = script_read_ms(r, n, "window_ms", &out->window_ms);
	if (yaml_get(n, "expect")) {
		out->expect = yaml_get(n, "expect");
		out->expect_file = r->file;
	}
	return err;
}

/* --- for people --- */

void script_turn_line(char out[SCRIPT_LINE_SIZE], const struct script_turn *t)
{
	switch (t->act) {
	case SCRIPT_SILENCE:
	case SCRIPT_NOISE:
		snprintf(out, SCRIPT_LINE_SIZE, "%s: %u ms", act_keys[t->act],
			 t->ms);
		break;
	case SCRIPT_NOTHING:
		snprintf(out, SCRIPT_LINE_SIZE, "%s",
			 t->renew        ? "renew"
			 : t->disconnect ? "disconnect"
			 : t->has_fault  ? "fault"
			 : t->mute       ? "mute"
					 : "unmute");
		break;
	default:
		snprintf(out, SCRIPT_LINE_SIZE, "%s: %s", act_keys[t->act],
			 t->text);
		break;
	}
	out[text_utf8_cut(out, strlen(out), SCRIPT_LINE_SIZE - 1)] = '\0';
}
