/*
 * tls: OpenSSL settings for both ends of a transport.  ALPN is "h2" and is
 * demanded; certificates and host names are checked, always.
 */
#ifndef NET_LOOP_TLS_H
#define NET_LOOP_TLS_H

struct problem;
struct tls_client;
struct tls_server;

/* ca_file: PEM trust in place of the system's, or NULL. */
int tls_client_create(struct tls_client **out, const char *ca_file,
		      struct problem *p);
struct tls_client *tls_client_free(struct tls_client *t);

int tls_server_create(struct tls_server **out, const char *certificate_file,
		      const char *key_file, struct problem *p);
struct tls_server *tls_server_free(struct tls_server *t);

/* Makes a CA and a server certificate for localhost, 127.0.0.1 and ::1, valid
 * for a year, and writes ca.pem-like ca_path (certificate only), cert_path and
 * key_path (mode 0600).  For the simulator. */
int tls_make_local(const char *ca_path, const char *cert_path,
		   const char *key_path, struct problem *p);

#endif
