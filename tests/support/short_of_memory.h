/*
 * short_of_memory: the allocator of a test program, which fails when told to.
 *
 * For programs that are linked with --wrap (tests/CMakeLists.txt): what our own
 * code allocates goes through here, what shared libraries allocate for
 * themselves does not.
 */
#ifndef TESTS_SUPPORT_SHORT_OF_MEMORY_H
#define TESTS_SUPPORT_SHORT_OF_MEMORY_H

#include <stdbool.h>

/* Of the allocations from now on, number n (1: the next) fails, once; 0: none.
 */
void short_of_memory_begin(unsigned n);
/* Returns how many there were since; *failed: one of them did. */
unsigned short_of_memory_end(bool *failed);

#endif
