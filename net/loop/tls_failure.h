/*
 * tls_failure: why a TLS handshake failed, as a row of transport_failures.h.
 *
 * For the files that drive OpenSSL, or a library that does.  No state.
 */
#ifndef NET_LOOP_TLS_FAILURE_H
#define NET_LOOP_TLS_FAILURE_H

#include "net/loop/transport_failures.h"

struct tls_failure {
	enum transport_failure id;
	const char *detail; /* constant text; NULL: the row has none */
};

/* error: what OpenSSL has queued first (ERR_peek_error()); verified: what it
 * said of the certificate (SSL_get_verify_result()).  TRANSPORT_NO_HTTP2 means
 * that no protocol was left of those offered (ALPN). */
struct tls_failure tls_failure_of(unsigned long error, long verified);

#endif
