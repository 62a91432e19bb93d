/* settings_model: the settings that hang on the model: voice, language, pause
 * of a turn (net/nova/model.h). */
#ifndef CLIENT_SETTINGS_SETTINGS_MODEL_H
#define CLIENT_SETTINGS_SETTINGS_MODEL_H

#include <stdio.h>

#include "net/nova/event.h"

struct problem;
struct settings;

/* PROBLEM_USAGE names the setting that the model cannot do.  Behind a relay the
 * model is the relay's, which checks for itself. */
int settings_check_model(const struct settings *s, struct problem *p);
enum nova_turn_pause settings_turn_pause(const struct settings *s);
/* `habla talk --voices` */
void settings_print_voices(const struct settings *s, FILE *out);

#endif
