#include "net/sim/http2_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/base/json_text.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"

enum {
	IN_LIMIT = 17 * 1024 * 1024, /* the largest frame and some more */
	/* A client that does not read: about ten minutes of speech. */
	OUT_LIMIT = 16 * 1024 * 1024,
	OUT_TAKEN_MOST = 256 * 1024, /* then what was taken is removed */
	FRAME_LIMIT = 16 * 1024 * 1024,
	HTTP_DATE_SIZE = 30,
};

static const char EVENT_STREAM[] = "application/vnd.amazon.eventstream";
/* --- the response --- */

/* "Fri, 02 Jan 2026 03:04:05 GMT"; strftime's names follow the locale. */
static void http_date(char out[HTTP_DATE_SIZE], int64_t wall_ms)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm t;

	gmtime_r(&seconds, &t);
	snprintf(out, HTTP_DATE_SIZE, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
		 days + 3 * t.tm_wday, (unsigned)t.tm_mday % 100,
		 months + 3 * t.tm_mon, (unsigned)(t.tm_year + 1900) % 10000,
		 (unsigned)t.tm_hour % 100, (unsigned)t.tm_min % 100,
		 (unsigned)t.tm_sec % 100);
}

static int64_t service_time_ms(const struct sim_server *v)
{
	return clock_wall_ms(v->clock) + v->plan.clock_ms;
}

static void respond(struct http2_session *s, unsigned status, const char *type,
		    const struct http2_refusal *why)
{
	char request_id[UUID_TEXT_SIZE], date[HTTP_DATE_SIZE], after[16];
	size_t count = 3;

	if (s->responded)
		return;
	s->responded = true;
	timer_stop(&s->headers_timer);
	random_uuid(request_id);
	http_date(date, service_time_ms(s->server));
	struct http2_field fields[5] = {
		{"date", date},
		{"content-type", type},
		{"x-amzn-requestid", request_id},
	};
	if (why && *why->exception)
		fields[count++] = (struct http2_field){"x-amzn-errortype",
						       why->exception};
	if (why && why->retry_after_s) {
		snprintf(after, sizeof after, "%u", why->retry_after_s);
		fields[count++] = (struct http2_field){"retry-after", after};
	}
	http2_respond(s, status, fields, count);
}

static void accept_stream(void *arg)
{
	respond(arg, 200, EVENT_STREAM, NULL);
}

static void end_output(struct http2_session *s, bool stop_upload);

/* What a hotel's network gives for any address. */
static void respond_page(struct http2_session *s)
{
	bytes_append_text(&s->out, "<html>Please sign in.</html>");
	respond(s, 200, "text/html", NULL);
	end_output(s, true);
}

static void end_output(struct http2_session *s, bool stop_upload)
{
	s->out_ended = true;
	s->stop_upload = stop_upload;
	http2_resume(s);
}

static void refuse(struct http2_session *s, struct http2_refusal *why)
{
	log_info("sim", "refused: %u %s: %s", why->status, why->exception,
		 why->message);
	bytes_clear(&s->out);
	json_open_object(&s->out, NULL);
	json_string(&s->out, "message", why->message);
	json_close_object(&s->out);
	respond(s, why->status, "application/json", why);
	end_output(s, true);
}

/* Response's head at its time: now, or after the set delay. */
void http2_accept_soon(struct http2_session *s)
{
	unsigned delay_ms = s->server->plan.headers_delay_ms;

	if (s->responded || s->headers_timer.active)
		return;
	if (delay_ms)
		timer_start(&s->headers_timer, delay_ms * UINT64_C(1000));
	else
		accept_stream(s);
}

size_t http2_session_take(struct http2_session *s, uint8_t *out, size_t room,
			  bool *end)
{
	size_t left = s->out.length - s->out_taken;
	size_t n = left < room ? left : room;

	if (n)
		memcpy(out, s->out.data + s->out_taken, n);
	s->out_taken += n;
	if (s->out_taken == s->out.length || s->out_taken > OUT_TAKEN_MOST) {
		bytes_drop_front(&s->out, s->out_taken);
		s->out_taken = 0;
	}
	*end = s->out_ended && s->out.length == s->out_taken;
	return n;
}

/* --- the core's listener --- */

static void check_output(struct http2_session *s)
{
	if (!s->out.failed) {
		http2_resume(s);
		return;
	}
	log_warn("sim", "session reset: the client does not read, %s",
		 problem_name(s->out.failed));
	s->out_ended = true;
	http2_reset(s);
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct http2_session *s = arg;
	struct bytes json;
	int err;

	if (s->out_ended)
		return;
	bytes_init(&json, FRAME_LIMIT);
	err = nova_event_write(&json, e, NOVA_FROM_SERVICE);
	if (err == 0)
		err = frame_write_chunk(&s->out, (const char *)json.data,
					json.length);
	if (err && !s->out.failed)
		s->out.failed = err;
	bytes_deinit(&json);
	check_output(s);
}

static void on_exception(void *arg, const char *type, const char *message)
{
	struct http2_session *s = arg;

	if (s->out_ended)
		return;
	if (!s->responded && s->server->plan.headers_after_first_event &&
	    !s->first_event_taken) {
		struct http2_refusal why;

		http2_refuse(&why, http2_status_of(type), type, "%s", message);
		if (why.exception[0] >= 'a' && why.exception[0] <= 'z')
			why.exception[0] -= 'a' - 'A';
		refuse(s, &why);
		return;
	}
	frame_write_exception(&s->out, type, message);
	check_output(s);
	if (!s->out_ended)
		end_output(s, true);
}

/* The front half of a frame that would have been valid. */
static void write_half_frame(struct http2_session *s)
{
	static const char json[] = "{\"event\":{\"audioOutput\":{\"content\":"
				   "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}}}";
	size_t before = s->out.length;

	if (frame_write_chunk(&s->out, json, sizeof json - 1) == 0)
		s->out.length = before + (s->out.length - before) / 2;
}

