/* Real sockets on 127.0.0.1, one loop in one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"
#include "tests/support/certificate.h"

enum { HANG_US = 60 * 1000 * 1000, CONNECT_MS = 20 * 1000 };

/* One end of a connection, and what it has seen. */
struct end {
	struct net *net;
	struct transport *transport;
	struct bytes received;
	int opened, calls, drained, closed; /* calls of received */
	struct problem why;
	bool echoes;            /* writes back what it gets */
	bool finishes_at_close; /* the loop stops when it is closed */
	bool frees_at_opened, frees_at_received, frees_at_closed;
	bool finishes_at_received, pauses_at_received;
	size_t stops_at; /* the loop stops at so many bytes */
};

/* A loop with a server on it. */
struct net {
	struct loop *loop;
	struct acceptor *acceptor;
	struct tls_server *tls_server;
	struct tls_client *tls_client;
	struct timer hang, again;
	struct end client, server;
	int accepted;
	bool frees_at_accept, closes_acceptor, stops_at_accept;
};

static char folder[] = "/tmp/habla-test-XXXXXX";
static char ca_path[64], cert_path[64], key_path[64];

static void on_hang(void *arg)
{
	(void)arg;
	fail_msg("the loop hangs");
}

static void drop(struct end *e)
{
	e->transport = transport_free(e->transport);
	loop_stop(e->net->loop);
}

static void on_opened(void *arg)
{
	struct end *e = arg;

	e->opened++;
	if (e->frees_at_opened)
		drop(e);
	else if (e->stops_at == 0 && !e->finishes_at_close)
		loop_stop(e->net->loop);
}

static void on_received(void *arg, const uint8_t *data, size_t length)
{
	struct end *e = arg;

	e->calls++;
	assert_int_equal(bytes_append(&e->received, data, length), 0);
	if (e->echoes)
		assert_int_equal(transport_write(e->transport, data, length),
				 0);
	if (e->finishes_at_received)
		transport_finish(e->transport);
	if (e->pauses_at_received)
		transport_pause(e->transport, true);
	if (e->frees_at_received)
		drop(e);
	else if (e->stops_at > 0 && e->received.length >= e->stops_at)
		loop_stop(e->net->loop);
}

static void on_drained(void *arg)
{
	struct end *e = arg;

	e->drained++;
	assert_int_equal(transport_queued(e->transport), 0);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct end *e = arg;

	e->closed++;
	e->why = *why;
	if (e->frees_at_closed)
		drop(e);
	if (e->finishes_at_close)
		loop_stop(e->net->loop);
}

static struct transport_listener listener_of(struct end *e)
{
	return (struct transport_listener){
		.opened = on_opened,
		.received = on_received,
		.drained = on_drained,
		.closed = on_closed,
		.arg = e,
	};
}

static void on_accepted(void *arg, struct transport *t)
{
	struct net *n = arg;
	struct transport_listener listener = listener_of(&n->server);

	n->accepted++;
	if (n->closes_acceptor)
		n->acceptor = acceptor_free(n->acceptor);
	if (n->stops_at_accept)
		loop_stop(n->loop);
	if (n->frees_at_accept) {
		transport_free(t);
		return;
	}
	n->server.transport = t;
	transport_listen(t, &listener);
}

static void net_open(struct net *n, bool tls)
{
	struct problem p = {0};

	*n = (struct net){0};
	n->client.net = n->server.net = n;
	bytes_init(&n->client.received, 64 << 20);
	bytes_init(&n->server.received, 64 << 20);
	assert_int_equal(loop_create(&n->loop), 0);
	timer_init(&n->hang, loop_clock(n->loop), on_hang, NULL);
	timer_start(&n->hang, HANG_US);
	if (tls) {
		assert_int_equal(tls_server_create(&n->tls_server, cert_path,
						   key_path, &p),
				 0);
		assert_int_equal(tls_client_create(&n->tls_client, ca_path, &p),
				 0);
	}
	assert_int_equal(acceptor_open(&n->acceptor, n->loop, "127.0.0.1", 0,
				       n->tls_server, on_accepted, n, &p),
			 0);
}

