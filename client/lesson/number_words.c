#include "client/lesson/number_words.h"

#include <stddef.h>

/* --- English --- */

static const struct number_word en_units[] = {
	{"zero", 0, NULL},      {"one", 1, NULL},       {"two", 2, NULL},
	{"three", 3, NULL},     {"four", 4, NULL},      {"five", 5, NULL},
	{"six", 6, NULL},       {"seven", 7, NULL},     {"eight", 8, NULL},
	{"nine", 9, NULL},      {"ten", 10, NULL},      {"eleven", 11, NULL},
	{"twelve", 12, NULL},   {"thirteen", 13, NULL}, {"fourteen", 14, NULL},
	{"fifteen", 15, NULL},  {"sixteen", 16, NULL},  {"seventeen", 17, NULL},
	{"eighteen", 18, NULL}, {"nineteen", 19, NULL}, {"nought", 0, NULL},
	{NULL, 0, NULL},
};

static const struct number_word en_tens[] = {
	{"twenty", 20, NULL}, {"thirty", 30, NULL}, {"forty", 40, NULL},
	{"fifty", 50, NULL},  {"sixty", 60, NULL},  {"seventy", 70, NULL},
	{"eighty", 80, NULL}, {"ninety", 90, NULL}, {"fourty", 40, NULL},
	{NULL, 0, NULL},
};

static const struct number_word en_scales[] = {
	{"million", 1000000, NULL},
	{"thousand", 1000, NULL},
	{NULL, 0, NULL},
};

static const struct number_word en_parts[] = {
	{"half", 2, NULL},
	{"halves", 2, NULL},
	{"third", 3, NULL},
	{"thirds", 3, NULL},
	{"quarter", 4, NULL},
	{"quarters", 4, NULL},
	{"fourth", 4, NULL},
	{"fourths", 4, NULL},
	{"fifth", 5, NULL},
	{"fifths", 5, NULL},
	{"sixth", 6, NULL},
	{"sixths", 6, NULL},
	{"seventh", 7, NULL},
	{"sevenths", 7, NULL},
	{"eighth", 8, NULL},
	{"eighths", 8, NULL},
	{"ninth", 9, NULL},
	{"ninths", 9, NULL},
	{"tenth", 10, NULL},
	{"tenths", 10, NULL},
	{"eleventh", 11, NULL},
	{"elevenths", 11, NULL},
	{"twelfth", 12, NULL},
	{"twelfths", 12, NULL},
	{"thirteenth", 13, NULL},
	{"thirteenths", 13, NULL},
	{"fourteenth", 14, NULL},
	{"fourteenths", 14, NULL},
	{"fifteenth", 15, NULL},
	{"fifteenths", 15, NULL},
	{"sixteenth", 16, NULL},
	{"sixteenths", 16, NULL},
	{"eighteenth", 18, NULL},
	{"eighteenths", 18, NULL},
	{"twentieth", 20, NULL},
	{"twentieths", 20, NULL},
	{"hundredth", 100, NULL},
	{"hundredths", 100, NULL},
	{"thousandth", 1000, NULL},
	{"thousandths", 1000, NULL},
	{NULL, 0, NULL},
};

/* --- Spanish --- */

static const struct number_word es_units[] = {
	{"cero", 0, NULL},
	{"uno", 1, NULL},
	{"dos", 2, NULL},
	{"tres", 3, NULL},
	{"cuatro", 4, NULL},
	{"cinco", 5, NULL},
	{"seis", 6, NULL},
	{"siete", 7, NULL},
	{"ocho", 8, NULL},
	{"nueve", 9, NULL},
	{"diez", 10, NULL},
	{"once", 11, NULL},
	{"doce", 12, NULL},
	{"trece", 13, NULL},
	{"catorce", 14, NULL},
	{"quince", 15, NULL},
	{"dieciseis", 16, "dieciséis"},
	{"diecisiete", 17, NULL},
	{"dieciocho", 18, NULL},
	{"diecinueve", 19, NULL},
	{"veintiuno", 21, NULL},
	{"veintiun", 21, "veintiún"},
	{"veintiuna", 21, NULL},
	{"veintidos", 22, "veintidós"},
	{"veintitres", 23, "veintitrés"},
	{"veinticuatro", 24, NULL},
	{"veinticinco", 25, NULL},
	{"veintiseis", 26, "veintiséis"},
	{"veintisiete", 27, NULL},
	{"veintiocho", 28, NULL},
	{"veintinueve", 29, NULL},
	{NULL, 0, NULL},
};

