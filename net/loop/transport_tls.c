/*
 * transport_tls: records between the socket and the owner.
 *
 *   socket -> transport_tls_input -> [incoming BIO] -> SSL -> received()
 *   socket <- transport_send <- flush <- [outgoing BIO] <- SSL <- write
 */
#include "net/loop/transport.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/loop/tls_failure.h"
#include "net/loop/transport_internal.h"

enum {
	RECORD_SIZE = 16 * 1024,        /* the most that one record carries */
	FLUSH_SIZE = RECORD_SIZE + 512, /* with what sealing it adds */
	KEPT_SIZE = 4096,               /* of an empty BIO's memory */
};

struct transport_tls {
	SSL *ssl;
	BIO *incoming, *outgoing; /* owned by ssl */
};

/* Names are checked against the certificate and sent as SNI; an address is
 * checked as an address and not sent (RFC 6066, 3). */
static int set_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *check = SSL_get0_param(ssl);

	X509_VERIFY_PARAM_set_hostflags(check,
					X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (X509_VERIFY_PARAM_set1_ip_asc(check, host) == 1)
		return 0;
	if (X509_VERIFY_PARAM_set1_host(check, host, 0) != 1 ||
	    SSL_set_tlsext_host_name(ssl, host) != 1)
		return PROBLEM_USAGE;
	return 0;
}

int transport_tls_create(struct transport_tls **out, void *ssl_ctx,
			 const char *host)
{
	struct transport_tls *tls = calloc(1, sizeof *tls);
	int err = PROBLEM_MEMORY;

	if (!tls)
		return PROBLEM_MEMORY;
	tls->ssl = SSL_new(ssl_ctx);
	tls->incoming = BIO_new(BIO_s_mem());
	tls->outgoing = BIO_new(BIO_s_mem());
	if (!tls->ssl || !tls->incoming || !tls->outgoing) {
		BIO_free(tls->incoming);
		BIO_free(tls->outgoing);
		goto out;
	}
	SSL_set_bio(tls->ssl, tls->incoming, tls->outgoing);
	if (host) {
		SSL_set_connect_state(tls->ssl);
		err = set_host(tls->ssl, host);
	} else {
		SSL_set_accept_state(tls->ssl);
		err = 0;
	}
out:
	ERR_clear_error();
	if (err)
		transport_tls_free(tls);
	else
		*out = tls;
	return err;
}

struct transport_tls *transport_tls_free(struct transport_tls *tls)
{
	if (!tls)
		return NULL;
	SSL_free(tls->ssl);
	free(tls);
	return NULL;
}

/* A memory BIO never shrinks by itself, and a connection lives for minutes:
 * what a handshake or a burst once needed is given back. */
static void shrink(BIO *bio)
{
	BUF_MEM *memory = NULL;

	if (BIO_pending(bio) > 0 || BIO_get_mem_ptr(bio, &memory) <= 0 ||
	    memory->max <= KEPT_SIZE)
		return;
	BUF_MEM *fresh = BUF_MEM_new();
	if (fresh) /* the BIO frees the one that it had */
		BIO_set_mem_buf(bio, fresh, BIO_CLOSE);
}

/* Sends what SSL has written. */
static int flush(struct transport *t)
{
	char data[FLUSH_SIZE];
	int n, err = 0;

	while (!err && (n = BIO_read(t->tls->outgoing, data, sizeof data)) > 0)
		err = transport_send(t, data, (size_t)n);
	shrink(t->tls->outgoing);
	return err;
}

static void fail_no_h2(struct transport *t)
{
	transport_fail(t, TRANSPORT_NO_HTTP2,
		       SSL_is_server(t->tls->ssl) ? "client" : "server");
}

static void fail_handshake(struct transport *t)
{
	struct tls_failure why = tls_failure_of(
		ERR_peek_error(), SSL_get_verify_result(t->tls->ssl));

	if (why.id == TRANSPORT_NO_HTTP2)
		fail_no_h2(t);
	else
		transport_fail(t, why.id, why.detail);
}

static void shake_hands(struct transport *t)
{
	const unsigned char *chosen;
	unsigned length;
	SSL *ssl = t->tls->ssl;

	ERR_clear_error();
	int done = SSL_do_handshake(ssl);
	int why = SSL_get_error(ssl, done);
	flush(t); /* after a failure too: the alert tells the peer */
	if (done == 1) {
		SSL_get0_alpn_selected(ssl, &chosen, &length);
		if (length == 2 && memcmp(chosen, "h2", 2) == 0)
			transport_opened(t);
		else
			fail_no_h2(t);
	} else if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
		fail_handshake(t);
	}
	ERR_clear_error();
}

/* True while there may be more. */
static bool deliver_one(struct transport *t)
{
	uint8_t data[RECORD_SIZE];
	SSL *ssl = t->tls->ssl;

	ERR_clear_error();
	int n = SSL_read(ssl, data, sizeof data);
	if (n > 0) {
		transport_deliver(t, data, (size_t)n);
		return true;
	}
	int why = SSL_get_error(ssl, n);
	if (why == SSL_ERROR_ZERO_RETURN) {
		transport_peer_ended(t);
	} else if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
		const char *cause = ERR_reason_error_string(ERR_peek_error());
		flush(t);
		transport_fail(t, TRANSPORT_TLS_BROKE,
			       cause ? cause : "no reason given");
	}
	ERR_clear_error();
	return false;
}

void transport_tls_pump(struct transport *t)
{
	transport_hold(t);
	if (t->state == TRANSPORT_HANDSHAKE)
		shake_hands(t);
	while (transport_may_deliver(t) && deliver_one(t))
		continue;
	/* reading may have to answer, a key update for one */
	if (t->state == TRANSPORT_OPEN && !t->freed)
		flush(t);
	if (!t->freed)
		shrink(t->tls->incoming);
	transport_release(t);
}

void transport_tls_input(struct transport *t, const uint8_t *data,
			 size_t length)
{
	/* libuv reads at most 64 KiB at a time */
	if (BIO_write(t->tls->incoming, data, (int)length) != (int)length) {
		transport_fail(t, TRANSPORT_MEMORY, NULL);
		return;
	}
	transport_tls_pump(t);
}

int transport_tls_write(struct transport *t, const void *data, size_t length)
{
	const char *at = data;
	int err = 0;

	while (length > 0 && !err) {
		size_t part = length < RECORD_SIZE ? length : RECORD_SIZE;
		ERR_clear_error();
		if (SSL_write(t->tls->ssl, at, (int)part) <= 0) {
			ERR_clear_error();
			return transport_fail_later(t, TRANSPORT_TLS_BROKE,
						    "writing");
		}
		at += part;
		length -= part;
		err = flush(t);
	}
	return err;
}

void transport_tls_finish(struct transport *t)
{
	ERR_clear_error();
	SSL_shutdown(t->tls->ssl);
	flush(t);
	ERR_clear_error();
}
