/* transport_tunnel: CONNECT (RFC 9110, 9.3.6), from a proxy to the server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/text.h"
#include "net/loop/proxy.h"
#include "net/loop/transport_internal.h"

enum { HEAD_MOST = 16 * 1024, LOGIN_MOST = 4096 };

struct transport_tunnel {
	char target[TRANSPORT_NAME_SIZE]; /* "host:port" */
	char *request;                    /* owned; holds the password */
	struct bytes answer;
};

static int append_login(struct bytes *b, const struct proxy *proxy)
{
	char *login = text_format("%s:%s", proxy->user, proxy->password);
	int err = PROBLEM_MEMORY;

	if (login) {
		bytes_append_text(b, "Proxy-Authorization: Basic ");
		base64_append(b, login, strlen(login));
		err = bytes_append_text(b, "\r\n");
	}
	text_wipe(login);
	return err;
}

static char *write_request(const char *target, const struct proxy *proxy)
{
	struct bytes b;

	bytes_init(&b, HEAD_MOST);
	bytes_append_format(&b,
			    "CONNECT %s HTTP/1.1\r\nHost: %s\r\n"
			    "User-Agent: habla/" HABLA_VERSION "\r\n",
			    target, target);
	int err = proxy->user ? append_login(&b, proxy) : 0;
	bytes_append_text(&b, "\r\n");
	char *text = err ? NULL : bytes_take_text(&b);
	bytes_deinit(&b);
	return text;
}

int transport_tunnel_create(struct transport_tunnel **out,
			    const struct proxy *proxy, const char *target)
{
	for (const char *at = target; *at; at++)
		if (*at <= ' ' || *at >= 0x7f)
			return PROBLEM_USAGE; /* it would break the request */
	struct transport_tunnel *n = calloc(1, sizeof *n);
	if (!n)
		return PROBLEM_MEMORY;
	bytes_init(&n->answer, HEAD_MOST);
	snprintf(n->target, sizeof n->target, "%s", target);
	n->request = write_request(target, proxy);
	if (!n->request) {
		transport_tunnel_free(n);
		return PROBLEM_MEMORY;
	}
	*out = n;
	return 0;
}

struct transport_tunnel *transport_tunnel_free(struct transport_tunnel *n)
{
	if (!n)
		return NULL;
	text_wipe(n->request);
	bytes_deinit(&n->answer);
	free(n);
	return NULL;
}

void transport_tunnel_start(struct transport *t)
{
	struct transport_tunnel *n = t->tunnel;

	transport_send(t, n->request, strlen(n->request));
	n->request = text_wipe(n->request);
}

/* Of "HTTP/1.1 200 Connection established"; 0: that is none. */
static int read_status(const char *head)
{
	int status = 0;

	if (!text_starts(head, "HTTP/1.") ||
	    sscanf(head + 7, "%*1d %3d", &status) != 1)
		return 0;
	return status;
}

static void fail_refused(struct transport *t, int status)
{
	struct problem p = {0};

	proxy_problem(&p, t->name, t->tunnel->target, status);
	transport_close_with(t, &p);
}

void transport_tunnel_input(struct transport *t, const uint8_t *data,
			    size_t length)
{
	struct transport_tunnel *n = t->tunnel;
	int err = bytes_append(&n->answer, data, length);
	const char *text = err ? NULL : bytes_text(&n->answer);

	if (!text) {
		transport_fail(t, TRANSPORT_PROXY_WORDY, NULL);
		return;
	}
	const char *end = strstr(text, "\r\n\r\n");
	int status = read_status(text);
	/* what is no HTTP may never bring an empty line */
	if (!end && (status || strlen(text) < sizeof "HTTP/1.1 200"))
		return;
	if (!end || status / 100 != 2) {
		fail_refused(t, status);
		return;
	}
	memcpy(t->name, n->target, sizeof t->name);
	/* the server speaks after us only, so nothing is behind the head */
	t->tunnel = transport_tunnel_free(n);
	transport_connected(t);
}

void transport_tunnel_cut(struct transport *t)
{
	transport_fail(t, TRANSPORT_PROXY_SILENT, NULL);
}

void transport_tunnel_limit(struct transport *t)
{
	transport_fail_limit(t, TRANSPORT_PROXY_LIMIT);
}

const char *transport_tunnel_target(const struct transport_tunnel *n)
{
	return n->target;
}