static const struct number_word es_tens[] = {
	{"veinte", 20, NULL},    {"treinta", 30, NULL}, {"cuarenta", 40, NULL},
	{"cincuenta", 50, NULL}, {"sesenta", 60, NULL}, {"setenta", 70, NULL},
	{"ochenta", 80, NULL},   {"noventa", 90, NULL}, {NULL, 0, NULL},
};

static const struct number_word es_hundreds[] = {
	{"cien", 100, NULL},
	{"ciento", 100, NULL},
	{"doscientos", 200, NULL},
	{"doscientas", 200, NULL},
	{"trescientos", 300, NULL},
	{"trescientas", 300, NULL},
	{"cuatrocientos", 400, NULL},
	{"cuatrocientas", 400, NULL},
	{"quinientos", 500, NULL},
	{"quinientas", 500, NULL},
	{"seiscientos", 600, NULL},
	{"seiscientas", 600, NULL},
	{"setecientos", 700, NULL},
	{"setecientas", 700, NULL},
	{"ochocientos", 800, NULL},
	{"ochocientas", 800, NULL},
	{"novecientos", 900, NULL},
	{"novecientas", 900, NULL},
	{NULL, 0, NULL},
};

static const struct number_word es_scales[] = {
	{"millones", 1000000, NULL},
	{"millon", 1000000, "millón"},
	{"mil", 1000, NULL},
	{NULL, 0, NULL},
};

static const struct number_word es_parts[] = {
	{"medio", 2, NULL},        {"medios", 2, NULL},
	{"media", 2, NULL},        {"medias", 2, NULL},
	{"tercio", 3, NULL},       {"tercios", 3, NULL},
	{"cuarto", 4, NULL},       {"cuartos", 4, NULL},
	{"quinto", 5, NULL},       {"quintos", 5, NULL},
	{"sexto", 6, NULL},        {"sextos", 6, NULL},
	{"septimo", 7, "séptimo"}, {"septimos", 7, "séptimos"},
	{"octavo", 8, NULL},       {"octavos", 8, NULL},
	{"noveno", 9, NULL},       {"novenos", 9, NULL},
	{"decimo", 10, "décimo"},  {"decimos", 10, "décimos"},
	{"onceavos", 11, NULL},    {"doceavos", 12, NULL},
	{"quinceavos", 15, NULL},  {"veinteavos", 20, NULL},
	{NULL, 0, NULL},
};

/* --- both --- */

static const struct number_word no_numbers[] = {{NULL, 0, NULL}};
static const char *const none[] = {NULL};

static const char *const en_over[] = {"over", "out of", NULL};
static const char *const en_articles[] = {"a", "an", NULL};
static const char *const en_alone[] = {"half", NULL};
static const char *const en_points[] = {"point", NULL};
static const char *const en_before_pronoun[] = {
	"this",  "that",   "which", "other", "another", "every", "each",
	"any",   "no",     "some",  "the",   "first",   "last",  "only",
	"right", "wrong",  "good",  "bad",   "same",    "big",   "small",
	"green", "hidden", "best",  "next",  "second",  "third", NULL,
};

static const char *const es_over[] = {"sobre", "de cada", NULL};
static const char *const es_articles[] = {"un", "una", NULL};
static const char *const es_alone[] = {"medio", "media", NULL};
static const char *const es_points[] = {"coma", "punto", NULL};
static const char *const es_rooms[] = {"cuarto", "cuarta", NULL};

static const struct number_words languages[] = {
	[LESSON_ENGLISH] =
		{
			.units = en_units,
			.tens = en_tens,
			.hundreds = no_numbers,
			.scales = en_scales,
			.parts = en_parts,
			.hundred = "hundred",
			.plus = "and",
			.percent = "per cent",
			.over = en_over,
			.articles = en_articles,
			.alone = en_alone,
			.points = en_points,
			.other_things = none,
			.clock_parts = none,
			.before_pronoun = en_before_pronoun,
		},
	[LESSON_SPANISH] =
		{
			.units = es_units,
			.tens = es_tens,
			.hundreds = es_hundreds,
			.scales = es_scales,
			.parts = es_parts,
			.tens_joiner = "y",
			.plus = "y",
			.percent = "por ciento",
			.bare_scale = true,
			.over = es_over,
			.articles = es_articles,
			.alone = es_alone,
			.points = es_points,
			.other_things = es_rooms,
			.clock_parts = es_rooms,
			.before_pronoun = none,
		},
};

const struct number_words *number_words(enum lesson_language language)
{
	return &languages[language];
}
