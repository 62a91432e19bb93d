/* doctor: the way to the relay or to Bedrock, and the time of day there. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/doctor/doctor_checks.h"
#include "client/settings/settings.h"
#include "client/talk/aws.h"
#include "net/base/clock.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/endpoint.h"
#include "net/bedrock/http2_client.h"
#include "net/http/http.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls.h"
#include "net/relay/address.h"

enum {
	/* Signatures are refused from 5 minutes on; see docs/nova-sonic.md. */
	CLOCK_WARN_S = 60,
	CLOCK_FAIL_S = 240,
};

struct place {
	bool bedrock;
	bool tls;
	char host[256];
	uint16_t port;
	char authority[272];
	struct endpoint endpoint; /* Bedrock's */
	struct proxy proxy;       /* owned; without a host: none */
};

/* 0: nothing to look at.  1: *out is filled.  Else a problem code. */
static int find_place(struct place *out, const struct doctor *d,
		      struct problem *p)
{
	const struct settings *s = d->settings;
	const char *url = settings_text(s, SETTING_ENDPOINT);
	struct relay_address relay;
	struct endpoint endpoint;
	char *region = NULL;
	int err;

	switch (settings_backend(s)) {
	case BACKEND_RELAY:
		err = relay_address_parse(&relay,
					  settings_text(s, SETTING_RELAY), p);
		if (err)
			return err;
		*out = (struct place){.tls = relay.tls, .port = relay.port};
		snprintf(out->host, sizeof out->host, "%s", relay.host);
		snprintf(out->authority, sizeof out->authority, "%s",
			 relay.header);
		return 1;
	case BACKEND_BEDROCK:
		err = talk_region(&region, s, p);
		if (!err)
			err = url ? endpoint_parse(&endpoint, url, p)
				  : endpoint_for_region(&endpoint, region, p);
		free(region);
		if (err)
			return err;
		*out = (struct place){.bedrock = true,
				      .tls = endpoint.tls,
				      .port = endpoint.port,
				      .endpoint = endpoint};
		snprintf(out->host, sizeof out->host, "%s", endpoint.host);
		snprintf(out->authority, sizeof out->authority, "%s",
			 endpoint.authority);
		return 1;
	default:
		return 0;
	}
}

/* False when a proxy looks the name up, or when it cannot be found. */
static bool check_name(struct doctor *d, const struct place *place)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int err = getaddrinfo(place->host, NULL, &hints, &found);
	char address[NI_MAXHOST] = "";

	if (err) {
		doctor_say(d, "name", DOCTOR_FAIL,
			   "%s: %s; check the address, and this machine's "
			   "connection and name server",
			   place->host, gai_strerror(err));
		return false;
	}
	getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address,
		    NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(found);
	doctor_say(d, "name", DOCTOR_PASS, "%s is %s", place->host, address);
	return true;
}

/* Finds the proxy through which the server is reached, if there is one, and
 * says which.  False: it cannot be used. */
static bool check_proxy(struct doctor *d, struct place *place)
{
	struct proxy_environment environment;
	struct problem p = {0};

	if (!place->tls)
		return true;
	proxy_environment_read(&environment);
	if (proxy_for(&place->proxy, "https", place->host, place->port,
		      &environment, &p)) {
		doctor_say(d, "proxy", DOCTOR_FAIL, "%s", p.text);
		return false;
	}
	if (place->proxy.host)
		doctor_say(d, "proxy", DOCTOR_PASS, "through %s:%u",
			   place->proxy.host, place->proxy.port);
	return true;
}

static void check_clock(struct doctor *d, int64_t theirs_ms)
{
	long long ahead_s = (clock_wall_ms(loop_clock(d->loop)) - theirs_ms) /
			    1000;
	long long off_s = llabs(ahead_s);

	if (off_s < CLOCK_WARN_S)
		doctor_say(d, "clock", DOCTOR_PASS, "%lld s off", off_s);
	else
		doctor_say(d, "clock",
			   off_s < CLOCK_FAIL_S ? DOCTOR_WARN : DOCTOR_FAIL,
			   "%lld min %lld s %s the server's; set this "
			   "machine's clock (timedatectl set-ntp true)",
			   off_s / 60, off_s % 60,
			   ahead_s > 0 ? _("ahead of") : _("behind"));
}

