#include "client/lesson/lesson_prompt.h"

#include <stdlib.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/nova/voice.h"

enum { SCHEMA_MOST = 16 * 1024 };

const char *lesson_result_name(enum lesson_result result)
{
	static const char *const names[] = {
		[LESSON_RIGHT] = "right",
		[LESSON_PARTLY] = "partly",
		[LESSON_WRONG] = "wrong",
	};

	return names[result];
}

enum nova_turn_pause lesson_nova_pause(enum lesson_level level)
{
	static const struct {
		enum nova_turn_pause pause;
		int ms;
	} pauses[] = {
		{NOVA_PAUSE_HIGH, 1500},
		{NOVA_PAUSE_MEDIUM, 1750},
		{NOVA_PAUSE_LOW, 2000},
	};
	int wanted = (int)lesson_turn_pause_ms(level);
	size_t best = 0;

	for (size_t i = 1; i < sizeof pauses / sizeof *pauses; i++)
		if (abs(pauses[i].ms - wanted) < abs(pauses[best].ms - wanted))
			best = i;
	return pauses[best].pause;
}

/* --- the prompt --- */

/* How to speak, for each level. */
static const char *const styles[] = {
	[LESSON_A1] = "Use very short sentences and the most common words. "
		      "Speak slowly.",
	[LESSON_A2] = "Use short sentences and everyday words. Speak slowly.",
	[LESSON_B1] = "Use clear sentences and explain every difficult word.",
	[LESSON_B2] = "Use clear sentences, and technical words where they "
		      "belong.",
	[LESSON_C1] = "Speak naturally.",
	[LESSON_C2] = "Speak naturally.",
};

static const char conduct[] =
	"How you teach:\n"
	"- Ask the questions below in their order, one at a time, and wait for "
	"the answer.\n"
	"- Say at most three sentences before you let the learner speak.\n"
	"- An answer is right when it means one of the right answers, in "
	"whatever words. Praise it in a few words and go on.\n"
	"- When a part of the answer is missing, say which part is right and "
	"ask for the rest. Do not say what is missing.\n"
	"- When the learner makes a mistake that is listed, say what is "
	"written for it, and ask again.\n"
	"- When the answer is wrong in another way, or the learner does not "
	"know it, give the next hint and ask again. Never give the answer "
	"away in a hint.\n"
	"- After the last hint, or when the learner asks for the answer, say "
	"the explanation and go on with the next question.\n"
	"- When the learner asks you to repeat, to speak slower or to give a "
	"hint, do so. When he talks of something else, answer in one sentence "
	"and come back to the question.\n"
	"- When the learner wants to stop, say goodbye and ask nothing more.\n"
	"- After every answer of the learner call the tool " LESSON_TOOL
	" once, with the step's id, the result (right, partly or wrong; "
	"\"I do not know\" is wrong) and the learner's words. Never speak "
	"about the tool.\n";

static void write_head(struct bytes *out, const struct lesson *l)
{
	const char *language = nova_language_name(
		lesson_language_tag(l->language));

	bytes_append_format(out,
			    "You are a tutor. You teach one lesson by voice: "
			    "\"%s\".\n"
			    "Speak %s. The learner's level is %s of the CEFR. "
			    "%s\n",
			    l->title, language, lesson_level_name(l->level),
			    styles[l->level]);
	bytes_append_text(out, "\nAfter the lesson the learner can:\n");
	for (size_t i = 0; i < l->goal_count; i++)
		bytes_append_format(out, "- %s\n", l->goals[i]);
	if (l->system)
		bytes_append_format(out, "\nHow you are:\n%s\n", l->system);
}

/* The first and the last words. */
static void write_frame(struct bytes *out, const struct lesson *l,
			const struct lesson_plan *plan)
{
	if (plan->resumed)
		bytes_append_text(
			out, "- The learner has begun this lesson before. "
			     "Greet him in one sentence and go on with the "
			     "first question below; do not begin anew.\n");
	else
		bytes_append_format(out,
				    "- Begin with these words, and then ask "
				    "the first question: %s\n",
				    l->opener);
	if (plan->review > 0)
		bytes_append_format(out,
				    "- The learner missed the first %zu of the "
				    "questions below some days ago. Say that "
				    "you come back to them.\n",
				    plan->review);
	bytes_append_format(out,
			    "- After the last question say in two sentences "
			    "what went well and what is to be looked at "
			    "again, and end with these words: %s\n",
			    l->close);
}

