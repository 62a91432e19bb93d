/*
 * proxy: whether a server is reached through an HTTP proxy, and which.
 *
 * Texts in, texts out; the tunnel itself is transport_connect_through() here
 * and libcurl in net/http.
 */
#ifndef NET_LOOP_PROXY_H
#define NET_LOOP_PROXY_H

#include <stdint.h>

struct problem;

/* Borrowed; NULL: not set. */
struct proxy_environment {
	const char *https_proxy; /* "[http://][user:password@]host[:port]" */
	const char *http_proxy;  /* the same, for http:// addresses */
	const char *no_proxy;    /* names, .suffixes, addresses, networks
				  * (10.0.0.0/8), each with or without :port,
				  * separated by commas or blanks; or "*" */
};

/* https_proxy, HTTPS_PROXY, http_proxy, no_proxy, NO_PROXY, lower case first.
 * Not HTTP_PROXY: a web server may set that from a request's "Proxy:" header,
 * and libcurl ignores it too.  Good until the environment changes. */
void proxy_environment_read(struct proxy_environment *out);

struct proxy {
	char *host; /* owned; "::1" without brackets; NULL: no proxy */
	uint16_t port;
	char *user;     /* owned, decoded; NULL: none */
	char *password; /* owned, decoded, a secret; "" when there is none */
};

/* The way to https://host:port (host "::1" without brackets), or to http://
 * when scheme is "http".  0, PROBLEM_USAGE (what the variable says cannot be
 * used; the line is without the password) or PROBLEM_MEMORY. */
int proxy_for(struct proxy *out, const char *scheme, const char *host,
	      uint16_t port, const struct proxy_environment *environment,
	      struct problem *p);
/* "proxy host:port", with brackets around an IPv6 address, for messages. */
enum { PROXY_NAME_SIZE = 272 };
void proxy_name(char out[PROXY_NAME_SIZE], const struct proxy *x);
/* What a proxy's refusal of a CONNECT means.  proxy: its name;
 * status 0: it does not speak HTTP.  Returns PROBLEM_CONNECT. */
int proxy_problem(struct problem *p, const char *proxy, const char *target,
		  int status);
/* Also on zero bytes. */
void proxy_deinit(struct proxy *x);

#endif
