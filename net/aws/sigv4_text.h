/* sigv4_text: the small steps that sigv4 and sigv4_chain share. */
#ifndef NET_AWS_SIGV4_TEXT_H
#define NET_AWS_SIGV4_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "net/aws/sigv4.h"

enum { SIGV4_SCOPE_SIZE = 128 };

#define SIGV4_BEDROCK "bedrock"

/* "20260102/us-east-1/bedrock/aws4_request" from a date as sigv4_date() writes
 * it.  PROBLEM_LIMIT when the region is too long. */
int sigv4_scope(char out[SIGV4_SCOPE_SIZE], const char *date,
		const char *region, const char *service);
void sigv4_hex(char out[SIGV4_HEX_SIZE], const uint8_t raw[SIGV4_RAW_SIZE]);

#endif
