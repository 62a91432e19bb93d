#include "tests/support/pulse.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROOT_SIZE = 300,
	PATH_SIZE = 400,
	VARIABLES = 8,
	START_LIMIT_MS = 60000, /* a limit for hangs */
};

struct pulse {
	char folder[64];
	char root[ROOT_SIZE]; /* "" : the system's */
	char libraries[4 * PATH_SIZE];
	pid_t pid; /* 0: not running */
	char *variables[VARIABLES + 1];
	int variables_count;
};

extern char **environ;

/* --- files */

static int write_text(const char *folder, const char *name, const char *text)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	if (!f)
		return -1;
	int bad = fputs(text, f) < 0;
	return fclose(f) || bad ? -1 : 0;
}

/* Null sinks that render the latest samples and not a buffer ahead of them
 * (norewinds), then the socket.  The second socket is made last: that it is
 * there says that all of the above is ready. */
static int write_script(const struct pulse *p)
{
	char text[2048];

	snprintf(text, sizeof text,
		 "load-module module-null-sink sink_name=habla_speaker "
		 "rate=48000 channels=1 norewinds=1\n"
		 "load-module module-null-sink sink_name=habla_mic "
		 "rate=48000 channels=1 norewinds=1\n"
		 "set-default-sink habla_speaker\n"
		 "set-default-source habla_mic.monitor\n"
		 "load-module module-native-protocol-unix auth-anonymous=1 "
		 "socket=%s/native\n"
		 "load-module module-cli-protocol-unix socket=%s/ready\n",
		 p->folder, p->folder);
	return write_text(p->folder, "start.pa", text);
}

/* Only what the test needs: without the system's own file ALSA has no other
 * device to look for. */
