/*
 * client_failure: what libwebsockets and OpenSSL report of a connection to a
 * relay, as one line for people.
 *
 * libwebsockets 4.1 says little of why: the socket's own error and OpenSSL's
 * are looked at while they are still there.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libwebsockets.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <uv.h>

#include "net/relay/client_private.h"

enum { CLOSE_NORMAL = 1000, DETAIL_SIZE = 64 };

#define NAME(s) ((s)->upstream->address.name)

static void end_with(struct relay_stream *s, enum transport_failure id,
		     const char *detail)
{
	const struct failure_word words[] = {{'D', detail ? detail : ""}};
	char thing[sizeof s->upstream->address.name + sizeof "relay "];
	struct problem p;

	snprintf(thing, sizeof thing, "relay %s", NAME(s));
	failure_set(&p, transport_failure(id), thing, words, 1);
	relay_stream_end(s, p.code, "%s", p.text);
}

/* --- the handshake --- */

/* Called within SSL_connect(), each time it returns: what OpenSSL has queued
 * then is gone when libwebsockets reports the failure. */
static void handshake_step(const SSL *ssl, int where, int result)
{
	struct relay_upstream *u = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	unsigned long error = ERR_peek_error();

	if (where != SSL_CB_CONNECT_EXIT)
		return;
	u->handshake_fd = result == 1 ? -1 : SSL_get_fd(ssl);
	/* without an error it waits for the peer, or the peer has gone */
	u->handshake = (struct tls_failure){.id = TRANSPORT_TLS_ENDED};
	if (error)
		u->handshake = tls_failure_of(error,
					      SSL_get_verify_result(ssl));
}

void relay_handshakes_watch(struct relay_upstream *u, void *ssl_ctx)
{
	SSL_CTX_set_app_data((SSL_CTX *)ssl_ctx, u);
	SSL_CTX_set_info_callback(ssl_ctx, handshake_step);
}

static bool is_shaking_hands(const struct relay_stream *s)
{
	return s->socket >= 0 && s->socket == s->upstream->handshake_fd;
}

static void handshake_failed(struct relay_stream *s)
{
	struct tls_failure why = s->upstream->handshake;

	if (why.id == TRANSPORT_NO_HTTP2)
		end_with(s, TRANSPORT_TLS_FAILED, "it speaks no HTTP/1.1");
	else
		end_with(s, why.id, why.detail);
}

/* --- before there is a WebSocket --- */

void relay_stream_no_name(struct relay_stream *s, int status)
{
	end_with(s, transport_failure_of(status), uv_strerror(status));
}

void relay_stream_no_connection(struct relay_stream *s)
{
	enum transport_failure id = transport_failure_of(-s->socket_error);
	char detail[DETAIL_SIZE];

	/* libwebsockets had no socket, or lost it without an error */
	if (s->socket_error == 0)
		id = TRANSPORT_REFUSED;
	snprintf(detail, sizeof detail, "%s", strerror(s->socket_error));
	end_with(s, id, detail);
}

void relay_stream_no_answer(struct relay_stream *s)
{
	char ms[16];

	snprintf(ms, sizeof ms, "%u", s->upstream->connect_timeout_ms);
	if (s->wsi)
		s->socket = (int)lws_get_socket_fd(s->wsi);
	if (is_shaking_hands(s))
		end_with(s, TRANSPORT_TLS_LIMIT, ms);
	else if (s->upstream->proxy.host)
		relay_proxy_failed(s, "");
	else
		end_with(s, TRANSPORT_CONNECT_LIMIT, ms);
}

void relay_stream_look_at_socket(struct relay_stream *s, struct lws *wsi)
{
	socklen_t length = sizeof s->socket_error;

	s->socket = (int)lws_get_socket_fd(wsi);
	if (s->socket < 0 || getsockopt(s->socket, SOL_SOCKET, SO_ERROR,
					&s->socket_error, &length) != 0)
		s->socket_error = 0;
}

static void refused_by_http(struct relay_stream *s)
{
	unsigned status = s->http_status;

	if (status == 401 || status == 403)
		relay_stream_end(s, PROBLEM_DENIED,
				 "relay %s: refused the connection (HTTP %u); "
				 "check its --allow-origin and your access",
				 NAME(s), status);
	else if (status >= 500)
		relay_stream_end(s, PROBLEM_CONNECT,
				 "relay %s: what stands in front of it has "
				 "failed (HTTP %u); try again later",
				 NAME(s), status);
	else
		relay_stream_end(s, PROBLEM_CONNECT,
				 "relay %s: is this a habla relay? got HTTP "
				 "%u; check the address",
				 NAME(s), status);
}

bool relay_stream_may_try_next(const struct relay_stream *s)
{
	return !s->asked && s->http_status == 0 && !is_shaking_hands(s);
}

void relay_stream_unconnected(struct relay_stream *s, const char *cause)
{
	if (s->http_status != 0 && s->http_status != 101)
		refused_by_http(s);
	else if (is_shaking_hands(s))
		handshake_failed(s);
	else if (!s->asked && s->upstream->proxy.host)
		relay_proxy_failed(s, cause);
	else if (!s->asked)
		relay_stream_no_connection(s);
	else
		relay_stream_end(s, PROBLEM_CONNECT,
				 "relay %s: no WebSocket there (%s); check "
				 "the address",
				 NAME(s), cause);
}

/* --- after that --- */

void relay_stream_closed(struct relay_stream *s)
{
	if (s->close_code == CLOSE_NORMAL && s->stage == STAGE_OPENING)
		relay_stream_end(s, PROBLEM_REJECTED,
				 "relay %s: closed the connection (1000) "
				 "before the session was ready; ask whoever "
				 "runs it",
				 NAME(s));
	else if (s->close_code == CLOSE_NORMAL)
		relay_stream_end(s, 0,
				 "relay %s: has ended the conversation "
				 "(close code 1000); start a new one",
				 NAME(s));
	else if (s->close_code == LWS_CLOSE_STATUS_GOINGAWAY)
		relay_stream_end(s, PROBLEM_CLOSED,
				 "relay %s: is shutting down (close code "
				 "1001); connect again",
				 NAME(s));
	else if (s->close_code != 0)
		relay_stream_end(s, PROBLEM_CLOSED,
				 "relay %s: closed the connection (close code "
				 "%d); connect again",
				 NAME(s), s->close_code);
	else
		relay_stream_end(s, PROBLEM_CLOSED,
				 "relay %s: the connection was lost; connect "
				 "again",
				 NAME(s));
}
