#include "tests/support/http_server.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tests/support/threaded_server.h"

enum { REQUESTS_MOST = 1024, HEAD_MOST = 64 * 1024, VALUE_SIZE = 8192 };

/* One connection, clear or TLS. */
struct wire {
	int socket;
	SSL *ssl; /* NULL: clear */
};

struct kept {
	struct http_server_request request;
	char *text; /* owned; what request points into */
	char *body; /* owned */
};

struct http_server {
	http_server_handler *handler;
	void *arg;
	SSL_CTX *tls; /* NULL: clear */
	struct threaded_server *sockets;

	pthread_mutex_t lock; /* also around the handler */
	pthread_cond_t changed;
	bool released, stopping;
	struct kept kept[REQUESTS_MOST];
	size_t count;
};

static ssize_t wire_read(struct wire *w, void *to, size_t size)
{
	return w->ssl ? SSL_read(w->ssl, to, (int)size)
		      : recv(w->socket, to, size, 0);
}

static bool wire_write(struct wire *w, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = w->ssl ? SSL_write(w->ssl, data, (int)length)
				   : send(w->socket, data, length,
					  MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* --- requests --- */

static bool find_header(const char *head, const char *name, char *value)
{
	size_t length = strlen(name);

	for (const char *at = head; at && *at; at = strstr(at, "\r\n") + 2) {
		if (strncasecmp(at, name, length) != 0 || at[length] != ':')
			continue;
		at += length + 1;
		at += strspn(at, " ");
		snprintf(value, VALUE_SIZE, "%.*s", (int)strcspn(at, "\r"), at);
		return true;
	}
	value[0] = '\0';
	return false;
}

const char *http_server_header(const struct http_server_request *r,
			       const char *name)
{
	static _Thread_local char value[VALUE_SIZE];

	find_header(r->head, name, value);
	return value;
}

/* Reads up to the empty line; clients do not send ahead. */
static char *read_head(struct wire *w)
{
	char *text = calloc(1, HEAD_MOST);

	threaded_server_need(text != NULL, "calloc");
	for (size_t n = 0; n + 1 < HEAD_MOST; n++) {
		if (wire_read(w, text + n, 1) != 1)
			break;
		if (n >= 3 && memcmp(text + n - 3, "\r\n\r\n", 4) == 0) {
			text[n - 1] = '\0'; /* the lines keep their CRLF */
			return text;
		}
	}
	free(text);
	return NULL;
}

static bool read_body(struct wire *w, struct kept *k)
{
	size_t length = strtoul(
		http_server_header(&k->request, "Content-Length"), NULL, 10);

	k->body = calloc(1, length + 1);
	threaded_server_need(k->body != NULL, "calloc");
	while (k->request.body_length < length) {
		ssize_t n = wire_read(w, k->body + k->request.body_length,
				      length - k->request.body_length);
		if (n <= 0)
			return false;
		k->request.body_length += (size_t)n;
	}
	k->request.body = k->body;
	return true;
}

static void drop(struct kept *k)
{
	free(k->text);
	free(k->body);
	memset(k, 0, sizeof *k);
}

static bool read_request(struct wire *w, struct kept *k)
{
	memset(k, 0, sizeof *k);
	k->text = read_head(w);
	if (!k->text)
		return false;
	char *line_end = strstr(k->text, "\r\n");
	char *rest = NULL;
	*line_end = '\0';
	k->request.head = line_end + 2;
	k->request.method = strtok_r(k->text, " ", &rest);
	k->request.path = strtok_r(NULL, " ", &rest);
	if (k->request.method && k->request.path && read_body(w, k))
		return true;
	drop(k);
	return false;
}

/* --- answers --- */

void http_server_text(struct http_server_reply *reply, const char *format, ...)
{
	va_list args;

	free(reply->body);
	va_start(args, format);
	int length = vasprintf(&reply->body, format, args);
	va_end(args);
	threaded_server_need(length >= 0, "vasprintf");
	reply->body_length = (size_t)length;
}

static bool send_chunks(struct wire *w, const struct http_server_reply *r)
{
	/* two, so that an answer in pieces is really one */
	size_t first = r->body_length / 2;
	size_t sizes[] = {first, r->body_length - first};
	const char *at = r->body;
	char line[32];

	for (size_t i = 0; i < 2; i++) {
		if (sizes[i] == 0)
			continue; /* would end the body */
		int n = snprintf(line, sizeof line, "%zx\r\n", sizes[i]);
		if (!wire_write(w, line, (size_t)n) ||
		    !wire_write(w, at, sizes[i]) || !wire_write(w, "\r\n", 2))
			return false;
		at += sizes[i];
	}
	return wire_write(w, "0\r\n\r\n", 5);
}

/* False: the connection is to be closed. */
static bool send_reply(struct wire *w, const struct http_server_reply *r,
		       bool head_only)
{
	char head[4096], length[64] = "Transfer-Encoding: chunked\r\n";

	if (r->cut)
		return false;
	if (!r->chunked)
		snprintf(length, sizeof length, "Content-Length: %zu\r\n",
			 r->body_length);
	int n = snprintf(head, sizeof head, "HTTP/1.1 %d -\r\n%s%s\r\n",
			 r->status ? r->status : 200, length,
			 r->headers ? r->headers : "");
	threaded_server_need(n > 0 && (size_t)n < sizeof head, "headers");
	if (!wire_write(w, head, (size_t)n))
		return false;
	if (head_only)
		return true;
	if (r->cut_short) {
		wire_write(w, r->body, r->body_length / 2);
		return false;
	}
	if (r->chunked)
		return send_chunks(w, r);
	return wire_write(w, r->body, r->body_length);
}

/* Takes k. */
static bool answer(struct http_server *s, struct wire *w, struct kept *k)
{
	struct http_server_reply reply = {0};
	bool head_only = strcmp(k->request.method, "HEAD") == 0;

	pthread_mutex_lock(&s->lock);
	threaded_server_need(s->count < REQUESTS_MOST, "too many requests");
	s->kept[s->count] = *k;
	s->handler(s->arg, &s->kept[s->count].request, &reply);
	s->count++;
	while (reply.held && !s->released && !s->stopping)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
	bool open = send_reply(w, &reply, head_only);
	free(reply.body);
	return open;
}

static void serve(void *arg, int socket)
{
	struct http_server *s = arg;
	struct wire w = {.socket = socket};
	struct kept k;

	if (s->tls) {
		w.ssl = SSL_new(s->tls);
		threaded_server_need(w.ssl && SSL_set_fd(w.ssl, socket) == 1,
				     "SSL_new");
	}
	if (!w.ssl || SSL_accept(w.ssl) == 1)
		while (read_request(&w, &k) && answer(s, &w, &k))
			;
	SSL_free(w.ssl);
	ERR_clear_error();
}

/* --- life --- */

static struct http_server *start(http_server_handler *handler, void *arg,
				 SSL_CTX *tls)
{
	struct http_server *s = calloc(1, sizeof *s);

	threaded_server_need(s != NULL, "calloc");
	s->handler = handler;
	s->arg = arg;
	s->tls = tls;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	s->sockets = threaded_server_start(serve, s);
	return s;
}

struct http_server *http_server_start(http_server_handler *handler, void *arg)
{
	return start(handler, arg, NULL);
}

struct http_server *http_server_start_tls(http_server_handler *handler,
					  void *arg, const char *cert_file,
					  const char *key_file, int tls_most)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	/* the old versions that a test asks for need the old strength */
	threaded_server_need(
		tls && SSL_CTX_set_cipher_list(tls, "ALL:@SECLEVEL=0") == 1 &&
			SSL_CTX_set_min_proto_version(tls, TLS1_VERSION) == 1 &&
			SSL_CTX_set_max_proto_version(tls, tls_most) == 1 &&
			SSL_CTX_use_certificate_chain_file(tls, cert_file) ==
				1 &&
			SSL_CTX_use_PrivateKey_file(tls, key_file,
						    SSL_FILETYPE_PEM) == 1,
		"the TLS settings of a test's server");
	return start(handler, arg, tls);
}

uint16_t http_server_port(const struct http_server *s)
{
	return threaded_server_port(s->sockets);
}

size_t http_server_count(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	size_t count = s->count;
	pthread_mutex_unlock(&s->lock);
	return count;
}

const struct http_server_request *http_server_request(struct http_server *s,
						      size_t index)
{
	threaded_server_need(index < http_server_count(s),
			     "a request that did not come");
	return &s->kept[index].request;
}

unsigned http_server_connections(struct http_server *s)
{
	return threaded_server_connections(s->sockets);
}

static void wake(struct http_server *s, bool *why)
{
	pthread_mutex_lock(&s->lock);
	*why = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

void http_server_release(struct http_server *s)
{
	wake(s, &s->released);
}

void http_server_stop(struct http_server *s)
{
	if (!s)
		return;
	wake(s, &s->stopping);
	threaded_server_stop(s->sockets);
	for (size_t i = 0; i < s->count; i++)
		drop(&s->kept[i]);
	SSL_CTX_free(s->tls);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
