/*
 * http: ordinary HTTP(S) requests on a loop: Cognito, STS, metadata services,
 * key sets.  libcurl's multi_socket_action stays inside this room.
 *
 * Proxies (HTTPS_PROXY, http_proxy, NO_PROXY; net/loop/proxy.h), SSL_CERT_FILE,
 * SSL_CERT_DIR and TLS >= 1.2 with checked host names hold for every request.
 * Redirects are not followed.  Loop thread only.
 */
#ifndef NET_HTTP_HTTP_H
#define NET_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;
struct http_call;
struct loop;
struct problem;

enum { HTTP_TIMEOUT_MS = 10000, HTTP_BODY_MOST = 1024 * 1024 };

/* ca_file: PEM trust in place of the system's, or NULL; copied. */
int http_create(struct http **out, struct loop *l, const char *ca_file,
		struct problem *p);
/* Its calls must be freed before it. */
struct http *http_free(struct http *h);

struct http_request {
	const char *name;   /* for messages: "Cognito us-east-1" */
	const char *method; /* NULL: GET, with a body POST */
	const char *url;
	const char *const *headers; /* "Name: value"; NULL ends the list */
	const void *body;           /* may be NULL */
	size_t body_length;
	uint32_t timeout_ms; /* of the whole call; 0: HTTP_TIMEOUT_MS */
	bool direct;         /* past any proxy: addresses of this machine's own
			      * metadata services */
};

struct http_answer {
	int status;
	const char *body; /* NUL behind it; "" when there is none */
	size_t body_length;
};

/* Value of the first header of that name (any case), or NULL. */
const char *http_answer_header(const struct http_answer *a, const char *name);

/* answer is borrowed for the call and NULL when no answer came; then why says
 * what happened: PROBLEM_CONNECT, PROBLEM_TLS, PROBLEM_TIMEOUT, PROBLEM_LIMIT
 * (more than HTTP_BODY_MOST), PROBLEM_SERVER.  A status of 4xx or 5xx is an
 * answer.  Never called from within http_send() or http_call_free(). */
typedef void http_done(void *arg, const struct http_answer *answer,
		       const struct problem *why);

/* Copies all it needs.  0, PROBLEM_USAGE (the URL; fills p) or
 * PROBLEM_MEMORY. */
int http_send(struct http_call **out, struct http *h,
	      const struct http_request *request, http_done *done, void *arg,
	      struct problem *p);
/* Frees it, before or after done(); no done() comes after, and it may be called
 * inside it.  NULL is fine; returns NULL. */
struct http_call *http_call_free(struct http_call *c);

#endif
