/* doctor_checks: the checks and their lines, for this folder alone. */
#ifndef CLIENT_DOCTOR_DOCTOR_CHECKS_H
#define CLIENT_DOCTOR_DOCTOR_CHECKS_H

#include <stdbool.h>
#include <stdio.h>

struct credentials_source;
struct http;
struct loop;
struct settings;

enum doctor_verdict {
	DOCTOR_PASS,
	DOCTOR_WARN, /* it works, but perhaps not as wanted */
	DOCTOR_FAIL,
};

struct doctor {
	const struct settings *settings;
	struct loop *loop; /* runs while a check waits; loop_stop() ends it */
	struct http *http;
	FILE *out;
	bool json;
	unsigned warnings, failures;
	/* A check that failed makes those that need it pointless. */
	bool unreachable;
};

/* One line.  text names what was seen; a failure's says the remedy. */
__attribute__((format(printf, 4, 5))) void
doctor_say(struct doctor *d, const char *check, enum doctor_verdict verdict,
	   const char *format, ...);

/* Prompt, lesson and tools are read; only what is set is told. */
void doctor_check_files(struct doctor *d);
/* Microphone and speaker are opened and closed again; nothing for --text. */
void doctor_check_devices(struct doctor *d);
/* The relay's or Bedrock's name, its certificate, and our clock against its.
 * Nothing for the built-in simulator. */
void doctor_check_network(struct doctor *d);
/* Where the AWS credentials come from, and whose they are. */
void doctor_check_credentials(struct doctor *d);
/* A session is opened, given half a second of silence, and ended. */
void doctor_check_session(struct doctor *d);

#endif
