/*
 * http_internal: what the files of this room share.
 *
 *   http.c          requests and answers
 *   http_route.c    addresses and proxies
 *   http_multi.c    libcurl's sockets and timer on our loop
 *   http_problem.c  a CURLcode as a line for people
 */
#ifndef NET_HTTP_HTTP_INTERNAL_H
#define NET_HTTP_HTTP_INTERNAL_H

#include <curl/curl.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/http/http.h"

struct http {
	struct loop *loop; /* borrowed; outlives it */
	CURLM *multi;
	struct timer timer; /* libcurl's own limits and retries */
	unsigned turns;     /* of http_multi.c under way, which still use it */
	bool freed;         /* by the owner, inside such a turn */
	char *ca_file;      /* owned; NULL: the system's trust */
};

struct http_call {
	struct http_answer answer;  /* first: http_answer_header() casts back */
	struct http *http;          /* borrowed; outlives the call */
	CURL *easy;                 /* owned */
	bool running;               /* easy is in the multi */
	struct curl_slist *headers; /* owned; easy borrows it */
	char *name;                 /* owned; for messages */
	char *target;               /* owned; "host:port" */
	char *proxy;                /* owned; "proxy host:port", or NULL */
	struct bytes body;
	uint32_t timeout_ms;
	char detail[CURL_ERROR_SIZE]; /* what libcurl says of a failure */
	http_done *done;
	void *arg;
};

/* --- http.c --- */
void http_destroy(struct http *h);
/* The call has left the multi; calls done(), which may free it. */
void http_call_ended(struct http_call *c, CURLcode result);

/* --- http_route.c --- */
/* Sets address and proxy.  0, PROBLEM_USAGE (fills p) or PROBLEM_MEMORY. */
int http_set_route(struct http_call *c, const struct http_request *r,
		   struct problem *p);

/* --- http_multi.c --- */
/* 0 or PROBLEM_MEMORY. */
int http_multi_open(struct http *h);
void http_multi_close(struct http *h);
/* 0 or PROBLEM_MEMORY; http_call_ended() follows, never from inside. */
int http_multi_add(struct http_call *c);
void http_multi_remove(struct http_call *c);

/* --- http_problem.c --- */
void http_problem(struct problem *p, const struct http_call *c,
		  CURLcode result);

#endif
