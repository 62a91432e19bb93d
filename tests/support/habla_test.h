/* habla_test: `habla test` as a build server runs it, with no settings of the
 * person who runs the tests.  Failing expectations end the test. */
#ifndef TESTS_SUPPORT_HABLA_TEST_H
#define TESTS_SUPPORT_HABLA_TEST_H

/* Arguments are parted by blanks; "@" stands for the folder, where caches and
 * sessions are as well.  Returns the exit code; *printed is both of its
 * outputs, and stays. */
int habla_test(const char *folder, const char *arguments, char **printed);

/* It ends with that code, and has printed the words. */
void expect_habla_test(const char *folder, const char *arguments, int code,
		       const char *words);

/* The folder's file has the words in it. */
void expect_in_file(const char *folder, const char *name, const char *words);

#endif
