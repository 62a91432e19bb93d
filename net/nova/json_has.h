/* json_has: whether a JSON text has all that another one wants. */
#ifndef NET_NOVA_JSON_HAS_H
#define NET_NOVA_JSON_HAS_H

#include <stdbool.h>

/* Objects are compared member by member, and members that wanted does not name
 * may be there too; all else must be as it is.  False when one is no JSON. */
bool json_has(const char *json, const char *wanted);

#endif
