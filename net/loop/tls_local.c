/* tls_local: certificates for a server on this computer. */
#include "net/loop/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/random.h"

struct extension {
	int nid;
	const char *value;
};

static const struct extension ca_extensions[] = {
	{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
	{NID_key_usage, "critical,keyCertSign"},
	{NID_subject_key_identifier, "hash"},
	{NID_undef, NULL},
};

static const struct extension server_extensions[] = {
	{NID_basic_constraints, "critical,CA:FALSE"},
	{NID_key_usage, "critical,digitalSignature"},
	{NID_ext_key_usage, "serverAuth"},
	{NID_subject_key_identifier, "hash"},
	{NID_authority_key_identifier, "keyid"},
	{NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
	{NID_undef, NULL},
};

static int add_extensions(X509 *certificate, X509 *issuer,
			  const struct extension *list)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	for (; list->value; list++) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context,
							list->nid, list->value);
		int added = e && X509_add_ext(certificate, e, -1);
		X509_EXTENSION_free(e);
		if (!added)
			return PROBLEM_MEMORY;
	}
	return 0;
}

static int set_serial(X509 *certificate)
{
	uint64_t serial;

	random_fill(&serial, sizeof serial);
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
				       serial >> 1 | 1);
}

/* issuer NULL: signs itself. */
static X509 *make_certificate(const char *name, EVP_PKEY *key, X509 *issuer,
			      EVP_PKEY *issuer_key,
			      const struct extension *extensions)
{
	X509 *c = X509_new();
	time_t now = (time_t)(clock_wall_ms(clock_system()) / 1000);

	if (!c)
		return NULL;
	X509_NAME *subject = X509_get_subject_name(c);
	/* a day back, since the clocks of two containers may differ */
	if (X509_set_version(c, X509_VERSION_3) && set_serial(c) &&
	    ASN1_TIME_adj(X509_getm_notBefore(c), now, -1, 0) &&
	    ASN1_TIME_adj(X509_getm_notAfter(c), now, 365, 0) &&
	    X509_set_pubkey(c, key) &&
	    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
				       (const unsigned char *)name, -1, -1,
				       0) &&
	    X509_set_issuer_name(c, issuer ? X509_get_subject_name(issuer)
					   : subject) &&
	    add_extensions(c, issuer ? issuer : c, extensions) == 0 &&
	    X509_sign(c, issuer_key, EVP_sha256()))
		return c;
	X509_free(c);
	return NULL;
}

static int write_file(const char *path, mode_t mode, BIO *content,
		      struct problem *p)
{
	char *data;
	long length = BIO_get_mem_data(content, &data);
	int err = 0;

	/* A file of another mode would keep it, and a link would be followed.
	 */
	if (unlink(path) != 0 && errno != ENOENT)
		err = problem_from_file_errno(errno);
	int fd = err ? -1
		     : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			    mode);
	if (!err && fd < 0)
		err = problem_from_file_errno(errno);
	if (!err)
		err = text_write_all(fd, data, (size_t)length);
	if (fd >= 0 && close(fd) != 0 && !err)
		err = problem_from_file_errno(errno);
	if (err)
		return problem_set(p, err, "%s: %s; choose another folder",
				   path, strerror(errno));
	return 0;
}

static int write_certificate(const char *path, X509 *certificate,
			     struct problem *p)
{
	BIO *content = BIO_new(BIO_s_mem());
	int err = PROBLEM_MEMORY;

	if (content && PEM_write_bio_X509(content, certificate))
		err = write_file(path, 0644, content, p);
	BIO_free(content);
	return err;
}

static int write_key(const char *path, EVP_PKEY *key, struct problem *p)
{
	BIO *content = BIO_new(BIO_s_secmem());
	int err = PROBLEM_MEMORY;

	if (content && PEM_write_bio_PKCS8PrivateKey(content, key, NULL, NULL,
						     0, NULL, NULL))
		err = write_file(path, 0600, content, p);
	BIO_free(content);
	return err;
}

int tls_make_local(const char *ca_path, const char *cert_path,
		   const char *key_path, struct problem *p)
{
	/* the CA's key ends with this function, so that nobody can sign more */
	EVP_PKEY *ca_key = EVP_EC_gen("P-256");
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *ca = NULL, *certificate = NULL;
	int err = PROBLEM_MEMORY;

	if (ca_key && key)
		ca = make_certificate("Habla local CA", ca_key, NULL, ca_key,
				      ca_extensions);
	if (ca)
		certificate = make_certificate("localhost", key, ca, ca_key,
					       server_extensions);
	if (certificate) {
		err = write_key(key_path, key, p);
		if (!err)
			err = write_certificate(cert_path, certificate, p);
		if (!err)
			err = write_certificate(ca_path, ca, p);
	}
	if (err == PROBLEM_MEMORY)
		problem_set(p, err,
			    "%s: the certificate could not be made: out of "
			    "memory; close other programs",
			    cert_path);
	X509_free(certificate);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	ERR_clear_error();
	return err;
}
