#include "client/trial/trial_report.h"

#include <stdlib.h>

#include "client/report/report_recorder.h"
#include "client/trial/trial.h"
#include "client/trial/verdict.h"
#include "client/trial/virtual_voice.h"
#include "net/base/text.h"

void trial_report(struct trial *t, const struct script_case *script,
		  struct judge_program *judge, uint64_t start_us,
		  struct report_case *out, struct report_recorder *recorder)
{
	struct trial_sound learner = trial_learner_sound(t);
	struct trial_sound tutor = trial_tutor_sound(t);
	bool connected;
	const struct verdict_trial v = {
		.script = script,
		.log = trial_log_of(t),
		.start_us = start_us,
		.end = trial_end(t, &connected),
		.judge = judge,
	};

	report_case_set_wave(out, REPORT_LEARNER, learner.samples,
			     learner.count, VIRTUAL_MIC_HZ);
	report_case_set_wave(out, REPORT_TUTOR, tutor.samples, tutor.count,
			     VIRTUAL_SPEAKER_HZ);
	report_recorder_finish(recorder);
	verdict_write(&v, out);
	if (trial_log_of(t)->failed)
		out->failed = trial_log_of(t)->failed;
}

void trial_report_folder(struct report_case *out, const char *folder)
{
	char *audio = text_format("%s/heard.wav", folder);

	report_case_text(out, &out->folder, folder);
	if (audio)
		report_case_text(out, &out->audio, audio);
	free(audio);
}
