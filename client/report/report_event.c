#include "client/report/report_event.h"

#include <stdio.h>

#include "net/base/problem.h"

/* Names of the protocol in a row, those that there are. */
static void describe_nova(char out[REPORT_EVENT_TEXT_SIZE],
			  const struct nova_event *e)
{
	snprintf(out, REPORT_EVENT_TEXT_SIZE, "%s%s%s%s%s%s%s%s%s",
		 e->content ? nova_content_name(e->content) : "",
		 e->role ? " " : "", e->role ? nova_role_name(e->role) : "",
		 e->stage ? " " : "", e->stage ? nova_stage_name(e->stage) : "",
		 e->stop ? " " : "", e->stop ? nova_stop_name(e->stop) : "",
		 e->tool_name ? " " : "", e->tool_name ? e->tool_name : "");
}

/* Sound, texts and totals stand elsewhere; what we send is said by turns. */
static bool is_shown(const struct session_event *e)
{
	switch (e->nova->type) {
	case NOVA_AUDIO_INPUT:
	case NOVA_AUDIO_OUTPUT:
	case NOVA_TEXT_INPUT:
	case NOVA_TEXT_OUTPUT:
	case NOVA_USAGE:
		return false;
	case NOVA_CONTENT_START:
	case NOVA_CONTENT_END:
		return e->direction == SESSION_RECEIVED;
	default:
		return true;
	}
}

static void describe_local(char out[REPORT_EVENT_TEXT_SIZE],
			   const struct session_event *e)
{
	const char *why = e->problem ? e->problem->text : "";

	switch (e->kind) {
	case SESSION_INTERRUPTED:
	case SESSION_SKIPPED:
		snprintf(out, REPORT_EVENT_TEXT_SIZE, "%lld samples flushed",
			 (long long)e->number);
		break;
	case SESSION_TOOL_CALL:
	case SESSION_TOOL_RESULT:
		snprintf(out, REPORT_EVENT_TEXT_SIZE, "%s %s%s%s",
			 e->tool ? e->tool : "", e->text ? e->text : "",
			 *why ? " " : "", why);
		break;
	case SESSION_RETRY:
		snprintf(out, REPORT_EVENT_TEXT_SIZE,
			 "attempt %lld in %u ms: %s", (long long)e->number,
			 e->delay_ms, why);
		break;
	case SESSION_RENEWAL:
		snprintf(out, REPORT_EVENT_TEXT_SIZE,
			 "number %lld, %u ms without a "
			 "listener%s%s",
			 (long long)e->number, e->delay_ms, *why ? ": " : "",
			 why);
		break;
	case SESSION_END:
		snprintf(out, REPORT_EVENT_TEXT_SIZE, "exit code %lld",
			 (long long)e->number);
		break;
	default:
		snprintf(out, REPORT_EVENT_TEXT_SIZE, "%s",
			 e->text ? e->text : why);
		break;
	}
}

const char *report_event_describe(char text[REPORT_EVENT_TEXT_SIZE],
				  const struct session_event *e)
{
	text[0] = '\0';
	if (e->kind == SESSION_STATE || e->kind == SESSION_COUNTDOWN)
		return NULL;
	if (e->kind != SESSION_NOVA) {
		describe_local(text, e);
		return session_kind_name(e->kind);
	}
	if (!is_shown(e))
		return NULL;
	describe_nova(text, e->nova);
	return e->nova->type == NOVA_OTHER ? e->nova->name
					   : nova_event_name(e->nova->type);
}
