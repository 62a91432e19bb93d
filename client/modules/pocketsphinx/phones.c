#include "client/modules/pocketsphinx/phones.h"

#include <ctype.h>
#include <flite/flite.h>
#include <stdio.h>
#include <string.h>

#include "net/base/problem.h"

/* flite's headers do not declare its lexicon. */
cst_lexicon *cmu_lex_init(void);

/* flite writes "ax0", "ih1"; CMUdict has no schwa of its own and no stress. */
static int add_phone(char *phones, size_t size, const char *phone)
{
	char plain[8] = "";
	size_t n = 0, used = strlen(phones);

	for (; *phone && n + 1 < sizeof plain; phone++)
		if (isalpha((unsigned char)*phone))
			plain[n++] = (char)toupper((unsigned char)*phone);
	if (strcmp(plain, "AX") == 0)
		memcpy(plain, "AH", sizeof "AH");
	int length = snprintf(phones + used, size - used, "%s%s",
			      used ? " " : "", plain);
	return length >= 0 && (size_t)length < size - used ? 0 : PROBLEM_LIMIT;
}

int phones_of_word(char *phones, size_t size, const char *word)
{
	static cst_lexicon *lexicon;
	int err = 0;

	*phones = '\0';
	if (!lexicon)
		lexicon = cmu_lex_init();
	for (const char *at = word; *at; at++)
		if (!(*at >= 'a' && *at <= 'z') && *at != '\'')
			return PROBLEM_FORMAT;

	cst_val *list = lex_lookup(lexicon, word, NULL, NULL);
	for (const cst_val *v = list; v && !err; v = val_cdr(v))
		err = add_phone(phones, size, val_string(val_car(v)));
	delete_val(list);
	return err ? err : *phones ? 0 : PROBLEM_FORMAT;
}
