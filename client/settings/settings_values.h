/* settings_values: the inside of struct settings, for this folder alone. */
#ifndef CLIENT_SETTINGS_SETTINGS_VALUES_H
#define CLIENT_SETTINGS_SETTINGS_VALUES_H

#include "client/settings/settings.h"

struct setting_value {
	char *text;   /* owned; NULL: not set (the default holds) */
	char *place;  /* owned; "--voice", "HABLA_VOICE", ".env:3: HABLA_VOICE":
		       * begins the line of an error */
	char *origin; /* owned; "flag", "environment HABLA_VOICE", ".env:3" */
	enum setting_source source;
	long number;
	bool on;
};

struct settings {
	enum settings_command command;
	struct setting_value values[SETTING_COUNT];
	const char **arguments; /* beside the flags */
	size_t argument_count;
};

/* The setting that decided about the backend: SETTING_COUNT for none. */
enum setting settings_backend_decider(const struct settings *s);
const char *settings_backend_name(enum backend backend);

#endif
