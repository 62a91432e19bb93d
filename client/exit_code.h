/* exit_code: what `habla` tells a shell. */
#ifndef CLIENT_EXIT_CODE_H
#define CLIENT_EXIT_CODE_H

enum exit_code {
	EXIT_CODE_OK = 0,
	EXIT_CODE_FAILED = 1,  /* the conversation failed */
	EXIT_CODE_USAGE = 2,   /* a flag, a setting or a file named by one */
	EXIT_CODE_CONNECT = 3, /* never connected, or connection given up */
	EXIT_CODE_DEVICE = 4,  /* no microphone or speaker */
};

/* connected: the session had been accepted before. */
int exit_code_for(int problem_code, int connected);

/* A sentence for the manual. */
const char *exit_code_meaning(enum exit_code code);

#endif
