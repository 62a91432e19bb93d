/* metadata: what the services on a machine's own link have in common. */
#ifndef NET_AWS_METADATA_H
#define NET_AWS_METADATA_H

#include <stdint.h>

struct aws_environment;

/* AWS_METADATA_SERVICE_TIMEOUT, in seconds; 1 s: they answer at once or are not
 * there. */
uint32_t metadata_timeout_ms(const struct aws_environment *e);

#endif
