#include "client/tutor/phrases.h"

#include <string.h>

#include "net/base/bytes.h"

enum { WORDINGS_MOST = 4 };

typedef const char *const wordings[WORDINGS_MOST];

static wordings english[PHRASE_COUNT] = {
	[PHRASE_PRAISE] = {"Right!", "Exactly.", "Very good.",
			   "Yes, that is right."},
	[PHRASE_PRAISE_LATE] = {"Now you have it.", "Right, well done.",
				"Yes, there it is."},
	[PHRASE_NOT_QUITE] = {"Not quite.", "That is not it yet.",
			      "No, it is something else."},
	[PHRASE_DOES_NOT_KNOW] = {"No problem.", "That is all right."},
	[PHRASE_HINT] = {"Here is a hint.", "I will help you."},
	[PHRASE_NO_HINTS] = {"I have no more hints. Make a guess, or say "
			     "skip."},
	[PHRASE_PARTLY] = {"Yes, {0}. And what else?",
			   "Good, {0}. What is missing?"},
	[PHRASE_TELL] = {"I will tell you.", "Here is the answer."},
	[PHRASE_SKIP] = {"All right."},
	[PHRASE_UNCLEAR] = {"Sorry, I did not understand you. Please say it "
			    "again.",
			    "I did not catch that. Please say it once more."},
	[PHRASE_UNCLEAR_AGAIN] = {"I still did not understand you. You can "
				  "also say hint, or type your answer."},
	[PHRASE_SILENCE] = {"Take your time. You can say hint, or repeat."},
	[PHRASE_OFF_TOPIC] = {"Let us talk about that another time.",
			      "That is another subject. Back to our question."},
	[PHRASE_SLOWER] = {"I will speak more slowly."},
	[PHRASE_REST] = {"Let me say that to the end."},
	[PHRASE_GO_ON] = {"Let us go on."},
	[PHRASE_GREETING] = {"Hello again! We go on with {0}."},
	[PHRASE_REVIEW] = {"First we come back to what was difficult last "
			   "time."},
	[PHRASE_ALL_AT_ONCE] = {"You answered all {0} questions at once. "
				"Excellent!"},
	[PHRASE_ALL_ANSWERED] = {"You answered all {0} questions, {1} of them "
				 "at once."},
	[PHRASE_SOME] = {"You answered {0} of {1} questions, {2} of them at "
			 "once."},
	[PHRASE_NONE] = {"None of the {0} questions is answered yet."},
	[PHRASE_REMEMBER] = {"Remember this for the next time."},
	[PHRASE_STOP] = {"All right, we stop here."},
	[PHRASE_GOODBYE] = {"You can go on another time. Goodbye!"},
	[PHRASE_OVER] = {"Our lesson is over. Start it again whenever you "
			 "like. Goodbye!"},
	[PHRASE_AND] = {" and "},
	[PHRASE_DEAF] = {"I cannot understand speech on this computer. Please "
			 "type your answers."},
};

static wordings spanish[PHRASE_COUNT] = {
	[PHRASE_PRAISE] = {"¡Muy bien!", "Exacto.", "Eso es.", "Sí, correcto."},
	[PHRASE_PRAISE_LATE] = {"Ahora sí, muy bien.", "Eso es, bien hecho.",
				"Sí, ya lo tienes."},
	[PHRASE_NOT_QUITE] = {"Todavía no.", "No exactamente.",
			      "No, es otra cosa."},
	[PHRASE_DOES_NOT_KNOW] = {"No pasa nada.", "No importa."},
	[PHRASE_HINT] = {"Aquí tienes una pista.", "Te ayudo."},
	[PHRASE_NO_HINTS] = {"No tengo más pistas. Prueba algo, o di "
			     "siguiente."},
	[PHRASE_PARTLY] = {"Sí, {0}. ¿Y qué más?", "Bien, {0}. ¿Qué falta?"},
	[PHRASE_TELL] = {"Te lo digo yo.", "Esta es la respuesta."},
	[PHRASE_SKIP] = {"De acuerdo."},
	[PHRASE_UNCLEAR] = {"Perdona, no te he entendido. Repítelo, por "
			    "favor.",
			    "No lo he entendido. Dilo otra vez, por favor."},
	[PHRASE_UNCLEAR_AGAIN] = {"Todavía no te entiendo. También puedes "
				  "decir pista, o escribir tu respuesta."},
	[PHRASE_SILENCE] = {"Tómate tu tiempo. Puedes decir pista, o repite."},
	[PHRASE_OFF_TOPIC] = {"De eso hablamos otro día.",
			      "Eso es otro tema. Volvemos a la pregunta."},
	[PHRASE_SLOWER] = {"Hablo más despacio."},
	[PHRASE_REST] = {"Lo digo hasta el final."},
	[PHRASE_GO_ON] = {"Seguimos."},
	[PHRASE_GREETING] = {"¡Hola otra vez! Seguimos con {0}."},
	[PHRASE_REVIEW] = {"Primero volvemos a lo que fue difícil la última "
			   "vez."},
	[PHRASE_ALL_AT_ONCE] = {"Has contestado las {0} preguntas a la "
				"primera. ¡Excelente!"},
	[PHRASE_ALL_ANSWERED] = {"Has contestado las {0} preguntas, {1} a la "
				 "primera."},
	[PHRASE_SOME] = {"Has contestado {0} de {1} preguntas, {2} a la "
			 "primera."},
	[PHRASE_NONE] = {"De las {0} preguntas no has contestado ninguna "
			 "todavía."},
	[PHRASE_REMEMBER] = {"Recuerda esto para la próxima vez."},
	[PHRASE_STOP] = {"De acuerdo, lo dejamos aquí."},
	[PHRASE_GOODBYE] = {"Puedes seguir otro día. ¡Adiós!"},
	[PHRASE_OVER] = {"La clase ha terminado. Empieza otra vez cuando "
			 "quieras. ¡Adiós!"},
	[PHRASE_AND] = {" y "},
	[PHRASE_DEAF] = {"En este ordenador no puedo entender la voz. Escribe "
			 "tus respuestas, por favor."},
};

static wordings *const languages[LESSON_LANGUAGE_COUNT] = {
	[LESSON_ENGLISH] = english,
	[LESSON_SPANISH] = spanish,
};

/* A linear congruential generator (the constants of "Numerical Recipes"); its
 * high bits are good enough to vary words. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	*state += *state == 0;
	return (uint32_t)((uint64_t)*state * below >> 32);
}

const char *phrase_pick(enum lesson_language language, enum phrase phrase,
			uint32_t *state)
{
	const char *const *list = languages[language][phrase];
	uint32_t count = 0;

	while (count < WORDINGS_MOST && list[count])
		count++;
	return list[*state && count > 1 ? draw(state, count) : 0];
}

void phrase_write(struct bytes *out, const char *wording,
		  const char *const *values)
{
	for (const char *at = wording; *at;) {
		size_t n = strcspn(at, "{");

		bytes_append(out, at, n);
		at += n;
		if (*at) {
			bytes_append_text(out, values[at[1] - '0']);
			at += strlen("{0}");
		}
	}
}
