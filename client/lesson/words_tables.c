/* words_tables: what the judge knows of each language, without accents. */
#include "client/lesson/words_steps.h"

/* --- English --- */

static const char *const en_little[] = {
	"a",         "an",     "the",    "is",      "are",      "was",
	"were",      "be",     "been",   "being",   "am",       "of",
	"to",        "in",     "on",     "at",      "for",      "from",
	"by",        "with",   "into",   "onto",    "as",       "and",
	"or",        "but",    "it",     "its",     "he",       "she",
	"they",      "we",     "you",    "i",       "me",       "my",
	"your",      "his",    "her",    "our",     "their",    "them",
	"us",        "him",    "this",   "that",    "these",    "those",
	"there",     "here",   "do",     "does",    "did",      "will",
	"would",     "shall",  "should", "can",     "could",    "may",
	"might",     "must",   "so",     "if",      "then",     "than",
	"what",      "which",  "who",    "whom",    "whose",    "very",
	"really",    "quite",  "just",   "also",    "too",      "some",
	"any",       "please", "maybe",  "perhaps", "probably", "actually",
	"basically", "well",   "okay",   "ok",      "because",  "about",
	"such",      "think",  "guess",  "believe", "let",      "itself",
	"itll",      "answer", "sir",    "both",    NULL,
};

/* Said of anything. */
static const char *const en_common[] = {
	"go",   "come",   "get",      "make",      "take",      "say",
	"see",  "know",   "want",     "need",      "use",       "find",
	"give", "tell",   "call",     "talk",      "like",      "have",
	"put",  "keep",   "look",     "thing",     "something", "good",
	"more", "much",   "many",     "now",       "time",      "way",
	"day",  "people", "not",      "no",        "yes",       "how",
	"why",  "when",   "where",    "happen",    "happens",   "called",
	"name", "word",   "question", "one",       "two",       "first",
	"last", "today",  "ask",      "work",      "new",       "old",
	"long", "big",    "all",      "out",       "up",        "down",
	"home", "other",  "hello",    "thanks",    "thank",     "friend",
	"nice", "year",   "live",     "beautiful", "lesson",    "little",
	"us",   NULL,
};

static const char *const en_negators[] = {"not", "never", "nor", "neither",
					  NULL};
static const char *const en_near[] = {"no",   "without", "except",
				      "nope", "nah",     NULL};
static const char *const en_clause_starts[] = {
	"but",    "because", "however", "instead", "although",
	"though", "while",   "so",      "then",    "when",
	"if",     "who",     "which",   "that",    NULL,
};
static const char *const en_subjects[] = {"i",  "you", "he",   "she",
					  "it", "we",  "they", NULL};
static const char *const en_verbs[] = {
	"is",   "are", "was",    "were",  "am",    "be",    "do",
	"does", "did", "can",    "could", "will",  "would", "has",
	"have", "had", "should", "may",   "might", "must",  NULL,
};
static const char *const en_raising[] = {
	"think", "believe", "guess",  "suppose",  "say",     "mean", "want",
	"sure",  "really",  "always", "believed", "thought", NULL,
};
static const char *const en_joiners[] = {"and", "or", "plus", NULL};
static const char *const en_not_negating[] = {"not only",   "not just",
					      "no wonder",  "no doubt",
					      "no problem", "why not",
					      NULL};
static const char *const en_corrections[] = {
	"i mean",     "no wait",      "wait no",      "or rather",
	"no sorry",   "sorry no",     "no actually",  "actually no",
	"correction", "scratch that", "sorry i mean", "no i mean",
	"wait",       "actually",     "sorry",        NULL,
};
static const char *const en_hedges[] = {
	"i do not know",
	"do not know",
	"not know",
	"i have no idea",
	"no idea",
	"i am not sure",
	"not sure",
	"not quite sure",
	"not so sure",
	"no clue",
	"i do not remember",
	"do not remember",
	"can not remember",
	"not remember",
	"i do not understand",
	"do not understand",
	"not understand",
	"not certain",
	"i am not certain",
	"do not have a clue",
	"not really sure",
	NULL,
};
static const char *const en_hedge_breakers[] = {
	"what",  "if",  "how",  "whether", "that", "about", "why", "where",
	"which", "who", "when", "any",     "the",  "much",  "of",  NULL,
};

