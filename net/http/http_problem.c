#include <errno.h>

#include "net/base/language.h"
#include "net/http/http_internal.h"
#include "net/loop/proxy.h"

/* The numbers are OpenSSL's X509_V_ERR_*, which libcurl hands through. */
enum {
	UNSPECIFIED = 1,
	NOT_YET_VALID = 9,
	EXPIRED = 10,
	SELF_SIGNED = 18,
	NO_LOCAL_ISSUER = 20
};

static void refused_certificate(struct problem *p, const struct http_call *c)
{
	long verify = 0;

	curl_easy_getinfo(c->easy, CURLINFO_SSL_VERIFYRESULT, &verify);
	if (verify == EXPIRED)
		problem_set(p, PROBLEM_TLS,
			    "%s: its certificate has expired; check this "
			    "computer's date, or have it renewed",
			    c->name);
	else if (verify == NOT_YET_VALID)
		problem_set(p, PROBLEM_TLS,
			    "%s: its certificate is not valid yet; check this "
			    "computer's date",
			    c->name);
	else if (verify <= UNSPECIFIED) /* libcurl compares names itself */
		problem_set(p, PROBLEM_TLS,
			    "%s: its certificate is for another host name; "
			    "check the address, or the proxy between",
			    c->name);
	else if (verify >= SELF_SIGNED && verify <= NO_LOCAL_ISSUER + 1)
		problem_set(p, PROBLEM_TLS,
			    "%s: its certificate is not trusted (%s); give "
			    "the issuer's certificate with SSL_CERT_FILE",
			    c->name, c->detail);
	else
		problem_set(p, PROBLEM_TLS,
			    "%s: its certificate is refused (%s); have it "
			    "corrected",
			    c->name, c->detail);
}

static void not_connected(struct problem *p, const struct http_call *c)
{
	long cause = 0;

	curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &cause);
	problem_set(p, PROBLEM_CONNECT,
		    "%s: %s: %s; check the network, the firewall and "
		    "HTTPS_PROXY",
		    c->name, c->proxy ? c->proxy : c->target,
		    cause == ECONNREFUSED ? _("connection refused")
					  : _("no connection"));
}

static void cut(struct problem *p, const struct http_call *c)
{
	struct problem refused = {0};
	long proxy_status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (c->proxy && proxy_status >= 300) {
		proxy_problem(&refused, c->proxy, c->target, (int)proxy_status);
		problem_set(p, refused.code, "%s: %s", c->name, refused.text);
		return;
	}
	problem_set(p, PROBLEM_SERVER,
		    "%s: the connection was cut off before the answer "
		    "was complete; try again",
		    c->name);
}

void http_problem(struct problem *p, const struct http_call *c, CURLcode result)
{
	switch (result) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
		problem_set(p, PROBLEM_CONNECT,
			    "%s: %s: no such host, or no answer from the name "
			    "server; check the name and the network",
			    c->name, c->proxy ? c->proxy : c->target);
		break;
	case CURLE_COULDNT_CONNECT:
		not_connected(p, c);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		problem_set(p, PROBLEM_TIMEOUT,
			    "%s: %s: no answer within %u ms; check the "
			    "network, the firewall and HTTPS_PROXY",
			    c->name, c->proxy ? c->proxy : c->target,
			    (unsigned)c->timeout_ms);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		refused_certificate(p, c);
		break;
	case CURLE_SSL_CACERT_BADFILE:
		problem_set(p, PROBLEM_TLS,
			    "%s: no certificate to trust can be loaded (%s); "
			    "check SSL_CERT_FILE and --ca-file",
			    c->name, c->detail);
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		problem_set(p, PROBLEM_TLS,
			    "%s: no secure connection (%s); check that it "
			    "speaks TLS 1.2 or later",
			    c->name, c->detail);
		break;
	case CURLE_WRITE_ERROR:
		problem_set(p, PROBLEM_LIMIT,
			    "%s: its answer is larger than %d bytes; check "
			    "the address",
			    c->name, HTTP_BODY_MOST);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		cut(p, c);
		break;
	case CURLE_OUT_OF_MEMORY:
		problem_set(p, PROBLEM_MEMORY,
			    "%s: out of memory; close other programs", c->name);
		break;
	default:
		problem_set(p, PROBLEM_SERVER,
			    "%s: no usable answer (%s); check the address",
			    c->name,
			    c->detail[0] ? c->detail
					 : curl_easy_strerror(result));
	}
}
