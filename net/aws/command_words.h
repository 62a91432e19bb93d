/* command_words: a command line as its words, as a POSIX shell splits it
 * (quotes, backslash), with nothing expanded and nothing run. */
#ifndef NET_AWS_COMMAND_WORDS_H
#define NET_AWS_COMMAND_WORDS_H

/* *out: the words, NULL ends them; free with command_words_free().
 * PROBLEM_FORMAT (a quote is not closed, or there is no word) or
 * PROBLEM_MEMORY. */
int command_words_split(char ***out, const char *command);
/* NULL is fine; returns NULL. */
char **command_words_free(char **words);

#endif
