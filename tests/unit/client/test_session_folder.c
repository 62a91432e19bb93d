#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "client/session/folder.h"
#include "client/settings/settings.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "tests/support/await.h"
#include "tests/support/folder.h"

enum { WAV_HEADER = 44, FRAME = 320 };

static const char backend[] = "Tutor: a <test>";
/* 2026-01-02T03:04:05.678Z */
static const int64_t wall_ms = 1767323045678;

struct scene {
	char *base; /* folder of the test */
	struct virtual_clock *clock;
	struct settings *settings;
};

static int enter(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	char *argv[] = {(char *)"talk", (char *)"--voice=matthew",
			(char *)"--token=hush"};
	struct problem p;

	s->base = folder_make();
	setenv("XDG_CONFIG_HOME", s->base, 1);
	setenv("XDG_STATE_HOME", s->base, 1);
	assert_int_equal(virtual_clock_create(&s->clock, wall_ms), 0);
	virtual_clock_run_until(s->clock, 5000);
	assert_int_equal(settings_load(&s->settings, COMMAND_TALK, 3, argv, &p),
			 0);
	*state = s;
	return 0;
}

static int leave(void **state)
{
	struct scene *s = *state;

	settings_free(s->settings);
	virtual_clock_free(s->clock);
	folder_remove(s->base);
	free(s);
	return 0;
}

static int create(struct session_folder **out, struct scene *s, const char *dir,
		  struct problem *p)
{
	*p = (struct problem){0};
	return session_folder_create(out, dir, virtual_clock_clock(s->clock),
				     s->settings, backend, p);
}

static void tell(struct session_folder *f, struct session_event e)
{
	struct session_sink *sink = session_folder_sink(f);

	sink->ops->event(sink, &e);
}

static void tell_audio(struct session_folder *f, enum session_direction way,
		       uint64_t at_us, const int16_t *samples, size_t n)
{
	struct nova_event nova = {
		.type = way == SESSION_SENT ? NOVA_AUDIO_INPUT
					    : NOVA_AUDIO_OUTPUT,
		.content_id = "c",
		.samples = samples,
		.sample_count = n,
	};

	tell(f, (struct session_event){.at_us = at_us,
				       .direction = way,
				       .kind = SESSION_NOVA,
				       .nova = &nova});
}

static void count_up(int16_t *out, size_t n, int first)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)(first + (int)i);
}

/* A WAV file of exactly these samples. */
static void assert_wav(const char *dir, const char *name, uint32_t rate_hz,
		       uint16_t channels, const int16_t *samples, size_t count)
{
	size_t length = 0;
	char *wav = folder_read(dir, name, &length);
	uint32_t rate, data_bytes;
	uint16_t channel_count, bits;

	assert_int_equal(length, WAV_HEADER + count * sizeof *samples);
	assert_memory_equal(wav, "RIFF", 4);
	assert_memory_equal(wav + 8, "WAVEfmt ", 8);
	memcpy(&channel_count, wav + 22, 2);
	memcpy(&rate, wav + 24, 4);
	memcpy(&bits, wav + 34, 2);
	memcpy(&data_bytes, wav + 40, 4);
	assert_int_equal(channel_count, channels);
	assert_int_equal(rate, rate_hz);
	assert_int_equal(bits, 16);
	assert_int_equal(data_bytes, count * sizeof *samples);
	if (count > 0)
		assert_memory_equal(wav + WAV_HEADER, samples,
				    count * sizeof *samples);
	free(wav);
}

static void assert_file(const char *dir, const char *name, const char *want)
{
	char *text = folder_read(dir, name, NULL);

	assert_string_equal(text, want);
	free(text);
}

