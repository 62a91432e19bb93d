#include <errno.h>

#include "net/http/http_internal.h"

/* The numbers are OpenSSL's X509_V_ERR_*, which libcurl hands through. */
enum {
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
	else if (verify == 0) /* libcurl compares the name by itself */
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
		    "%s: %s (%s); check the network, the proxy settings and "
		    "the firewall",
		    c->name,
		    cause == ECONNREFUSED ? "connection refused"
					  : "no connection",
		    c->detail);
}

static void cut(struct problem *p, const struct http_call *c)
{
	long proxy_status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (proxy_status >= 300)
		problem_set(p, PROBLEM_CONNECT,
			    "%s: the proxy refused with status %ld; check "
			    "HTTPS_PROXY, its user and password",
			    c->name, proxy_status);
	else
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
			    "%s: no such host (%s); check the name and the "
			    "network",
			    c->name, c->detail);
		break;
	case CURLE_COULDNT_CONNECT:
		not_connected(p, c);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		problem_set(p, PROBLEM_TIMEOUT,
			    "%s: no answer within %u ms; check the network, "
			    "the proxy settings and the firewall",
			    c->name, (unsigned)c->timeout_ms);
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