static void net_connect(struct net *n, const char *host, uint16_t port)
{
	struct transport_listener listener = listener_of(&n->client);

	assert_int_equal(transport_connect(&n->client.transport, n->loop, host,
					   port, n->tls_client, CONNECT_MS,
					   &listener),
			 0);
}

static void net_close(struct net *n)
{
	transport_free(n->client.transport);
	transport_free(n->server.transport);
	acceptor_free(n->acceptor);
	timer_stop(&n->hang);
	loop_free(n->loop);
	tls_server_free(n->tls_server);
	tls_client_free(n->tls_client);
	bytes_deinit(&n->client.received);
	bytes_deinit(&n->server.received);
}

/* Connects with the net's own server. */
static void net_meet(struct net *n)
{
	net_connect(n, "127.0.0.1", acceptor_port(n->acceptor));
	loop_run(n->loop);
	assert_int_equal(n->client.opened, 1);
}

static void assert_says(const struct end *e, int code, const char *words)
{
	if (e->why.code != code || !strstr(e->why.text, words))
		fail_msg("wanted %s \"%s\", got %s \"%s\"", problem_name(code),
			 words, problem_name(e->why.code), e->why.text);
	assert_int_equal(e->closed, 1);
	assert_int_equal(e->opened, 0);
}

/* --- tests --- */

static void echo(bool tls)
{
	static const char text[] = "a few words there and back";
	struct net n;

	net_open(&n, tls);
	n.server.echoes = true;
	net_meet(&n);
	n.client.stops_at = sizeof text;
	assert_int_equal(transport_write(n.client.transport, text, sizeof text),
			 0);
	loop_run(n.loop);
	assert_string_equal(bytes_text(&n.client.received), text);
	assert_int_equal(n.accepted, 1);
	assert_int_equal(n.server.opened, 0);
	net_close(&n);
}

static void clear_text_goes_there_and_back(void **state)
{
	(void)state;
	echo(false);
}

static void tls_goes_there_and_back(void **state)
{
	(void)state;
	echo(true);
}

static void a_peer_has_a_name(void **state)
{
	struct net n;
	char name[32];

	(void)state;
	net_open(&n, false);
	n.client.finishes_at_close = true; /* does not stop at opened */
	n.stops_at_accept = true;
	net_connect(&n, "127.0.0.1", acceptor_port(n.acceptor));
	loop_run(n.loop);
	snprintf(name, sizeof name, "127.0.0.1:%u",
		 (unsigned)acceptor_port(n.acceptor));
	assert_string_equal(transport_peer(n.client.transport), name);
	assert_true(
		text_starts(transport_peer(n.server.transport), "127.0.0.1:"));
	net_close(&n);
}

static void
a_name_is_looked_up_and_checked_against_the_certificate(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, true);
	net_connect(&n, "localhost", acceptor_port(n.acceptor));
	loop_run(n.loop);
	assert_int_equal(n.client.opened, 1);
	net_close(&n);
}

static void connect_and_fail(struct net *n, const char *host, uint16_t port)
{
	n->client.finishes_at_close = true;
	net_connect(n, host, port);
	loop_run(n->loop);
}

static void a_refused_port_is_told_with_its_address(void **state)
{
	struct net n;
	char words[64];

	(void)state;
	net_open(&n, false);
	uint16_t port = acceptor_port(n.acceptor);
	n.acceptor = acceptor_free(n.acceptor);
	connect_and_fail(&n, "127.0.0.1", port);
	snprintf(words, sizeof words, "127.0.0.1:%u: connection refused;",
		 (unsigned)port);
	assert_says(&n.client, PROBLEM_CONNECT, words);
	net_close(&n);
}

static void an_unknown_name_is_told(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, false);
	/* blanks: refused by the resolver itself, no name server is asked */
	connect_and_fail(&n, "no such name", 80);
	assert_says(&n.client, PROBLEM_CONNECT,
		    "no such name:80: no such host; check the name");
	net_close(&n);
}

