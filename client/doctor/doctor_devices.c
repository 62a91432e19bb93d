/* doctor: microphone and speaker. */
#include "audio/device/audio_device.h"
#include "client/conversation/voice_link.h"
#include "client/doctor/doctor_checks.h"
#include "client/settings/settings.h"
#include "client/talk/devices.h"
#include "net/base/language.h"
#include "net/base/problem.h"

static void say_device(struct doctor *d, const char *check,
		       const struct audio_device *device, const char *name,
		       bool not_found, const char *instead)
{
	if (not_found)
		doctor_say(d, check, DOCTOR_WARN,
			   "no sound card has one; %s; plug one in, or name "
			   "a file with --%s",
			   instead, check[0] == 'm' ? "mic" : "speaker");
	else
		doctor_say(d, check, DOCTOR_PASS, "%s, %u Hz", name,
			   device->rate_hz);
}

void doctor_check_devices(struct doctor *d)
{
	struct talk_devices devices = {
		.mic = settings_text(d->settings, SETTING_MIC),
		.speaker = settings_text(d->settings, SETTING_SPEAKER),
		.headset = settings_flag(d->settings, SETTING_HEADSET),
	};
	struct voice_link_devices open = {0};
	struct problem p = {0};

	if (settings_flag(d->settings, SETTING_TEXT))
		return;
	if (talk_devices_check(&devices, &p) ||
	    talk_devices_open(&devices, &open, &p)) {
		doctor_say(d, "sound", DOCTOR_FAIL, "%s", p.text);
		goto out;
	}
	say_device(d, "microphone", open.mic, devices.mic_name,
		   devices.no_mic_found,
		   _("recordings that come with Habla would speak"));
	say_device(d, "speaker", open.speaker, devices.speaker_name,
		   devices.no_speaker_found,
		   _("the tutor would be heard only in the session folder"));
out:
	audio_device_free(open.mic);
	audio_device_free(open.speaker);
}
