#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/sha.h>

#include "net/base/base64.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/relay/protocol.h"
#include "tests/bench/bench.h"

enum {
	IN_BYTES_MOST = 4 * 1024 * 1024,
	OUT_BYTES_MOST = 1024 * 1024,
	RECEIVE_BYTES = 64 * 1024,
	OPCODE_TEXT = 1,
	OPCODE_CLOSE = 8,
	OPCODE_PING = 9,
	OPCODE_PONG = 10,
	FINAL = 0x80,
	MASKED = 0x80,
};

static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};

static int failed(struct problem *p, const char *what)
{
	return problem_set(p, PROBLEM_CONNECT, "loopback: %s: %s; run again",
			   what, strerror(errno));
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void init(struct wire *w, int fd, bool masks)
{
	const struct timeval limit = {.tv_sec = HANG_MS / 1000};
	int on = 1;

	*w = (struct wire){.fd = fd, .masks = masks};
	bytes_init(&w->in, IN_BYTES_MOST);
	bytes_init(&w->out, OUT_BYTES_MOST);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* --- bytes --- */

static int send_all(struct wire *w, const void *data, size_t length,
		    struct problem *p)
{
	const char *at = data;

	while (length > 0) {
		ssize_t n = send(w->fd, at, length, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return failed(p, "sending");
		if (n > 0) {
			at += n;
			length -= (size_t)n;
		}
	}
	return 0;
}

/* 1 when bytes came, 0 when none came in time. */
static int receive(struct wire *w, uint64_t until_us, struct problem *p)
{
	uint64_t now = clock_now_us(clock_system());
	uint64_t left = until_us > now ? until_us - now : 0;
	struct timespec wait = {(time_t)(left / 1000000),
				(long)(left % 1000000) * 1000};
	struct pollfd fd = {.fd = w->fd, .events = POLLIN};
	int ready = ppoll(&fd, 1, &wait, NULL);

	if (ready <= 0)
		return ready < 0 && errno != EINTR ? failed(p, "waiting") : 0;
	bytes_drop_front(&w->in, w->taken);
	w->taken = 0;
	uint8_t *room = bytes_reserve(&w->in, RECEIVE_BYTES);
	if (!room)
		return problem_set(p, PROBLEM_MEMORY, "no memory to receive");
	ssize_t n = recv(w->fd, room, RECEIVE_BYTES, 0);
	w->read_us = clock_now_us(clock_system());
	if (n < 0)
		return failed(p, "receiving");
	if (n == 0)
		return problem_set(p, PROBLEM_CLOSED,
				   "loopback: the other end has closed");
	w->in.length += (size_t)n;
	return 1;
}

/* --- handshake, RFC 6455 section 4 --- */

/* Waits for the blank line that ends an HTTP head, and takes it. */
static int read_head(struct wire *w, char *head, size_t size, struct problem *p)
{
	uint64_t until = clock_now_us(clock_system()) + HANG_MS * 1000ull;

	for (;;) {
		const char *text = bytes_text(&w->in);
		const char *end = text ? strstr(text, "\r\n\r\n") : NULL;

		if (end) {
			w->taken = (size_t)(end - text) + 4;
			snprintf(head, size, "%.*s", (int)w->taken, text);
			return 0;
		}
		int got = receive(w, until, p);
		if (got == 0)
			return problem_set(p, PROBLEM_TIMEOUT,
					   "loopback: no handshake came");
		if (got < 0)
			return got;
	}
}

static void accept_key(char out[64], const char *key, size_t length)
{
	unsigned char digest[SHA_DIGEST_LENGTH];
	char text[128];

	snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
		 (int)length, key);
	SHA1((const unsigned char *)text, strlen(text), digest);
	base64_encode(out, digest, sizeof digest);
	out[base64_encoded_length(sizeof digest)] = '\0';
}

static int answer_handshake(struct wire *w, struct problem *p)
{
	static const char name[] = "sec-websocket-key:";
	char head[4096], answer[256], key[64];
	int err = read_head(w, head, sizeof head, p);

	if (err)
		return err;
	const char *value = strcasestr(head, name);
	if (!value)
		return problem_set(p, PROBLEM_FORMAT,
				   "loopback: a request without a key");
	value += strlen(name);
	value += strspn(value, " ");
	accept_key(key, value, strcspn(value, " \r"));
	snprintf(answer, sizeof answer,
		 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		 key);
	return send_all(w, answer, strlen(answer), p);
}

int wire_listen(int *fd, uint16_t *port, struct problem *p)
{
	struct sockaddr_in address = loopback(0);
	socklen_t length = sizeof address;
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s < 0)
		return failed(p, "socket");
	if (bind(s, (struct sockaddr *)&address, sizeof address) ||
	    listen(s, 16) ||
	    getsockname(s, (struct sockaddr *)&address, &length)) {
		failed(p, "listening");
		close(s);
		return p->code;
	}
	*fd = s;
	*port = ntohs(address.sin_port);
	return 0;
}

int wire_accept(struct wire *w, int listening, struct problem *p)
{
	struct pollfd fd = {.fd = listening, .events = POLLIN};

	if (poll(&fd, 1, HANG_MS) <= 0)
		return problem_set(p, PROBLEM_TIMEOUT,
				   "loopback: nobody has connected");
	int s = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	if (s < 0)
		return failed(p, "accepting");
	init(w, s, false);
	return answer_handshake(w, p);
}

int wire_connect(struct wire *w, uint16_t port, struct problem *p)
{
	static const char request[] =
		"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	struct sockaddr_in address = loopback(port);
	char head[4096];
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s < 0)
		return failed(p, "socket");
	init(w, s, true);
	if (connect(s, (struct sockaddr *)&address, sizeof address))
		return failed(p, "connecting");
	int err = send_all(w, request, sizeof request - 1, p);
	if (!err)
		err = read_head(w, head, sizeof head, p);
	if (!err && !strstr(head, " 101 "))
		err = problem_set(p, PROBLEM_SERVER,
				  "relay: no WebSocket was opened: %.*s",
				  (int)strcspn(head, "\r"), head);
	return err;
}

