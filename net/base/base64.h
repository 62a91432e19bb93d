/* base64: RFC 4648 section 4, with padding.  The audio path goes through here
 * twice a frame, so both directions work on blocks without a branch a byte. */
#ifndef NET_BASE_BASE64_H
#define NET_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

struct bytes;

/* Characters that n bytes encode to, without a NUL. */
size_t base64_encoded_length(size_t n);

/* Writes exactly base64_encoded_length(n) characters to out. */
void base64_encode(char *out, const void *data, size_t n);
int base64_append(struct bytes *b, const void *data, size_t n);

/* Most bytes that n characters decode to. */
size_t base64_decoded_bound(size_t n);

/* Decodes n characters.  Returns the byte count, or PROBLEM_FORMAT when a
 * character or the padding is wrong (blanks and line ends are wrong too). */
long base64_decode(void *out, const char *text, size_t n);

#endif
