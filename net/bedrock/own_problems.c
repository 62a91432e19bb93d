/* own_problems: failures of a stream that the service has no words for. */
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/bedrock/failures.h"

static const struct failure failures[BEDROCK_OWN_COUNT] = {
	[BEDROCK_UNREADABLE] =
		{"unreadable", PROBLEM_PROTOCOL,
		 N_("sent what cannot be read (%D)"), N_("reconnect"),
		 "a frame with a wrong checksum, or an event that is no JSON",
		 NULL},
	[BEDROCK_NO_EVENT_STREAM] =
		{"no-event-stream", PROBLEM_PROTOCOL,
		 N_("answers with %D in place of an event stream"),
		 N_("check --endpoint"),
		 "HTTP 200 with another content-type: a web page, a sign-in "
		 "page of the network",
		 NULL},
	[BEDROCK_CUT_MESSAGE] =
		{"cut-message", PROBLEM_CLOSED,
		 N_("the stream ended in the middle of a message"),
		 N_("reconnect"), "END_STREAM within a frame", NULL},
	[BEDROCK_ENDED_EARLY] =
		{"ended-early", PROBLEM_CLOSED,
		 N_("the service ended the stream before the conversation was "
		    "over"),
		 N_("reconnect"), "END_STREAM before sessionEnd was sent",
		 NULL},
	[BEDROCK_NO_END] =
		{"no-end", PROBLEM_TIMEOUT,
		 N_("the stream did not end within %D s of its last event"),
		 N_("reconnect"), "nothing more after sessionEnd",
		 "a conversation that was to end is over all the same"},
	[BEDROCK_NO_ANSWER] = {"no-answer", PROBLEM_TIMEOUT,
			       N_("no answer within %D s"),
			       N_("check the network, or try again"),
			       "takes the request and never answers it", NULL},
	[BEDROCK_RESET] = {"reset", PROBLEM_CLOSED,
			   N_("the stream was reset (%D)"), N_("reconnect"),
			   "RST_STREAM", NULL},
	[BEDROCK_GOAWAY] =
		{"goaway", PROBLEM_CLOSED,
		 N_("the service took the connection down (GOAWAY, %D)"),
		 N_("reconnect"), "GOAWAY, and then the end of the connection",
		 "a GOAWAY alone ends nothing: the stream goes on"},
	[BEDROCK_CONNECTION_CLOSED] = {"connection-closed", PROBLEM_CLOSED,
				       N_("the connection was closed before "
					  "the conversation was over"),
				       N_("reconnect"),
				       "closes the TCP connection", NULL},
	[BEDROCK_CONNECTION_LOST] = {"connection-lost", PROBLEM_CLOSED,
				     N_("the connection was lost"),
				     N_("reconnect"),
				     "nobody takes what we write any more",
				     NULL},
	[BEDROCK_NO_HTTP2] = {"no-http2", PROBLEM_PROTOCOL,
			      N_("the answer is not HTTP/2 (%D)"),
			      N_("check --endpoint"),
			      "speaks HTTP/1.1, or something else", NULL},
	[BEDROCK_RULES_BROKEN] =
		{"rules-broken", PROBLEM_PROTOCOL,
		 N_("the other side broke the rules of HTTP/2"),
		 N_("check --endpoint, or reconnect"),
		 "frames that HTTP/2 forbids", NULL},
	[BEDROCK_CLOCK] =
		{"clock", PROBLEM_CLOCK,
		 N_("the signature was refused, because this machine's "
		    "clock is %D the service's"),
		 N_("set the clock, then try again"),
		 "HTTP 403 about signature or time, with a Date "
		 "that is more than 4 minutes away",
		 "takes the time from the answer's Date and tries "
		 "once more at once; this is said when that fails "
		 "too"},
	[BEDROCK_MEMORY] = {"memory", PROBLEM_MEMORY, N_("out of memory"),
			    N_("close other programs"),
			    "nothing; this machine is full", NULL},
};

const struct failure *bedrock_own_failure(enum bedrock_own id)
{
	return &failures[id];
}

int bedrock_own_problem(struct problem *p, enum bedrock_own id,
			const char *name, const char *detail)
{
	const struct failure_word words[] = {{'D', detail ? detail : ""}};

	return failure_set(p, &failures[id], name, words, 1);
}
