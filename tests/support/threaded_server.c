#include "tests/support/threaded_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
	struct threaded_server *server;
	int socket;
	pthread_t thread;
	struct connection *next;
};

struct threaded_server {
	void (*serve)(void *arg, int socket);
	void *arg;
	int listener;
	uint16_t port;
	pthread_t thread;

	pthread_mutex_t lock;
	struct connection *connections; /* under lock */
	unsigned count;                 /* under lock */
};

void threaded_server_need(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	abort();
}

static void *run_connection(void *arg)
{
	struct connection *c = arg;

	c->server->serve(c->server->arg, c->socket);
	/* closed only after the join, so that the number stays ours */
	shutdown(c->socket, SHUT_RDWR);
	return NULL;
}

static void *run_listener(void *arg)
{
	struct threaded_server *s = arg;
	int socket;

	while ((socket = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct connection *c = calloc(1, sizeof *c);
		threaded_server_need(c != NULL, "calloc");
		c->server = s;
		c->socket = socket;
		pthread_mutex_lock(&s->lock);
		c->next = s->connections;
		s->connections = c;
		s->count++;
		threaded_server_need(pthread_create(&c->thread, NULL,
						    run_connection, c) == 0,
				     "pthread_create");
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

static void listen_on_loopback(struct threaded_server *s)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	socklen_t length = sizeof a;

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	threaded_server_need(s->listener >= 0, "socket");
	threaded_server_need(bind(s->listener, (struct sockaddr *)&a,
				  sizeof a) == 0,
			     "bind");
	threaded_server_need(listen(s->listener, 64) == 0, "listen");
	threaded_server_need(getsockname(s->listener, (struct sockaddr *)&a,
					 &length) == 0,
			     "getsockname");
	s->port = ntohs(a.sin_port);
}

struct threaded_server *
threaded_server_start(void (*serve)(void *arg, int socket), void *arg)
{
	struct threaded_server *s = calloc(1, sizeof *s);
	sigset_t all, before;

	threaded_server_need(s != NULL, "calloc");
	s->serve = serve;
	s->arg = arg;
	pthread_mutex_init(&s->lock, NULL);
	listen_on_loopback(s);
	/* inherited by every thread from here */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	threaded_server_need(pthread_create(&s->thread, NULL, run_listener,
					    s) == 0,
			     "pthread_create");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return s;
}

uint16_t threaded_server_port(const struct threaded_server *s)
{
	return s->port;
}

unsigned threaded_server_connections(struct threaded_server *s)
{
	pthread_mutex_lock(&s->lock);
	unsigned count = s->count;
	pthread_mutex_unlock(&s->lock);
	return count;
}

void threaded_server_stop(struct threaded_server *s)
{
	if (!s)
		return;
	shutdown(s->listener, SHUT_RDWR); /* accept() returns */
	pthread_join(s->thread, NULL);
	close(s->listener);
	for (struct connection *c = s->connections; c; c = c->next)
		shutdown(c->socket, SHUT_RDWR);
	while (s->connections) {
		struct connection *c = s->connections;
		s->connections = c->next;
		pthread_join(c->thread, NULL);
		close(c->socket);
		free(c);
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}
