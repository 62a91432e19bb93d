#include "tests/support/connect_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/base/base64.h"
#include "tests/support/threaded_server.h"

enum { HEAD_SIZE = 8192, TARGET_SIZE = 512 };

struct connect_proxy {
	struct connect_proxy_settings settings;
	struct threaded_server *sockets;

	pthread_mutex_t lock;
	unsigned granted;         /* under lock */
	char target[TARGET_SIZE]; /* under lock */
	char told[TARGET_SIZE];   /* the test's copy */
};

static bool send_all(int to, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = send(to, data, length, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

static bool read_head(int socket, char head[HEAD_SIZE])
{
	memset(head, 0, HEAD_SIZE);
	for (size_t n = 0; n + 1 < HEAD_SIZE; n++) {
		if (recv(socket, head + n, 1, 0) != 1)
			return false;
		if (strstr(head + (n > 3 ? n - 3 : 0), "\r\n\r\n"))
			return true;
	}
	return false;
}

static bool has_login(const char *head, const char *login)
{
	static const char name[] = "\r\nProxy-Authorization: Basic ";
	const char *at = strcasestr(head, name);
	char want[1024];

	if (!login || !at)
		return !login;
	base64_encode(want, login, strlen(login));
	size_t length = base64_encoded_length(strlen(login));
	snprintf(want + length, sizeof want - length, "\r\n");
	return strncmp(at + sizeof name - 1, want, length + 2) == 0;
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_addr = {htonl(INADDR_LOOPBACK)},
		.sin_port = htons(port),
	};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	threaded_server_need(s >= 0, "socket");
	threaded_server_need(connect(s, (struct sockaddr *)&a, sizeof a) == 0,
			     "connect");
	return s;
}

/* Until either side ends. */
static void carry(int a, int b)
{
	struct pollfd p[2] = {{.fd = a, .events = POLLIN},
			      {.fd = b, .events = POLLIN}};
	char data[16 * 1024];

	for (;;) {
		poll(p, 2, -1);
		for (int i = 0; i < 2; i++) {
			if (p[i].revents == 0)
				continue;
			ssize_t n = recv(p[i].fd, data, sizeof data, 0);
			if (n <= 0 || !send_all(p[!i].fd, data, (size_t)n))
				return;
		}
	}
}

static void grant(struct connect_proxy *x, int socket)
{
	static const char yes[] = "HTTP/1.1 200 Connection established\r\n"
				  "X-Served-By: a test\r\n\r\n";
	int to = connect_to(x->settings.to);

	pthread_mutex_lock(&x->lock);
	x->granted++;
	pthread_mutex_unlock(&x->lock);
	if (send_all(socket, yes, sizeof yes - 1))
		carry(socket, to);
	close(to);
}

static void serve(void *arg, int socket)
{
	static const char no_login[] =
		"HTTP/1.1 407 Proxy Authentication Required\r\n"
		"Proxy-Authenticate: Basic realm=\"test\"\r\n"
		"Content-Length: 0\r\n\r\n";
	struct connect_proxy *x = arg;
	char head[HEAD_SIZE], target[TARGET_SIZE], byte;

	if (!read_head(socket, head) ||
	    sscanf(head, "CONNECT %511s HTTP/1.1\r\n", target) != 1)
		return;
	pthread_mutex_lock(&x->lock);
	snprintf(x->target, sizeof x->target, "%s", target);
	pthread_mutex_unlock(&x->lock);
	if (x->settings.silent)
		recv(socket, &byte, 1, 0); /* until it is given up */
	else if (!has_login(head, x->settings.login))
		send_all(socket, no_login, sizeof no_login - 1);
	else if (x->settings.says)
		send_all(socket, x->settings.says, strlen(x->settings.says));
	else
		grant(x, socket);
}

struct connect_proxy *
connect_proxy_start(const struct connect_proxy_settings *settings)
{
	struct connect_proxy *x = calloc(1, sizeof *x);

	threaded_server_need(x != NULL, "calloc");
	x->settings = *settings;
	pthread_mutex_init(&x->lock, NULL);
	x->sockets = threaded_server_start(serve, x);
	return x;
}

uint16_t connect_proxy_port(const struct connect_proxy *x)
{
	return threaded_server_port(x->sockets);
}

unsigned connect_proxy_granted(struct connect_proxy *x)
{
	pthread_mutex_lock(&x->lock);
	unsigned granted = x->granted;
	pthread_mutex_unlock(&x->lock);
	return granted;
}

const char *connect_proxy_target(struct connect_proxy *x)
{
	pthread_mutex_lock(&x->lock);
	memcpy(x->told, x->target, sizeof x->told);
	pthread_mutex_unlock(&x->lock);
	return x->told;
}

void connect_proxy_stop(struct connect_proxy *x)
{
	if (!x)
		return;
	threaded_server_stop(x->sockets);
	pthread_mutex_destroy(&x->lock);
	free(x);
}