/* --- messages --- */

static void add_length(struct bytes *out, size_t length, bool masked)
{
	unsigned flag = masked ? MASKED : 0;

	if (length < 126) {
		bytes_append_u8(out, (uint8_t)(flag | length));
	} else if (length <= UINT16_MAX) {
		bytes_append_u8(out, (uint8_t)(flag | 126));
		bytes_append_be16(out, (uint16_t)length);
	} else {
		bytes_append_u8(out, (uint8_t)(flag | 127));
		bytes_append_be64(out, length);
	}
}

static int send_frame(struct wire *w, unsigned opcode, const uint8_t *data,
		      size_t length, uint64_t *at_us, struct problem *p)
{
	uint8_t *to;

	bytes_clear(&w->out);
	bytes_append_u8(&w->out, (uint8_t)(FINAL | opcode));
	add_length(&w->out, length, w->masks);
	if (w->masks)
		bytes_append(&w->out, mask, sizeof mask);
	to = bytes_reserve(&w->out, length);
	if (!to || w->out.failed)
		return problem_set(p, PROBLEM_MEMORY, "no memory to send");
	for (size_t i = 0; i < length; i++)
		to[i] = w->masks ? data[i] ^ mask[i % 4] : data[i];
	w->out.length += length;
	if (at_us)
		*at_us = clock_now_us(clock_system());
	return send_all(w, w->out.data, w->out.length, p);
}

int wire_send(struct wire *w, const struct relay_message *m, uint64_t *at_us,
	      struct problem *p)
{
	struct bytes json;
	int err;

	bytes_init(&json, OUT_BYTES_MOST);
	err = relay_message_write(&json, m, clock_wall_ms(clock_system()));
	if (err)
		problem_set(p, err, "a message could not be written");
	else
		err = send_frame(w, OPCODE_TEXT, json.data, json.length, at_us,
				 p);
	bytes_deinit(&json);
	return err;
}

/* Takes a whole frame, if there is one: its opcode, or 0. */
static unsigned take_frame(struct wire *w)
{
	uint8_t *at = w->in.data + w->taken;
	size_t have = w->in.length - w->taken, head = 2, length;

	if (have < 2)
		return 0;
	bool masked = at[1] & MASKED;
	size_t wide = (at[1] & 0x7f) == 126 ? 2 : (at[1] & 0x7f) == 127 ? 8 : 0;
	head += wide + (masked ? 4 : 0);
	if (have < head)
		return 0;
	length = wide ? 0 : at[1] & 0x7f;
	for (size_t i = 0; i < wide; i++)
		length = length << 8 | at[2 + i];
	if (have - head < length)
		return 0;
	for (size_t i = 0; masked && i < length; i++)
		at[head + i] ^= at[head - 4 + i % 4];
	w->text = (const char *)at + head;
	w->length = length;
	w->at_us = w->read_us;
	w->taken += head + length;
	return at[0] & 0x0f;
}

int wire_read(struct wire *w, uint64_t until_us, struct problem *p)
{
	for (;;) {
		unsigned opcode = take_frame(w);
		int err = 1;

		if (opcode == OPCODE_TEXT)
			return 1;
		if (opcode == OPCODE_CLOSE)
			return problem_set(p, PROBLEM_CLOSED,
					   "the other end says goodbye");
		if (opcode == OPCODE_PING)
			err = send_frame(w, OPCODE_PONG,
					 (const uint8_t *)w->text, w->length,
					 NULL, p);
		else if (opcode == 0)
			err = receive(w, until_us, p);
		if (err < 0 || (err == 0 && opcode == 0))
			return err;
	}
}

void wire_close(struct wire *w)
{
	if (w->fd > 0)
		close(w->fd);
	bytes_deinit(&w->in);
	bytes_deinit(&w->out);
	*w = (struct wire){0};
}