static void write_part(struct bytes *out, const struct lesson_part *p)
{
	for (size_t i = 0; i < p->count; i++)
		bytes_append_format(out, "%s\"%s\"", i ? " or " : "",
				    p->wordings[i].text);
}

static void write_words(struct bytes *out, const struct lesson_words *w)
{
	if (w->count > 1 && w->need == w->count)
		bytes_append_text(out, "all of these: ");
	else if (w->count > 1)
		bytes_append_format(out, "at least %zu of these: ", w->need);
	for (size_t i = 0; i < w->count; i++) {
		if (i > 0)
			bytes_append_text(out, "; ");
		write_part(out, &w->parts[i]);
	}
	bytes_append_text(out, "\n");
}

static void write_step(struct bytes *out, const struct lesson_step *s)
{
	bytes_append_format(out, "\nStep %s\nQuestion: %s\n", s->id,
			    s->question);
	for (size_t i = 0; i < s->answer_count; i++) {
		bytes_append_text(out, i ? "Also right: " : "Right: ");
		write_words(out, &s->answers[i]);
	}
	for (size_t i = 0; i < s->mistake_count; i++) {
		bytes_append_text(out, "Mistake: ");
		write_words(out, &s->mistakes[i].words);
		bytes_append_format(out, "Then say: %s\n",
				    s->mistakes[i].reply);
	}
	for (size_t i = 0; i < s->hint_count; i++)
		bytes_append_format(out, "Hint %zu: %s\n", i + 1, s->hints[i]);
	bytes_append_format(out, "Explanation: %s\n", s->explanation);
}

static void write_vocabulary(struct bytes *out, const struct lesson *l)
{
	if (l->word_count == 0)
		return;
	bytes_append_text(out, "\nWords of this lesson:\n");
	for (size_t i = 0; i < l->word_count; i++)
		bytes_append_format(out, "- %s: %s\n", l->vocabulary[i].word,
				    l->vocabulary[i].meaning);
}

void lesson_prompt_write(struct bytes *out, const struct lesson *l,
			 const struct lesson_plan *plan, const char *wish)
{
	write_head(out, l);
	bytes_append_format(out, "\n%s", conduct);
	write_frame(out, l, plan);
	bytes_append_text(out, "\nThe questions:\n");
	for (size_t i = 0; i < plan->count; i++)
		write_step(out, &l->steps[plan->steps[i]]);
	write_vocabulary(out, l);
	if (wish)
		bytes_append_format(out, "\nAnd this is wished:\n%s\n", wish);
}

/* --- the tool --- */

static void write_property(struct bytes *out, const char *name,
			   const char *description)
{
	json_open_object(out, name);
	json_string(out, "type", "string");
	json_string(out, "description", description);
}

static void write_schema(struct bytes *out, const struct lesson *l)
{
	json_open_object(out, NULL);
	json_string(out, "type", "object");
	json_open_object(out, "properties");

	write_property(out, "step", "the id of the step that was asked");
	json_open_array(out, "enum");
	for (size_t i = 0; i < l->step_count; i++)
		json_string(out, NULL, l->steps[i].id);
	json_close_array(out);
	json_close_object(out);

	write_property(out, "result", "what the answer was worth");
	json_open_array(out, "enum");
	for (int i = LESSON_RIGHT; i <= LESSON_WRONG; i++)
		json_string(out, NULL,
			    lesson_result_name((enum lesson_result)i));
	json_close_array(out);
	json_close_object(out);

	write_property(out, "words", "what the learner said, word for word");
	json_close_object(out);

	json_close_object(out);
	json_open_array(out, "required");
	json_string(out, NULL, "step");
	json_string(out, NULL, "result");
	json_string(out, NULL, "words");
	json_close_array(out);
	json_close_object(out);
}

void lesson_tool_write(struct bytes *out, const struct lesson *l)
{
	struct bytes schema;

	bytes_init(&schema, SCHEMA_MOST);
	write_schema(&schema, l);
	json_open_array(out, NULL);
	json_open_object(out, NULL);
	json_open_object(out, "toolSpec");
	json_string(out, "name", LESSON_TOOL);
	json_string(out, "description",
		    "Notes how the learner has answered a question of the "
		    "lesson. Call it once after every answer.");
	json_open_object(out, "inputSchema");
	json_string(out, "json", bytes_text(&schema));
	json_close_object(out);
	json_close_object(out);
	json_close_object(out);
	json_close_array(out);
	if (schema.failed)
		out->failed = schema.failed;
	bytes_deinit(&schema);
}
