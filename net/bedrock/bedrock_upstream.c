#include "net/bedrock/bedrock.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock_internal.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "net/nova/model.h"

enum { PATH_MAX_BYTES = 8192, WAIT_LIMIT_MS = 20000 };

static int open_stream(struct nova_upstream *base,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	return bedrock_stream_open((struct bedrock_upstream *)(void *)base,
				   listener, out, p);
}

int64_t bedrock_now_ms(const struct bedrock_upstream *u)
{
	return clock_wall_ms(loop_clock(u->loop)) + u->clock_offset_ms;
}

static bool is_empty(const char *text)
{
	return !text || !*text;
}

/* /model/{id}/..., the id as one label: ":" becomes "%3A". */
static char *make_path(const char *model)
{
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~";
	struct bytes b;

	bytes_init(&b, PATH_MAX_BYTES);
	bytes_append_text(&b, "/model/");
	for (; *model; model++) {
		if (strchr(kept, *model))
			bytes_append_u8(&b, (uint8_t)*model);
		else
			bytes_append_format(&b, "%%%02X",
					    (unsigned)(unsigned char)*model);
	}
	bytes_append_text(&b, "/invoke-with-bidirectional-stream");
	char *path = bytes_take_text(&b);
	bytes_deinit(&b);
	return path;
}

static int copy_settings(struct bedrock_upstream *u,
			 const struct bedrock_settings *s, const char *region)
{
	const char *model = is_empty(s->model) ? NOVA_MODEL_DEFAULT : s->model;

	u->region = text_copy(region);
	u->model = text_copy(model);
	u->credentials = s->credentials;
	u->path = make_path(model);
	u->name = is_empty(s->endpoint)
			  ? text_format("Bedrock %s", region)
			  : text_format("Bedrock %s at %s", region,
					u->endpoint.authority);
	if (!u->region || !u->model || !u->path || !u->name)
		return PROBLEM_MEMORY;
	return 0;
}

static int choose_proxy(struct bedrock_upstream *u,
			const struct bedrock_settings *s, struct problem *p)
{
	struct proxy_environment own;

	if (!s->proxies)
		proxy_environment_read(&own);
	return proxy_for(&u->proxy, "https", u->endpoint.host, u->endpoint.port,
			 s->proxies ? s->proxies : &own, p);
}

int bedrock_upstream_create(struct nova_upstream **out, struct loop *l,
			    const struct bedrock_settings *settings,
			    struct problem *p)
{
	const char *region = is_empty(settings->region) ? "us-east-1"
							: settings->region;
	struct bedrock_upstream *u;
	int err;

	u = calloc(1, sizeof *u);
	if (!u)
		return problem_set(p, PROBLEM_MEMORY, "Bedrock: out of memory");
	bytes_init(&u->json, BEDROCK_EVENT_MAX);
	bytes_init(&u->inner, 2 * BEDROCK_EVENT_MAX);
	bytes_init(&u->arrived, BEDROCK_MESSAGE_MAX);
	u->base.open = open_stream;
	u->loop = l;
	u->wait_limit_ms = settings->wait_limit_ms ? settings->wait_limit_ms
						   : WAIT_LIMIT_MS;
	/* the region is signed even when the endpoint is given */
	err = endpoint_for_region(&u->endpoint, region, p);
	if (!err && !is_empty(settings->endpoint))
		err = endpoint_parse(&u->endpoint, settings->endpoint, p);
	if (err)
		goto out;
	if (copy_settings(u, settings, region)) {
		err = problem_set(p, PROBLEM_MEMORY, "Bedrock: out of memory");
		goto out;
	}
	u->base.name = u->name;
	if (!u->endpoint.tls)
		goto out;
	err = tls_client_create(&u->tls, settings->ca_file, p);
	if (!err)
		err = choose_proxy(u, settings, p);

out:
	if (err)
		bedrock_upstream_free(&u->base);
	else
		*out = &u->base;
	return err;
}

struct nova_upstream *bedrock_upstream_free(struct nova_upstream *base)
{
	struct bedrock_upstream *u = (struct bedrock_upstream *)(void *)base;

	if (!u)
		return NULL;
	tls_client_free(u->tls);
	proxy_deinit(&u->proxy);
	free(u->region);
	free(u->model);
	bytes_deinit(&u->json);
	bytes_deinit(&u->inner);
	bytes_deinit(&u->arrived);
	free(u->path);
	free(u->name);
	free(u);
	return NULL;
}