static void an_untrusted_certificate_is_refused(void **state)
{
	struct net n;
	struct problem p;

	(void)state;
	net_open(&n, true);
	tls_client_free(n.tls_client);
	assert_int_equal(tls_client_create(&n.tls_client, NULL, &p), 0);
	connect_and_fail(&n, "127.0.0.1", acceptor_port(n.acceptor));
	assert_says(&n.client, PROBLEM_TLS, "is not trusted (");
	assert_int_equal(n.accepted, 0);
	net_close(&n);
}

static void a_certificate_for_another_name_is_refused(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, true);
	/* an address of this computer that is not in the certificate */
	acceptor_free(n.acceptor);
	struct problem p;
	assert_int_equal(acceptor_open(&n.acceptor, n.loop, "127.0.0.2", 0,
				       n.tls_server, on_accepted, &n, &p),
			 0);
	connect_and_fail(&n, "127.0.0.2", acceptor_port(n.acceptor));
	assert_says(&n.client, PROBLEM_TLS, "is for another host name");
	net_close(&n);
}

static void certificate_of_other_days(int from, int to, const char *words)
{
	struct problem p;
	struct net n;

	certificate_write(cert_path, key_path, "IP:127.0.0.1", from, to);
	unlink(ca_path);
	assert_int_equal(link(cert_path, ca_path), 0);
	net_open(&n, true);
	connect_and_fail(&n, "127.0.0.1", acceptor_port(n.acceptor));
	assert_says(&n.client, PROBLEM_TLS, words);
	net_close(&n);
	assert_int_equal(tls_make_local(ca_path, cert_path, key_path, &p), 0);
}

static void an_expired_certificate_is_refused(void **state)
{
	(void)state;
	certificate_of_other_days(-20, -10, "certificate has expired;");
}

static void a_certificate_of_the_future_is_refused(void **state)
{
	(void)state;
	certificate_of_other_days(10, 20, "is not valid yet;");
}

static void a_server_without_tls_is_told_apart(void **state)
{
	static const char words[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	struct problem p;
	struct net n;

	(void)state;
	net_open(&n, false);
	assert_int_equal(tls_client_create(&n.tls_client, ca_path, &p), 0);
	/* answers the client's hello in clear text */
	n.server.stops_at = 1;
	n.client.finishes_at_close = true;
	net_connect(&n, "127.0.0.1", acceptor_port(n.acceptor));
	loop_run(n.loop);
	transport_write(n.server.transport, words, sizeof words);
	loop_run(n.loop);
	assert_says(&n.client, PROBLEM_TLS, "does not speak TLS there;");
	net_close(&n);
}

/* --- peers that OpenSSL plays, in a thread of its own --- */

struct foreign {
	int socket;
	uint16_t port;
	const char *alpn; /* with its length; NULL: none */
	int max_version;
	pthread_t thread;
};

static int choose_alpn(SSL *ssl, const unsigned char **out,
		       unsigned char *out_length, const unsigned char *in,
		       unsigned in_length, void *arg)
{
	const char *alpn = arg;

	(void)ssl;
	(void)in;
	(void)in_length;
	*out = (const unsigned char *)alpn + 1;
	*out_length = (unsigned char)alpn[0];
	return SSL_TLSEXT_ERR_OK;
}

static int listening_socket(uint16_t *port, int backlog)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t length = sizeof a;
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(s, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(s, backlog), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)&a, &length), 0);
	*port = ntohs(a.sin_port);
	return s;
}

/* OpenSSL writes to a peer that may have gone; in the loop's thread that is
 * for loop_run() to survive. */
static void ignore_broken_pipe(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void *serve_once(void *arg)
{
	struct foreign *f = arg;
	ignore_broken_pipe();
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	char c;

	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_use_certificate_chain_file(context, cert_path);
	SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM);
	if (f->max_version)
		SSL_CTX_set_max_proto_version(context, f->max_version);
	if (f->alpn)
		SSL_CTX_set_alpn_select_cb(context, choose_alpn,
					   (void *)f->alpn);
	int s = accept(f->socket, NULL, NULL);
	SSL *ssl = SSL_new(context);
	SSL_set_fd(ssl, s);
	if (SSL_accept(ssl) == 1)
		SSL_read(ssl, &c, 1);
	SSL_free(ssl);
	SSL_CTX_free(context);
	close(s);
	return NULL;
}

