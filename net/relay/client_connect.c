/* client_connect: from a relay's address to an open WebSocket, and its end. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>
#include <uv.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/relay/client_private.h"
#include "net/relay/protocol.h"
#include "net/relay/websocket.h"

enum { RECEIVE_BYTES = 64 * 1024, CLOSE_NORMAL = 1000 };

#define NAME(s) ((s)->upstream->address.name)

/* A look-up on libuv's threads, which cannot always be stopped: it outlives
 * the stream and finds it gone. */
struct resolution {
	uv_getaddrinfo_t request;
	struct relay_stream *stream; /* NULL: gone */
};

static void connect_next(struct relay_stream *s);

/* --- the name --- */

static void resolved(uv_getaddrinfo_t *request, int status,
		     struct addrinfo *addresses)
{
	struct resolution *r = request->data;
	struct relay_stream *s = r->stream;

	free(r);
	if (!s) {
		uv_freeaddrinfo(addresses);
		return;
	}
	s->resolution = NULL;
	if (status != 0) {
		relay_stream_no_name(s, status);
		return;
	}
	s->addresses = s->next_address = addresses;
	connect_next(s);
}

void relay_stream_connect(struct relay_stream *s)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct resolution *r = calloc(1, sizeof *r);

	if (!r) {
		relay_stream_end(s, PROBLEM_MEMORY, "relay: out of memory");
		return;
	}
	r->stream = s;
	r->request.data = r;
	s->resolution = r;
	if (uv_getaddrinfo(loop_uv(s->upstream->loop), &r->request, resolved,
			   relay_proxy_or_host(s->upstream), NULL,
			   &hints) != 0) {
		s->resolution = NULL;
		free(r);
		relay_stream_end(s, PROBLEM_MEMORY,
				 "relay %s: the look-up of its name cannot "
				 "start; try again",
				 NAME(s));
	}
}

/* --- the connection --- */

static struct lws *connect_to(struct relay_stream *s, const char *numeric)
{
	const struct relay_address *a = &s->upstream->address;
	struct websocket *w = s->upstream->websocket;
	bool proxy = s->upstream->proxy.host != NULL;
	const struct lws_client_connect_info info = {
		.context = websocket_context(w),
		.vhost = websocket_vhost(w),
		/* the proxy looks the relay's name up */
		.address = proxy ? a->host : numeric,
		.port = a->port,
		.path = a->path,
		.host = a->header,
		.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT |
				  (a->tls ? LCCSCF_USE_SSL : 0),
		.alpn = "http/1.1",
		.local_protocol_name = relay_client_protocols[0].name,
		.opaque_user_data = s,
	};

	s->upstream->handshake_fd = -1;
	if (proxy && relay_proxy_use(s->upstream, numeric) != 0)
		return NULL;
	return lws_client_connect_via_info(&info);
}

/* libwebsockets would look names up on this thread; it is given addresses. */
static void connect_next(struct relay_stream *s)
{
	char numeric[INET6_ADDRSTRLEN];

	while (s->next_address && !s->wsi) {
		const struct addrinfo *at = s->next_address;
		s->next_address = at->ai_next;
		if (getnameinfo(at->ai_addr, at->ai_addrlen, numeric,
				sizeof numeric, NULL, 0, NI_NUMERICHOST) == 0)
			s->wsi = connect_to(s, numeric);
	}
	if (!s->wsi)
		relay_stream_no_connection(s);
	websocket_kick(s->upstream->websocket);
}

void relay_stream_disconnect(struct relay_stream *s)
{
	struct lws *wsi = s->wsi;

	if (s->resolution) {
		s->resolution->stream = NULL;
		uv_cancel((uv_req_t *)&s->resolution->request);
		s->resolution = NULL;
	}
	uv_freeaddrinfo(s->addresses);
	s->addresses = s->next_address = NULL;
	if (!wsi)
		return;
	s->wsi = NULL;
	lws_set_opaque_user_data(wsi, NULL);
	if (s->established)
		lws_close_reason(wsi, (enum lws_close_status)CLOSE_NORMAL, NULL,
				 0);
	/* with a reason set this begins the closing handshake */
	lws_set_timeout(wsi, PENDING_TIMEOUT_KILLED_BY_PARENT,
			LWS_TO_KILL_SYNC);
	websocket_kick(s->upstream->websocket);
}

/* --- libwebsockets' callbacks --- */

static void unconnected(struct relay_stream *s, const char *cause)
{
	log_info("relay", "%s: %s", NAME(s), cause);
	s->wsi = NULL;
	if (s->next_address && relay_stream_may_try_next(s))
		connect_next(s);
	else
		relay_stream_unconnected(s, cause);
}

static void receive(struct relay_stream *s, const void *in, size_t length)
{
	bool first = lws_is_first_fragment(s->wsi);
	bool last = lws_is_final_fragment(s->wsi);

	if (lws_frame_is_binary(s->wsi))
		return; /* none is agreed on */
	if (first && last) {
		relay_stream_message(s, in, length);
		return;
	}
	if (first)
		bytes_clear(&s->inbox);
	if (bytes_append(&s->inbox, in, length)) {
		relay_stream_end(s, PROBLEM_LIMIT,
				 "relay %s: sent a message longer than 16 MiB; "
				 "ask whoever runs it",
				 NAME(s));
		return;
	}
	if (last)
		relay_stream_message(s, (const char *)s->inbox.data,
				     s->inbox.length);
}

static void peer_closes(struct relay_stream *s, const uint8_t *in,
			size_t length)
{
	s->close_code = length >= 2 ? in[0] << 8 | in[1] : 1005;
}

static void writable(struct relay_stream *s)
{
	/* a broken socket is reported by CLIENT_CLOSED */
	outbox_flush(&s->outbox, s->wsi);
}

static void handle(struct relay_stream *s, enum lws_callback_reasons reason,
		   void *in, size_t length)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		s->asked = true;
		break;
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		s->http_status = lws_http_client_http_response(s->wsi);
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		unconnected(s, in ? in : "no reason given");
		break;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		s->established = true;
		relay_stream_connected(s);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		receive(s, in, length);
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		writable(s);
		break;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		peer_closes(s, in, length);
		break;
	case LWS_CALLBACK_CLIENT_CLOSED:
		s->wsi = NULL;
		relay_stream_closed(s);
		break;
	default:
		break;
	}
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t length)
{
	struct relay_stream *s = wsi ? lws_get_opaque_user_data(wsi) : NULL;

	if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS)
		relay_handshakes_watch(websocket_user(wsi), user);
	/* while it connects, libwebsockets reports before we know wsi */
	if (!s || (s->wsi && s->wsi != wsi))
		return 0;
	bool ends = reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR ||
		    reason == LWS_CALLBACK_CLIENT_CLOSED;
	if (!s->wsi && !ends)
		return 0;
	if (ends) {
		relay_stream_look_at_socket(s, wsi);
		lws_set_opaque_user_data(wsi, NULL);
	}
	relay_stream_enter(s);
	handle(s, reason, in, length);
	relay_stream_leave(s);
	return 0;
}

const struct lws_protocols relay_client_protocols[] = {
	{
		.name = "habla-relay-client",
		.callback = callback,
		.rx_buffer_size = RECEIVE_BYTES,
	},
	{0},
};
