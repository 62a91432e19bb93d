#include "net/relay/websocket.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>
#include <uv.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"

enum {
	HANDLE_COUNT = 3,
	/* Turns of the inner loop in one go while it has more to do at once. */
	TURNS = 4,
	/* Header parsing of one connection; a cookie-laden browser needs 4 K.
	 */
	HEADER_BYTES = 8192,
	READ_BYTES = 16 * 1024,
	/* Who connects has limits of his own, which are shorter. */
	CONNECT_LIMIT_S = 120,
	PING_S = 30,
	SILENT_S = 75,
};

struct websocket {
	struct lws_context *context; /* libwebsockets clears it at its end */
	struct lws_vhost *vhost;
	void *user; /* NULL once freed */
	uv_loop_t inner;
	bool inner_open;
	bool running; /* inside a turn of the inner loop */
	bool dying;   /* freed while running */

	/* on the outer loop */
	uv_poll_t readable;   /* the inner loop has events */
	uv_prepare_t prepare; /* the inner loop may have been given work */
	uv_timer_t timer;     /* the inner loop's next timer */
	uv_handle_t *handles[HANDLE_COUNT];
	unsigned handle_count, closed_count;
};

/* A peer that answers no ping is gone, whatever its socket says. */
static const lws_retry_bo_t idle_policy = {
	.secs_since_valid_ping = PING_S,
	.secs_since_valid_hangup = SILENT_S,
};

static void to_our_log(int level, const char *line)
{
	int n = (int)strcspn(line, "\n");

	if (level & LLL_ERR)
		log_warn("websocket", "%.*s", n, line);
	else
		log_debug("websocket", "%.*s", n, line);
}

