/* certificate: makes certificates that a server should not show. */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

/* A certificate that signs itself, and so is its own CA, for names such as
 * "IP:127.0.0.1" or "DNS:localhost", good from and to so many days from now. */
void certificate_write(const char *cert_path, const char *key_path,
		       const char *names, int from_days, int to_days);

/* The same, but for clients only: no server may show it. */
void certificate_write_for_clients(const char *cert_path, const char *key_path,
				   const char *names);

/* Links cert_path in folder as OpenSSL looks for it in SSL_CERT_DIR. */
void certificate_link_by_hash(const char *folder, const char *cert_path);

#endif