/* date: of the answer, or NULL. */
static void judge(struct doctor *d, int status, const char *date,
		  const struct problem *why)
{
	int64_t theirs_ms = date ? text_http_date(date) : -1;

	if (status) {
		doctor_say(d, "TLS", DOCTOR_PASS,
			   "the certificate is good (HTTP %d)", status);
	} else {
		doctor_say(d, "TLS", DOCTOR_FAIL, "%s", why->text);
		d->unreachable = true;
	}
	if (theirs_ms >= 0)
		check_clock(d, theirs_ms);
}

/* --- a relay: any HTTP answer will do --- */

static void on_answer(void *arg, const struct http_answer *answer,
		      const struct problem *why)
{
	struct doctor *d = arg;

	judge(d, answer ? answer->status : 0,
	      answer ? http_answer_header(answer, "date") : NULL, why);
	loop_stop(d->loop);
}

static void ask_relay(struct doctor *d, const struct place *place)
{
	char url[512];
	struct http_call *call = NULL;
	struct problem p = {0};
	const struct http_request request = {
		.name = place->authority,
		.url = url,
	};

	snprintf(url, sizeof url, "https://%s/", place->authority);
	if (http_send(&call, d->http, &request, on_answer, d, &p))
		judge(d, 0, NULL, &p);
	else
		loop_run(d->loop);
	http_call_free(call);
}

/* --- Bedrock: HTTP/2, as its streams --- */

struct question {
	struct doctor *doctor;
	struct http2_client *client;
};

static void on_progress(void *arg)
{
	struct question *q = arg;

	if (http2_client_response(q->client) ||
	    http2_client_ended(q->client, NULL))
		loop_stop(q->doctor->loop);
}

static int open_question(struct question *q, const struct place *place,
			 const struct tls_client *tls)
{
	const struct http2_header headers[] = {
		{":method", "GET", false},
		{":scheme", "https", false},
		{":authority", place->authority, false},
		{":path", "/ping", false},
	};
	const struct http2_client_settings settings = {
		.name = place->authority,
		.endpoint = &place->endpoint,
		.tls = tls,
		.proxy = &place->proxy,
		.headers = headers,
		.header_count = sizeof headers / sizeof *headers,
		.progress = on_progress,
		.arg = q,
	};
	int err = http2_client_open(&q->client, q->doctor->loop, &settings);

	if (!err)
		http2_client_finish(q->client);
	return err;
}

static void ask_bedrock(struct doctor *d, const struct place *place)
{
	struct question q = {.doctor = d};
	struct tls_client *tls = NULL;
	struct problem p = {0};
	int err = tls_client_create(&tls,
				    settings_text(d->settings, SETTING_CA_FILE),
				    &p);

	if (!err)
		err = open_question(&q, place, tls);
	if (!err) {
		loop_run(d->loop);
		const struct http2_response *r = http2_client_response(
			q.client);
		if (!r)
			http2_client_ended(q.client, &p);
		judge(d, r ? r->status : 0, r ? r->date : NULL, &p);
	} else {
		problem_add(&p, err, "%s: %s", place->authority,
			    problem_name(err));
		judge(d, 0, NULL, &p);
	}
	http2_client_free(q.client);
	tls_client_free(tls);
}

static void check_place(struct doctor *d, struct place *place)
{
	/* behind a proxy this machine need not know the name */
	if (!check_proxy(d, place) ||
	    (!place->proxy.host && !check_name(d, place)))
		d->unreachable = true;
	else if (place->tls && place->bedrock)
		ask_bedrock(d, place);
	else if (place->tls)
		ask_relay(d, place);
}

void doctor_check_network(struct doctor *d)
{
	struct place place = {0};
	struct problem p = {0};
	int found = find_place(&place, d, &p);

	if (found < 0) {
		doctor_say(d, "address", DOCTOR_FAIL, "%s", p.text);
		d->unreachable = true;
	}
	if (found > 0)
		check_place(d, &place);
	proxy_deinit(&place.proxy);
}
