/* Where an AWS secret may not be: in the memory of a process that needs it no
 * longer, in what a program prints, in its log, in what it keeps of a
 * conversation. */
#include <setjmp.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/aws/credentials_chain.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "tests/support/folder.h"
#include "tests/support/stack.h"
#include "tests/support/stream_probe.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

enum {
	LENGTH = 40,
	MASK = 0x55,
	PIECE = 1 << 16,
	/* sanitizers keep books of terabytes, empty for the most part */
	MAPPING_MOST = 1 << 29,
};

/* --- what is looked for; the test itself must not hold it --- */

struct masked {
	uint8_t text[LENGTH];
};

static struct masked new_secret(void)
{
	struct masked m;

	random_fill(m.text, LENGTH);
	for (int i = 0; i < LENGTH; i++)
		m.text[i] = (uint8_t)('a' + m.text[i] % 26) ^ MASK;
	return m;
}

static void write_masked(int fd, const struct masked *m)
{
	char text[LENGTH];

	for (int i = 0; i < LENGTH; i++)
		text[i] = (char)(m->text[i] ^ MASK);
	assert_int_equal(LENGTH, write(fd, text, LENGTH));
	explicit_bzero(text, sizeof text);
}

/* A file of "BEFORE secret AFTER". */
static char *write_file(const char *folder, const char *name, mode_t mode,
			const char *before, const struct masked *secret,
			const char *after)
{
	char *path = text_format("%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_true(write(fd, before, strlen(before)) > 0);
	write_masked(fd, secret);
	assert_true(write(fd, after, strlen(after)) > 0);
	close(fd);
	return path;
}

static bool stands_at(const uint8_t *at, const struct masked *m)
{
	for (int i = 0; i < LENGTH; i++)
		if ((at[i] ^ MASK) != m->text[i])
			return false;
	return true;
}

static unsigned count_in(const uint8_t *data, size_t length,
			 const struct masked *m)
{
	unsigned found = 0;

	for (size_t i = 0; i + LENGTH <= length; i++)
		found += stands_at(data + i, m);
	return found;
}

/* --- our own memory --- */

static uint8_t piece[PIECE + LENGTH];

/* Pieces overlap, so that none is cut. */
static unsigned count_between(int memory, uintptr_t from, uintptr_t to,
			      const struct masked *m)
{
	unsigned found = 0;

	for (uintptr_t at = from; at < to; at += PIECE) {
		size_t want = to - at < sizeof piece ? to - at : sizeof piece;
		ssize_t n = pread(memory, piece, want, (off_t)at);

		if (n > 0)
			found += count_in(piece, (size_t)n, m);
	}
	explicit_bzero(piece, sizeof piece);
	return found;
}

/* Copies in all that this process may write to, freed or not. */
static unsigned count_in_memory(const struct masked *m)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	uintptr_t mine = (uintptr_t)piece;
	unsigned found = 0;
	char line[512];

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (fgets(line, sizeof line, maps)) {
		uintptr_t from, to;
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 ||
		    rights[1] != 'w' || to - from > MAPPING_MOST)
			continue;
		if (mine >= from && mine < to) {
			found += count_between(memory, from, mine, m);
			from = mine + sizeof piece;
		}
		found += count_between(memory, from, to, m);
	}
	fclose(maps);
	close(memory);
	return found;
}

/* A stream with the credentials that the environment's files give. */
static void stream_and_forget(const char *endpoint, const struct masked *secret)
{
	const struct credentials_chain_settings chain = {0};
	struct credentials_source *source = NULL;
	struct nova_upstream *upstream = NULL;
	struct loop *loop = NULL;
	struct stream_probe probe;
	struct problem p = {0};

	assert_int_equal(0, loop_create(&loop));
	assert_int_equal(0,
			 credentials_chain_create(&source, loop, &chain, &p));
	const struct bedrock_settings settings = {.endpoint = endpoint,
						  .credentials = source};
	assert_int_equal(0, bedrock_upstream_create(&upstream, loop, &settings,
						    &p));
	stream_probe_open(&probe, loop, upstream, NULL);
	stream_probe_await(&probe, "opened");
	/* it is found where it is: the stream signs with it */
	assert_true(count_in_memory(secret) > 0);
	stream_probe_free(&probe);
	bedrock_upstream_free(upstream);
	credentials_source_free(source);
	loop_free(loop);
	assert_int_equal(0, count_in_memory(secret));
}

