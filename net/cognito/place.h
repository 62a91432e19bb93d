/* place: where a user pool or an identity pool is reached. */
#ifndef NET_COGNITO_PLACE_H
#define NET_COGNITO_PLACE_H

#include "net/aws/region.h"

struct problem;

/* The region that stands in front of the separator of a pool's id:
 * "eu-west-1_AbC" '_', "eu-west-1:0000-..." ':'.  region, when not NULL, is
 * taken in its place.  PROBLEM_USAGE names the id. */
int cognito_region(char out[AWS_REGION_SIZE], const char *pool_id,
		   char separator, const char *region, struct problem *p);

/* "https://<service>.<region>.amazonaws.com/" (.cn for China), or the
 * endpoint: https://, or http:// to this machine.  Caller frees.
 * PROBLEM_USAGE or PROBLEM_MEMORY fill p. */
int cognito_url(char **out, const char *service, const char *region,
		const char *endpoint, struct problem *p);

#endif