static void ignore_sigpipe(void)
{
	struct sigaction now;

	if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

/* --- the end --- */

static void handle_closed(uv_handle_t *handle)
{
	struct websocket *w = handle->data;

	if (++w->closed_count == w->handle_count)
		free(w);
}

/* With a loop that it does not own, libwebsockets wants to be destroyed twice:
 * the first call starts closing its handles, which takes two turns of the
 * loop, the second one frees. */
static void destroy_context(struct websocket *w)
{
	if (!w->context)
		return;
	/* closing handshakes that wait for their turn get it */
	uv_run(&w->inner, UV_RUN_NOWAIT);
	uv_run(&w->inner, UV_RUN_NOWAIT);
	lws_context_destroy(w->context);
	for (int i = 0; i < TURNS && w->context; i++)
		uv_run(&w->inner, UV_RUN_NOWAIT);
	if (w->context)
		lws_context_destroy(w->context);
}

static void tear_down(struct websocket *w)
{
	for (unsigned i = 0; i < w->handle_count; i++)
		uv_close(w->handles[i], handle_closed);
	destroy_context(w);
	if (w->inner_open) {
		uv_run(&w->inner, UV_RUN_NOWAIT);
		if (uv_loop_close(&w->inner) != 0)
			log_error("websocket", "handles left open");
	}
	if (w->handle_count == 0)
		free(w);
}

struct websocket *websocket_free(struct websocket *w)
{
	if (!w)
		return NULL;
	w->user = NULL;
	if (w->running)
		w->dying = true;
	else
		tear_down(w);
	return NULL;
}

/* --- the inner loop within the outer one --- */

static void timer_fired(uv_timer_t *timer)
{
	(void)timer; /* it has woken the outer loop, prepare does the rest */
}

static void turn(struct websocket *w)
{
	int timeout_ms = 0;

	if (w->running)
		return;
	w->running = true;
	for (int i = 0; i < TURNS && timeout_ms == 0 && !w->dying; i++) {
		uv_run(&w->inner, UV_RUN_NOWAIT);
		timeout_ms = uv_backend_timeout(&w->inner);
	}
	w->running = false;
	if (w->dying)
		tear_down(w);
	else if (timeout_ms < 0)
		uv_timer_stop(&w->timer);
	else
		uv_timer_start(&w->timer, timer_fired, (uint64_t)timeout_ms, 0);
}

static void on_readable(uv_poll_t *readable, int status, int events)
{
	(void)status;
	(void)events;
	turn(readable->data);
}

static void on_prepare(uv_prepare_t *prepare)
{
	turn(prepare->data);
}

static int embed(struct websocket *w, uv_loop_t *outer)
{
	if (uv_loop_init(&w->inner) != 0)
		return PROBLEM_LIMIT;
	w->inner_open = true;
	if (uv_poll_init(outer, &w->readable, uv_backend_fd(&w->inner)) != 0)
		return PROBLEM_LIMIT;
	uv_prepare_init(outer, &w->prepare);
	uv_timer_init(outer, &w->timer);
	w->handles[0] = (uv_handle_t *)&w->readable;
	w->handles[1] = (uv_handle_t *)&w->prepare;
	w->handles[2] = (uv_handle_t *)&w->timer;
	w->handle_count = HANDLE_COUNT;
	for (int i = 0; i < HANDLE_COUNT; i++)
		w->handles[i]->data = w;
	uv_poll_start(&w->readable, UV_READABLE, on_readable);
	uv_prepare_start(&w->prepare, on_prepare);
	return 0;
}

/* --- the beginning --- */

static int create_context(struct websocket *w,
			  const struct websocket_settings *settings)
{
	void *loops[1] = {&w->inner};
	struct lws_context_creation_info info = {
		.port = settings->server ? CONTEXT_PORT_NO_LISTEN_SERVER
					 : CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_LIBUV |
			   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_VALIDATE_UTF8,
		.protocols = settings->protocols,
		.foreign_loops = loops,
		.pcontext = &w->context,
		.retry_and_idle_policy = &idle_policy,
		.max_http_header_data = HEADER_BYTES,
		.pt_serv_buf_size = READ_BYTES,
		.fd_limit_per_thread = settings->most_sockets,
		.gid = -1,
		.uid = -1,
		.vhost_name = "habla",
		/* without one it would take $http_proxy, for all hosts and at
		 * once; port 0 is none */
		.http_proxy_address = "-:0",
		.user = w,
	};

	if (settings->tls) {
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.ssl_client_options_set = (long)(SSL_OP_NO_SSLv3 |
						     SSL_OP_NO_TLSv1 |
						     SSL_OP_NO_TLSv1_1);
		info.timeout_secs = CONNECT_LIMIT_S;
		info.client_ssl_ca_filepath = settings->ca_file;
		if (settings->ca_file)
			info.options |= LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
	}
	w->context = lws_create_context(&info);
	if (!w->context)
		return PROBLEM_USAGE;
	w->vhost = lws_create_vhost(w->context, &info);
	return w->vhost ? 0 : PROBLEM_TLS;
}

int websocket_open(struct websocket **out, struct loop *l,
		   const struct websocket_settings *settings, struct problem *p)
{
	struct websocket *w = calloc(1, sizeof *w);
	int err;

	if (!w)
		return problem_set(p, PROBLEM_MEMORY, "relay: out of memory");
	w->user = settings->user;
	lws_set_log_level(LLL_ERR | LLL_WARN | LLL_NOTICE, to_our_log);
	ignore_sigpipe();
	err = embed(w, loop_uv(l));
	if (err) {
		problem_set(p, err,
			    "relay: no file descriptor is left; close "
			    "programs or raise `ulimit -n`");
		goto out;
	}
	err = create_context(w, settings);
	if (err == PROBLEM_TLS && settings->ca_file)
		problem_set(p, err,
			    "CA file %s: cannot be used; name a PEM file "
			    "with certificates",
			    settings->ca_file);
	else if (err)
		problem_set(p, err,
			    "libwebsockets: does not start; install "
			    "the package libwebsockets-evlib-uv");
out:
	if (err)
		websocket_free(w);
	else
		*out = w;
	return err;
}

struct lws_context *websocket_context(const struct websocket *w)
{
	return w->context;
}

struct lws_vhost *websocket_vhost(const struct websocket *w)
{
	return w->vhost;
}

void *websocket_user(struct lws *wsi)
{
	struct websocket *w = lws_context_user(lws_get_context(wsi));

	return w ? w->user : NULL;
}

void websocket_kick(struct websocket *w)
{
	if (w->context)
		lws_cancel_service(w->context);
}