static void meet_foreign_server(struct foreign *f, const char *words)
{
	struct net n;

	f->socket = listening_socket(&f->port, 1);
	pthread_create(&f->thread, NULL, serve_once, f);
	net_open(&n, true);
	connect_and_fail(&n, "127.0.0.1", f->port);
	pthread_join(f->thread, NULL);
	close(f->socket);
	assert_says(&n.client, PROBLEM_TLS, words);
	net_close(&n);
}

static void a_server_without_alpn_is_refused(void **state)
{
	struct foreign f = {0};

	(void)state;
	meet_foreign_server(&f, "the server does not speak HTTP/2");
}

static void a_server_that_chooses_another_protocol_is_refused(void **state)
{
	struct foreign f = {.alpn = "\x08http/1.1"};

	(void)state;
	/* newer OpenSSL refuses it before we do, by another name */
	meet_foreign_server(&f, "; check the address and the port");
}

static void a_server_with_old_tls_is_refused(void **state)
{
	struct foreign f = {.max_version = TLS1_1_VERSION};

	(void)state;
	meet_foreign_server(&f, "has no TLS 1.2 or newer;");
}

static void *connect_without_h2(void *arg)
{
	struct foreign *f = arg;
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons(f->port)};
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	char c;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	connect(s, (struct sockaddr *)&a, sizeof a);
	SSL *ssl = SSL_new(context);
	SSL_set_fd(ssl, s);
	if (f->alpn)
		SSL_set_alpn_protos(ssl, (const unsigned char *)f->alpn,
				    (unsigned)strlen(f->alpn));
	if (SSL_connect(ssl) == 1)
		SSL_read(ssl, &c, 1); /* until the server hangs up */
	SSL_free(ssl);
	SSL_CTX_free(context);
	close(s);
	return NULL;
}

struct foreign_client {
	struct foreign foreign;
	struct net *net;
};

static void *connect_then_stop(void *arg)
{
	struct foreign_client *c = arg;

	ignore_broken_pipe();
	connect_without_h2(&c->foreign);
	loop_stop(c->net->loop);
	return NULL;
}

static void a_client_without_h2_is_never_accepted(void **state)
{
	static const char *const offers[] = {NULL, "\x08http/1.1"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct net n;
		net_open(&n, true);
		struct foreign_client c = {.net = &n};
		c.foreign.alpn = offers[i];
		c.foreign.port = acceptor_port(n.acceptor);
		pthread_create(&c.foreign.thread, NULL, connect_then_stop, &c);
		loop_run(n.loop);
		pthread_join(c.foreign.thread, NULL);
		assert_int_equal(n.accepted, 0);
		net_close(&n);
	}
}

/* --- slow, silent and broken peers --- */

static void a_handshake_without_an_answer_times_out(void **state)
{
	struct transport_listener listener;
	struct net n;
	uint16_t port;

	(void)state;
	net_open(&n, true);
	/* the kernel answers for a socket that nobody accepts from */
	int s = listening_socket(&port, 4);
	listener = listener_of(&n.client);
	n.client.finishes_at_close = true;
	assert_int_equal(transport_connect(&n.client.transport, n.loop,
					   "127.0.0.1", port, n.tls_client, 30,
					   &listener),
			 0);
	loop_run(n.loop);
	assert_says(&n.client, PROBLEM_TIMEOUT, "not done within 30 ms;");
	close(s);
	net_close(&n);
}

static void a_connection_without_an_answer_times_out(void **state)
{
	struct transport_listener listener;
	struct net n;
	uint16_t port;
	int fillers[4];
	struct sockaddr_in a = {.sin_family = AF_INET};

	(void)state;
	net_open(&n, false);
	/* with its backlog full, Linux drops what else wants to connect */
	int s = listening_socket(&port, 0);
	a.sin_port = htons(port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < 4; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fillers[i], (struct sockaddr *)&a, sizeof a);
	}
	listener = listener_of(&n.client);
	n.client.finishes_at_close = true;
	assert_int_equal(transport_connect(&n.client.transport, n.loop,
					   "127.0.0.1", port, NULL, 30,
					   &listener),
			 0);
	loop_run(n.loop);
	assert_says(&n.client, PROBLEM_TIMEOUT, "no answer within 30 ms;");
	for (int i = 0; i < 4; i++)
		close(fillers[i]);
	close(s);
	net_close(&n);
}

