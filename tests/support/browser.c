#include "tests/support/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/text.h"
#include "tests/support/folder.h"

/* Chromium reads messages from the first and writes to the second, each ended
 * by a NUL. */
enum { CHILD_READS = 3, CHILD_WRITES = 4 };
enum { HANG_MS = 120000, INPUT_MOST = 256 << 20, OUTPUT_MOST = 1 << 20 };

struct browser {
	pid_t pid;
	int to, from;
	char *profile, *log;
	char *session; /* of the page */
	int next_id;
	struct bytes input, complaints;
};

/* --- the program --- */

static void become_chromium(const struct browser *b, int reads, int writes)
{
	char profile[512];
	int log = open(b->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	snprintf(profile, sizeof profile, "--user-data-dir=%s", b->profile);
	/* out of the way of the numbers that they are to get */
	reads = fcntl(reads, F_DUPFD, 10);
	writes = fcntl(writes, F_DUPFD, 10);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	dup2(reads, CHILD_READS);
	dup2(writes, CHILD_WRITES);
	close(reads);
	close(writes);
	execlp("chromium", "chromium", "--headless=new", "--no-sandbox",
	       "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
	       "--disable-dev-shm-usage", "--disable-background-networking",
	       "--disable-component-update", "--disable-sync", "--mute-audio",
	       "--hide-scrollbars", profile, "about:blank", NULL);
	_exit(127);
}

static void start(struct browser *b)
{
	int to[2], from[2];

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	b->pid = fork();
	assert_true(b->pid >= 0);
	if (b->pid == 0) {
		/* its helpers end with it */
		setpgid(0, 0);
		become_chromium(b, to[0], from[1]);
	}
	setpgid(b->pid, b->pid);
	close(to[0]);
	close(from[1]);
	b->to = to[1];
	b->from = from[0];
}

/* --- messages --- */

static void fail_with_log(const struct browser *b, const char *what)
{
	char *log = NULL;

	if (text_read_file(&log, NULL, b->log, OUTPUT_MOST))
		log = NULL;
	fail_msg("browser: %s\n%s", what, log ? log : "");
}

/* The next message; the caller deletes it. */
static cJSON *receive(struct browser *b)
{
	for (;;) {
		uint8_t *end = b->input.length ? memchr(b->input.data, '\0',
							b->input.length)
					       : NULL;
		if (end) {
			cJSON *json = cJSON_Parse((char *)b->input.data);
			bytes_drop_front(&b->input,
					 (size_t)(end - b->input.data) + 1);
			assert_non_null(json);
			return json;
		}
		struct pollfd ready = {.fd = b->from, .events = POLLIN};
		if (poll(&ready, 1, HANG_MS) != 1)
			fail_with_log(b, "no answer");
		uint8_t *room = bytes_reserve(&b->input, 65536);
		assert_non_null(room);
		ssize_t n = read(b->from, room, 65536);
		if (n <= 0)
			fail_with_log(b, "it has ended (is the package "
					 "chromium installed?)");
		b->input.length += (size_t)n;
	}
}

static const char *at(const cJSON *json, const char *a, const char *b)
{
	const cJSON *inner = cJSON_GetObjectItemCaseSensitive(json, a);

	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(inner, b));
}

static void complain(struct browser *b, const char *what, const cJSON *params)
{
	char *text = cJSON_PrintUnformatted(params);

	bytes_append_format(&b->complaints, "%s: %s\n", what, text ? text : "");
	free(text);
}

static bool stays_here(const char *url)
{
	static const char *const here[] = {"file:", "blob:", "data:", "about:",
					   NULL};

	for (size_t i = 0; url && here[i]; i++)
		if (text_starts(url, here[i]))
			return true;
	return false;
}

static void note_event(struct browser *b, const cJSON *message)
{
	const char *method = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(message, "method"));
	const cJSON *params = cJSON_GetObjectItemCaseSensitive(message,
							       "params");

	if (text_equal(method, "Runtime.exceptionThrown") ||
	    text_equal(method, "Log.entryAdded")) {
		complain(b, method, params);
	} else if (text_equal(method, "Runtime.consoleAPICalled")) {
		const char *type = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(params, "type"));
		if (text_equal(type, "error") || text_equal(type, "warning") ||
		    text_equal(type, "assert"))
			complain(b, method, params);
	} else if (text_equal(method, "Network.requestWillBeSent")) {
		if (!stays_here(at(params, "request", "url")))
			complain(b, method, params);
	}
}

