#include "net/nova/json_has.h"

#include <cjson/cJSON.h>

/* Objects member by member, all else as it is. */
static bool contains(const cJSON *wanted, const cJSON *given)
{
	const cJSON *member;

	if (!cJSON_IsObject(wanted))
		return cJSON_Compare(wanted, given, true);
	cJSON_ArrayForEach(member, wanted)
	{
		if (!contains(member, cJSON_GetObjectItemCaseSensitive(
					      given, member->string)))
			return false;
	}
	return cJSON_IsObject(given);
}

bool json_has(const char *json, const char *wanted)
{
	cJSON *want = cJSON_Parse(wanted);
	cJSON *given = cJSON_Parse(json);
	bool has = want && given && contains(want, given);

	cJSON_Delete(want);
	cJSON_Delete(given);
	return has;
}
