#include "client/conversation/tutor_turn.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

void tutor_turn_init(struct tutor_turn *t)
{
	*t = (struct tutor_turn){0};
	bytes_init(&t->final, TUTOR_TURN_TEXT_MAX);
}

void tutor_turn_reset(struct tutor_turn *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->sentences[i].planned);
	t->count = 0;
	t->planned = 0;
	t->finals = 0;
	bytes_clear(&t->final);
	t->active = false;
	t->ended = false;
	t->interrupted = false;
	t->skipped = false;
	t->broken = false;
	t->written = false;
	t->final_cut = false;
	t->late_final = false;
}

void tutor_turn_deinit(struct tutor_turn *t)
{
	tutor_turn_reset(t);
	free(t->sentences);
	bytes_deinit(&t->final);
	*t = (struct tutor_turn){0};
}

static struct tutor_sentence *add_sentence(struct tutor_turn *t)
{
	if (t->count == t->capacity) {
		size_t capacity = t->capacity ? 2 * t->capacity : 8;
		void *grown = realloc(t->sentences,
				      capacity * sizeof *t->sentences);
		if (!grown)
			return NULL;
		t->sentences = grown;
		t->capacity = capacity;
	}
	t->active = true;

	struct tutor_sentence *s = &t->sentences[t->count++];
	*s = (struct tutor_sentence){0};
	return s;
}

int tutor_turn_plan(struct tutor_turn *t, const char *text)
{
	char *copy = text_copy(text);
	struct tutor_sentence *s = copy ? add_sentence(t) : NULL;

	if (!s) {
		free(copy);
		return PROBLEM_MEMORY;
	}
	s->planned = copy;
	t->planned++;
	return 0;
}

int tutor_turn_begin_block(struct tutor_turn *t, uint32_t block)
{
	for (size_t i = 0; i < t->count; i++) {
		if (!t->sentences[i].block) {
			t->sentences[i].block = block;
			return 0;
		}
	}

	struct tutor_sentence *s = add_sentence(t);
	if (!s)
		return PROBLEM_MEMORY;
	s->block = block;
	return 0;
}

/* Texts come with or without a blank at their seams. */
static int append_spaced(struct bytes *b, const char *text, size_t length)
{
	if (b->length && length && b->data[b->length - 1] != ' ' &&
	    text[0] != ' ')
		bytes_append_text(b, " ");
	bytes_append(b, text, length);
	return b->failed;
}

int tutor_turn_add_final(struct tutor_turn *t, const char *text)
{
	t->active = true;
	t->finals++;
	return append_spaced(&t->final, text, strlen(text));
}

static struct tutor_sentence *find(const struct tutor_turn *t, uint32_t block)
{
	for (size_t i = t->count; i > 0; i--) {
		if (t->sentences[i - 1].block == block)
			return &t->sentences[i - 1];
	}
	return NULL;
}

void tutor_turn_received(struct tutor_turn *t, uint32_t block, size_t samples)
{
	struct tutor_sentence *s = find(t, block);

	if (s)
		s->received += samples;
}

void tutor_turn_end_block(struct tutor_turn *t, uint32_t block)
{
	struct tutor_sentence *s = find(t, block);

	if (s)
		s->whole = true;
}

bool tutor_turn_played(struct tutor_turn *t, uint32_t block, uint64_t samples)
{
	struct tutor_sentence *s = find(t, block);

	if (!s)
		return false;
	s->played = samples < s->received ? samples : s->received;
	return true;
}

bool tutor_turn_all_played(const struct tutor_turn *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->sentences[i].played < t->sentences[i].received)
			return false;
	}
	return true;
}

bool tutor_turn_final_ended(const struct tutor_turn *t)
{
	return t->final_cut || (t->finals > 0 && t->finals >= t->planned);
}

bool tutor_turn_has_sound(const struct tutor_turn *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->sentences[i].received)
			return true;
	}
	return false;
}

void tutor_turn_interrupt(struct tutor_turn *t)
{
	t->interrupted = true;
	t->ended = true;
	/* Text that was final before is of an answer that was said whole. */
	t->late_final = t->skipped || tutor_turn_final_ended(t);
}

void tutor_turn_skip(struct tutor_turn *t)
{
	t->skipped = true;
	t->late_final = true;
}

size_t tutor_turn_word_cut(const char *text, uint64_t played, uint64_t total)
{
	size_t length = strlen(text);

	if (played >= total)
		return total ? length : 0;

	size_t cut = (size_t)((double)length * (double)played / (double)total);

	/* Back to the last place between two words. */
	while (cut > 0 && !(text[cut] == ' ' && text[cut - 1] != ' '))
		cut--;
	return cut;
}

const char *tutor_turn_heard(const struct tutor_turn *t, struct bytes *scratch)
{
	bytes_clear(scratch);
	for (size_t i = 0; i < t->count; i++) {
		const struct tutor_sentence *s = &t->sentences[i];

		if (s->planned && s->played)
			append_spaced(scratch, s->planned,
				      tutor_turn_word_cut(s->planned, s->played,
							  s->received));
	}
	const char *text = bytes_text(scratch);
	return text ? text : "";
}

const char *tutor_turn_text(struct tutor_turn *t, struct bytes *scratch)
{
	if (t->final.length && !t->late_final) {
		const char *text = bytes_text(&t->final);

		return text ? text : "";
	}
	return tutor_turn_heard(t, scratch);
}
