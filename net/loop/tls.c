#include "net/loop/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/base/problem.h"
#include "net/loop/tls_internal.h"

struct tls_client {
	SSL_CTX *context;
};

struct tls_server {
	SSL_CTX *context;
};

static const unsigned char alpn_h2[] = {2, 'h', '2'};

static int out_of_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "TLS: out of memory; close other programs");
}

/* A key with a passphrase must fail, not ask on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static SSL_CTX *create_context(const SSL_METHOD *method)
{
	SSL_CTX *c;

	ERR_clear_error();
	c = SSL_CTX_new(method);
	if (!c)
		return NULL;
	SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	/* an idle stream then holds no record buffers: 34 KB less each */
	SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(c, no_passphrase);
	/* the TLS 1.2 suites that HTTP/2 allows (RFC 9113, appendix A) */
	if (!SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) ||
	    !SSL_CTX_set_cipher_list(c, "ECDHE+AESGCM:ECDHE+CHACHA20")) {
		SSL_CTX_free(c);
		return NULL;
	}
	return c;
}

static int check_readable(const char *path, struct problem *p)
{
	if (access(path, R_OK) == 0)
		return 0;
	return problem_set(p, PROBLEM_FILE, "%s: %s; check the path", path,
			   strerror(errno));
}

static int load_trust(SSL_CTX *context, const char *ca_file, struct problem *p)
{
	int err;

	if (!ca_file) {
		if (SSL_CTX_set_default_verify_paths(context) == 1)
			return 0;
		return problem_set(p, PROBLEM_TLS,
				   "TLS: the system's certificates cannot be "
				   "loaded; install ca-certificates");
	}
	err = check_readable(ca_file, p);
	if (err)
		return err;
	if (SSL_CTX_load_verify_file(context, ca_file) == 1)
		return 0;
	return problem_set(p, PROBLEM_TLS,
			   "%s: holds no certificate; give a PEM file",
			   ca_file);
}

int tls_client_create(struct tls_client **out, const char *ca_file,
		      struct problem *p)
{
	struct tls_client *t = calloc(1, sizeof *t);
	int err = 0;

	if (!t)
		return out_of_memory(p);
	t->context = create_context(TLS_client_method());
	if (!t->context ||
	    SSL_CTX_set_alpn_protos(t->context, alpn_h2, sizeof alpn_h2) != 0) {
		err = out_of_memory(p);
		goto out;
	}
	SSL_CTX_set_verify(t->context, SSL_VERIFY_PEER, NULL);
	err = load_trust(t->context, ca_file, p);
out:
	ERR_clear_error();
	if (err)
		tls_client_free(t);
	else
		*out = t;
	return err;
}

struct tls_client *tls_client_free(struct tls_client *t)
{
	if (!t)
		return NULL;
	SSL_CTX_free(t->context);
	free(t);
	return NULL;
}

static int select_h2(SSL *ssl, const unsigned char **chosen,
		     unsigned char *chosen_length, const unsigned char *offered,
		     unsigned offered_length, void *arg)
{
	(void)ssl;
	(void)arg;
	/* each is a length and that many characters (RFC 7301, 3.1) */
	for (unsigned i = 0; i < offered_length; i += offered[i] + 1u) {
		if (offered_length - i >= sizeof alpn_h2 &&
		    memcmp(offered + i, alpn_h2, sizeof alpn_h2) == 0) {
			*chosen = offered + i + 1;
			*chosen_length = 2;
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int load_identity(SSL_CTX *context, const char *certificate_file,
			 const char *key_file, struct problem *p)
{
	int err = check_readable(certificate_file, p);

	if (!err)
		err = check_readable(key_file, p);
	if (err)
		return err;
	if (SSL_CTX_use_certificate_chain_file(context, certificate_file) != 1)
		return problem_set(p, PROBLEM_TLS,
				   "%s: holds no usable certificate; give a "
				   "PEM file, the server's own first",
				   certificate_file);
	if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) ==
	    1)
		return 0;
	unsigned long cause = ERR_peek_last_error();
	if (ERR_GET_LIB(cause) == ERR_LIB_X509)
		return problem_set(p, PROBLEM_TLS,
				   "%s: is not the key of %s; give the pair",
				   key_file, certificate_file);
	return problem_set(p, PROBLEM_TLS,
			   "%s: holds no private key, or one with a "
			   "passphrase; give a PEM file without",
			   key_file);
}

int tls_server_create(struct tls_server **out, const char *certificate_file,
		      const char *key_file, struct problem *p)
{
	struct tls_server *t = calloc(1, sizeof *t);
	int err = 0;

	if (!t)
		return out_of_memory(p);
	t->context = create_context(TLS_server_method());
	if (!t->context) {
		err = out_of_memory(p);
		goto out;
	}
	SSL_CTX_set_alpn_select_cb(t->context, select_h2, NULL);
	/* our clients keep their connections and never resume */
	SSL_CTX_set_num_tickets(t->context, 0);
	SSL_CTX_set_session_cache_mode(t->context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(t->context,
			    SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
	err = load_identity(t->context, certificate_file, key_file, p);
out:
	ERR_clear_error();
	if (err)
		tls_server_free(t);
	else
		*out = t;
	return err;
}

struct tls_server *tls_server_free(struct tls_server *t)
{
	if (!t)
		return NULL;
	SSL_CTX_free(t->context);
	free(t);
	return NULL;
}

void *tls_client_context(const struct tls_client *t)
{
	return t->context;
}

void *tls_server_context(const struct tls_server *t)
{
	return t->context;
}
