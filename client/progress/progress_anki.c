/*
 * progress_anki: notes for Anki, in its text format.
 *
 * Source of the format: docs.ankiweb.net/importing/text-files.html, "File
 * headers".  Fields are HTML, so that nothing a lesson or a learner says can
 * break a line; the first is the note's own id, so that an import a second
 * time changes notes and adds none.
 */
#include <string.h>

#include "client/progress/progress_export.h"
#include "net/base/bytes.h"
#include "net/base/text.h"

static const char head[] = "#separator:tab\n"
			   "#html:true\n"
			   "#notetype:Basic\n"
			   "#deck:Habla\n"
			   "#columns:Id\tFront\tBack\tTags\n"
			   "#guid column:1\n"
			   "#tags column:4\n";

static void append_html(struct bytes *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			bytes_append_text(out, "&amp;");
			break;
		case '<':
			bytes_append_text(out, "&lt;");
			break;
		case '>':
			bytes_append_text(out, "&gt;");
			break;
		case '"':
			bytes_append_text(out, "&quot;");
			break;
		case '\n':
			bytes_append_text(out, "<br>");
			break;
		default:
			if ((unsigned char)*text >= 0x20)
				bytes_append(out, text, 1);
			else
				bytes_append_text(out, " ");
		}
}

/* Any text as part of an id: a letter, a digit, or the hexadecimal form. */
static void append_id(struct bytes *out, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
		    *c == '-')
			bytes_append(out, c, 1);
		else
			bytes_append_format(out, "_%02x", *c);
}

/* The fields up to the back's text. */
static void open_note(struct bytes *out, const char *lesson, const char *kind,
		      const char *name, const char *front)
{
	bytes_append_text(out, "habla:");
	append_id(out, lesson);
	bytes_append_format(out, ":%s:", kind);
	append_id(out, name);
	bytes_append_text(out, "\t");
	append_html(out, front);
	bytes_append_text(out, "\t");
}

static void close_note(struct bytes *out, const char *lesson, const char *kind)
{
	bytes_append_format(out, "\thabla::%s habla::", kind);
	append_id(out, lesson);
	bytes_append_text(out, "\n");
}

static void write_word(struct bytes *out, const struct progress_lesson *l,
		       const struct progress_word *w)
{
	open_note(out, l->id, "word", w->word, w->word);
	append_html(out, w->meaning);
	if (w->example) {
		bytes_append_text(out, "<br><i>");
		append_html(out, w->example);
		bytes_append_text(out, "</i>");
	}
	close_note(out, l->id, "vocabulary");
}

/* Every wrong thing that was said, each once. */
static void write_wrong_words(struct bytes *out, const struct progress *p,
			      const char *lesson, const char *step)
{
	size_t count = 0;

	for (size_t i = 0; i < p->answer_count; i++) {
		const struct progress_answer *a = &p->answers[i];
		bool again = false;
		if (a->result == LESSON_RIGHT || !a->words[0] ||
		    !text_equal(a->lesson, lesson) ||
		    !text_equal(a->step, step))
			continue;
		for (size_t k = 0; k < i; k++)
			again |= p->answers[k].result != LESSON_RIGHT &&
				 text_equal(p->answers[k].lesson, lesson) &&
				 text_equal(p->answers[k].step, step) &&
				 text_equal(p->answers[k].words, a->words);
		if (again)
			continue;
		bytes_append_text(out, count++ ? "; " : "<br>\xE2\x9C\x97 <s>");
		append_html(out, a->words);
	}
	if (count > 0)
		bytes_append_text(out, "</s>");
}

static bool was_missed(const struct progress *p, const char *lesson,
		       const char *step)
{
	for (size_t i = 0; i < p->answer_count; i++)
		if (p->answers[i].result != LESSON_RIGHT &&
		    text_equal(p->answers[i].lesson, lesson) &&
		    text_equal(p->answers[i].step, step))
			return true;
	return false;
}

static bool was_begun(const struct progress *p, const char *lesson)
{
	for (size_t i = 0; i < p->answer_count; i++)
		if (text_equal(p->answers[i].lesson, lesson))
			return true;
	return false;
}

static void write_missed(struct bytes *out, const struct progress *p,
			 const struct progress_lesson *l,
			 const struct progress_item *item)
{
	if (!was_missed(p, l->id, item->step))
		return;
	open_note(out, l->id, "step", item->step, item->question);
	append_html(out, item->answer);
	write_wrong_words(out, p, l->id, item->step);
	close_note(out, l->id, "mistake");
}

void progress_write_anki(struct bytes *out, const struct progress *p)
{
	bytes_append_text(out, head);
	for (size_t i = 0; i < p->lesson_count; i++) {
		const struct progress_lesson *l = &p->lessons[i];
		if (!was_begun(p, l->id))
			continue;
		for (size_t k = 0; k < l->word_count; k++)
			write_word(out, l, &l->words[k]);
		for (size_t k = 0; k < l->item_count; k++)
			write_missed(out, p, l, &l->items[k]);
	}
}
