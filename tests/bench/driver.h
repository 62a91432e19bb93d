/*
 * driver: many clients of a relay on one thread, each sending a frame of 20 ms
 * every 20 ms and reading what comes.  They are spread evenly over the 20 ms.
 */
#ifndef TESTS_BENCH_DRIVER_H
#define TESTS_BENCH_DRIVER_H

#include <stddef.h>
#include <stdint.h>

struct driver;
struct nova_event;
struct problem;

/* Connects that many clients and opens a session for each. */
int driver_open(struct driver **out, uint16_t port, unsigned clients,
		struct problem *p);
struct driver *driver_close(struct driver *d);

/* Sends so many frames from each client, in real time; frames of one driver
 * count on from run to run.  Sample 0 is the client's number, sample 1 the
 * frame's; the rest is too quiet to be speech.  received (may be NULL) gets
 * each audio event and when its last byte had come. */
int driver_run(struct driver *d, unsigned frames,
	       void (*received)(void *arg, const struct nova_event *e,
				uint64_t at_us),
	       void *arg, struct problem *p);

/* Just before the bytes of a frame went to the kernel; of the last run. */
uint64_t driver_sent_us(const struct driver *d, unsigned client,
			unsigned frame);

#endif
