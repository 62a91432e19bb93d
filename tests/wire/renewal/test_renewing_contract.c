/* A stream that renews itself keeps the contract of the seam over streams on
 * sockets. */
#include "tests/support/renewing_wire.h"

int main(void)
{
	unsigned renewals[3];
	int failed = renewing_wire_contract(OVER_HTTP2, 0, "renewing bedrock",
					    &renewals[0]);

	failed += renewing_wire_contract(OVER_TLS, 0, "renewing bedrock, TLS",
					 &renewals[1]);
	failed += renewing_wire_contract(OVER_RELAY, 0, "renewing relay",
					 &renewals[2]);
	return failed + (renewals[0] + renewals[1] + renewals[2] > 0);
}