static void a_conversation_is_kept_bit_for_bit(void **state)
{
	struct scene *s = *state;
	struct session_folder *f = NULL;
	struct problem p;
	int16_t sent[2 * FRAME], received[900], heard[2 * 480];
	struct session_sink *sink;
	struct stat status;

	count_up(sent, 2 * FRAME, -100);
	count_up(received, 900, 5000);
	count_up(heard, 2 * 480, -20000);
	assert_int_equal(create(&f, s, NULL, &p), 0);
	char *dir = text_copy(session_folder_path(f));
	assert_string_equal(strrchr(dir, '/'), "/20260102T030405Z");
	assert_int_equal(stat(dir, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);

	sink = session_folder_sink(f);
	tell(f, (struct session_event){.at_us = 5000,
				       .kind = SESSION_STATE,
				       .text = "listening"});
	tell_audio(f, SESSION_SENT, 6000, sent, FRAME);
	sink->ops->heard(sink, heard, 240);
	tell_audio(f, SESSION_SENT, 7000, sent + FRAME, FRAME);
	tell_audio(f, SESSION_RECEIVED, 8000, received, 500);
	tell_audio(f, SESSION_RECEIVED, 9000, received + 500, 400);
	/* not what went over the wire in that direction */
	tell_audio(f, SESSION_RECEIVED, 9000, received, 0);
	sink->ops->heard(sink, heard + 480, 240);
	tell(f, (struct session_event){.at_us = 9500,
				       .kind = SESSION_TRANSCRIPT,
				       .role = NOVA_USER,
				       .text = "What *is* it?"});
	tell(f, (struct session_event){.at_us = 9600,
				       .kind = SESSION_TRANSCRIPT,
				       .role = NOVA_ASSISTANT,
				       .cut = true,
				       .text = "Plants\nuse\033 <b>"});
	tell(f, (struct session_event){.at_us = 65000, .kind = SESSION_END});
	assert_int_equal(session_folder_failure(f, &p), 0);
	/* the clock goes before the folder, as it does in habla talk */
	s->clock = virtual_clock_free(s->clock);
	assert_null(session_folder_close(f, &p));
	assert_int_equal(p.code, 0);

	assert_wav(dir, "sent.wav", 16000, 1, sent, 2 * FRAME);
	assert_wav(dir, "received.wav", 24000, 1, received, 900);
	assert_wav(dir, "heard.wav", 48000, 2, heard, 2 * 480);
	assert_file(
		dir, "events.jsonl",
		"{\"t\":0,\"dir\":\"local\",\"layer\":\"client\",\"event\":"
		"\"state\",\"state\":\"listening\"}\n"
		"{\"t\":1000,\"dir\":\"sent\",\"layer\":\"nova\",\"event\":"
		"\"audioInput\",\"contentId\":\"c\",\"file\":\"sent.wav\","
		"\"first_sample\":0,\"samples\":320}\n"
		"{\"t\":2000,\"dir\":\"sent\",\"layer\":\"nova\",\"event\":"
		"\"audioInput\",\"contentId\":\"c\",\"file\":\"sent.wav\","
		"\"first_sample\":320,\"samples\":320}\n"
		"{\"t\":3000,\"dir\":\"received\",\"layer\":\"nova\",\"event\":"
		"\"audioOutput\",\"contentId\":\"c\",\"file\":\"received.wav\","
		"\"first_sample\":0,\"samples\":500}\n"
		"{\"t\":4000,\"dir\":\"received\",\"layer\":\"nova\",\"event\":"
		"\"audioOutput\",\"contentId\":\"c\",\"file\":\"received.wav\","
		"\"first_sample\":500,\"samples\":400}\n"
		"{\"t\":4000,\"dir\":\"received\",\"layer\":\"nova\",\"event\":"
		"\"audioOutput\",\"contentId\":\"c\",\"file\":\"received.wav\","
		"\"first_sample\":900,\"samples\":0}\n"
		"{\"t\":4500,\"dir\":\"local\",\"layer\":\"client\",\"event\":"
		"\"transcript\",\"role\":\"USER\",\"text\":\"What *is* it?\","
		"\"cut\":false}\n"
		"{\"t\":4600,\"dir\":\"local\",\"layer\":\"client\",\"event\":"
		"\"transcript\",\"role\":\"ASSISTANT\",\"text\":\"Plants\\nuse"
		"\\u001b <b>\",\"cut\":true}\n"
		"{\"t\":60000,\"dir\":\"local\",\"layer\":\"client\",\"event\":"
		"\"end\",\"exit_code\":0}\n");
	assert_file(dir, "transcript.md",
		    "# Conversation with the tutor\n\n"
		    "2026-01-02 03:04:05 UTC. Tutor: a \\<test\\>\n"
		    "\n**You:** What \\*is\\* it?\n"
		    "\n**Tutor:** Plants use? \\<b\\> — (interrupted)\n");
	free(dir);
}

static const char *string_of(const cJSON *tree, const char *key)
{
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(tree, key));
}

