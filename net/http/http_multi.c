/*
 * http_multi: libcurl tells which sockets and which time it waits for; the
 * loop tells libcurl what has come.
 */
#include <stdlib.h>

#include <uv.h>

#include "net/base/log.h"
#include "net/http/http_internal.h"
#include "net/loop/loop.h"

struct watched {
	uv_poll_t poll;
	struct http *http;
	curl_socket_t socket;
};

static void take_ended(struct http *h)
{
	CURLMsg *message;
	int left;

	while (!h->freed && (message = curl_multi_info_read(h->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		/* message ends with the removal */
		CURLcode result = message->data.result;
		struct http_call *c;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &c);
		http_multi_remove(c);
		http_call_ended(c, result);
	}
}

/* done() may free h in here. */
static void turn(struct http *h, curl_socket_t socket, int events)
{
	int running;

	h->turns++;
	curl_multi_socket_action(h->multi, socket, events, &running);
	take_ended(h);
	if (--h->turns == 0 && h->freed)
		http_destroy(h);
}

static void on_timer(void *arg)
{
	turn(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timeout_wanted(CURLM *multi, long timeout_ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	if (timeout_ms < 0)
		timer_stop(&h->timer);
	else
		timer_start(&h->timer, (uint64_t)timeout_ms * 1000);
	return 0;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct watched *w = poll->data;
	int happened = 0;

	if (status < 0)
		happened = CURL_CSELECT_ERR;
	if (events & UV_READABLE)
		happened |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		happened |= CURL_CSELECT_OUT;
	turn(w->http, w->socket, happened);
}

static void on_unwatched(uv_handle_t *handle)
{
	free(handle->data);
}

static void unwatch(struct http *h, struct watched *w)
{
	if (!w)
		return;
	curl_multi_assign(h->multi, w->socket, NULL);
	/* libcurl may close the socket next */
	uv_poll_stop(&w->poll);
	uv_close((uv_handle_t *)&w->poll, on_unwatched);
}

static struct watched *watch(struct http *h, curl_socket_t socket)
{
	struct watched *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->http = h;
	w->socket = socket;
	w->poll.data = w;
	if (uv_poll_init_socket(loop_uv(h->loop), &w->poll, socket) != 0) {
		free(w);
		return NULL;
	}
	curl_multi_assign(h->multi, socket, w);
	return w;
}

static int on_socket_wanted(CURL *easy, curl_socket_t socket, int what,
			    void *arg, void *assigned)
{
	struct http *h = arg;
	struct watched *w = assigned;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		unwatch(h, w);
		return 0;
	}
	if (!w)
		w = watch(h, socket);
	int events = (what & CURL_POLL_IN ? UV_READABLE : 0) |
		     (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
	/* An error returned here would end every call; unwatched, this one
	 * ends by its time limit. */
	if (!w || uv_poll_start(&w->poll, events, on_ready) != 0)
		log_error("http", "a socket cannot be watched");
	return 0;
}

int http_multi_open(struct http *h)
{
	timer_init(&h->timer, loop_clock(h->loop), on_timer, h);
	h->multi = curl_multi_init();
	if (!h->multi)
		return PROBLEM_MEMORY;
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	return 0;
}

void http_multi_close(struct http *h)
{
	if (h->multi)
		curl_multi_cleanup(h->multi);
	timer_stop(&h->timer);
}

int http_multi_add(struct http_call *c)
{
	if (curl_multi_add_handle(c->http->multi, c->easy) != CURLM_OK)
		return PROBLEM_MEMORY;
	c->running = true;
	return 0;
}

void http_multi_remove(struct http_call *c)
{
	if (c->running)
		curl_multi_remove_handle(c->http->multi, c->easy);
	c->running = false;
}