/* Sends a command and waits for its result, which the caller deletes.  params
 * is JSON, or NULL. */
static cJSON *command(struct browser *b, const char *method, const char *params)
{
	struct bytes text;
	int id = ++b->next_id;

	bytes_init(&text, OUTPUT_MOST);
	json_open_object(&text, NULL);
	json_integer(&text, "id", id);
	json_string(&text, "method", method);
	if (b->session)
		json_string(&text, "sessionId", b->session);
	json_raw(&text, "params", params ? params : "{}");
	json_close_object(&text);
	bytes_append_u8(&text, 0);
	assert_int_equal(text.failed, 0);
	if (text_write_all(b->to, text.data, text.length))
		fail_with_log(b, "it does not take commands");
	bytes_deinit(&text);
	for (;;) {
		cJSON *message = receive(b);
		const cJSON *number = cJSON_GetObjectItemCaseSensitive(message,
								       "id");
		if (!number) {
			note_event(b, message);
			cJSON_Delete(message);
			continue;
		}
		assert_int_equal(number->valueint, id);
		cJSON *result = cJSON_DetachItemFromObject(message, "result");
		if (!result) {
			char *why = cJSON_PrintUnformatted(message);
			fail_msg("browser: %s: %s", method, why);
		}
		cJSON_Delete(message);
		return result;
	}
}

static void order(struct browser *b, const char *method, const char *params)
{
	cJSON_Delete(command(b, method, params));
}

/* --- open and close --- */

/* A command whose one parameter is a text; the named member of its result. */
static char *ask(struct browser *b, const char *method, const char *params,
		 const char *member)
{
	cJSON *result = command(b, method, params);
	char *text = text_copy(cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(result, member)));

	assert_non_null(text);
	cJSON_Delete(result);
	return text;
}

static void attach(struct browser *b)
{
	char *target = ask(b, "Target.createTarget",
			   "{\"url\":\"about:blank\"}", "targetId");
	char *params = text_format("{\"targetId\":\"%s\",\"flatten\":true}",
				   target);

	b->session = ask(b, "Target.attachToTarget", params, "sessionId");
	free(params);
	free(target);
}

struct browser *browser_open(const char *path, unsigned width, unsigned height)
{
	struct browser *b = calloc(1, sizeof *b);

	assert_non_null(b);
	bytes_init(&b->input, INPUT_MOST);
	bytes_init(&b->complaints, OUTPUT_MOST);
	b->profile = folder_make();
	b->log = text_format("%s/habla-log", b->profile);
	assert_non_null(b->log);
	start(b);
	attach(b);
	static const char *const domains[] = {"Page.enable", "Runtime.enable",
					      "Log.enable", "Network.enable"};
	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
		order(b, domains[i], NULL);
	char *size = text_format("{\"width\":%u,\"height\":%u,"
				 "\"deviceScaleFactor\":1,\"mobile\":false}",
				 width, height);
	order(b, "Emulation.setDeviceMetricsOverride", size);
	free(size);
	char *url = text_format("{\"url\":\"file://%s\"}", path);
	order(b, "Page.navigate", url);
	free(url);
	browser_wait(b, "location.protocol === 'file:' && "
			"document.readyState === 'complete'");
	return b;
}

void browser_close(struct browser *b)
{
	kill(-b->pid, SIGKILL);
	waitpid(b->pid, NULL, 0);
	close(b->to);
	close(b->from);
	bytes_deinit(&b->input);
	bytes_deinit(&b->complaints);
	free(b->log);
	free(b->session);
	folder_remove(b->profile);
	free(b);
}

/* --- the page --- */

static cJSON *evaluate(struct browser *b, const char *expression)
{
	struct bytes params;

	bytes_init(&params, OUTPUT_MOST);
	json_open_object(&params, NULL);
	json_string(&params, "expression", expression);
	json_bool(&params, "awaitPromise", true);
	json_bool(&params, "returnByValue", true);
	json_bool(&params, "userGesture", false);
	json_close_object(&params);
	cJSON *result = command(b, "Runtime.evaluate", bytes_text(&params));
	bytes_deinit(&params);
	if (cJSON_GetObjectItemCaseSensitive(result, "exceptionDetails")) {
		char *why = cJSON_PrintUnformatted(result);
		fail_msg("browser: %s: %s", expression, why);
	}
	return result;
}

