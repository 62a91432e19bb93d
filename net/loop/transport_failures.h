/* transport_failures: what can go wrong on the way to another machine, as rows
 * of a table; the source of what is said and of docs/troubleshooting.md. */
#ifndef NET_LOOP_TRANSPORT_FAILURES_H
#define NET_LOOP_TRANSPORT_FAILURES_H

#include "net/base/failure.h"

/* Marks: D, a detail that is known only then; T, what a proxy was asked for. */
enum transport_failure {
	/* --- name and address */
	TRANSPORT_NO_NAME,
	TRANSPORT_NAME_UNANSWERED,
	TRANSPORT_NAME_LIMIT,
	TRANSPORT_REFUSED,
	TRANSPORT_NO_WAY,
	TRANSPORT_CONNECT_LIMIT,
	TRANSPORT_OTHER,
	/* --- a proxy */
	TRANSPORT_NO_PROXY,
	TRANSPORT_PROXY_WORDY,
	TRANSPORT_PROXY_SILENT,
	TRANSPORT_PROXY_LIMIT,
	TRANSPORT_PROXY_PASSWORD,
	TRANSPORT_PROXY_UNABLE,
	TRANSPORT_PROXY_FORBIDS,
	/* --- TLS */
	TRANSPORT_EXPIRED,
	TRANSPORT_NOT_YET_VALID,
	TRANSPORT_WRONG_HOST,
	TRANSPORT_UNTRUSTED,
	TRANSPORT_CERTIFICATE,
	TRANSPORT_NO_TLS,
	TRANSPORT_OLD_TLS,
	TRANSPORT_NO_HTTP2,
	TRANSPORT_TLS_LIMIT,
	TRANSPORT_TLS_ENDED,
	TRANSPORT_TLS_FAILED,
	TRANSPORT_TLS_BROKE,
	/* --- later */
	TRANSPORT_CUT,
	TRANSPORT_LOST,
	TRANSPORT_MEMORY,
	TRANSPORT_FAILURE_COUNT
};
const struct failure *transport_failure(enum transport_failure id);

/* What libuv says of a look-up or a connection (UV_*; an errno is its negative)
 * as a row.  The details are the caller's: of TRANSPORT_OTHER the system's own
 * words. */
enum transport_failure transport_failure_of(int status);

#endif