static double number_of(const cJSON *tree, const char *key)
{
	return cJSON_GetNumberValue(
		cJSON_GetObjectItemCaseSensitive(tree, key));
}

static void the_summary_is_there_from_the_start(void **state)
{
	struct scene *s = *state;
	struct session_folder *f = NULL;
	struct problem p;
	struct problem denied = {.code = PROBLEM_DENIED, .text = "no"};

	assert_int_equal(create(&f, s, NULL, &p), 0);
	char *dir = text_copy(session_folder_path(f));
	char *text = folder_read(dir, "session.json", NULL);
	cJSON *tree = cJSON_Parse(text);
	assert_non_null(tree);
	assert_int_equal((int)number_of(tree, "format"), 1);
	assert_string_equal(string_of(tree, "program"), "habla " HABLA_VERSION);
	/* the clock stands at 5 ms */
	assert_string_equal(string_of(tree, "started"),
			    "2026-01-02T03:04:05.683Z");
	assert_int_equal((int)number_of(tree, "started_monotonic_us"), 5000);
	assert_string_equal(string_of(tree, "backend"), backend);
	const cJSON *settings = cJSON_GetObjectItemCaseSensitive(tree,
								 "settings");
	const cJSON *voice = cJSON_GetObjectItemCaseSensitive(settings,
							      "voice");
	assert_string_equal(string_of(voice, "value"), "matthew");
	assert_string_equal(string_of(voice, "from"), "flag");
	assert_null(cJSON_GetObjectItemCaseSensitive(settings, "token"));
	assert_null(strstr(text, "hush"));
	assert_null(cJSON_GetObjectItemCaseSensitive(tree, "ended"));
	cJSON_Delete(tree);
	free(text);

	tell(f, (struct session_event){.at_us = 2005000,
				       .kind = SESSION_PROBLEM,
				       .problem = &denied});
	tell(f, (struct session_event){
			.at_us = 2005000, .kind = SESSION_END, .number = 3});
	session_folder_close(f, NULL);
	text = folder_read(dir, "session.json", NULL);
	tree = cJSON_Parse(text);
	assert_non_null(tree);
	assert_string_equal(string_of(tree, "ended"),
			    "2026-01-02T03:04:07.683Z");
	assert_int_equal((int)number_of(tree, "exit_code"), 3);
	const cJSON *problem = cJSON_GetObjectItemCaseSensitive(tree,
								"problem");
	assert_string_equal(string_of(problem, "code"), "denied");
	assert_string_equal(string_of(problem, "text"), "no");
	assert_int_equal((int)number_of(tree, "lost_events"), 0);
	cJSON_Delete(tree);
	free(text);
	free(dir);
}

static void two_in_one_second_get_folders_of_their_own(void **state)
{
	struct scene *s = *state;
	struct session_folder *first = NULL, *second = NULL;
	struct problem p;

	assert_int_equal(create(&first, s, NULL, &p), 0);
	assert_int_equal(create(&second, s, NULL, &p), 0);
	assert_string_equal(strrchr(session_folder_path(second), '/'),
			    "/20260102T030405Z-2");
	session_folder_close(first, NULL);
	session_folder_close(second, NULL);
}

static void assert_refused(struct scene *s, const char *dir, int code,
			   const char *text)
{
	struct session_folder *f = NULL;
	struct problem p;

	assert_int_equal(create(&f, s, dir, &p), code);
	assert_null(f);
	assert_string_equal(p.text, text);
}

static void a_folder_that_cannot_be_used_is_refused(void **state)
{
	struct scene *s = *state;
	struct session_folder *f = NULL;
	struct problem p;
	char *dir = text_format("%s/a/b", s->base), want[512];

	/* made with all above it, and used once */
	assert_int_equal(create(&f, s, dir, &p), 0);
	assert_string_equal(session_folder_path(f), dir);
	session_folder_close(f, NULL);
	snprintf(want, sizeof want,
		 "%s: the folder is not empty; name a new one for the session",
		 dir);
	assert_refused(s, dir, PROBLEM_USAGE, want);
	free(dir);

	folder_write(s->base, "file", "");
	dir = text_format("%s/file", s->base);
	snprintf(want, sizeof want,
		 "%s: the folder cannot be made: %s: Not a directory; name "
		 "another folder",
		 dir, dir);
	assert_refused(s, dir, PROBLEM_FILE, want);
	free(dir);

	setenv("XDG_STATE_HOME", "relative", 1);
	unsetenv("HOME");
	assert_refused(s, NULL, PROBLEM_USAGE,
		       "session folder: there is no home folder to keep it in; "
		       "name one with --record DIR, or use --no-record");
}

