#include "client/talk/aws.h"

#include <stddef.h>

#include "client/login/login_source.h"
#include "client/settings/settings.h"
#include "net/aws/credentials_chain.h"
#include "net/aws/region.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* A session token belongs to the secret key beside it: one that another place
 * has left behind would only spoil long-term keys. */
static const char *session_token(const struct settings *s)
{
	if (settings_source(s, SETTING_SESSION_TOKEN) !=
	    settings_source(s, SETTING_SECRET_KEY))
		return NULL;
	return settings_text(s, SETTING_SESSION_TOKEN);
}

int talk_credentials_create(struct credentials_source **out, struct loop *l,
			    const struct settings *s, struct problem *p)
{
	struct credentials_chain_settings chain = {
		.profile = settings_text(s, SETTING_PROFILE),
		.profile_first = settings_source(s, SETTING_PROFILE) ==
				 SOURCE_FLAG,
		.key_id = settings_text(s, SETTING_ACCESS_KEY),
		.secret = settings_text(s, SETTING_SECRET_KEY),
		.token = session_token(s),
		.keys_from = settings_origin(s, SETTING_SECRET_KEY),
		.region = settings_text(s, SETTING_REGION),
		.ca_file = settings_text(s, SETTING_CA_FILE),
		.hint = _("with a school's account, run habla login"),
	};

	int err = 0;

	if (login_is_asked_for(s))
		return login_credentials_source(out, l, s, p);
	if (login_gives_credentials(s))
		err = login_provider(&chain.login, l, s, p);
	return err ? err : credentials_chain_create(out, l, &chain, p);
}

int talk_region(char **out, const struct settings *s, struct problem *p)
{
	const char *set = settings_text(s, SETTING_REGION);
	int err = 0;

	*out = NULL;
	if (!set)
		err = aws_region(out, NULL, settings_text(s, SETTING_PROFILE),
				 p);
	if (err || *out)
		return err;
	*out = text_copy(set ? set : "us-east-1");
	return *out ? 0 : problem_set(p, PROBLEM_MEMORY, "not enough memory");
}