enum { MUCH = 10 * 1024 * 1024 };

static void much_for_a_slow_reader(bool tls)
{
	struct net n;
	uint8_t *data = malloc(MUCH);

	for (size_t i = 0; i < MUCH; i++)
		data[i] = (uint8_t)(i * 31 >> 3);
	net_open(&n, tls);
	net_meet(&n);
	while (n.accepted == 0) {
		n.stops_at_accept = true;
		loop_run(n.loop);
	}
	transport_pause(n.server.transport, true);
	assert_int_equal(transport_write(n.client.transport, data, MUCH), 0);
	/* the kernel's buffers take a part, the rest waits here */
	assert_in_range(transport_queued(n.client.transport), 1, MUCH * 2);
	assert_int_equal(n.client.drained, 0);
	transport_pause(n.server.transport, false);
	n.server.stops_at = MUCH;
	loop_run(n.loop);
	assert_int_equal(n.server.received.length, MUCH);
	assert_memory_equal(n.server.received.data, data, MUCH);
	assert_int_equal(n.client.drained, 1);
	assert_int_equal(transport_queued(n.client.transport), 0);
	free(data);
	net_close(&n);
}

static void ten_megabytes_wait_for_a_slow_reader(void **state)
{
	(void)state;
	much_for_a_slow_reader(false);
}

static void ten_megabytes_wait_for_a_slow_reader_over_tls(void **state)
{
	(void)state;
	much_for_a_slow_reader(true);
}

static void stop_loop(void *arg)
{
	loop_stop(arg);
}

static void a_paused_end_gets_nothing_more_until_it_goes_on(bool tls)
{
	/* more than one record and more than one read */
	static const char data[200 * 1024];
	struct timer quiet;
	struct net n;

	net_open(&n, tls);
	net_meet(&n);
	n.server.stops_at = 1;
	n.server.pauses_at_received = true;
	transport_write(n.client.transport, data, sizeof data);
	loop_run(n.loop);
	size_t first = n.server.received.length;
	timer_init(&quiet, loop_clock(n.loop), stop_loop, n.loop);
	timer_start(&quiet, 20 * 1000);
	loop_run(n.loop);
	assert_int_equal(n.server.received.length, first);
	assert_int_equal(n.server.calls, 1);
	n.server.pauses_at_received = false;
	n.server.stops_at = sizeof data;
	transport_pause(n.server.transport, false);
	loop_run(n.loop);
	assert_int_equal(n.server.received.length, sizeof data);
	net_close(&n);
}

static void pause_holds_clear_text_back(void **state)
{
	(void)state;
	a_paused_end_gets_nothing_more_until_it_goes_on(false);
}

static void pause_holds_tls_back(void **state)
{
	(void)state;
	a_paused_end_gets_nothing_more_until_it_goes_on(true);
}

static void half_close(bool tls)
{
	struct net n;

	net_open(&n, tls);
	n.server.echoes = true;
	n.server.finishes_at_received = true;
	net_meet(&n);
	n.client.finishes_at_close = true;
	assert_int_equal(transport_write(n.client.transport, "last", 4), 0);
	transport_finish(n.client.transport);
	assert_int_equal(transport_write(n.client.transport, "x", 1),
			 PROBLEM_CLOSED);
	loop_run(n.loop);
	assert_int_equal(n.client.closed, 1);
	assert_int_equal(n.client.why.code, 0);
	assert_string_equal(bytes_text(&n.client.received), "last");
	assert_int_equal(n.server.closed, 1);
	assert_int_equal(n.server.why.code, 0);
	net_close(&n);
}

static void an_end_that_has_finished_still_reads(void **state)
{
	(void)state;
	half_close(false);
}

static void an_end_that_has_finished_still_reads_tls(void **state)
{
	(void)state;
	half_close(true);
}

