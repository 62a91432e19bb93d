/* document: the pages of docs/, for tests of what they show; and texts that
 * must hold something.  Failing expectations end the test. */
#ifndef TESTS_SUPPORT_DOCUMENT_H
#define TESTS_SUPPORT_DOCUMENT_H

/* The first block of YAML on docs/<page>; caller frees. */
char *document_example(const char *page);

/* The text has the other in it, or not; it is shown otherwise. */
void assert_holds(const char *text, const char *wanted);
void assert_lacks(const char *text, const char *unwanted);

#endif
