#include "client/login/login_source.h"

#include <stdlib.h>

#include "client/login/login.h"
#include "client/settings/settings.h"
#include "net/base/problem.h"
#include "net/cognito/cognito_source.h"
#include "net/cognito/login_file.h"

bool login_gives_credentials(const struct settings *s)
{
	struct login l = {0};
	struct problem p = {0};
	char *path = NULL;
	bool found = false;

	if (settings_flag(s, SETTING_GUEST) ||
	    settings_text(s, SETTING_IDENTITY_POOL))
		return true;
	if (login_path(&path, &p))
		return false;
	bool gives = login_read(&l, &found, path, &p) != 0 ||
		     (found && l.identity_pool);
	login_clear(&l);
	free(path);
	return gives;
}

int login_credentials_source(struct credentials_source **out, struct loop *l,
			     struct http *h, const struct settings *s,
			     struct problem *p)
{
	char *path = NULL;
	bool guest = settings_flag(s, SETTING_GUEST);
	int err = guest ? 0 : login_path(&path, p);

	if (!err) {
		const struct cognito_source_settings settings = {
			.login_path = path,
			.identity_pool = settings_text(s,
						       SETTING_IDENTITY_POOL),
			.endpoint = settings_text(s, SETTING_COGNITO_ENDPOINT),
		};
		err = cognito_source_create(out, l, h, &settings, p);
	}
	free(path);
	return err;
}