static void answer_much(void *arg, const uint8_t *data, size_t length)
{
	static const uint8_t answer[MUCH];
	struct end *e = arg;

	(void)data;
	(void)length;
	assert_int_equal(transport_write(e->transport, answer, MUCH), 0);
	transport_finish(e->transport);
}

static void a_long_answer_outlives_the_end_of_the_question(void **state)
{
	(void)state;
	for (int tls = 0; tls < 2; tls++) {
		struct net n;
		struct transport_listener listener;
		net_open(&n, tls);
		n.stops_at_accept = true;
		net_meet(&n);
		while (n.accepted == 0)
			loop_run(n.loop);
		listener = listener_of(&n.server);
		listener.received = answer_much;
		transport_listen(n.server.transport, &listener);
		n.client.finishes_at_close = true;
		transport_write(n.client.transport, "?", 1);
		transport_finish(n.client.transport);
		loop_run(n.loop);
		assert_int_equal(n.client.received.length, MUCH);
		assert_int_equal(n.client.why.code, 0);
		assert_int_equal(n.server.closed, 1);
		assert_int_equal(n.server.why.code, 0);
		net_close(&n);
	}
}

static void a_server_that_frees_ends_the_client(bool tls)
{
	struct net n;

	net_open(&n, tls);
	n.frees_at_accept = true;
	n.client.finishes_at_close = true;
	n.client.frees_at_closed = true;
	net_connect(&n, "127.0.0.1", acceptor_port(n.acceptor));
	loop_run(n.loop);
	assert_int_equal(n.client.closed, 1);
	assert_int_equal(n.client.why.code, 0);
	assert_null(n.client.transport);
	net_close(&n);
}

static void a_transport_may_be_freed_inside_accepted_and_closed(void **state)
{
	(void)state;
	a_server_that_frees_ends_the_client(false);
	a_server_that_frees_ends_the_client(true);
}

static void a_transport_may_be_freed_inside_opened(void **state)
{
	(void)state;
	for (int tls = 0; tls < 2; tls++) {
		struct net n;
		net_open(&n, tls);
		n.client.frees_at_opened = true;
		net_connect(&n, "127.0.0.1", acceptor_port(n.acceptor));
		loop_run(n.loop);
		assert_int_equal(n.client.opened, 1);
		assert_int_equal(n.client.closed, 0);
		net_close(&n);
	}
}

static void a_transport_may_be_freed_inside_received(void **state)
{
	static const char data[100 * 1024];

	(void)state;
	for (int tls = 0; tls < 2; tls++) {
		struct net n;
		net_open(&n, tls);
		net_meet(&n);
		n.server.frees_at_received = true;
		transport_write(n.client.transport, data, sizeof data);
		loop_run(n.loop);
		assert_null(n.server.transport);
		assert_int_equal(n.server.calls, 1);
		assert_int_equal(n.server.closed, 0);
		net_close(&n);
	}
}

static void an_acceptor_may_be_freed_inside_accepted(void **state)
{
	(void)state;
	for (int tls = 0; tls < 2; tls++) {
		struct net n;
		net_open(&n, tls);
		n.closes_acceptor = true;
		n.server.echoes = true;
		net_meet(&n);
		n.client.stops_at = 2;
		transport_write(n.client.transport, "ok", 2);
		loop_run(n.loop);
		assert_null(n.acceptor);
		assert_int_equal(n.client.received.length, 2);
		net_close(&n);
	}
}

static void a_transport_may_be_freed_before_it_is_connected(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, true);
	net_connect(&n, "localhost", acceptor_port(n.acceptor));
	n.client.transport = transport_free(n.client.transport);
	net_close(&n);
	assert_int_equal(n.client.closed, 0);
}

static void open_handshakes_end_with_their_acceptor(void **state)
{
	struct net n;
	struct sockaddr_in a = {.sin_family = AF_INET};
	struct timer quiet;

	(void)state;
	net_open(&n, true);
	a.sin_port = htons(acceptor_port(n.acceptor));
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(s, (struct sockaddr *)&a, sizeof a), 0);
	timer_init(&quiet, loop_clock(n.loop), stop_loop, n.loop);
	timer_start(&quiet, 10 * 1000);
	loop_run(n.loop); /* the leak checker sees what stays */
	assert_int_equal(n.accepted, 0);
	net_close(&n);
	close(s);
}

