/* phones: flite's letter-to-sound rules, in CMUdict's phones. */
#ifndef CLIENT_MODULES_POCKETSPHINX_PHONES_H
#define CLIENT_MODULES_POCKETSPHINX_PHONES_H

#include <stddef.h>

/* "K AE T"; PROBLEM_FORMAT: no sound; PROBLEM_LIMIT: it does not fit. */
int phones_of_word(char *phones, size_t size, const char *word);

#endif