/* --- Spanish --- */

static const char *const es_little[] = {
	"el",       "la",     "los",   "las",   "lo",    "un",        "una",
	"unos",     "unas",   "de",    "del",   "a",     "al",        "en",
	"por",      "para",   "con",   "y",     "o",     "u",         "e",
	"que",      "es",     "son",   "soy",   "eres",  "somos",     "era",
	"fue",      "esta",   "estan", "estoy", "estas", "este",      "esto",
	"estos",    "ese",    "esa",   "eso",   "se",    "me",        "te",
	"nos",      "os",     "le",    "les",   "mi",    "tu",        "su",
	"mis",      "tus",    "sus",   "yo",    "ella",  "usted",     "ustedes",
	"nosotros", "ellos",  "ellas", "muy",   "ha",    "he",        "hay",
	"ser",      "estar",  "pues",  "bueno", "creo",  "pienso",    "parece",
	"si",       "quizas", "quiza", "tal",   "seria", "entonces",  "pero",
	"sino",     "porque", "quien", "cual",  "digo",  "respuesta", "senor",
	"senora",   NULL,
};

static const char *const es_common[] = {
	"ir",      "voy",     "va",     "hacer",  "hace",    "decir",
	"dice",    "ver",     "saber",  "quiero", "querer",  "tengo",
	"tener",   "tiene",   "poder",  "puedo",  "puede",   "gusta",
	"mas",     "bien",    "mucho",  "cosa",   "hoy",     "ahora",
	"dia",     "cuando",  "donde",  "como",   "cuanto",  "no",
	"todo",    "primero", "favor",  "hola",   "gracias", "persona",
	"palabra", "frase",   "hablar", "ultimo", "bonito",  NULL,
};

static const char *const es_negators[] = {"no",      "nunca", "jamas",
					  "tampoco", "ni",    NULL};
static const char *const es_near[] = {"sin",     "ningun",  "ninguna",
				      "ninguno", "excepto", NULL};
static const char *const es_clause_starts[] = {
	"pero",     "sino", "porque", "entonces", "aunque",
	"mientras", "si",   "cuando", NULL,
};
/* A second verb to be starts another clause: "no es oxigeno es agua". */
static const char *const es_subjects[] = {"es",   "son",   "esta", "yo",
					  "ella", "ellos", NULL};
static const char *const es_verbs[] = {"es",    "son",   "esta", "estan",
				       "era",   "fue",   "hay",  "se",
				       "puede", "tiene", NULL};
static const char *const es_raising[] = {"creo",   "pienso", "parece",
					 "quiero", "digo",   NULL};
static const char *const es_joiners[] = {"y", "e", "o", "u", NULL};
static const char *const es_not_negating[] = {"no solo", "no solamente",
					      "por que no", "no hay problema",
					      NULL};
static const char *const es_corrections[] = {
	"digo",        "perdon",    "no perdon", "perdon no", "quiero decir",
	"mejor dicho", "no espera", "espera no", NULL,
};
static const char *const es_hedges[] = {
	"no se",
	"no lo se",
	"no tengo idea",
	"ni idea",
	"no tengo ni idea",
	"no estoy seguro",
	"no estoy segura",
	"no recuerdo",
	"no me acuerdo",
	"no entiendo",
	"no comprendo",
	"no le entiendo",
	NULL,
};
static const char *const es_hedge_breakers[] = {
	"que",  "si",    "como",  "donde", "cuando", "quien", "cual",
	"por",  "el",    "la",    "nada",  "usa",    "toma",  "necesita",
	"hace", "puede", "llama", "dice",  NULL,
};

/* --- both --- */

static const struct word_tables tables[] = {
	[LESSON_ENGLISH] = {en_little, en_common, en_negators, en_near,
			    en_clause_starts, en_subjects, en_verbs, en_raising,
			    en_joiners, en_not_negating, en_corrections,
			    en_hedges, en_hedge_breakers},
	[LESSON_SPANISH] = {es_little, es_common, es_negators, es_near,
			    es_clause_starts, es_subjects, es_verbs, es_raising,
			    es_joiners, es_not_negating, es_corrections,
			    es_hedges, es_hedge_breakers},
};

const struct word_tables *word_tables(enum lesson_language language)
{
	return &tables[language];
}
