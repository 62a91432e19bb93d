#include "net/sim/http2_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"

enum {
	SKEW_LIMIT_MS = 300000,
	DAY_S = 86400, /* a certificate that ends within it is made anew */
};

/* --- certificates --- */

static X509 *read_certificate(const char *path)
{
	FILE *f = fopen(path, "r");
	X509 *c = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

	if (f)
		fclose(f);
	return c;
}

static EVP_PKEY *read_key(const char *path)
{
	FILE *f = fopen(path, "r");
	EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;

	if (f)
		fclose(f);
	return key;
}

static bool lasts(const X509 *c, int64_t now_ms)
{
	time_t tomorrow = (time_t)(now_ms / 1000) + DAY_S;

	return X509_cmp_time(X509_get0_notAfter(c), &tomorrow) > 0;
}

/* All three are there, belong together and are valid for a day more. */
static bool usable(const char *ca_path, const char *cert_path,
		   const char *key_path, int64_t now_ms)
{
	X509 *ca = read_certificate(ca_path);
	X509 *cert = read_certificate(cert_path);
	EVP_PKEY *key = read_key(key_path);
	bool fine = ca && cert && key && lasts(ca, now_ms) &&
		    lasts(cert, now_ms) &&
		    X509_verify(cert, X509_get0_pubkey(ca)) == 1 &&
		    X509_check_private_key(cert, key) == 1;

	X509_free(ca);
	X509_free(cert);
	EVP_PKEY_free(key);
	return fine;
}

static int open_tls(struct sim_server *s, const char *dir, struct problem *p)
{
	char *ca = text_format("%s/sim-ca.pem", dir);
	char *cert = text_format("%s/sim-cert.pem", dir);
	char *key = text_format("%s/sim-key.pem", dir);
	int err = 0;

	if (!ca || !cert || !key)
		err = problem_set(p, PROBLEM_MEMORY,
				  "simulator: no memory for TLS");
	if (err == 0 && mkdir(dir, 0700) != 0 && errno != EEXIST)
		err = problem_set(p, PROBLEM_FILE,
				  "simulator: cannot make %s: %s; name another "
				  "folder for the certificates",
				  dir, strerror(errno));
	if (err == 0 && !usable(ca, cert, key, clock_wall_ms(s->clock)))
		err = tls_make_local(ca, cert, key, p);
	if (err == 0)
		err = tls_server_create(&s->tls, cert, key, p);
	free(ca);
	free(cert);
	free(key);
	return err;
}

/* --- the server --- */

static void accepted(void *arg, struct transport *t)
{
	http2_connection_accept(arg, t);
}

static int copy_settings(struct sim_server *s,
			 const struct sim_server_settings *settings)
{
	s->settings = *settings;
	if (s->settings.skew_limit_ms == 0)
		s->settings.skew_limit_ms = SKEW_LIMIT_MS;
	if (settings->front)
		s->plan = *settings->front;
	if (!s->plan.refuse_exception)
		s->plan.refuse_exception = "ThrottlingException";
	if (!s->plan.refuse_message)
		s->plan.refuse_message = "Too many requests, please wait "
					 "before trying again.";
	s->key_id = text_copy(settings->key_id);
	s->secret = text_copy(settings->secret ? settings->secret : "");
	s->record_dir = text_copy(settings->core.record_dir);
	s->settings.core.record_dir = s->record_dir;
	if ((settings->key_id && !s->key_id) || !s->secret ||
	    (settings->core.record_dir && !s->record_dir))
		return PROBLEM_MEMORY;
	return 0;
}

int sim_server_open(struct sim_server **out, struct loop *l,
		    const struct sim_server_settings *settings,
		    struct brain_maker *maker, struct problem *p)
{
	struct sim_server *s = calloc(1, sizeof *s);
	int err = PROBLEM_MEMORY;

	if (s) {
		s->loop = l;
		s->clock = loop_clock(l);
		s->maker = maker;
		err = copy_settings(s, settings);
	}
	if (err) {
		sim_server_free(s);
		return problem_set(p, err, "simulator: no memory to start");
	}
	if (settings->tls_dir)
		err = open_tls(s, settings->tls_dir, p);
	if (err == 0)
		err = acceptor_open(&s->acceptor, l,
				    settings->listen ? settings->listen
						     : "127.0.0.1",
				    settings->port, s->tls, accepted, s, p);
	if (err)
		sim_server_free(s);
	else
		*out = s;
	return err;
}

uint16_t sim_server_port(const struct sim_server *s)
{
	return acceptor_port(s->acceptor);
}

unsigned sim_server_sessions(const struct sim_server *s)
{
	return s->sessions;
}

unsigned sim_server_live(const struct sim_server *s)
{
	return s->live;
}

void sim_server_reset_all(struct sim_server *s)
{
	for (struct http2_connection *c = s->connections; c;
	     c = http2_connection_next(c))
		http2_connection_reset_all(c);
}

struct sim_server *sim_server_free(struct sim_server *s)
{
	if (!s)
		return NULL;
	acceptor_free(s->acceptor);
	while (s->connections)
		http2_connection_free(s->connections);
	tls_server_free(s->tls);
	free(s->key_id);
	if (s->secret)
		explicit_bzero(s->secret, strlen(s->secret));
	free(s->secret);
	free(s->record_dir);
	free(s);
	return NULL;
}
