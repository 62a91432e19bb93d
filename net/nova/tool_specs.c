#include "net/nova/tool_specs.h"

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/base/text.h"

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *name_of(const cJSON *tool)
{
	return cJSON_GetStringValue(member(member(tool, "toolSpec"), "name"));
}

/* The schema is text that holds an object, not an object: the service does not
 * read anything else. */
static int check_schema(const cJSON *tool, const char *name, struct problem *p)
{
	const cJSON *json = member(
		member(member(tool, "toolSpec"), "inputSchema"), "json");

	if (!cJSON_IsString(json))
		return problem_set(p, PROBLEM_USAGE,
				   "inputSchema.json of tool \"%s\" must be a "
				   "string that holds the schema",
				   name);

	cJSON *schema = cJSON_ParseWithOpts(json->valuestring, NULL, 1);
	bool is_object = cJSON_IsObject(schema);

	cJSON_Delete(schema);
	if (!is_object)
		return problem_set(p, PROBLEM_USAGE,
				   "inputSchema.json of tool \"%s\" is not the "
				   "text of a JSON object",
				   name);
	return 0;
}

static int check_tool(const cJSON *tools, const cJSON *tool, int number,
		      struct problem *p)
{
	const char *name = name_of(tool);
	const cJSON *before;

	if (!name || !*name)
		return problem_set(p, PROBLEM_USAGE,
				   "tool %d has no toolSpec.name", number);
	cJSON_ArrayForEach(before, tools)
	{
		if (before == tool)
			break;
		if (text_equal(name_of(before), name))
			return problem_set(p, PROBLEM_USAGE,
					   "two tools are named \"%s\"", name);
	}
	return check_schema(tool, name, p);
}

int tool_specs_check(const char *json, struct problem *p)
{
	cJSON *tools = cJSON_ParseWithOpts(json, NULL, 1);
	const cJSON *tool;
	int number = 0, err = 0;

	if (!cJSON_IsArray(tools))
		err = problem_set(p, PROBLEM_USAGE, "tools must be an array");
	else if (cJSON_GetArraySize(tools) == 0)
		err = problem_set(p, PROBLEM_USAGE,
				  "the list of tools is empty; leave it out");
	else
		cJSON_ArrayForEach(tool, tools)
		{
			err = check_tool(tools, tool, ++number, p);
			if (err)
				break;
		}
	cJSON_Delete(tools);
	return err;
}
