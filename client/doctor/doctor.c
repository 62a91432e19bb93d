#include "client/doctor/doctor.h"

#include <stdarg.h>

#include "client/doctor/doctor_checks.h"
#include "client/settings/settings.h"
#include "client/settings/settings_values.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/http/http.h"
#include "net/loop/loop.h"

enum { LINE_MAX_BYTES = 8192 };

static void write_json(struct doctor *d, const char *check, const char *verdict,
		       const char *text)
{
	struct bytes line;

	bytes_init(&line, LINE_MAX_BYTES);
	json_open_object(&line, NULL);
	json_string(&line, "check", check);
	json_string(&line, "verdict", verdict);
	json_string(&line, "text", text);
	json_close_object(&line);
	fprintf(d->out, "%.*s\n", (int)line.length, (const char *)line.data);
	bytes_deinit(&line);
}

void doctor_say(struct doctor *d, const char *check,
		enum doctor_verdict verdict, const char *format, ...)
{
	static const char *const names[] = {
		[DOCTOR_PASS] = "pass",
		[DOCTOR_WARN] = "warn",
		[DOCTOR_FAIL] = "fail",
	};
	struct problem text = {0}; /* cut and cleaned like any line of ours */
	char line[PROBLEM_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, _(format), args);
	va_end(args);
	problem_set(&text, PROBLEM_USAGE, "%s", line);
	d->warnings += verdict == DOCTOR_WARN;
	d->failures += verdict == DOCTOR_FAIL;
	if (d->json)
		write_json(d, check, names[verdict], text.text);
	else
		fprintf(d->out, "%s  %-12s %s\n", names[verdict], check,
			text.text);
	fflush(d->out); /* the next check may take a while */
}

static void check_settings(struct doctor *d)
{
	enum setting decider = settings_backend_decider(d->settings);
	static const char *const tutors[] = {
		[BACKEND_RELAY] = N_("behind a relay"),
		[BACKEND_BEDROCK] = N_("Amazon Bedrock"),
		[BACKEND_SIM] = N_("the built-in simulator"),
	};
	const char *tutor = tutors[settings_backend(d->settings)];

	if (decider == SETTING_COUNT)
		doctor_say(d, "settings", DOCTOR_PASS,
			   "the tutor is %s (nothing else is set)", tutor);
	else
		doctor_say(d, "settings", DOCTOR_PASS, "the tutor is %s (%s)",
			   tutor, d->settings->values[decider].origin);
}

static void sum_up(struct doctor *d)
{
	if (d->json)
		fprintf(d->out, "{\"warnings\":%u,\"failures\":%u}\n",
			d->warnings, d->failures);
	else if (d->failures)
		fprintf(d->out,
			_("\n%u of the checks failed: a conversation "
			  "will not work before that is mended.\n"),
			d->failures);
	else
		fputs(d->warnings ? _("\nA conversation will work; the "
				      "warnings say "
				      "how it could be better.\n")
				  : _("\nA conversation will work.\n"),
		      d->out);
}

int doctor_run(const struct settings *settings, FILE *out, bool json)
{
	struct doctor d = {.settings = settings, .out = out, .json = json};
	struct problem p = {0};
	int err = loop_create(&d.loop);

	if (err)
		return err;
	err = http_create(&d.http, d.loop,
			  settings_text(settings, SETTING_CA_FILE), &p);
	if (err) {
		doctor_say(&d, "settings", DOCTOR_FAIL, "%s", p.text);
	} else {
		check_settings(&d);
		doctor_check_files(&d);
		doctor_check_devices(&d);
		doctor_check_network(&d);
		doctor_check_credentials(&d);
		doctor_check_session(&d);
	}
	sum_up(&d);
	http_free(d.http);
	loop_free(d.loop);
	return (int)d.failures;
}
