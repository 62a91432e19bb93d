#include "net/aws/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "net/aws/credentials_cache.h"
#include "net/aws/provider.h"
#include "net/base/problem.h"
#include "net/base/text.h"

void credentials_clear(struct credentials *c)
{
	text_wipe(c->key_id);
	text_wipe(c->secret);
	text_wipe(c->token);
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

int credentials_fixed_create(struct credentials_source **out, struct clock *c,
			     const char *key_id, const char *secret,
			     const char *token, struct problem *p)
{
	struct provider *keys = NULL;
	int err;

	if (!key_id || !*key_id || !secret || !*secret)
		return problem_set(p, PROBLEM_USAGE,
				   "AWS credentials: the key id or the secret "
				   "key is empty; give both");
	err = provider_keys_create(&keys, key_id, secret,
				   token && *token ? token : NULL, 0,
				   "the given keys", p);
	if (!err)
		err = credentials_cache_create(out, c, keys);
	if (err == PROBLEM_MEMORY)
		problem_add(p, err, "AWS: out of memory");
	return err;
}