static void a_reset_in_the_middle_is_told_as_closed(void **state)
{
	struct linger at_once = {.l_onoff = 1};
	struct net n;
	uint16_t port;

	(void)state;
	net_open(&n, false);
	int s = listening_socket(&port, 4);
	net_connect(&n, "127.0.0.1", port);
	loop_run(n.loop);
	int peer = accept(s, NULL, NULL);
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(peer);
	n.client.finishes_at_close = true;
	loop_run(n.loop);
	assert_int_equal(n.client.closed, 1);
	assert_int_equal(n.client.why.code, PROBLEM_CLOSED);
	assert_int_equal(transport_write(n.client.transport, "x", 1),
			 PROBLEM_CLOSED);
	close(s);
	net_close(&n);
}

static void write_again(void *arg)
{
	struct net *n = arg;

	if (n->client.closed > 0)
		return;
	transport_write(n->client.transport, "x", 1);
	timer_start(&n->again, 1000);
}

/* It ends the program, where the signal of a broken pipe is not held off. */
static void a_write_to_a_peer_that_has_gone_closes(bool frees_at_closed)
{
	struct net n;

	net_open(&n, false);
	n.frees_at_accept = true;
	net_meet(&n);
	transport_pause(n.client.transport, true); /* does not see the end */
	n.client.finishes_at_close = true;
	n.client.frees_at_closed = frees_at_closed;
	timer_init(&n.again, loop_clock(n.loop), write_again, &n);
	timer_start(&n.again, 1000);
	loop_run(n.loop);
	timer_stop(&n.again);
	assert_int_equal(n.client.closed, 1);
	assert_int_equal(n.client.why.code, PROBLEM_CLOSED);
	net_close(&n);
}

static void writing_to_a_peer_that_has_gone_closes(void **state)
{
	(void)state;
	a_write_to_a_peer_that_has_gone_closes(false);
	a_write_to_a_peer_that_has_gone_closes(true);
}

static void writing_before_it_is_open_is_refused(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, false);
	net_connect(&n, "127.0.0.1", acceptor_port(n.acceptor));
	assert_int_equal(transport_write(n.client.transport, "x", 1),
			 PROBLEM_ORDER);
	net_close(&n);
}

static void a_port_in_use_is_told_with_the_way_out(void **state)
{
	struct acceptor *second = NULL;
	struct problem p = {0};
	struct net n;
	char words[96];

	(void)state;
	net_open(&n, false);
	uint16_t port = acceptor_port(n.acceptor);
	assert_int_equal(acceptor_open(&second, n.loop, "127.0.0.1", port, NULL,
				       on_accepted, &n, &p),
			 PROBLEM_BUSY);
	snprintf(words, sizeof words,
		 "port %u on 127.0.0.1 is in use; choose another with --port",
		 (unsigned)port);
	assert_string_equal(p.text, words);
	assert_null(second);
	assert_int_equal(acceptor_open(&second, n.loop, "one.two", port, NULL,
				       on_accepted, &n, &p),
			 PROBLEM_USAGE);
	assert_int_equal(acceptor_open(&second, n.loop, "192.0.2.1", 0, NULL,
				       on_accepted, &n, &p),
			 PROBLEM_USAGE);
	net_close(&n);
}

