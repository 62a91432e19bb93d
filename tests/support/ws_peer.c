#include "tests/support/ws_peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <openssl/sha.h>

#include "net/base/base64.h"

enum { HANG_MS = 30000, HEAD_SIZE = 8192 };

/* --- bytes --- */

static void write_all(int fd, const void *data, size_t n)
{
	const char *at = data;

	while (n > 0) {
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* the reader will find out */
		at += done;
		n -= (size_t)done;
	}
}

static bool read_all(int fd, void *data, size_t n)
{
	char *at = data;

	while (n > 0) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (poll(&p, 1, HANG_MS) != 1)
			return false;
		ssize_t got = recv(fd, at, n, 0);
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* Up to and with the blank line; byte by byte, so that no frame is taken. */
static bool read_head(int fd, char head[HEAD_SIZE])
{
	size_t n = 0;

	while (n < HEAD_SIZE - 1) {
		if (!read_all(fd, head + n, 1))
			return false;
		head[++n] = '\0';
		if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

/* --- client --- */

int ws_connect(struct ws_peer *c, uint16_t port, const char *path,
	       const char *origin)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(port)};
	char head[HEAD_SIZE], origin_line[512] = "";

	memset(c, 0, sizeof *c);
	c->masks = true;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(c->fd >= 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
	if (origin)
		snprintf(origin_line, sizeof origin_line, "Origin: %s\r\n",
			 origin);
	snprintf(head, sizeof head,
		 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		 "Upgrade: websocket\r\nConnection: Upgrade\r\n%s"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		 "Sec-WebSocket-Version: 13\r\n\r\n",
		 path ? path : "/", port, origin_line);
	write_all(c->fd, head, strlen(head));
	if (!read_head(c->fd, head))
		return c->status = 0;
	c->status = atoi(head + strlen("HTTP/1.1 "));
	/* RFC 6455 section 1.3 has the answer to this key */
	if (c->status == 101)
		assert_non_null(strstr(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
	return c->status;
}

void ws_disconnect(struct ws_peer *c, bool hard)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (hard)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once,
			   sizeof at_once);
	close(c->fd);
	free(c->text);
	c->fd = -1;
	c->text = NULL;
}

/* --- frames --- */

void ws_send(struct ws_peer *c, int opcode, bool final, const void *data,
	     size_t n)
{
	static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
	uint8_t *frame = malloc(n + 14);
	size_t at = 0;

	assert_non_null(frame);
	frame[at++] = (uint8_t)((final ? 0x80 : 0) | opcode);
	uint8_t masked = c->masks ? 0x80 : 0;
	if (n < 126) {
		frame[at++] = (uint8_t)(masked | n);
	} else if (n < 65536) {
		frame[at++] = masked | 126;
		frame[at++] = (uint8_t)(n >> 8);
		frame[at++] = (uint8_t)n;
	} else {
		frame[at++] = masked | 127;
		for (int shift = 56; shift >= 0; shift -= 8)
			frame[at++] = (uint8_t)((uint64_t)n >> shift);
	}
	if (c->masks) {
		memcpy(frame + at, mask, 4);
		at += 4;
	}
	for (size_t i = 0; i < n; i++)
		frame[at + i] = (uint8_t)(((const uint8_t *)data)[i] ^
					  (c->masks ? mask[i % 4] : 0));
	write_all(c->fd, frame, at + n);
	free(frame);
}

void ws_say(struct ws_peer *c, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	int n = vasprintf(&text, format, args);
	va_end(args);
	assert_true(n >= 0);
	ws_send(c, WS_TEXT, true, text, (size_t)n);
	free(text);
}

void ws_close(struct ws_peer *c, int code)
{
	const uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};

	ws_send(c, WS_CLOSE, true, payload, sizeof payload);
}

struct frame {
	bool final;
	int opcode;
	uint8_t *data;
	size_t n;
};

static bool read_frame(struct ws_peer *c, struct frame *f)
{
	uint8_t head[2], more[8], mask[4] = {0};

	if (!read_all(c->fd, head, 2))
		return false;
	f->final = head[0] & 0x80;
	f->opcode = head[0] & 0x0f;
	f->n = head[1] & 0x7f;
	assert_int_equal(head[0] & 0x70, 0); /* no extension was agreed */
	assert_int_equal(!!(head[1] & 0x80), !c->masks);
	int wide = f->n == 126 ? 2 : f->n == 127 ? 8 : 0;
	if (wide) {
		if (!read_all(c->fd, more, (size_t)wide))
			return false;
		f->n = 0;
		for (int i = 0; i < wide; i++)
			f->n = f->n << 8 | more[i];
	}
	if ((head[1] & 0x80) && !read_all(c->fd, mask, 4))
		return false;
	f->data = malloc(f->n + 1);
	assert_non_null(f->data);
	if (!read_all(c->fd, f->data, f->n)) {
		free(f->data);
		return false;
	}
	for (size_t i = 0; i < f->n; i++)
		f->data[i] ^= mask[i % 4];
	return true;
}

static void append(struct ws_peer *c, const struct frame *f)
{
	c->text = realloc(c->text, c->length + f->n + 1);
	assert_non_null(c->text);
	memcpy(c->text + c->length, f->data, f->n);
	c->length += f->n;
	c->text[c->length] = '\0';
}

int ws_read(struct ws_peer *c)
{
	struct frame f;

	c->length = 0;
	c->opcode = WS_CONTINUATION;
	for (;;) {
		if (!read_frame(c, &f))
			return c->opcode = WS_LOST;
		if (f.opcode == WS_PING) {
			ws_send(c, WS_PONG, true, f.data, f.n);
			free(f.data);
			continue;
		}
		if (f.opcode != WS_CONTINUATION)
			c->opcode = f.opcode;
		append(c, &f);
		free(f.data);
		if (f.final)
			break;
	}
	if (c->opcode == WS_CLOSE)
		c->close_code = c->length < 2 ? 1005
					      : (uint8_t)c->text[0] << 8 |
							(uint8_t)c->text[1];
	return c->opcode;
}

/* --- messages --- */

bool ws_has_member(const struct ws_peer *c, const char *key)
{
	cJSON *tree = cJSON_Parse(c->text);
	bool has = cJSON_GetObjectItemCaseSensitive(tree, key) != NULL;

	cJSON_Delete(tree);
	return has;
}

const char *ws_member(const struct ws_peer *c, const char *key)
{
	static _Thread_local char texts[8][1024];
	static _Thread_local unsigned next;
	cJSON *tree = cJSON_Parse(c->text);
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(tree, key);
	char *out = texts[next++ % 8];

	if (!cJSON_IsString(v))
		fail_msg("no string \"%s\" in %s", key, c->text);
	snprintf(out, sizeof texts[0], "%s", v->valuestring);
	cJSON_Delete(tree);
	return out;
}

void ws_expect(struct ws_peer *c, const char *type)
{
	for (;;) {
		int opcode = ws_read(c);
		if (opcode == WS_LOST || opcode == WS_CLOSE)
			fail_msg("the connection ended before \"%s\" (%d)",
				 type, c->close_code);
		if (opcode == WS_TEXT &&
		    strcmp(ws_member(c, "type"), type) == 0)
			return;
	}
}

/* --- server --- */

static bool shake_hands(int fd)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char head[HEAD_SIZE], joined[128], answer[512];
	unsigned char hash[SHA_DIGEST_LENGTH];
	char accept[32] = "";

	if (!read_head(fd, head))
		return false;
	char *key = strcasestr(head, "Sec-WebSocket-Key: ");
	if (!key)
		return false;
	key += strlen("Sec-WebSocket-Key: ");
	int n = snprintf(joined, sizeof joined, "%.*s%s",
			 (int)strcspn(key, "\r"), key, guid);
	SHA1((unsigned char *)joined, (size_t)n, hash);
	base64_encode(accept, hash, sizeof hash);
	n = snprintf(answer, sizeof answer,
		     "HTTP/1.1 101 Switching Protocols\r\n"
		     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		     "Sec-WebSocket-Accept: %.28s\r\n\r\n",
		     accept);
	write_all(fd, answer, (size_t)n);
	return true;
}

static void answer_http(const struct ws_server *s, int fd)
{
	char head[HEAD_SIZE];

	if (read_head(fd, head))
		write_all(fd, s->http_answer, strlen(s->http_answer));
}

static void *serve(void *arg)
{
	struct ws_server *s = arg;

	for (;;) {
		struct ws_peer client = {0};
		client.fd = accept(s->listening, NULL, NULL);
		if (client.fd < 0)
			return NULL;
		if (s->http_answer)
			answer_http(s, client.fd);
		else if (shake_hands(client.fd))
			s->script(&client, s->arg);
		ws_disconnect(&client, false);
	}
}

void ws_server_start(struct ws_server *s,
		     void (*script)(struct ws_peer *client, void *arg),
		     void *arg, const char *http_answer)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t length = sizeof at;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->script = script;
	s->arg = arg;
	s->http_answer = http_answer;
	s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listening, (struct sockaddr *)&at, length), 0);
	assert_int_equal(listen(s->listening, 8), 0);
	getsockname(s->listening, (struct sockaddr *)&at, &length);
	s->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void ws_server_stop(struct ws_server *s)
{
	shutdown(s->listening, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listening);
}
