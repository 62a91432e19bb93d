#include "client/tools/tool_schema.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

typedef int check(struct tool_schema_fault *f, const cJSON *value);

static check check_schema;

/* --- where we are, and what is wrong there --- */

__attribute__((format(printf, 2, 3))) static int
wanted(struct tool_schema_fault *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->text, sizeof f->text, _(format), args);
	va_end(args);
	return PROBLEM_FORMAT;
}

/* Checks a member or element one step down; the step stays after a fault. */
static int down(struct tool_schema_fault *f, const char *step,
		const cJSON *value, check *how)
{
	if (f->depth == TOOL_SCHEMA_DEPTH)
		return wanted(f, "wanted no more than %d levels",
			      TOOL_SCHEMA_DEPTH);
	snprintf(f->steps[f->depth++], TOOL_SCHEMA_STEP_SIZE, "%s", step);
	int err = how(f, value);
	if (!err)
		f->depth--;
	return err;
}

static int each(struct tool_schema_fault *f, const cJSON *container, check *how)
{
	const cJSON *value;
	int index = 0, err = 0;

	cJSON_ArrayForEach(value, container)
	{
		char step[24];

		snprintf(step, sizeof step, "#%d", index++);
		err = down(f, value->string ? value->string : step, value, how);
		if (err)
			break;
	}
	return err;
}

/* --- values of keywords --- */

static int check_string(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsString(value) ? 0 : wanted(f, "wanted a text");
}

static int check_number(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsNumber(value) ? 0 : wanted(f, "wanted a number");
}

static int check_count(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
			       value->valuedouble ==
				       (double)(long long)value->valuedouble
		       ? 0
		       : wanted(f, "wanted a whole number, 0 or more");
}

static int check_type_name(struct tool_schema_fault *f, const cJSON *value)
{
	static const char *const names[] = {"object",  "string", "number",
					    "integer", "array",  "boolean",
					    "null",    NULL};
	const char *name = cJSON_GetStringValue(value);

	for (size_t i = 0; name && names[i]; i++)
		if (text_equal(names[i], name))
			return 0;

	const char *nearest = name ? text_nearest(name, names) : NULL;
	if (nearest)
		return wanted(f, "\"%.32s\" is no type; did you mean \"%s\"?",
			      name, nearest);
	return wanted(f, "wanted object, string, number, integer, array, "
			 "boolean or null");
}

static int check_list(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsArray(value) && cJSON_GetArraySize(value) > 0
		       ? 0
		       : wanted(f, "wanted a list that is not empty");
}

static int check_type(struct tool_schema_fault *f, const cJSON *value)
{
	if (!cJSON_IsArray(value))
		return check_type_name(f, value);
	int err = check_list(f, value);
	return err ? err : each(f, value, check_type_name);
}

static int check_strings(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsArray(value) ? each(f, value, check_string)
				    : wanted(f, "wanted a list of texts");
}

static int check_schemas(struct tool_schema_fault *f, const cJSON *value)
{
	int err = check_list(f, value);

	return err ? err : each(f, value, check_schema);
}

static int check_named_schemas(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsObject(value)
		       ? each(f, value, check_schema)
		       : wanted(f, "wanted a map of names and their schemas");
}

static int check_schema_or_list(struct tool_schema_fault *f, const cJSON *value)
{
	return cJSON_IsArray(value) ? check_schemas(f, value)
				    : check_schema(f, value);
}

/* Keywords of JSON Schema (2020-12, and older names still in use). */
static const struct {
	const char *name;
	check *how;
} keywords[] = {
	{"type", check_type},
	{"properties", check_named_schemas},
	{"patternProperties", check_named_schemas},
	{"$defs", check_named_schemas},
	{"definitions", check_named_schemas},
	{"additionalProperties", check_schema},
	{"propertyNames", check_schema},
	{"required", check_strings},
	{"items", check_schema_or_list},
	{"prefixItems", check_schemas},
	{"contains", check_schema},
	{"anyOf", check_schemas},
	{"oneOf", check_schemas},
	{"allOf", check_schemas},
	{"not", check_schema},
	{"if", check_schema},
	{"then", check_schema},
	{"else", check_schema},
	{"enum", check_list},
	{"title", check_string},
	{"description", check_string},
	{"pattern", check_string},
	{"format", check_string},
	{"$ref", check_string},
	{"minimum", check_number},
	{"maximum", check_number},
	{"exclusiveMinimum", check_number},
	{"exclusiveMaximum", check_number},
	{"multipleOf", check_number},
	{"minLength", check_count},
	{"maxLength", check_count},
	{"minItems", check_count},
	{"maxItems", check_count},
	{"minProperties", check_count},
	{"maxProperties", check_count},
};

static int check_keyword(struct tool_schema_fault *f, const cJSON *value)
{
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (text_equal(keywords[i].name, value->string))
			return keywords[i].how(f, value);
	return 0;
}

/* true and false are schemas, too. */
static int check_schema(struct tool_schema_fault *f, const cJSON *value)
{
	if (cJSON_IsBool(value))
		return 0;
	return cJSON_IsObject(value) ? each(f, value, check_keyword)
				     : wanted(f, "wanted a schema (a map)");
}

/* A name that must be given but is not described is a slip of the pen. */
static int check_required(struct tool_schema_fault *f, const cJSON *root)
{
	const cJSON *properties = cJSON_GetObjectItemCaseSensitive(
		root, "properties");
	const cJSON *required = cJSON_GetObjectItemCaseSensitive(root,
								 "required");
	const cJSON *name;

	cJSON_ArrayForEach(name, required)
	{
		if (cJSON_GetObjectItemCaseSensitive(properties,
						     name->valuestring))
			continue;
		snprintf(f->steps[f->depth++], TOOL_SCHEMA_STEP_SIZE, "%s",
			 "required");
		return wanted(f, "\"%.64s\" is not among the properties",
			      name->valuestring);
	}
	return 0;
}

static int check_root(struct tool_schema_fault *f, const cJSON *root)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(root, "type");
	int err;

	if (!cJSON_IsObject(root))
		return wanted(f, "wanted a JSON schema (a map, or its text as "
				 "JSON)");
	err = check_schema(f, root);
	if (!err && !text_equal(cJSON_GetStringValue(type), "object"))
		err = wanted(f, "the arguments of a tool are an object; add "
				"\"type: object\"");
	return err ? err : check_required(f, root);
}

int tool_schema_check(const char *json, struct tool_schema_fault *fault)
{
	cJSON *root = cJSON_ParseWithOpts(json, NULL, 1);
	int err;

	*fault = (struct tool_schema_fault){0};
	err = check_root(fault, root);
	cJSON_Delete(root);
	return err;
}
