/*
 * program: one of our programs as a process: started, listened to, weighed,
 * and ended by its id.  One thread.
 */
#ifndef TESTS_BENCH_PROGRAM_H
#define TESTS_BENCH_PROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bench;
struct problem;

struct program {
	pid_t pid;  /* 0: none */
	int output; /* its stdout and stderr */
	const char *name;
	uint64_t start_us;    /* just before it was made */
	char text[16 * 1024]; /* its last output, NUL-terminated */
	size_t length;
};

/* argv[0] is the program's name, found beside this one; argv ends with NULL.
 * It runs in the bench's folder with an environment of its own, so that no
 * setting of the person who runs the bench gets in.  0 or a problem code. */
int program_start(struct program *r, const struct bench *b,
		  const char *const *argv, struct problem *p);

/* Reads its output until text is in it, and says when that was read (at_us may
 * be NULL; it is left alone when the text had been read before).
 * PROBLEM_TIMEOUT, or PROBLEM_CLOSED when it ends first. */
int program_expect(struct program *r, const char *text, uint64_t *at_us,
		   struct problem *p);
/* The number behind the first `before` in its output, expected as above. */
int program_expect_port(struct program *r, const char *before, uint16_t *port,
			struct problem *p);

/* CPU time of all its threads so far, user and system, in seconds. */
int program_cpu_s(const struct program *r, double *out, struct problem *p);

struct program_memory {
	double peak_mb;        /* VmHWM: most that was resident */
	double rss_mb, pss_mb; /* now; pss shares what others use too */
};
int program_memory(const struct program *r, struct program_memory *out,
		   struct problem *p);

/* Proportional set size of this process itself. */
double program_own_pss_kb(void);

/* From here on programs end too when this one is ended by a signal, and by
 * SIGALRM it is after that many seconds. */
void program_end_with_us(unsigned limit_s);

/* SIGTERM, after 4 s SIGKILL, and waits.  Safe on zero bytes. */
void program_end(struct program *r);

#endif
