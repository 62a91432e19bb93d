/* http_route: an address, and the proxy on the way there. */
#include <stdlib.h>
#include <string.h>

#include "net/base/text.h"
#include "net/http/http_internal.h"
#include "net/loop/proxy.h"

/* Owned by libcurl's allocator. */
struct parts {
	char *scheme, *host, *port;
};

static CURLUcode take_parts(struct parts *out, CURLU *url, const char *text)
{
	CURLUcode err = curl_url_set(url, CURLUPART_URL, text, 0);

	if (!err)
		err = curl_url_get(url, CURLUPART_SCHEME, &out->scheme, 0);
	if (!err)
		err = curl_url_get(url, CURLUPART_HOST, &out->host, 0);
	if (!err)
		err = curl_url_get(url, CURLUPART_PORT, &out->port,
				   CURLU_DEFAULT_PORT);
	if (err)
		return err;
	return text_equal(out->scheme, "https") ||
			       text_equal(out->scheme, "http")
		       ? CURLUE_OK
		       : CURLUE_UNSUPPORTED_SCHEME;
}

/* libcurl leaves them around an IPv6 address. */
static void drop_brackets(char *host)
{
	size_t length = strlen(host);

	if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		memmove(host, host + 1, length - 1);
	}
}

static CURLcode set_proxy(struct http_call *c, const struct proxy *x)
{
	char name[PROXY_NAME_SIZE];
	CURLcode err;

	/* given both, libcurl reads neither from the environment */
	err = curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "");
	if (!err)
		err = curl_easy_setopt(c->easy, CURLOPT_PROXY, "");
	if (err || !x->host)
		return err;
	proxy_name(name, x);
	c->proxy = text_copy(name);
	if (!c->proxy)
		return CURLE_OUT_OF_MEMORY;
	err = curl_easy_setopt(c->easy, CURLOPT_PROXY,
			       c->proxy + strlen("proxy "));
	curl_easy_setopt(c->easy, CURLOPT_PROXYTYPE, (long)CURLPROXY_HTTP);
	curl_easy_setopt(c->easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
	if (!err && x->user)
		err = curl_easy_setopt(c->easy, CURLOPT_PROXYUSERNAME, x->user);
	if (!err && x->user)
		err = curl_easy_setopt(c->easy, CURLOPT_PROXYPASSWORD,
				       x->password);
	return err;
}

int http_set_route(struct http_call *c, const struct http_request *r,
		   struct problem *p)
{
	struct proxy_environment environment = {0};
	struct parts parts = {0};
	struct proxy proxy = {0};
	CURLU *url = curl_url();
	CURLUcode parsed = url ? take_parts(&parts, url, r->url)
			       : CURLUE_OUT_OF_MEMORY;
	int err = 0;

	if (parsed == CURLUE_OUT_OF_MEMORY) {
		err = PROBLEM_MEMORY;
		goto out;
	}
	if (parsed) {
		err = problem_set(p, PROBLEM_USAGE,
				  "%s: '%s' is no address; give one that "
				  "starts with https://",
				  c->name, r->url);
		goto out;
	}
	c->target = text_format("%s:%s", parts.host, parts.port);
	drop_brackets(parts.host);
	if (!r->direct)
		proxy_environment_read(&environment);
	err = proxy_for(&proxy, parts.scheme, parts.host,
			(uint16_t)strtoul(parts.port, NULL, 10), &environment,
			p);
	if (err)
		goto out;
	if (!c->target || set_proxy(c, &proxy) != CURLE_OK ||
	    curl_easy_setopt(c->easy, CURLOPT_URL, r->url) != CURLE_OK)
		err = PROBLEM_MEMORY;
out:
	proxy_deinit(&proxy);
	curl_free(parts.scheme);
	curl_free(parts.host);
	curl_free(parts.port);
	curl_url_cleanup(url);
	return err;
}