char *browser_value(struct browser *b, const char *expression)
{
	cJSON *result = evaluate(b, expression);
	cJSON *value = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(result, "result"), "value");
	char *text = value ? cJSON_PrintUnformatted(value)
			   : text_copy("undefined");

	assert_non_null(text);
	cJSON_Delete(result);
	return text;
}

void browser_do(struct browser *b, const char *expression)
{
	cJSON_Delete(evaluate(b, expression));
}

void browser_expect(struct browser *b, const char *expression, const char *json)
{
	char *value = browser_value(b, expression);

	if (strcmp(value, json) != 0)
		fail_msg("%s: %s, wanted %s", expression, value, json);
	free(value);
}

void browser_wait(struct browser *b, const char *expression)
{
	/* A page that is being replaced forgets its promises, so this asks
	 * anew each time; the answer comes with the next picture. */
	char *looked = text_format(
		"new Promise((done) => requestAnimationFrame(() => "
		"done(Boolean(%s))))",
		expression);
	bool is_true = false;

	assert_non_null(looked);
	for (int i = 0; i < HANG_MS / 16 && !is_true; i++) {
		char *value = browser_value(b, looked);
		is_true = text_equal(value, "true");
		free(value);
	}
	free(looked);
	if (!is_true)
		fail_msg("never true: %s", expression);
}

static void mouse(struct browser *b, const char *type, double x, double y)
{
	char *params = text_format(
		"{\"type\":\"%s\",\"x\":%.1f,\"y\":%.1f,\"button\":\"left\","
		"\"buttons\":%d,\"clickCount\":1}",
		type, x, y, text_equal(type, "mousePressed") ? 1 : 0);

	assert_non_null(params);
	order(b, "Input.dispatchMouseEvent", params);
	free(params);
}

void browser_click_at(struct browser *b, const char *selector, double share)
{
	char *expression = text_format(
		"(() => { const e = document.querySelector(`%s`);"
		" e.scrollIntoView({ block: 'nearest' });"
		" const r = e.getBoundingClientRect();"
		" return [r.left + r.width * %f, r.top + r.height / 2]; })()",
		selector, share);
	char *value = browser_value(b, expression);
	char *comma = strchr(value, ',');

	assert_non_null(comma);
	double x = strtod(value + 1, NULL), y = strtod(comma + 1, NULL);
	mouse(b, "mousePressed", x, y);
	mouse(b, "mouseReleased", x, y);
	free(value);
	free(expression);
}

void browser_click(struct browser *b, const char *selector)
{
	browser_click_at(b, selector, 0.5);
}

void browser_type(struct browser *b, const char *text)
{
	struct bytes params;

	bytes_init(&params, OUTPUT_MOST);
	json_open_object(&params, NULL);
	json_string(&params, "text", text);
	json_close_object(&params);
	order(b, "Input.insertText", bytes_text(&params));
	bytes_deinit(&params);
}

void browser_press(struct browser *b, const char *key)
{
	static const char *const types[] = {"rawKeyDown", "keyUp"};

	for (size_t i = 0; i < 2; i++) {
		char *params = text_format("{\"type\":\"%s\",\"key\":\"%s\"}",
					   types[i], key);
		assert_non_null(params);
		order(b, "Input.dispatchKeyEvent", params);
		free(params);
	}
}

void browser_prefer_dark(struct browser *b, int dark)
{
	char *params = text_format(
		"{\"features\":[{\"name\":\"prefers-color-scheme\","
		"\"value\":\"%s\"}]}",
		dark ? "dark" : "light");

	assert_non_null(params);
	order(b, "Emulation.setEmulatedMedia", params);
	free(params);
}

void browser_picture(struct browser *b, const char *path)
{
	char *text = ask(b, "Page.captureScreenshot", "{\"format\":\"png\"}",
			 "data");
	uint8_t *png = malloc(base64_decoded_bound(strlen(text)));

	assert_non_null(png);
	long n = base64_decode(png, text, strlen(text));
	assert_true(n > 0);
	assert_int_equal(text_replace_file(path, png, (size_t)n), 0);
	free(png);
	free(text);
}

const char *browser_complaints(struct browser *b)
{
	return b->complaints.length ? bytes_text(&b->complaints) : "";
}
