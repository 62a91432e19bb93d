/* tls_internal: SSL contexts, for net/loop alone. */
#ifndef NET_LOOP_TLS_INTERNAL_H
#define NET_LOOP_TLS_INTERNAL_H

struct tls_client;
struct tls_server;

/* Both are an SSL_CTX, borrowed.  An SSL made from it keeps it alive. */
void *tls_client_context(const struct tls_client *t);
void *tls_server_context(const struct tls_server *t);

#endif
