#include "net/relay/server/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "net/base/clock.h"
#include "net/base/host.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"

enum {
	BACKLOG = 511,
	AT_A_TIME = 64, /* so that a flood leaves room for live sessions */
	PAUSE_US = 200 * 1000, /* when file descriptors have run out */
};

struct listener {
	uv_poll_t poll;
	struct timer pause;
	int fd;
	bool freed;
	uint16_t port;
	void (*accepted)(void *arg, int fd);
	void *arg;
};

static void on_readable(uv_poll_t *poll, int status, int events);

static void pause_over(void *arg)
{
	struct listener *l = arg;

	uv_poll_start(&l->poll, UV_READABLE, on_readable);
}

/* The connection waits in the backlog, readable for ever: polling on would
 * spin. */
static void pause_accepting(struct listener *l)
{
	log_warn("relay", "no file descriptor for a new connection");
	uv_poll_stop(&l->poll);
	timer_start(&l->pause, PAUSE_US);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct listener *l = poll->data;
	const int on = 1;

	(void)status;
	(void)events;
	for (int i = 0; i < AT_A_TIME && !l->freed; i++) {
		int fd = accept4(l->fd, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE)
				pause_accepting(l);
			if (errno != EINTR && errno != ECONNABORTED)
				return;
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		l->accepted(l->arg, fd);
	}
}

static int to_address(struct sockaddr_storage *out, socklen_t *length,
		      const char *text, uint16_t port, struct problem *p)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;

	if (!text || text_equal_fold(text, "localhost"))
		text = "127.0.0.1";
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		*length = sizeof *four;
	} else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		*length = sizeof *six;
	} else {
		return problem_set(p, PROBLEM_USAGE,
				   "--listen %s: not an address; use 127.0.0.1 "
				   "or ::1",
				   text);
	}
	if (!host_address_is_loopback(text))
		return problem_set(p, PROBLEM_USAGE,
				   "--listen %s: refused until authentication "
				   "exists; use 127.0.0.1 or ::1 (behind a "
				   "proxy that checks who comes)",
				   text);
	return 0;
}

static int bind_problem(struct problem *p, int error, const char *address,
			uint16_t port)
{
	const char *name = address ? address : "127.0.0.1";

	if (error == EADDRINUSE)
		return problem_set(p, PROBLEM_BUSY,
				   "port %u on %s: in use by another program; "
				   "stop it or choose another with --port",
				   port, name);
	if (error == EACCES)
		return problem_set(p, PROBLEM_DENIED,
				   "port %u on %s: not permitted; choose one "
				   "above 1023 with --port",
				   port, name);
	return problem_set(p, PROBLEM_CONNECT,
			   "port %u on %s: %s; choose another address with "
			   "--listen",
			   port, name, strerror(error));
}

static int open_socket(int *out, const struct sockaddr_storage *address,
		       socklen_t length)
{
	const int on = 1;
	int fd = socket(address->ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (const struct sockaddr *)address, length) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		int error = errno;
		close(fd);
		return error;
	}
	*out = fd;
	return 0;
}

static uint16_t bound_port(int fd)
{
	union {
		struct sockaddr_storage any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} s = {0};
	socklen_t length = sizeof s;

	getsockname(fd, (struct sockaddr *)&s, &length);
	return ntohs(s.any.ss_family == AF_INET6 ? s.six.sin6_port
						 : s.four.sin_port);
}

int listener_open(struct listener **out, struct loop *loop, const char *address,
		  uint16_t port, void (*accepted)(void *arg, int fd), void *arg,
		  struct problem *p)
{
	struct sockaddr_storage to;
	socklen_t length = 0;
	int fd = -1;
	int err = to_address(&to, &length, address, port, p);

	if (err)
		return err;
	struct listener *l = calloc(1, sizeof *l);
	if (!l)
		return problem_set(p, PROBLEM_MEMORY, "relay: out of memory");
	int error = open_socket(&fd, &to, length);
	if (error) {
		free(l);
		return bind_problem(p, error, address, port);
	}
	if (uv_poll_init(loop_uv(loop), &l->poll, fd) != 0) {
		close(fd);
		free(l);
		return bind_problem(p, EMFILE, address, port);
	}
	l->fd = fd;
	l->port = bound_port(fd);
	l->accepted = accepted;
	l->arg = arg;
	l->poll.data = l;
	timer_init(&l->pause, loop_clock(loop), pause_over, l);
	uv_poll_start(&l->poll, UV_READABLE, on_readable);
	*out = l;
	return 0;
}

uint16_t listener_port(const struct listener *l)
{
	return l->port;
}

static void poll_closed(uv_handle_t *handle)
{
	free(handle->data);
}

struct listener *listener_free(struct listener *l)
{
	if (!l)
		return NULL;
	l->freed = true;
	timer_stop(&l->pause);
	uv_poll_stop(&l->poll);
	close(l->fd);
	uv_close((uv_handle_t *)&l->poll, poll_closed);
	return NULL;
}
