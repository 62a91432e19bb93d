/*
 * aws_world: a home folder with AWS's files, an environment and HTTP services
 * of its own for one test, and the credentials that are found in it.
 *
 * Whatever a test calls a secret has the word S3CRET in it: no message and no
 * line of the log may ever hold that word.
 */
#ifndef TESTS_SUPPORT_AWS_WORLD_H
#define TESTS_SUPPORT_AWS_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "net/aws/credentials.h"
#include "net/aws/credentials_chain.h"
#include "net/aws/environment.h"
#include "net/base/problem.h"

struct http_server;
struct http_server_request;

enum { AWS_WORLD_VARIABLES = 32, AWS_WORLD_ROUTES = 8 };

/* What the service answers to requests that fit, the first that does. */
struct aws_route {
	const char *method, *path;
	const char *body_has; /* a part of the body, or NULL */
	int status;           /* 0: 200; -1: the connection is cut */
	const char *reply;
	const char *headers; /* more lines, each with CRLF; or NULL */
	unsigned times;      /* 0: always; else it fits so often only */
};

struct aws_world {
	struct loop *loop;
	char *home;
	char *names[AWS_WORLD_VARIABLES], *values[AWS_WORLD_VARIABLES];
	size_t variables;
	struct aws_environment environment;
	struct credentials_chain_settings settings; /* for the next ask() */
	struct credentials_source *source;

	struct http_server *server;
	struct aws_route routes[AWS_WORLD_ROUTES]; /* server's thread */
	unsigned used[AWS_WORLD_ROUTES];
	char url[64]; /* "http://127.0.0.1:PORT" */

	/* what was answered last */
	bool answered;
	struct credentials got;
	struct problem why;
};

/* With HOME alone, metadata services switched off and patient. */
void aws_world_open(struct aws_world *w);
void aws_world_close(struct aws_world *w);

/* value NULL: unset. */
void aws_world_set(struct aws_world *w, const char *name, const char *value);
/* Writes a file below the home folder: ".aws/config". */
void aws_world_file(struct aws_world *w, const char *name, const char *text);

/* Starts the service; routes end with one that has no method. */
void aws_world_serve(struct aws_world *w, const struct aws_route *routes);
/* Request number i, from 0; fails the test when there was none. */
const struct http_server_request *aws_world_request(struct aws_world *w,
						    size_t i);
size_t aws_world_requests(struct aws_world *w);

/* Asks and waits for the answer.  The source is made at the first question. */
void aws_world_ask(struct aws_world *w);
/* Asks, and checks what is found. */
void aws_world_expect(struct aws_world *w, const char *key_id,
		      const char *secret, const char *token,
		      const char *source);
/* Asks, and checks that there is one line with this part in it. */
void aws_world_expect_problem(struct aws_world *w, int code, const char *part);
/* A new source: nothing is kept from before. */
void aws_world_forget(struct aws_world *w);

#endif
