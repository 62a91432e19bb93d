/*
 * sts: calls of AWS's Security Token Service, which hands out credentials of
 * roles.  A form goes there, XML comes back.  Private to the room.
 */
#ifndef NET_AWS_STS_H
#define NET_AWS_STS_H

#include <stddef.h>

#include "net/http/http.h"

struct aws_environment;
struct bytes;
struct credentials;
struct problem;

/* A form that begins with Action and Version; more is added to it. */
void sts_form_open(struct bytes *form, const char *action);
void sts_form_add(struct bytes *form, const char *name, const char *value);

struct sts_request {
	struct http *http;
	const struct aws_environment *environment; /* AWS_ENDPOINT_URL_STS */
	const char *region;
	const struct bytes *form;
	const struct credentials *signer; /* NULL: unsigned */
	long long now_ms;                 /* UTC */
};
/* 0, PROBLEM_USAGE (endpoint or region; fills p) or PROBLEM_MEMORY. */
int sts_send(struct http_call **out, const struct sts_request *r,
	     http_done *done, void *arg, struct problem *p);

/* What an answer may hold; those that it does not are NULL.  Owned. */
struct sts_answer {
	char *key_id, *secret, *token, *expiration; /* of a role */
	char *account, *arn, *user_id;              /* of a caller */
};
/* a and why as http_done() got them.  what: begins the line, "AWS credentials:
 * profile school"; hint: how permission is given.  Returns 0 or a problem code
 * with a line in p; clear out in any case. */
int sts_read(struct sts_answer *out, const struct http_answer *a,
	     const struct problem *why, const char *what, const char *hint,
	     struct problem *p);
void sts_answer_clear(struct sts_answer *a);

#endif
