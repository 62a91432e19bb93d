#include "net/loop/tls_failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

static struct tls_failure of_certificate(long verified)
{
	const char *cause = X509_verify_cert_error_string(verified);

	switch (verified) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return (struct tls_failure){TRANSPORT_EXPIRED, NULL};
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return (struct tls_failure){TRANSPORT_NOT_YET_VALID, NULL};
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return (struct tls_failure){TRANSPORT_WRONG_HOST, NULL};
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return (struct tls_failure){TRANSPORT_UNTRUSTED, cause};
	default:
		return (struct tls_failure){TRANSPORT_CERTIFICATE, cause};
	}
}

struct tls_failure tls_failure_of(unsigned long error, long verified)
{
	const char *cause = ERR_reason_error_string(error);

	switch (ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0) {
	case SSL_R_CERTIFICATE_VERIFY_FAILED:
		return of_certificate(verified);
	case SSL_R_NO_APPLICATION_PROTOCOL:
	case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
		return (struct tls_failure){TRANSPORT_NO_HTTP2, NULL};
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_HTTP_REQUEST:
	case SSL_R_HTTPS_PROXY_REQUEST:
	case SSL_R_UNEXPECTED_MESSAGE:
		return (struct tls_failure){TRANSPORT_NO_TLS, NULL};
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
		return (struct tls_failure){TRANSPORT_OLD_TLS, NULL};
	case SSL_R_UNEXPECTED_EOF_WHILE_READING:
		return (struct tls_failure){TRANSPORT_TLS_ENDED, NULL};
	default:
		return (struct tls_failure){TRANSPORT_TLS_FAILED,
					    cause ? cause : "no reason given"};
	}
}