static void the_key_file_is_for_its_owner_alone(void **state)
{
	struct stat status;
	struct problem p = {0};

	(void)state;
	chmod(key_path, 0644);
	assert_int_equal(tls_make_local(ca_path, cert_path, key_path, &p), 0);
	assert_int_equal(stat(key_path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(tls_make_local("/nowhere/ca", "/nowhere/cert",
					"/nowhere/key", &p),
			 PROBLEM_FILE);
	assert_string_equal(p.text, "/nowhere/key: No such file or directory; "
				    "choose another folder");
}

static void wrong_certificate_files_are_told(void **state)
{
	struct tls_client *client = NULL;
	struct tls_server *server = NULL;
	struct problem p = {0};
	char other[96], other_key[96];

	(void)state;
	assert_int_equal(tls_client_create(&client, "/nowhere/ca.pem", &p),
			 PROBLEM_FILE);
	assert_int_equal(tls_client_create(&client, key_path, &p), PROBLEM_TLS);
	assert_non_null(strstr(p.text, "holds no certificate"));
	assert_int_equal(tls_server_create(&server, key_path, key_path, &p),
			 PROBLEM_TLS);
	assert_int_equal(tls_server_create(&server, cert_path, cert_path, &p),
			 PROBLEM_TLS);
	assert_non_null(strstr(p.text, "holds no private key"));
	snprintf(other, sizeof other, "%s/other", folder);
	snprintf(other_key, sizeof other_key, "%s/other.key", folder);
	assert_int_equal(tls_make_local(other, other, other_key, &p), 0);
	assert_int_equal(tls_server_create(&server, cert_path, other_key, &p),
			 PROBLEM_TLS);
	assert_non_null(strstr(p.text, "is not the key of"));
	unlink(other);
	unlink(other_key);
	assert_null(client);
	assert_null(server);
}

static int make_files(void **state)
{
	struct problem p;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(ca_path, sizeof ca_path, "%s/ca.pem", folder);
	snprintf(cert_path, sizeof cert_path, "%s/cert.pem", folder);
	snprintf(key_path, sizeof key_path, "%s/key.pem", folder);
	return tls_make_local(ca_path, cert_path, key_path, &p);
}

static int remove_files(void **state)
{
	(void)state;
	unlink(ca_path);
	unlink(cert_path);
	unlink(key_path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clear_text_goes_there_and_back),
		cmocka_unit_test(tls_goes_there_and_back),
		cmocka_unit_test(a_peer_has_a_name),
		cmocka_unit_test(
			a_name_is_looked_up_and_checked_against_the_certificate),
		cmocka_unit_test(a_refused_port_is_told_with_its_address),
		cmocka_unit_test(an_unknown_name_is_told),
		cmocka_unit_test(an_untrusted_certificate_is_refused),
		cmocka_unit_test(a_certificate_for_another_name_is_refused),
		cmocka_unit_test(an_expired_certificate_is_refused),
		cmocka_unit_test(a_certificate_of_the_future_is_refused),
		cmocka_unit_test(a_server_without_tls_is_told_apart),
		cmocka_unit_test(a_server_without_alpn_is_refused),
		cmocka_unit_test(
			a_server_that_chooses_another_protocol_is_refused),
		cmocka_unit_test(a_server_with_old_tls_is_refused),
		cmocka_unit_test(a_client_without_h2_is_never_accepted),
		cmocka_unit_test(a_handshake_without_an_answer_times_out),
		cmocka_unit_test(a_connection_without_an_answer_times_out),
		cmocka_unit_test(ten_megabytes_wait_for_a_slow_reader),
		cmocka_unit_test(ten_megabytes_wait_for_a_slow_reader_over_tls),
		cmocka_unit_test(pause_holds_clear_text_back),
		cmocka_unit_test(pause_holds_tls_back),
		cmocka_unit_test(an_end_that_has_finished_still_reads),
		cmocka_unit_test(an_end_that_has_finished_still_reads_tls),
		cmocka_unit_test(
			a_long_answer_outlives_the_end_of_the_question),
		cmocka_unit_test(
			a_transport_may_be_freed_inside_accepted_and_closed),
		cmocka_unit_test(a_transport_may_be_freed_inside_opened),
		cmocka_unit_test(a_transport_may_be_freed_inside_received),
		cmocka_unit_test(an_acceptor_may_be_freed_inside_accepted),
		cmocka_unit_test(
			a_transport_may_be_freed_before_it_is_connected),
		cmocka_unit_test(open_handshakes_end_with_their_acceptor),
		cmocka_unit_test(a_reset_in_the_middle_is_told_as_closed),
		cmocka_unit_test(writing_to_a_peer_that_has_gone_closes),
		cmocka_unit_test(writing_before_it_is_open_is_refused),
		cmocka_unit_test(a_port_in_use_is_told_with_the_way_out),
		cmocka_unit_test(the_key_file_is_for_its_owner_alone),
		cmocka_unit_test(wrong_certificate_files_are_told),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
