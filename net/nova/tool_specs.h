/* tool_specs: the list of tools that a prompt declares (promptStart's
 * toolConfiguration.tools), as JSON text; docs/nova-sonic.md, "Input events".
 */
#ifndef NET_NOVA_TOOL_SPECS_H
#define NET_NOVA_TOOL_SPECS_H

struct problem;

/* 0, or PROBLEM_USAGE: p says what the service would refuse. */
int tool_specs_check(const char *json, struct problem *p);

#endif
