#include "tests/support/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cmocka.h>

#include "net/base/text.h"

static void extend(X509 *c, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(e);
	X509_add_ext(c, e, -1);
	X509_EXTENSION_free(e);
}

/* usage NULL: any. */
static void write_files(const char *cert_path, const char *key_path,
			const char *names, int from_days, int to_days,
			const char *usage)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *c = X509_new();
	FILE *file;

	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 7);
	X509_time_adj_ex(X509_getm_notBefore(c), from_days, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(c), to_days, 0, NULL);
	X509_set_pubkey(c, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
				   (const unsigned char *)"localhost", -1, -1,
				   0);
	X509_set_issuer_name(c, X509_get_subject_name(c));
	extend(c, NID_subject_alt_name, names);
	if (usage)
		extend(c, NID_ext_key_usage, usage);
	assert_true(X509_sign(c, key, EVP_sha256()) > 0);
	file = fopen(cert_path, "w");
	assert_non_null(file);
	PEM_write_X509(file, c);
	fclose(file);
	file = fopen(key_path, "w");
	assert_non_null(file);
	PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	X509_free(c);
	EVP_PKEY_free(key);
}

void certificate_write(const char *cert_path, const char *key_path,
		       const char *names, int from_days, int to_days)
{
	write_files(cert_path, key_path, names, from_days, to_days, NULL);
}

void certificate_write_for_clients(const char *cert_path, const char *key_path,
				   const char *names)
{
	write_files(cert_path, key_path, names, -1, 1, "clientAuth");
}

void certificate_link_by_hash(const char *folder, const char *cert_path)
{
	FILE *file = fopen(cert_path, "r");

	assert_non_null(file);
	X509 *c = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(c);
	char *path = text_format("%s/%08lx.0", folder,
				 X509_subject_name_hash(c));
	assert_int_equal(0, symlink(cert_path, path));
	free(path);
	X509_free(c);
}