static void write_damaged_frame(struct http2_session *s)
{
	if (frame_write_chunk(&s->out, "{}", 2) == 0)
		s->out.data[s->out.length - 1] ^= 1;
}

static void on_cut(void *arg, enum sim_cut how)
{
	struct http2_session *s = arg;

	if (s->out_ended)
		return;
	switch (how) {
	case SIM_CUT_RESET:
		s->out_ended = true;
		http2_reset(s);
		break;
	case SIM_CUT_HALF_FRAME:
		write_half_frame(s);
		end_output(s, true);
		break;
	case SIM_CUT_CLOSE:
		s->out_ended = true;
		http2_drop(s->connection);
		break;
	case SIM_CUT_GOAWAY:
		s->out_ended = true;
		http2_go_away(s->connection);
		break;
	case SIM_CUT_END:
		end_output(s, true);
		break;
	case SIM_CUT_BAD_CRC:
		write_damaged_frame(s);
		check_output(s);
		break;
	case SIM_CUT_STALL:
		break;
	}
}

static void on_ended(void *arg)
{
	struct http2_session *s = arg;

	if (s->out_ended)
		return;
	accept_stream(s);
	/* The client's own END_STREAM is on its way. */
	end_output(s, false);
}

/* --- the request --- */

static bool befalls_now(const struct sim_server *v, bool planned,
			unsigned first)
{
	return planned && (first == 0 || v->arrived <= first);
}

/* Words of the row that says so. */
static int refuse_for_quota(struct http2_refusal *why)
{
	struct sim_fault quota = {0};

	sim_fault_parse(&quota, "quota", NULL);
	http2_refuse(why, (unsigned)quota.status, quota.exception, "%s",
		     quota.message);
	return PROBLEM_DENIED;
}

static int check_request(struct http2_session *s, char *model, size_t room,
			 struct http2_refusal *why)
{
	struct sim_server *v = s->server;
	struct http2_keys keys = {
		.key_id = v->key_id,
		.secret = v->secret,
		.now_ms = service_time_ms(v),
		.skew_limit_ms = v->settings.skew_limit_ms,
	};
	int err = 0;

	s->signed_events = v->key_id != NULL;
	if (s->signed_events)
		err = http2_authenticate(&s->request, &keys, &s->chain, why);
	else if (v->plan.clock_ms)
		err = http2_check_date(&s->request, &keys, why);
	if (err == 0)
		err = http2_request_model(&s->request, model, room, why);
	if (err)
		return err;
	v->arrived++;
	if (v->settings.streams_most && v->live >= v->settings.streams_most)
		return refuse_for_quota(why);
	if (!befalls_now(v, v->plan.refuse_status, v->plan.refuse_first))
		return 0;
	http2_refuse(why, v->plan.refuse_status, v->plan.refuse_exception, "%s",
		     v->plan.refuse_message);
	why->retry_after_s = v->plan.refuse_after_s;
	return PROBLEM_DENIED;
}

static int open_core(struct http2_session *s, const char *model)
{
	struct sim_server *v = s->server;
	struct sim_core_settings settings = v->settings.core;

	settings.model = model;
	settings.session_number = v->sessions + 1;
	return sim_core_create(&s->core, v->clock, &settings, v->maker,
			       &(struct sim_core_listener){
				       .event = on_event,
				       .exception = on_exception,
				       .cut = on_cut,
				       .ended = on_ended,
				       .arg = s,
			       },
			       NULL);
}

static bool answers_oddly(struct http2_session *s)
{
	const struct sim_front_plan *plan = &s->server->plan;

	if (!befalls_now(s->server, plan->odd != SIM_FAULT_NONE,
			 plan->odd_first))
		return false;
	if (plan->odd == SIM_FAULT_PAGE)
		respond_page(s);
	return true;
}

void http2_session_begin(struct http2_session *s)
{
	struct http2_refusal why;
	char model[256];
	int err = check_request(s, model, sizeof model, &why);

	if (err == 0 && answers_oddly(s)) {
		http2_request_clear(&s->request);
		return;
	}
	if (err == 0 && open_core(s, model) != 0) {
		http2_refuse(&why, 500, "InternalServerException", "%s", "");
		err = PROBLEM_MEMORY;
	}
	http2_request_clear(&s->request);
	if (err) {
		refuse(s, &why);
		return;
	}
	s->server->sessions++;
	s->server->live++;
	if (!s->server->plan.headers_after_first_event)
		http2_accept_soon(s);
}

void http2_session_input_ended(struct http2_session *s)
{
	if (!s->core || s->out_ended)
		return;
	accept_stream(s);
	end_output(s, false);
}

/* --- life --- */

int http2_session_create(struct http2_session **out, struct http2_connection *c,
			 struct sim_server *server, int32_t stream)
{
	struct http2_session *s = calloc(1, sizeof *s);

	if (!s)
		return PROBLEM_MEMORY;
	s->connection = c;
	s->server = server;
	s->stream = stream;
	bytes_init(&s->in, IN_LIMIT);
	bytes_init(&s->out, OUT_LIMIT);
	timer_init(&s->headers_timer, server->clock, accept_stream, s);
	*out = s;
	return 0;
}

struct http2_session *http2_session_free(struct http2_session *s)
{
	if (!s)
		return NULL;
	timer_stop(&s->headers_timer);
	if (s->core)
		s->server->live--;
	sim_core_free(s->core);
	http2_request_clear(&s->request);
	sigv4_chain_clear(&s->chain);
	bytes_deinit(&s->in);
	bytes_deinit(&s->out);
	free(s);
	return NULL;
}
