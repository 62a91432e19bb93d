/*
 * region: which AWS region, and where a service is reached in it.
 */
#ifndef NET_AWS_REGION_H
#define NET_AWS_REGION_H

#include <stdbool.h>
#include <stddef.h>

struct aws_environment;
struct problem;
struct shared_files;

enum { AWS_REGION_SIZE = 33 }; /* with the NUL */

/* The region by AWS_REGION, AWS_DEFAULT_REGION, then the region of the profile
 * (NULL: AWS_PROFILE's, else default); *out is NULL when none names one, else
 * the caller frees it.  PROBLEM_FORMAT, PROBLEM_FILE (a shared file that cannot
 * be read) or PROBLEM_MEMORY. */
int aws_region(char **out, const struct aws_environment *e, const char *profile,
	       struct problem *p);
/* The same with the files read already (NULL: without files); NULL when none
 * names one, else borrowed from e or f. */
const char *aws_region_of(const struct aws_environment *e,
			  const struct shared_files *f, const char *profile);

/* Text of that length may be a region's name; only such text may become part
 * of a host's name. */
bool aws_region_is_name(const char *text, size_t length);

/* "https://<service>.<region>.amazonaws.com" (.cn for China), for a region that
 * may be one; the caller frees.  NULL: no memory. */
char *aws_service_url(const char *service, const char *region);

#endif