/* In a child, because the limit holds for a whole process and stays. */
static void in_child(void (*body)(struct scene *s), struct scene *s)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		body(s);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("the child ended with status 0x%x", status);
}

#define MUST(holds)                                                            \
	do {                                                                   \
		if (!(holds)) {                                                \
			fprintf(stderr, "line %d: %s\n", __LINE__, #holds);    \
			_exit(1);                                              \
		}                                                              \
	} while (0)

static bool has_failed(void *arg)
{
	return session_folder_failure(arg, NULL) != 0;
}

/* 8 KB a file: sent.wav is full after 4000 samples, the rest is not. */
static void talk_until_full(struct scene *s)
{
	struct rlimit limit = {8192, 8192};
	struct session_folder *f = NULL;
	struct problem p;
	int16_t samples[FRAME];

	signal(SIGXFSZ, SIG_IGN);
	MUST(create(&f, s, NULL, &p) == 0);
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	count_up(samples, FRAME, 0);
	for (uint64_t i = 0; i < 20; i++)
		tell_audio(f, SESSION_SENT, 5000 + i * 20000, samples, FRAME);
	tell(f, (struct session_event){.at_us = 900000,
				       .kind = SESSION_TRANSCRIPT,
				       .role = NOVA_USER,
				       .text = "Still here."});
	tell(f, (struct session_event){.at_us = 900000, .kind = SESSION_END});
	/* what failed is told while the conversation goes on */
	MUST(await(has_failed, f));
	MUST(session_folder_failure(f, &p) == PROBLEM_DISK_FULL);
	MUST(p.code == PROBLEM_DISK_FULL);
	MUST(strstr(p.text, "/sent.wav: the disk is full, so the file ends "
			    "here; the conversation goes on; make room"));
	p = (struct problem){0};
	session_folder_close(f, &p);
	MUST(p.code == PROBLEM_DISK_FULL);
}

static void a_full_disk_ends_one_file_and_not_the_others(void **state)
{
	struct scene *s = *state;
	char *dir = text_format("%s/habla/sessions/20260102T030405Z", s->base);
	size_t length = 0, lines = 0, with_file = 0;
	uint32_t data_bytes;

	in_child(talk_until_full, s);

	char *wav = folder_read(dir, "sent.wav", &length);
	memcpy(&data_bytes, wav + 40, 4);
	assert_true(length <= 8192);
	assert_in_range(data_bytes, 12 * FRAME * 2, length - WAV_HEADER);
	free(wav);
	char *text = folder_read(dir, "events.jsonl", NULL);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		lines++;
		with_file += strstr(line, "\"file\"") != NULL;
	}
	assert_int_equal(lines, 22);
	assert_int_equal(with_file, 12); /* 12 * 640 + 44 bytes fit */
	free(text);
	text = folder_read(dir, "transcript.md", NULL);
	assert_non_null(strstr(text, "Still here."));
	free(text);
	text = folder_read(dir, "session.json", NULL);
	assert_non_null(strstr(text, "\"exit_code\":0"));
	free(text);
	free(dir);
}

static void start_without_room(struct scene *s)
{
	struct rlimit limit = {20, 20};
	struct session_folder *f = NULL;
	struct problem p;

	signal(SIGXFSZ, SIG_IGN);
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	MUST(create(&f, s, NULL, &p) == PROBLEM_DISK_FULL);
	MUST(strstr(p.text, "the disk is full; make room or name another "
			    "folder"));
}

static void a_disk_without_room_is_told_at_the_start(void **state)
{
	struct scene *s = *state;
	char *dir = text_format("%s/habla/sessions/20260102T030405Z", s->base);

	in_child(start_without_room, s);
	/* nothing is left behind */
	assert_int_equal(access(dir, F_OK), -1);
	free(dir);
}

