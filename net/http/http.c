#include "net/http/http.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/text.h"
#include "net/http/http_internal.h"
#include "net/loop/loop.h"

static int out_of_memory(struct problem *p, const char *name)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "%s: out of memory; close other programs", name);
}

int http_create(struct http **out, struct loop *l, const char *ca_file,
		struct problem *p)
{
	struct http *h = calloc(1, sizeof *h);

	/* counted by libcurl, and safe with other threads that do the same */
	if (!h || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(h);
		return out_of_memory(p, "HTTP");
	}
	h->loop = l;
	int err = http_multi_open(h);
	if (!err && ca_file && !(h->ca_file = text_copy(ca_file)))
		err = PROBLEM_MEMORY;
	if (err) {
		http_destroy(h);
		return out_of_memory(p, "HTTP");
	}
	*out = h;
	return 0;
}

void http_destroy(struct http *h)
{
	http_multi_close(h);
	free(h->ca_file);
	free(h);
	curl_global_cleanup();
}

struct http *http_free(struct http *h)
{
	if (!h)
		return NULL;
	assert(loop_on_thread(h->loop));
	h->freed = true;
	if (h->turns == 0)
		http_destroy(h);
	return NULL;
}

/* --- one call --- */

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *c = arg;

	return bytes_append(&c->body, data, size * count) == 0 ? size * count
							       : 0;
}

/* What OpenSSL takes by itself elsewhere (net/loop/tls.c) libcurl has to be
 * told: its own default is a path from when it was built. */
static CURLcode set_trust(CURL *easy, const char *ca_file)
{
	const char *file = ca_file ? ca_file : getenv("SSL_CERT_FILE");
	const char *folder = ca_file ? NULL : getenv("SSL_CERT_DIR");
	CURLcode err = CURLE_OK;

	if (file || folder)
		err = curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	if (!err && (ca_file || folder))
		err = curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
	return err;
}

static CURLcode set_manners(struct http_call *c)
{
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->detail);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* a name server that does not answer must not hold up the loop when a
	 * call is given up */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	CURLcode err = curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	if (!err)
		err = curl_easy_setopt(e, CURLOPT_SSL_CIPHER_LIST,
				       "ECDHE+AESGCM:ECDHE+CHACHA20");
	if (!err)
		err = curl_easy_setopt(e, CURLOPT_USERAGENT,
				       "habla/" HABLA_VERSION);
	return err ? err : set_trust(e, c->http->ca_file);
}

static bool add_header(struct http_call *c, const char *line)
{
	struct curl_slist *list = curl_slist_append(c->headers, line);

	if (list)
		c->headers = list;
	return list != NULL;
}

static bool is_named(const char *line, const char *name)
{
	size_t length = strlen(name);

	return curl_strnequal(line, name, length) && line[length] == ':';
}

static CURLcode set_headers(struct http_call *c, const char *const *headers)
{
	bool typed = false;
	/* libcurl waits a second for a "100 Continue" that few servers send */
	bool added = add_header(c, "Expect:");

	for (; added && headers && *headers; headers++) {
		typed |= is_named(*headers, "Content-Type");
		added = add_header(c, *headers);
	}
	/* else libcurl calls every body a form */
	if (added && !typed)
		added = add_header(c, "Content-Type:");
	if (!added)
		return CURLE_OUT_OF_MEMORY;
	return curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
}

static CURLcode set_body(struct http_call *c, const struct http_request *r)
{
	const char *method = r->method ? r->method : r->body ? "POST" : "GET";
	CURLcode err = CURLE_OK;

	if (text_equal(method, "HEAD"))
		return curl_easy_setopt(c->easy, CURLOPT_NOBODY, 1L);
	if (r->body || !text_equal(method, "GET")) {
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)(r->body ? r->body_length : 0));
		err = curl_easy_setopt(c->easy, CURLOPT_COPYPOSTFIELDS,
				       r->body ? r->body : "");
	}
	if (!err)
		err = curl_easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, method);
	return err;
}

static CURLcode set_up(struct http_call *c, const struct http_request *r)
{
	CURLcode err = set_manners(c);

	if (!err)
		err = set_headers(c, r->headers);
	return err ? err : set_body(c, r);
}

int http_send(struct http_call **out, struct http *h,
	      const struct http_request *request, http_done *done, void *arg,
	      struct problem *p)
{
	const char *name = request->name ? request->name : request->url;
	struct http_call *c = calloc(1, sizeof *c);
	int err = PROBLEM_MEMORY;

	assert(loop_on_thread(h->loop));
	if (!c)
		return out_of_memory(p, name);
	c->http = h;
	c->done = done;
	c->arg = arg;
	c->timeout_ms = request->timeout_ms ? request->timeout_ms
					    : HTTP_TIMEOUT_MS;
	/* credentials and tokens come this way */
	bytes_init_secret(&c->body, HTTP_BODY_MOST);
	c->name = text_copy(name);
	c->easy = curl_easy_init();
	if (c->name && c->easy && set_up(c, request) == CURLE_OK)
		err = http_set_route(c, request, p);
	if (!err)
		err = http_multi_add(c);
	if (err == PROBLEM_MEMORY)
		out_of_memory(p, name);
	if (err)
		http_call_free(c);
	else
		*out = c;
	return err;
}

void http_call_ended(struct http_call *c, CURLcode result)
{
	struct problem why = {0};
	long status = 0;

	if (c->body.failed == PROBLEM_MEMORY)
		result = CURLE_OUT_OF_MEMORY;
	if (result == CURLE_OK && !(c->answer.body = bytes_text(&c->body)))
		result = CURLE_OUT_OF_MEMORY;
	if (result != CURLE_OK) {
		http_problem(&why, c, result);
		c->done(c->arg, NULL, &why);
		return;
	}
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	c->answer.status = (int)status;
	c->answer.body_length = c->body.length;
	c->done(c->arg, &c->answer, NULL);
}

const char *http_answer_header(const struct http_answer *a, const char *name)
{
	const struct http_call *c = (const struct http_call *)a;
	struct curl_header *found;

	if (curl_easy_header(c->easy, name, 0, CURLH_HEADER, -1, &found) !=
	    CURLHE_OK)
		return NULL;
	return found->value;
}

struct http_call *http_call_free(struct http_call *c)
{
	if (!c)
		return NULL;
	assert(loop_on_thread(c->http->loop));
	http_multi_remove(c);
	curl_easy_cleanup(c->easy);
	curl_slist_free_all(c->headers);
	bytes_deinit(&c->body);
	free(c->name);
	free(c->target);
	free(c->proxy);
	free(c);
	return NULL;
}
