#include "client/tools/tool_runner.h"

#include <stddef.h>

int tool_runner_call(struct tool_runner *r, const char *name,
		     const char *arguments, tool_done *done, void *arg,
		     struct tool_call **out, struct problem *p)
{
	return r->ops->call(r, name, arguments, done, arg, out, p);
}

void tool_runner_cancel(struct tool_runner *r, struct tool_call *c)
{
	r->ops->cancel(r, c);
}

struct tool_runner *tool_runner_free(struct tool_runner *r)
{
	if (r)
		r->ops->free(r);
	return NULL;
}
