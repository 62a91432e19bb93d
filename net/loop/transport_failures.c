#include "net/loop/transport_failures.h"

#include <uv.h>

#include "net/base/language.h"
#include "net/base/problem.h"

#define ADDRESS_PORT N_("check the address and the port")

static const struct failure failures[TRANSPORT_FAILURE_COUNT] = {
	[TRANSPORT_NO_NAME] = {"no-such-host", PROBLEM_CONNECT,
			       N_("no such host"), N_("check the name"),
			       "the name server knows no such name", NULL},
	[TRANSPORT_NAME_UNANSWERED] =
		{"name-unanswered", PROBLEM_CONNECT,
		 N_("no such host, or no answer from the name server"),
		 N_("check the name and the network"),
		 "no name server can be reached", NULL},
	[TRANSPORT_NAME_LIMIT] =
		{"name-limit", PROBLEM_TIMEOUT,
		 N_("the name server gave no answer within %D ms"),
		 N_("check the network"), "the name server is silent", NULL},
	[TRANSPORT_REFUSED] =
		{"refused", PROBLEM_CONNECT, N_("connection refused"),
		 N_("check that the server runs and that the port "
		    "is right"),
		 "nobody listens on that port", NULL},
	[TRANSPORT_NO_WAY] = {"no-way", PROBLEM_CONNECT,
			      N_("no way to that address"),
			      N_("check the network connection"),
			      "no network, or no route to that one", NULL},
	[TRANSPORT_CONNECT_LIMIT] =
		{"connect-limit", PROBLEM_TIMEOUT, N_("no answer within %D ms"),
		 N_("check the address, the network and the firewall"),
		 "packets vanish", NULL},
	[TRANSPORT_OTHER] = {"connect-other", PROBLEM_CONNECT, N_("%D"),
			     N_("check the address and the network"),
			     "anything else that the system reports", NULL},

	[TRANSPORT_NO_PROXY] = {"no-proxy", PROBLEM_CONNECT,
				N_("is no HTTP proxy"), N_("check HTTPS_PROXY"),
				"the proxy answers with no HTTP", NULL},
	[TRANSPORT_PROXY_WORDY] = {"proxy-wordy", PROBLEM_CONNECT,
				   N_("its answer is too long"),
				   N_("check HTTPS_PROXY"),
				   "the proxy answers without an end", NULL},
	[TRANSPORT_PROXY_SILENT] =
		{"proxy-silent", PROBLEM_CONNECT,
		 N_("ended the connection in place of an answer"),
		 N_("check HTTPS_PROXY"), "the proxy hangs up", NULL},
	[TRANSPORT_PROXY_LIMIT] = {"proxy-limit", PROBLEM_TIMEOUT,
				   N_("did not reach %T within %D ms"),
				   N_("check HTTPS_PROXY and the network"),
				   "the proxy does not answer", NULL},
	[TRANSPORT_PROXY_PASSWORD] =
		{"proxy-password", PROBLEM_CONNECT,
		 N_("asks for a user and a password, or refuses those it got "
		    "(%D)"),
		 N_("set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT"),
		 "the proxy answers 407", NULL},
	[TRANSPORT_PROXY_UNABLE] = {"proxy-unable", PROBLEM_CONNECT,
				    N_("cannot reach %T (%D)"),
				    N_("check that name, or try again later"),
				    "the proxy answers 502, 503 or 504", NULL},
	[TRANSPORT_PROXY_FORBIDS] =
		{"proxy-forbids", PROBLEM_CONNECT,
		 N_("does not allow a connection to %T (%D)"),
		 N_("ask whoever runs it, or name that host in NO_PROXY"),
		 "the proxy answers 403, or anything else", NULL},

	[TRANSPORT_EXPIRED] =
		{"tls-expired", PROBLEM_TLS, N_("its certificate has expired"),
		 N_("check this computer's date, or have it renewed"),
		 "a certificate that is over", NULL},
	[TRANSPORT_NOT_YET_VALID] = {"tls-not-yet", PROBLEM_TLS,
				     N_("its certificate is not valid yet"),
				     N_("check this computer's date"),
				     "a certificate that begins later", NULL},
	[TRANSPORT_WRONG_HOST] =
		{"tls-wrong-host", PROBLEM_TLS,
		 N_("its certificate is for another host name"),
		 N_("connect by a name that the certificate has"),
		 "a certificate without that name", NULL},
	[TRANSPORT_UNTRUSTED] =
		{"tls-untrusted", PROBLEM_TLS,
		 N_("its certificate is not trusted (%D)"),
		 N_("give the issuer's certificate with --ca-file"),
		 "a certificate that nobody known has signed: a simulator, or "
		 "a network that opens TLS",
		 NULL},
	[TRANSPORT_CERTIFICATE] = {"tls-certificate", PROBLEM_TLS,
				   N_("its certificate is refused (%D)"),
				   N_("have it corrected"),
				   "a certificate with another fault", NULL},
	[TRANSPORT_NO_TLS] = {"tls-none", PROBLEM_TLS,
			      N_("the other side does not speak TLS there"),
			      N_("check the port"), "something else than TLS",
			      NULL},
	[TRANSPORT_OLD_TLS] = {"tls-old", PROBLEM_TLS,
			       N_("the other side has no TLS 1.2 or newer"),
			       N_("have it updated"), "TLS 1.1 at most", NULL},
	[TRANSPORT_NO_HTTP2] = {"tls-no-http2", PROBLEM_TLS,
				N_("the %D does not speak HTTP/2"),
				ADDRESS_PORT,
				"TLS without h2: a plain web server", NULL},
	[TRANSPORT_TLS_LIMIT] =
		{"tls-limit", PROBLEM_TIMEOUT,
		 N_("the TLS handshake was not done within %D ms"),
		 N_("check that the port speaks TLS"),
		 "takes the connection and is silent", NULL},
	[TRANSPORT_TLS_ENDED] =
		{"tls-ended", PROBLEM_TLS,
		 N_("the connection was ended during the TLS handshake"),
		 N_("check that the port speaks TLS"), "hangs up", NULL},
	[TRANSPORT_TLS_FAILED] = {"tls-handshake", PROBLEM_TLS,
				  N_("the TLS handshake failed (%D)"),
				  ADDRESS_PORT, "any other alert", NULL},
	[TRANSPORT_TLS_BROKE] = {"tls-broke", PROBLEM_TLS,
				 N_("the TLS connection broke (%D)"),
				 N_("try again"), "damaged records", NULL},

	[TRANSPORT_CUT] = {"cut", PROBLEM_CLOSED,
			   N_("the connection was cut off"), N_("try again"),
			   "TCP ends without TLS's goodbye", NULL},
	[TRANSPORT_LOST] = {"lost", PROBLEM_CLOSED, N_("%D"), N_("try again"),
			    "a reset, or the network is gone", NULL},
	[TRANSPORT_MEMORY] = {"transport-memory", PROBLEM_MEMORY,
			      N_("out of memory"), N_("close other programs"),
			      "nothing; this machine is full", NULL},
};

const struct failure *transport_failure(enum transport_failure id)
{
	return &failures[id];
}

enum transport_failure transport_failure_of(int status)
{
	switch (status) {
	case UV_ECONNREFUSED:
		return TRANSPORT_REFUSED;
	case UV_EAI_NONAME:
	case UV_EAI_NODATA:
	case UV_EAI_ADDRFAMILY:
		return TRANSPORT_NO_NAME;
	case UV_EAI_AGAIN:
	case UV_EAI_FAIL:
		return TRANSPORT_NAME_UNANSWERED;
	case UV_ENETUNREACH:
	case UV_EHOSTUNREACH:
	case UV_EADDRNOTAVAIL:
		return TRANSPORT_NO_WAY;
	case UV_ETIMEDOUT:
		return TRANSPORT_CONNECT_LIMIT;
	case UV_ENOMEM:
	case UV_EAI_MEMORY:
		return TRANSPORT_MEMORY;
	default:
		return TRANSPORT_OTHER;
	}
}
