/*
 * renewing_wire: streams that renew themselves over streams on sockets, for
 * the contract of the seam.  The simulator behind them is in the same loop.
 */
#ifndef TESTS_SUPPORT_RENEWING_WIRE_H
#define TESTS_SUPPORT_RENEWING_WIRE_H

#include <stdint.h>

enum renewing_wire { OVER_HTTP2, OVER_TLS, OVER_RELAY };

/* Runs nova_stream_contract() under that name; the number of failures.
 * renew_after_ms 0: the default, so that no renewal falls into it.  *renewals:
 * how many there were in all tests. */
int renewing_wire_contract(enum renewing_wire below, uint32_t renew_after_ms,
			   const char *name, unsigned *renewals);

#endif