static int write_alsa(const struct pulse *p)
{
	char text[1024];

	snprintf(
		text, sizeof text,
		"pcm.default {\n\ttype pulse\n\tserver \"unix:%s/native\"\n"
		"\thint { show on description \"Habla test\" }\n}\n"
		"ctl.default {\n\ttype pulse\n\tserver \"unix:%s/native\"\n}\n",
		p->folder, p->folder);
	return write_text(p->folder, "asound.conf", text);
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* --- programs */

static void find_binary(const struct pulse *p, const char *name,
			char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/usr/bin/%s", p->root, name);
	/* the tools may be the system's where only the daemon is unpacked */
	if (p->root[0] && access(path, X_OK) != 0)
		snprintf(path, PATH_SIZE, "/usr/bin/%s", name);
}

static bool is_there(const struct pulse *p, const char *name)
{
	char path[PATH_SIZE];

	find_binary(p, name, path);
	return access(path, X_OK) == 0;
}

static int add_variable(struct pulse *p, const char *name, const char *value)
{
	char text[3 * PATH_SIZE];

	snprintf(text, sizeof text, "%s=%s", name, value);
	p->variables[p->variables_count] = strdup(text);
	return p->variables[p->variables_count++] ? 0 : -1;
}

static int make_variables(struct pulse *p)
{
	char server[PATH_SIZE], alsa[PATH_SIZE], cookie[PATH_SIZE];
	int bad = 0;

	snprintf(server, sizeof server, "unix:%s/native", p->folder);
	snprintf(alsa, sizeof alsa, "%s/asound.conf", p->folder);
	snprintf(cookie, sizeof cookie, "%s/cookie", p->folder);
	bad |= add_variable(p, "PULSE_SERVER", server);
	bad |= add_variable(p, "PULSE_RUNTIME_PATH", p->folder);
	bad |= add_variable(p, "PULSE_STATE_PATH", p->folder);
	bad |= add_variable(p, "PULSE_CONFIG_PATH", p->folder);
	bad |= add_variable(p, "PULSE_COOKIE", cookie);
	bad |= add_variable(p, "PULSE_LATENCY_MSEC", "300");
	bad |= add_variable(p, "ALSA_CONFIG_PATH", alsa);
	return bad;
}

/* The first path that a pattern below the root matches, or "". */
static void find_folder(const struct pulse *p, const char *pattern,
			char path[PATH_SIZE])
{
	char full[PATH_SIZE + 32];
	glob_t found;

	path[0] = 0;
	snprintf(full, sizeof full, "%s%s", p->root, pattern);
	if (glob(full, 0, NULL, &found) == 0) {
		snprintf(path, PATH_SIZE, "%s", found.gl_pathv[0]);
		globfree(&found);
	}
}

/* Where the libraries and the modules of an unpacked package lie; modules
 * need libraries that lie beside them. */
static void find_libraries(struct pulse *p, char modules[PATH_SIZE])
{
	char libraries[PATH_SIZE];

	modules[0] = 0;
	if (!p->root[0])
		return;
	find_folder(p, "/usr/lib/*-linux-gnu*", libraries);
	find_folder(p, "/usr/lib/pulse-*/modules", modules);
	snprintf(p->libraries, sizeof p->libraries, "%s:%s/pulseaudio:%s",
		 libraries, libraries, modules);
}

/* In the child: stdin and stdout as given (-1: nothing), then the program. */
static void become(const struct pulse *p, char *const *args, int in, int out)
{
	int nothing = open("/dev/null", O_RDWR);
	char errors[PATH_SIZE];

	/* what the tools say of a pipe that was closed is not the test's */
	snprintf(errors, sizeof errors, "%s/errors", p->folder);
	int said = open(errors, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(said < 0 ? nothing : said, STDERR_FILENO);

	/* Sound must flow while compilers and other tests keep the machine
	 * busy; where that is not allowed, nothing is lost but safety. */
	const struct sched_param lowest = {.sched_priority = 1};
	sched_setscheduler(0, SCHED_RR, &lowest);
	/* a test that crashes leaves no daemon behind */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(in < 0 ? nothing : in, STDIN_FILENO);
	dup2(out < 0 ? nothing : out, STDOUT_FILENO);
	for (char *const *v = p->variables; *v; v++)
		putenv(*v);
	setenv("HOME", p->folder, 1);
	setenv("XDG_RUNTIME_DIR", p->folder, 1);
	setenv("XDG_CONFIG_HOME", p->folder, 1);
	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	unsetenv("DISPLAY");
	/* for the program under test; the tools name a longer one */
	unsetenv("PULSE_LATENCY_MSEC");
	if (p->libraries[0])
		setenv("LD_LIBRARY_PATH", p->libraries, 1);
	execv(args[0], args);
	_exit(127);
}

static pid_t run(const struct pulse *p, char *const *args, int in, int out)
{
	pid_t pid = fork();

	if (pid == 0)
		become(p, args, in, out);
	return pid;
}

/* --- the daemon */

static int start_daemon(struct pulse *p)
{
	char binary[PATH_SIZE], modules[PATH_SIZE], script[PATH_SIZE];
	char log[PATH_SIZE];

	find_binary(p, "pulseaudio", binary);
	find_libraries(p, modules);
	snprintf(script, sizeof script, "--file=%s/start.pa", p->folder);
	snprintf(log, sizeof log, "--log-target=newfile:%s/log", p->folder);
	char search[PATH_SIZE + 24];
	snprintf(search, sizeof search, "--dl-search-path=%s", modules);
	char *const args[] = {
		binary,
		"-n",
		script,
		log,
		"--daemonize=no",
		"--exit-idle-time=-1",
		"--disable-shm=yes",
		"--use-pid-file=no",
		"--system=no",
		"--realtime=yes",
		"--high-priority=yes",
		modules[0] ? search : NULL,
		NULL,
	};
	p->pid = run(p, args, -1, -1);
	if (p->pid < 0)
		p->pid = 0;
	return p->pid ? 0 : -1;
}

static bool is_ready(const struct pulse *p)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/ready", p->folder);
	return access(path, F_OK) == 0;
}

/* Waits for a change in the folder or for the end of the daemon. */
static int wait_until_ready(struct pulse *p, int watch)
{
	int process = (int)syscall(SYS_pidfd_open, p->pid, 0);
	int err = -1;

	if (process < 0)
		return -1;
	while (!is_ready(p)) {
		struct pollfd fds[] = {{.fd = watch, .events = POLLIN},
				       {.fd = process, .events = POLLIN}};
		char changes[4096];

		if (poll(fds, 2, START_LIMIT_MS) <= 0 || fds[1].revents)
			goto out;
		if (read(watch, changes, sizeof changes) <= 0)
			goto out;
	}
	err = 0;
out:
	close(process);
	return err;
}

static int watch_and_start(struct pulse *p)
{
	int watch = inotify_init1(IN_CLOEXEC);
	int err = -1;

	if (watch < 0)
		return -1;
	if (inotify_add_watch(watch, p->folder, IN_CREATE) >= 0 &&
	    start_daemon(p) == 0)
		err = wait_until_ready(p, watch);
	close(watch);
	return err;
}

int pulse_start(struct pulse **out, char why[256])
{
	const char *root = getenv("HABLA_PULSEAUDIO_ROOT");
	int err = -1;
	struct pulse *p = calloc(1, sizeof *p);

	snprintf(why, 256,
		 "PulseAudio: not enough memory or no folder in /tmp");
	if (!p)
		return -1;
	snprintf(p->root, sizeof p->root, "%s", root ? root : "");
	if (p->root[0] && !is_there(p, "pulseaudio"))
		p->root[0] = 0;
	strcpy(p->folder, "/tmp/habla-pulse-XXXXXX");
	if (!mkdtemp(p->folder)) {
		p->folder[0] = 0;
		goto out;
	}
	if (write_script(p) || write_alsa(p) || make_variables(p))
		goto out;
	if (!is_there(p, "pulseaudio")) {
		snprintf(why, 256,
			 "PulseAudio: /usr/bin/pulseaudio is missing; "
			 "install the package pulseaudio");
		goto out;
	}
	if (!is_there(p, "parec") || !is_there(p, "pacat")) {
		snprintf(why, 256,
			 "PulseAudio: parec and pacat are missing; install the "
			 "package pulseaudio-utils");
		goto out;
	}
	snprintf(why, 256, "PulseAudio: the daemon did not come up");
	err = watch_and_start(p);
out:
	if (err)
		pulse_stop(p);
	else
		*out = p;
	return err;
}

void pulse_freeze(const struct pulse *p)
{
	if (p->pid)
		kill(p->pid, SIGSTOP);
}

void pulse_kill(struct pulse *p)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	p->pid = 0;
}

