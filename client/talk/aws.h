/*
 * aws: AWS credentials and region as a person has set them, for the commands
 * that go to Bedrock directly.
 */
#ifndef CLIENT_TALK_AWS_H
#define CLIENT_TALK_AWS_H

struct credentials_source;
struct loop;
struct problem;
struct settings;

/* The chain of net/aws/credentials_chain.h; keys of the settings (environment,
 * .env, habla.env) stand for the environment's.  With --guest or
 * --identity-pool the school's login alone; else it goes behind what AWS tools
 * know.  Asks nothing yet.  0 or a
 * problem code. */
int talk_credentials_create(struct credentials_source **out, struct loop *l,
			    const struct settings *s, struct problem *p);

/* By the settings, then by the profile, then us-east-1; caller frees.
 * PROBLEM_FORMAT and the like for a profile that cannot be read. */
int talk_region(char **out, const struct settings *s, struct problem *p);

#endif
