/* scenario_result: what a tool has answered against what a turn waits for. */
#include "net/sim/scenario.h"

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

bool scenario_result_suits(const char *wanted, const char *result)
{
	cJSON *want = cJSON_Parse(wanted);
	cJSON *given = cJSON_Parse(result);
	bool suits = want && given && contains(want, given);

	cJSON_Delete(want);
	cJSON_Delete(given);
	return suits;
}