static void start_simulator(struct process *sim, char endpoint[64])
{
	const char *argv[] = {"habla", "sim", "--port", "0", NULL};

	process_start(sim, argv, stack_environment);
	snprintf(endpoint, 64, "http://127.0.0.1:%u",
		 stack_port_of(sim, "http://"));
}

static void set_environment(const char *credentials_file)
{
	unsetenv("AWS_ACCESS_KEY_ID");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	unsetenv("AWS_PROFILE");
	setenv("AWS_CONFIG_FILE", "/dev/null", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", credentials_file, 1);
}

static void a_secret_is_wiped_when_nobody_needs_it(void **state)
{
	struct masked secret = new_secret();
	char *folder = folder_make(), endpoint[64];
	struct process sim;

	(void)state;
	start_simulator(&sim, endpoint);
	char *file = write_file(folder, "credentials", 0600,
				"[default]\naws_access_key_id = AKIDEXAMPLE\n"
				"aws_secret_access_key = ",
				&secret, "\nregion = us-east-1\n");
	set_environment(file);
	stream_and_forget(endpoint, &secret);
	process_end(&sim);
	free(file);
	folder_remove(folder);
}

static void so_is_one_that_a_program_prints(void **state)
{
	struct masked secret = new_secret();
	char *folder = folder_make(), endpoint[64];
	struct process sim;

	(void)state;
	start_simulator(&sim, endpoint);
	char *program = write_file(
		folder, "keys", 0700,
		"#!/bin/sh\ncat <<'END'\n{\"Version\":1,\"AccessKeyId\":\"AK\","
		"\"SecretAccessKey\":\"",
		&secret, "\"}\nEND\n");
	char *config = text_format("[default]\ncredential_process = %s\n",
				   program);
	folder_write(folder, "credentials", config);
	char *file = text_format("%s/credentials", folder);
	set_environment(file);
	stream_and_forget(endpoint, &secret);
	process_end(&sim);
	free(file);
	free(config);
	free(program);
	folder_remove(folder);
}

/* --- what programs print and keep --- */

static const struct masked *looked_for;
static unsigned files_seen;

static int look_at(const char *path, const struct stat *status, int type,
		   struct FTW *where)
{
	size_t length = 0;
	char *text;

	(void)status;
	(void)where;
	if (type != FTW_F || strstr(path, "/aws-"))
		return 0;
	assert_int_equal(0, text_read_file(&text, &length, path, 1 << 26));
	if (count_in((const uint8_t *)text, length, looked_for))
		fail_msg("the secret is in %s", path);
	free(text);
	files_seen++;
	return 0;
}

static void neither_output_nor_log_nor_session_folder_has_it(void **state)
{
	struct masked secret = new_secret();
	struct stack s = {.folder = folder_make()};
	char variable[600];
	size_t n = 0;

	(void)state;
	stack_start(&s, NULL);
	free(write_file(s.folder, "aws-credentials", 0600,
			"[default]\naws_access_key_id = AKIDEXAMPLE\n"
			"aws_secret_access_key = stack-secret\n"
			"aws_session_token = ",
			&secret, "\n"));
	snprintf(variable, sizeof variable, "AWS_SHARED_CREDENTIALS_FILE=%s",
		 stack_path(&s, "aws-credentials"));
	const char *environment[40];
	for (; stack_environment[n]; n++)
		environment[n] = stack_environment[n];
	environment[n++] = "AWS_ACCESS_KEY_ID";
	environment[n++] = "AWS_SECRET_ACCESS_KEY";
	environment[n++] = variable;
	environment[n] = NULL;

	const char *argv[] = {"habla",
			      "talk",
			      "--bedrock",
			      "--endpoint",
			      s.endpoint,
			      "--renew-after",
			      "3",
			      "--mic",
			      SPEECH,
			      "--speaker",
			      stack_path(&s, "speaker.wav"),
			      "--record",
			      stack_path(&s, "session"),
			      "--log",
			      stack_path(&s, "log"),
			      "--json",
			      NULL};
	struct process talk;
	process_start(&talk, argv, environment);
	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	assert_non_null(strstr(talk.text, "profile default"));
	looked_for = &secret;
	if (count_in((const uint8_t *)talk.text, talk.length, &secret))
		fail_msg("the secret is in the output");
	assert_int_equal(0, nftw(s.folder, look_at, 16, FTW_PHYS));
	/* log, events, transcript, session.json, sound */
	assert_true(files_seen > 5);
	stack_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_wiped_when_nobody_needs_it),
		cmocka_unit_test(so_is_one_that_a_program_prints),
		cmocka_unit_test(
			neither_output_nor_log_nor_session_folder_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
