/*
 * http_server: an HTTP/1.1 server on 127.0.0.1 for tests, on threads of its
 * own.  A handler answers each request; all requests are kept.
 */
#ifndef TESTS_SUPPORT_HTTP_SERVER_H
#define TESTS_SUPPORT_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_server;

struct http_server_request {
	const char *method;
	const char *path; /* with the query: "/latest/api/token?a=b" */
	const char *body; /* NUL behind it */
	size_t body_length;
	const char *head; /* the header lines, each with CRLF */
};

/* A header's value (name in any case), or "".  Good until the next call of
 * the same thread. */
const char *http_server_header(const struct http_server_request *r,
			       const char *name);

/* Zero is: status 200, no body, at once. */
struct http_server_reply {
	int status;
	const char *headers; /* more lines, each with CRLF; or NULL */
	char *body;          /* owned: http_server_text(); or NULL */
	size_t body_length;  /* set by http_server_text() */
	bool chunked;        /* in place of Content-Length */
	bool held;           /* is sent once http_server_release() is called */
	bool cut;            /* the connection closes in place of an answer */
	bool cut_short;      /* it closes in the middle of the body */
};

/* Sets the body, as printf. */
__attribute__((format(printf, 2, 3))) void
http_server_text(struct http_server_reply *reply, const char *format, ...);

/* On a thread of the server, one call at a time; no cmocka in here. */
typedef void http_server_handler(void *arg,
				 const struct http_server_request *request,
				 struct http_server_reply *reply);

struct http_server *http_server_start(http_server_handler *handler, void *arg);
/* The same over TLS; tls_most: the highest version, as OpenSSL counts
 * (TLS1_1_VERSION), or 0. */
struct http_server *http_server_start_tls(http_server_handler *handler,
					  void *arg, const char *cert_file,
					  const char *key_file, int tls_most);
uint16_t http_server_port(const struct http_server *s);
/* Requests so far, and one of them; it stays until http_server_stop(). */
size_t http_server_count(struct http_server *s);
const struct http_server_request *http_server_request(struct http_server *s,
						      size_t index);
unsigned http_server_connections(struct http_server *s);
/* Sends the answers that are held, and holds no more. */
void http_server_release(struct http_server *s);
/* Cuts what is open and waits for its threads.  NULL is fine. */
void http_server_stop(struct http_server *s);

#endif
