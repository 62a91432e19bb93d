#include "client/login/login_source.h"

#include <stdlib.h>

#include "client/login/login.h"
#include "client/settings/settings.h"
#include "net/base/problem.h"
#include "net/cognito/cognito_source.h"
#include "net/cognito/login_file.h"

bool login_is_asked_for(const struct settings *s)
{
	return settings_flag(s, SETTING_GUEST) ||
	       settings_source(s, SETTING_IDENTITY_POOL) == SOURCE_FLAG;
}

bool login_gives_credentials(const struct settings *s)
{
	struct login l = {0};
	struct problem p = {0};
	char *path = NULL;
	bool found = false;

	if (settings_text(s, SETTING_IDENTITY_POOL))
		return true;
	if (login_path(&path, &p))
		return false;
	bool gives = login_read(&l, &found, path, &p) != 0 ||
		     (found && l.identity_pool);
	login_clear(&l);
	free(path);
	return gives;
}

/* path: of the login; NULL for a guest. */
static struct cognito_source_settings source_settings(const struct settings *s,
						      const char *path)
{
	return (struct cognito_source_settings){
		.login_path = path,
		.identity_pool = settings_text(s, SETTING_IDENTITY_POOL),
		.endpoint = settings_text(s, SETTING_COGNITO_ENDPOINT),
		.ca_file = settings_text(s, SETTING_CA_FILE),
	};
}

static int path_of(char **out, const struct settings *s, struct problem *p)
{
	return settings_flag(s, SETTING_GUEST) ? 0 : login_path(out, p);
}

int login_provider(struct provider **out, struct loop *l,
		   const struct settings *s, struct problem *p)
{
	char *path = NULL;
	int err = path_of(&path, s, p);
	const struct cognito_source_settings settings = source_settings(s,
									path);

	if (!err)
		err = cognito_provider_create(out, l, &settings, p);
	free(path);
	return err;
}

int login_credentials_source(struct credentials_source **out, struct loop *l,
			     const struct settings *s, struct problem *p)
{
	char *path = NULL;
	int err = path_of(&path, s, p);
	const struct cognito_source_settings settings = source_settings(s,
									path);

	if (!err)
		err = cognito_source_create(out, l, &settings, p);
	free(path);
	return err;
}
