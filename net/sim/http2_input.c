/* http2_input: from the bytes of a request's body to events for the core. */
#include "net/sim/http2_private.h"

#include <openssl/crypto.h>

#include "net/base/problem.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"
#include "net/nova/order.h"

enum { JSON_LIMIT = 16 * 1024 * 1024 };

static const char INVALID_INPUT[] =
	"Invalid input request, please fix your input and try again.";

/* Date and signature of the outer message, whose payload is the event. */
static int check_outer(struct http2_session *s, const struct frame *outer)
{
	const struct frame_header *date = frame_find(outer, ":date");
	const struct frame_header *given = frame_find(outer,
						      ":chunk-signature");
	uint8_t expected[SIGV4_RAW_SIZE];
	int err;

	if (!date || date->type != FRAME_TIMESTAMP || !given ||
	    given->type != FRAME_BYTES || given->value_length != SIGV4_RAW_SIZE)
		return PROBLEM_FORMAT;
	if (!s->signed_events)
		return 0;
	err = sigv4_chain_next(&s->chain, date->integer, outer->payload,
			       outer->payload_length, expected);
	if (err)
		return err;
	return CRYPTO_memcmp(expected, given->value, sizeof expected) == 0
		       ? 0
		       : PROBLEM_DENIED;
}

static int read_inner(struct nova_event *e, const struct frame *outer)
{
	struct frame inner;
	struct bytes json;
	long length = frame_parse(&inner, outer->payload, outer->payload_length,
				  NULL);
	int err;

	if (length <= 0 || (size_t)length != outer->payload_length ||
	    !frame_header_is(&inner, ":message-type", "event"))
		return PROBLEM_FORMAT;
	bytes_init(&json, JSON_LIMIT);
	err = frame_read_chunk(&json, &inner, NULL);
	if (err == 0)
		err = nova_event_parse(e, (const char *)json.data, json.length,
				       NOVA_TO_SERVICE, NULL);
	bytes_deinit(&json);
	return err;
}

static void receive_frame(struct http2_session *s, const struct frame *outer)
{
	struct nova_event e = {0};

	if (check_outer(s, outer) != 0) {
		sim_fail(s->core, "validationException", INVALID_INPUT);
		return;
	}
	if (outer->payload_length == 0)
		return; /* says that END_STREAM follows */
	if (read_inner(&e, outer) != 0) {
		sim_fail(s->core, "validationException", order_unreadable);
		return;
	}
	sim_core_receive(s->core, &e);
	nova_event_clear(&e);
	if (s->out_ended)
		return;
	s->first_event_taken = true;
	http2_accept_soon(s);
}

void http2_session_receive(struct http2_session *s, const uint8_t *data,
			   size_t length)
{
	size_t at = 0;

	if (!s->core || s->out_ended)
		return;
	if (bytes_append(&s->in, data, length) != 0) {
		sim_fail(s->core, "validationException", INVALID_INPUT);
		return;
	}
	while (at < s->in.length && !s->out_ended) {
		struct frame outer;
		long n = frame_parse(&outer, s->in.data + at, s->in.length - at,
				     NULL);
		if (n == 0)
			break;
		if (n < 0) {
			sim_fail(s->core, "validationException", INVALID_INPUT);
			break;
		}
		receive_frame(s, &outer);
		at += (size_t)n;
	}
	bytes_drop_front(&s->in, at);
}
