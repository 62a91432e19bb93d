/* It does so while it renews as often as it can. */
#include "tests/support/renewing_wire.h"

enum { AT_ONCE_MS = 200 };

int main(void)
{
	unsigned renewals[2];
	int failed = renewing_wire_contract(OVER_HTTP2, AT_ONCE_MS,
					    "restless bedrock", &renewals[0]);

	failed += renewing_wire_contract(OVER_TLS, AT_ONCE_MS,
					 "restless bedrock, TLS", &renewals[1]);
	/* it did what this is about */
	return failed + (renewals[0] == 0) + (renewals[1] == 0);
}
