#include "tests/support/aws_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "tests/support/folder.h"
#include "tests/support/http_server.h"
#include "tests/support/loop_until.h"

/* --- environment and files --- */

static const char *get(void *arg, const char *name)
{
	const struct aws_world *w = arg;

	for (size_t i = 0; i < w->variables; i++)
		if (strcmp(w->names[i], name) == 0)
			return w->values[i];
	return NULL;
}

void aws_world_set(struct aws_world *w, const char *name, const char *value)
{
	size_t i = 0;

	while (i < w->variables && strcmp(w->names[i], name) != 0)
		i++;
	assert_true(i < AWS_WORLD_VARIABLES);
	if (i == w->variables) {
		w->names[w->variables++] = text_copy(name);
		w->values[i] = NULL;
	}
	free(w->values[i]);
	w->values[i] = text_copy(value);
}

void aws_world_file(struct aws_world *w, const char *name, const char *text)
{
	folder_write(w->home, name, text);
}

static char *log_path(const struct aws_world *w)
{
	return text_format("%s/log", w->home);
}

void aws_world_open(struct aws_world *w)
{
	static const char *const proxies[] = {"http_proxy",  "HTTP_PROXY",
					      "https_proxy", "HTTPS_PROXY",
					      "all_proxy",   "ALL_PROXY"};
	char *folder, *log;

	memset(w, 0, sizeof *w);
	for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++)
		unsetenv(proxies[i]);
	assert_int_equal(0, loop_create(&w->loop));
	w->home = folder_make();
	folder = text_format("%s/.aws", w->home);
	assert_int_equal(0, mkdir(folder, 0700));
	free(folder);
	log = log_path(w);
	assert_int_equal(0, log_open(log, LOG_LEVEL_DEBUG));
	free(log);
	w->environment = (struct aws_environment){get, w};
	aws_world_set(w, "HOME", w->home);
	aws_world_set(w, "AWS_EC2_METADATA_DISABLED", "true");
	/* a limit against a hang: a busy machine takes its time */
	aws_world_set(w, "AWS_METADATA_SERVICE_TIMEOUT", "60");
}

void aws_world_forget(struct aws_world *w)
{
	w->source = credentials_source_free(w->source);
}

void aws_world_close(struct aws_world *w)
{
	char *log;

	aws_world_forget(w);
	credentials_clear(&w->got);
	http_server_stop(w->server);
	loop_free(w->loop);
	log_close();
	log = folder_read(w->home, "log", NULL);
	assert_null(strstr(log, "S3CRET"));
	free(log);
	folder_remove(w->home);
	for (size_t i = 0; i < w->variables; i++) {
		free(w->names[i]);
		free(w->values[i]);
	}
}

/* --- services --- */

static void handle(void *arg, const struct http_server_request *request,
		   struct http_server_reply *reply)
{
	struct aws_world *w = arg;

	reply->status = 500;
	for (size_t i = 0; w->routes[i].method; i++) {
		const struct aws_route *r = &w->routes[i];
		if (strcmp(r->method, request->method) != 0 ||
		    strcmp(r->path, request->path) != 0 ||
		    (r->body_has && !strstr(request->body, r->body_has)) ||
		    (r->times && w->used[i] == r->times))
			continue;
		w->used[i]++;
		reply->status = r->status > 0 ? r->status : 200;
		reply->cut = r->status < 0;
		reply->headers = r->headers;
		if (r->reply)
			http_server_text(reply, "%s", r->reply);
		return;
	}
}

void aws_world_serve(struct aws_world *w, const struct aws_route *routes)
{
	for (size_t i = 0; routes[i].method; i++) {
		assert_true(i < AWS_WORLD_ROUTES - 1);
		w->routes[i] = routes[i];
	}
	w->server = http_server_start(handle, w);
	snprintf(w->url, sizeof w->url, "http://127.0.0.1:%u",
		 http_server_port(w->server));
	aws_world_set(w, "AWS_ENDPOINT_URL_STS", w->url);
}

size_t aws_world_requests(struct aws_world *w)
{
	return http_server_count(w->server);
}

const struct http_server_request *aws_world_request(struct aws_world *w,
						    size_t i)
{
	assert_true(i < aws_world_requests(w));
	return http_server_request(w->server, i);
}

/* --- asking --- */

static void on_credentials(void *arg, const struct credentials *c,
			   const struct problem *why)
{
	struct aws_world *w = arg;

	assert_true(!c != !why);
	assert_false(w->answered);
	w->answered = true;
	if (c)
		assert_int_equal(0, credentials_copy(&w->got, c));
	else
		w->why = *why;
}

static bool is_answered(void *arg)
{
	return ((struct aws_world *)arg)->answered;
}

void aws_world_ask(struct aws_world *w)
{
	struct credentials_call call;
	struct problem p = {0};

	credentials_clear(&w->got);
	w->why = (struct problem){0};
	w->answered = false;
	w->settings.environment = &w->environment;
	if (!w->source &&
	    credentials_chain_create(&w->source, w->loop, &w->settings, &p))
		fail_msg("%s", p.text);
	credentials_get(w->source, &call, on_credentials, w);
	assert_false(w->answered);
	loop_until(w->loop, is_answered, w);
	assert_null(strstr(w->why.text, "S3CRET"));
	assert_null(strstr(w->got.source, "S3CRET"));
	assert_null(strchr(w->why.text, '\n'));
}

void aws_world_expect(struct aws_world *w, const char *key_id,
		      const char *secret, const char *token, const char *source)
{
	aws_world_ask(w);
	assert_string_equal("", w->why.text);
	assert_string_equal(key_id, w->got.key_id);
	assert_string_equal(secret, w->got.secret);
	if (token)
		assert_string_equal(token, w->got.token);
	else
		assert_null(w->got.token);
	assert_string_equal(source, w->got.source);
}

void aws_world_expect_problem(struct aws_world *w, int code, const char *part)
{
	aws_world_ask(w);
	if (!strstr(w->why.text, part))
		assert_string_equal(part, w->why.text);
	assert_int_equal(code, w->why.code);
	assert_null(w->got.key_id);
}
