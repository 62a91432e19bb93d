/*
 * problem: what went wrong, as a code for programs and one line for people.
 *
 * Every function that can fail returns int: 0, or one of these negative
 * codes.  Codes of libraries (errno, CURLcode, PaError, nghttp2, lws) are
 * translated in the file that calls the library and never travel.  A function
 * that knows what the user was doing also fills a struct problem.
 */
#ifndef NET_BASE_PROBLEM_H
#define NET_BASE_PROBLEM_H

enum problem_code {
	PROBLEM_NONE = 0,
	PROBLEM_MEMORY = -1,    /* an allocation failed */
	PROBLEM_USAGE = -2,     /* a flag, a setting or an argument is wrong */
	PROBLEM_FORMAT = -3,    /* bytes that do not follow their format */
	PROBLEM_FILE = -4,      /* a file cannot be opened, read or written */
	PROBLEM_DISK_FULL = -5, /* no space left, or a quota is used up */
	PROBLEM_CONNECT = -6, /* nobody there: refused, unreachable, no name */
	PROBLEM_TLS = -7,     /* certificate or handshake refused */
	PROBLEM_DENIED = -8,  /* token, key, signature or permission refused */
	PROBLEM_CLOCK = -9,   /* refused because our clock is off */
	PROBLEM_MODEL = -10,  /* the model id is unknown there */
	PROBLEM_THROTTLED = -11, /* too many requests or sessions */
	PROBLEM_REJECTED = -12,  /* our event or setting was not accepted */
	PROBLEM_SERVER = -13,    /* the other side failed; a retry may help */
	PROBLEM_TIMEOUT = -14,   /* no answer in time */
	PROBLEM_CLOSED = -15,    /* the other side ended the connection */
	PROBLEM_DEVICE = -16,    /* a sound device is missing or failed */
	PROBLEM_ORDER = -17,     /* called in a state that does not allow it */
	PROBLEM_LIMIT = -18,     /* a bound of ours was reached */
	PROBLEM_BUSY = -19,      /* an address or a file is in use */
	PROBLEM_PROTOCOL = -20,  /* what the other side sends is not what should
				  * be spoken there, or came damaged */
	PROBLEM_UNCLEAR = -21,   /* refused as wrong, which may be untrue */
	PROBLEM_FILTERED = -22,  /* a content filter blocked what was said */
	PROBLEM_LAST = PROBLEM_FILTERED,
};

/* What may help against a problem, by its code. */
enum problem_retry {
	PROBLEM_RETRY_NEVER,    /* it would be the same again */
	PROBLEM_RETRY_ONCE,     /* some of them pass */
	PROBLEM_RETRY_STEADY,   /* the other side or the way to it may be back
				 * soon */
	PROBLEM_RETRY_BACK_OFF, /* too many ask: wait longer each time */
};
enum problem_retry problem_retry(int code);

enum { PROBLEM_TEXT_SIZE = 512 };

struct problem {
	int code; /* enum problem_code */
	/* The other side asked not to be tried again before that; 0: it did
	 * not ask. */
	unsigned retry_after_ms;
	/* one line, UTF-8: thing: cause; remedy */
	char text[PROBLEM_TEXT_SIZE];
};

/* Fills p (which may be NULL) and returns code, so that a caller can write
 * "return problem_set(...)".  The text names the thing, the cause and what to
 * do.  Control characters in it become '?', a long text is cut. */
__attribute__((format(printf, 3, 4))) int
problem_set(struct problem *p, int code, const char *format, ...);

/* As problem_set, but keeps what p says already if it has a code. */
__attribute__((format(printf, 3, 4))) int
problem_add(struct problem *p, int code, const char *format, ...);

/* The code's own name in lower case: "memory", "tls".  Never NULL. */
const char *problem_name(int code);

/* Translates an errno value of a file operation: ENOSPC, EDQUOT and
 * EFBIG become PROBLEM_DISK_FULL, ENOMEM PROBLEM_MEMORY, others PROBLEM_FILE.
 */
int problem_from_file_errno(int errno_value);

#endif
