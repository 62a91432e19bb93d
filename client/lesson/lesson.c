#include "client/lesson/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/text.h"

/* --- names --- */

static const struct {
	const char *name;
	unsigned turn_pause_ms;
} levels[] = {
	[LESSON_A1] = {"A1", 1800}, [LESSON_A2] = {"A2", 1800},
	[LESSON_B1] = {"B1", 1500}, [LESSON_B2] = {"B2", 1500},
	[LESSON_C1] = {"C1", 1200}, [LESSON_C2] = {"C2", 1200},
};

const char *lesson_language_tag(enum lesson_language language)
{
	static const char *const tags[] = {
		[LESSON_ENGLISH] = "en",
		[LESSON_SPANISH] = "es",
	};

	return tags[language];
}

const char *lesson_level_name(enum lesson_level level)
{
	return levels[level].name;
}

unsigned lesson_turn_pause_ms(enum lesson_level level)
{
	return levels[level].turn_pause_ms;
}

bool lesson_id_is_good(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t length = strlen(id);

	return length > 0 && length < LESSON_ID_SIZE &&
	       strspn(id, letters) == length;
}

size_t lesson_find_step(const struct lesson *l, const char *id)
{
	size_t i = 0;

	while (i < l->step_count && !text_equal(l->steps[i].id, id))
		i++;
	return i;
}

/* --- freeing; works on what was read in part --- */

static void free_texts(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

static void free_part(struct lesson_part *part)
{
	for (size_t i = 0; i < part->count; i++)
		free(part->wordings[i].text);
	free(part->wordings);
}

static void free_words(struct lesson_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free_part(&words->parts[i]);
	free(words->parts);
}

static void free_step(struct lesson_step *step)
{
	for (size_t i = 0; i < step->answer_count; i++)
		free_words(&step->answers[i]);
	free(step->answers);
	for (size_t i = 0; i < step->mistake_count; i++) {
		free_words(&step->mistakes[i].words);
		free(step->mistakes[i].reply);
	}
	free(step->mistakes);
	free_texts(step->hints, step->hint_count);
	free(step->id);
	free(step->question);
	free(step->explanation);
}

struct lesson *lesson_free(struct lesson *l)
{
	if (!l)
		return NULL;
	for (size_t i = 0; i < l->step_count; i++)
		free_step(&l->steps[i]);
	free(l->steps);
	for (size_t i = 0; i < l->word_count; i++) {
		free(l->vocabulary[i].word);
		free(l->vocabulary[i].meaning);
		free(l->vocabulary[i].example);
	}
	free(l->vocabulary);
	free_texts(l->goals, l->goal_count);
	free(l->id);
	free(l->title);
	free(l->system);
	free(l->opener);
	free(l->close);
	free(l);
	return NULL;
}