struct pulse *pulse_stop(struct pulse *p)
{
	if (!p)
		return NULL;
	if (p->pid) {
		kill(p->pid, SIGTERM);
		waitpid(p->pid, NULL, 0);
	}
	if (p->folder[0])
		nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	for (int i = 0; i < p->variables_count; i++)
		free(p->variables[i]);
	free(p);
	return NULL;
}

char *const *pulse_environment(const struct pulse *p)
{
	return p->variables;
}

void pulse_export(const struct pulse *p)
{
	for (char *const *v = p->variables; *v; v++) {
		char name[64];
		size_t n = strcspn(*v, "=");

		snprintf(name, sizeof name, "%.*s", (int)n, *v);
		setenv(name, *v + n + 1, 1);
	}
}

/* --- tools */

static int run_tool(const struct pulse *p, const char *name, const char *device,
		    unsigned rate_hz, bool reads, struct pulse_tool *tool)
{
	char binary[PATH_SIZE], rate[32];
	int ends[2];

	find_binary(p, name, binary);
	snprintf(rate, sizeof rate, "--rate=%u", rate_hz);
	char device_flag[64];
	snprintf(device_flag, sizeof device_flag, "--device=%s", device);
	char *const args[] = {
		binary,         "--raw", "--format=s16le",
		"--channels=1", rate,    "--latency-msec=1000",
		device_flag,    NULL,
	};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	tool->pid = reads ? run(p, args, -1, ends[1])
			  : run(p, args, ends[0], -1);
	close(reads ? ends[1] : ends[0]);
	tool->fd = reads ? ends[0] : ends[1];
	if (tool->pid > 0)
		return 0;
	close(tool->fd);
	return -1;
}

int pulse_record(const struct pulse *p, unsigned rate_hz,
		 struct pulse_tool *tool)
{
	return run_tool(p, "parec", "habla_speaker.monitor", rate_hz, true,
			tool);
}

int pulse_play(const struct pulse *p, unsigned rate_hz, struct pulse_tool *tool)
{
	return run_tool(p, "pacat", "habla_mic", rate_hz, false, tool);
}

int pulse_tool_end(struct pulse_tool *tool)
{
	int status = -1;
	int flags = fcntl(tool->fd, F_GETFL);

	if ((flags & O_ACCMODE) == O_RDONLY)
		kill(tool->pid, SIGTERM);
	close(tool->fd);
	waitpid(tool->pid, &status, 0);
	return status;
}

int pulse_suspend_speaker(const struct pulse *p, bool suspend)
{
	char binary[PATH_SIZE];
	int status = -1;

	find_binary(p, "pactl", binary);
	char *const args[] = {binary, "suspend-sink", "habla_speaker",
			      suspend ? "1" : "0", NULL};
	pid_t pid = run(p, args, -1, -1);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}