/* 50 lines of 100 bytes and more in one file of 4 KB. */
static void talk_much_until_full(struct scene *s)
{
	struct rlimit limit = {4096, 4096};
	struct session_folder *f = NULL;
	struct problem p;

	signal(SIGXFSZ, SIG_IGN);
	MUST(create(&f, s, NULL, &p) == 0);
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	for (uint64_t i = 0; i < 50; i++)
		tell(f, (struct session_event){.at_us = 5000 + i,
					       .kind = SESSION_NOTICE,
					       .text = "a line of more than "
						       "thirty characters"});
	MUST(await(has_failed, f));
	session_folder_close(f, &p);
	MUST(p.code == PROBLEM_DISK_FULL);
	MUST(strstr(p.text, "/events.jsonl: the disk is full"));
}

static void a_full_disk_leaves_no_half_line(void **state)
{
	struct scene *s = *state;
	char *dir = text_format("%s/habla/sessions/20260102T030405Z", s->base);
	size_t length = 0;

	in_child(talk_much_until_full, s);
	char *text = folder_read(dir, "events.jsonl", &length);
	assert_true(length <= 4096);
	if (length > 0)
		assert_int_equal(text[length - 1], '\n');
	free(text);
	free(dir);
}

struct growing {
	const char *path;
	off_t enough;
};

static bool has_grown(void *arg)
{
	const struct growing *g = arg;
	struct stat status;

	return stat(g->path, &status) == 0 && status.st_size >= g->enough;
}

/* Ends like a crash, without a word, when events are on the disk. */
static void crash(struct scene *s)
{
	struct session_folder *f = NULL;
	struct problem p;
	struct growing events = {.enough = 4096};
	int16_t samples[FRAME];

	MUST(create(&f, s, NULL, &p) == 0);
	events.path = text_format("%s/events.jsonl", session_folder_path(f));
	count_up(samples, FRAME, 0);
	for (uint64_t i = 0; i < 100; i++)
		tell_audio(f, SESSION_SENT, 5000 + i * 20000, samples, FRAME);
	MUST(await(has_grown, &events));
	/* the writer is still at it */
	for (uint64_t i = 100; i < 200; i++)
		tell_audio(f, SESSION_SENT, 5000 + i * 20000, samples, FRAME);
	kill(getpid(), SIGKILL);
}

static void after_a_crash_the_files_can_be_read(void **state)
{
	struct scene *s = *state;
	char *dir = text_format("%s/habla/sessions/20260102T030405Z", s->base);
	size_t length = 0;
	uint32_t data_bytes;
	int16_t frame[FRAME];
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		crash(s);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

	char *wav = folder_read(dir, "sent.wav", &length);
	memcpy(&data_bytes, wav + 40, 4);
	assert_true(data_bytes > 0 && data_bytes % (FRAME * 2) == 0);
	assert_true(data_bytes <= length - WAV_HEADER);
	count_up(frame, FRAME, 0);
	for (size_t at = WAV_HEADER; at < WAV_HEADER + data_bytes;
	     at += sizeof frame)
		assert_memory_equal(wav + at, frame, sizeof frame);
	free(wav);

	char *text = folder_read(dir, "events.jsonl", NULL);
	char *rest = text;
	for (char *end = strchr(rest, '\n'); end; end = strchr(rest, '\n')) {
		*end = '\0';
		cJSON *tree = cJSON_Parse(rest);
		assert_non_null(tree);
		cJSON_Delete(tree);
		rest = end + 1;
	}
	assert_ptr_not_equal(rest, text);
	free(text);
	text = folder_read(dir, "session.json", NULL);
	assert_null(strstr(text, "\"ended\""));
	free(text);
	free(dir);
}

int main(void)
{
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_SCENE(a_conversation_is_kept_bit_for_bit),
		IN_SCENE(the_summary_is_there_from_the_start),
		IN_SCENE(two_in_one_second_get_folders_of_their_own),
		IN_SCENE(a_folder_that_cannot_be_used_is_refused),
		IN_SCENE(a_full_disk_ends_one_file_and_not_the_others),
		IN_SCENE(a_full_disk_leaves_no_half_line),
		IN_SCENE(a_disk_without_room_is_told_at_the_start),
		IN_SCENE(after_a_crash_the_files_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
