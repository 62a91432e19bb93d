/* address: a relay's URL taken apart. */
#ifndef NET_RELAY_ADDRESS_H
#define NET_RELAY_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

struct problem;

struct relay_address {
	bool tls;
	char host[256];   /* ::1 without brackets */
	uint16_t port;    /* 80 or 443 when the URL has none */
	char path[1024];  /* with the query; "/" when the URL has none */
	char header[272]; /* for Host: with brackets, and the port if given */
	char name[288];   /* "ws://host:port", for people; has no secrets */
};

/* PROBLEM_USAGE for what is no ws:// or wss:// URL. */
int relay_address_parse(struct relay_address *out, const char *url,
			struct problem *p);

#endif
