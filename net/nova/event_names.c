#include "net/nova/event_names.h"

#include <stddef.h>

#include "net/nova/event.h"

const char *const nova_event_names[] = {
	[NOVA_NONE] = "",
	[NOVA_CONTENT_START] = "contentStart",
	[NOVA_CONTENT_END] = "contentEnd",
	[NOVA_SESSION_START] = "sessionStart",
	[NOVA_PROMPT_START] = "promptStart",
	[NOVA_TEXT_INPUT] = "textInput",
	[NOVA_AUDIO_INPUT] = "audioInput",
	[NOVA_TOOL_RESULT] = "toolResult",
	[NOVA_PROMPT_END] = "promptEnd",
	[NOVA_SESSION_END] = "sessionEnd",
	[NOVA_COMPLETION_START] = "completionStart",
	[NOVA_TEXT_OUTPUT] = "textOutput",
	[NOVA_AUDIO_OUTPUT] = "audioOutput",
	[NOVA_TOOL_USE] = "toolUse",
	[NOVA_COMPLETION_END] = "completionEnd",
	[NOVA_USAGE] = "usageEvent",
	NULL,
};

const char *const nova_role_names[] = {
	[NOVA_ROLE_NONE] = "",
	[NOVA_SYSTEM] = "SYSTEM",
	[NOVA_USER] = "USER",
	[NOVA_ASSISTANT] = "ASSISTANT",
	[NOVA_ROLE_TOOL] = "TOOL",
	[NOVA_SYSTEM_SPEECH] = "SYSTEM_SPEECH",
	NULL,
};

const char *const nova_content_names[] = {
	[NOVA_CONTENT_NONE] = "",
	[NOVA_TEXT] = "TEXT",
	[NOVA_AUDIO] = "AUDIO",
	[NOVA_TOOL] = "TOOL",
	NULL,
};

const char *const nova_stage_names[] = {
	[NOVA_STAGE_NONE] = "",
	[NOVA_SPECULATIVE] = "SPECULATIVE",
	[NOVA_FINAL] = "FINAL",
	NULL,
};

const char *const nova_stop_names[] = {
	[NOVA_STOP_NONE] = "",
	[NOVA_PARTIAL_TURN] = "PARTIAL_TURN",
	[NOVA_END_TURN] = "END_TURN",
	[NOVA_INTERRUPTED] = "INTERRUPTED",
	[NOVA_STOP_TOOL_USE] = "TOOL_USE",
	NULL,
};

const char *const nova_pause_names[] = {
	[NOVA_PAUSE_DEFAULT] = "",
	[NOVA_PAUSE_HIGH] = "HIGH",
	[NOVA_PAUSE_MEDIUM] = "MEDIUM",
	[NOVA_PAUSE_LOW] = "LOW",
	NULL,
};
