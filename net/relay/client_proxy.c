/* client_proxy: libwebsockets' side of a proxy on the way to a relay. */
#include <string.h>

#include <libwebsockets.h>

#include "net/base/text.h"
#include "net/relay/client_private.h"
#include "net/relay/websocket.h"

/* What libwebsockets has room for: "user:password", and the relay's name,
 * twice, in its request. */
enum { LOGIN_MOST = 93, HOST_MOST = 99 };

static int check_room(const struct relay_upstream *u, struct problem *p)
{
	const struct proxy *x = &u->proxy;

	if (x->user && strlen(x->user) + 1 + strlen(x->password) > LOGIN_MOST)
		return problem_set(p, PROBLEM_USAGE,
				   "HTTPS_PROXY: its user and password have "
				   "more than %d bytes, which a relay's client "
				   "cannot send; name %s in NO_PROXY",
				   LOGIN_MOST - 1, u->address.host);
	if (strlen(u->address.host) > HOST_MOST)
		return problem_set(p, PROBLEM_USAGE,
				   "relay %s: its name is too long for the way "
				   "through a proxy; name it in NO_PROXY",
				   u->address.name);
	return 0;
}

int relay_proxy_choose(struct relay_upstream *u,
		       const struct proxy_environment *proxies,
		       struct problem *p)
{
	struct proxy_environment own;

	if (!u->address.tls)
		return 0; /* in clear to machines near by */
	if (!proxies) {
		proxy_environment_read(&own);
		proxies = &own;
	}
	int err = proxy_for(&u->proxy, "https", u->address.host,
			    u->address.port, proxies, p);
	return err || !u->proxy.host ? err : check_room(u, p);
}

const char *relay_proxy_or_host(const struct relay_upstream *u)
{
	return u->proxy.host ? u->proxy.host : u->address.host;
}

int relay_proxy_use(struct relay_upstream *u, const char *numeric)
{
	const struct proxy *x = &u->proxy;
	bool v6 = strchr(numeric, ':') != NULL;
	char *text = text_format("%s%s%s%s%s%s%s:%u", x->user ? x->user : "",
				 x->user ? ":" : "", x->user ? x->password : "",
				 x->user ? "@" : "", v6 ? "[" : "", numeric,
				 v6 ? "]" : "", (unsigned)x->port);

	if (!text)
		return PROBLEM_MEMORY;
	lws_set_proxy(websocket_vhost(u->websocket), text);
	text_wipe(text);
	return 0;
}

void relay_proxy_failed(struct relay_stream *s, const char *cause)
{
	const struct relay_upstream *u = s->upstream;
	bool answered = strstr(cause, "proxy not h1") != NULL;
	char proxy[PROXY_NAME_SIZE];

	proxy_name(proxy, &u->proxy);
	/* libwebsockets 4.1 keeps the status to itself */
	relay_stream_end(s, PROBLEM_CONNECT,
			 answered ? "relay %s: %s: does not allow the "
				    "connection, or is no HTTP proxy; check "
				    "HTTPS_PROXY with its user and password, "
				    "or name the relay in NO_PROXY"
				  : "relay %s: %s: no answer from it; check "
				    "HTTPS_PROXY and the network",
			 u->address.name, proxy);
}
