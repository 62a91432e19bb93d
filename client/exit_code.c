#include "client/exit_code.h"

#include "net/base/problem.h"

int exit_code_for(int problem_code, int connected)
{
	switch (problem_code) {
	case PROBLEM_NONE:
		return EXIT_CODE_OK;
	case PROBLEM_USAGE:
		return EXIT_CODE_USAGE;
	case PROBLEM_DEVICE:
		return EXIT_CODE_DEVICE;
	case PROBLEM_CONNECT: /* again, when all attempts are used up */
	case PROBLEM_BUSY:
		return EXIT_CODE_CONNECT;
	case PROBLEM_FORMAT: /* before the start: a file that was named */
	case PROBLEM_FILE:
		return connected ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
	case PROBLEM_TLS:
	case PROBLEM_DENIED:
	case PROBLEM_CLOCK:
	case PROBLEM_MODEL:
	case PROBLEM_THROTTLED:
	case PROBLEM_REJECTED:
	case PROBLEM_SERVER:
	case PROBLEM_TIMEOUT:
	case PROBLEM_CLOSED:
	case PROBLEM_PROTOCOL:
	case PROBLEM_UNCLEAR:
	case PROBLEM_FILTERED:
		return connected ? EXIT_CODE_FAILED : EXIT_CODE_CONNECT;
	default:
		return EXIT_CODE_FAILED;
	}
}

const char *exit_code_meaning(enum exit_code code)
{
	static const char *const meanings[] = {
		[EXIT_CODE_OK] = "All is well.",
		[EXIT_CODE_FAILED] = "It failed, or the conversation did.",
		[EXIT_CODE_USAGE] =
			"A flag, a setting or a file named by one is "
			"wrong.",
		[EXIT_CODE_CONNECT] =
			"No connection came about, or it was given "
			"up.",
		[EXIT_CODE_DEVICE] = "There is no microphone or no speaker.",
	};

	return meanings[code];
}
