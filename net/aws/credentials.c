#include "net/aws/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

/* Not left behind in freed memory. */
static void wipe(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void credentials_clear(struct credentials *c)
{
	wipe(&c->key_id);
	wipe(&c->secret);
	wipe(&c->token);
	memset(c, 0, sizeof *c);
}

int credentials_copy(struct credentials *out, const struct credentials *from)
{
	*out = *from;
	out->key_id = text_copy(from->key_id);
	out->secret = text_copy(from->secret);
	out->token = from->token ? text_copy(from->token) : NULL;
	if (out->key_id && out->secret && !out->token == !from->token)
		return 0;
	credentials_clear(out);
	return PROBLEM_MEMORY;
}

void credentials_get(struct credentials_source *s, struct credentials_call *c,
		     credentials_done *done, void *arg)
{
	*c = (struct credentials_call){.done = done, .arg = arg, .source = s};
	s->ops->get(s, c);
}

void credentials_cancel(struct credentials_call *c)
{
	if (!c->source)
		return;
	c->source->ops->cancel(c->source, c);
	c->source = NULL;
}

struct credentials_source *credentials_source_free(struct credentials_source *s)
{
	if (s)
		s->ops->free(s);
	return NULL;
}
