/*
 * provider_profile: which way a profile names, made into a provider.
 *
 * As in the SDKs: a role first, then static keys, a web identity token, a
 * program, a sign-in.  A profile that serves as another's source gives its
 * static keys first, so that one profile may hold both keys and role.
 */
#include <stdio.h>
#include <string.h>

#include "net/aws/environment.h"
#include "net/aws/provider.h"
#include "net/aws/shared_files.h"
#include "net/base/language.h"
#include "net/base/problem.h"

enum { DEPTH_MOST = 8 };

/* The profiles that led here. */
struct way {
	const struct provider_context *x;
	const struct shared_files *files;
	const char *names[DEPTH_MOST];
	unsigned depth; /* of the last name, from 1 */
};

static int resolve(struct provider **out, struct way *w, const char *name,
		   struct problem *p);

static const char *get(const struct way *w, const char *setting)
{
	return shared_files_get(w->files, w->names[w->depth - 1], setting);
}

static const char *name_of(const struct way *w)
{
	return w->names[w->depth - 1];
}

static int wrong(const struct way *w, struct problem *p, const char *what)
{
	return problem_set(p, PROBLEM_USAGE, "AWS credentials: profile %s: %s",
			   name_of(w), what);
}

/* --- static keys --- */

static int make_keys(struct provider **out, const struct way *w,
		     struct problem *p)
{
	const char *key_id = get(w, "aws_access_key_id");
	const char *secret = get(w, "aws_secret_access_key");
	char source[128];

	if (!key_id || !secret)
		return wrong(w, p,
			     key_id ? _("aws_access_key_id has no "
					"aws_secret_access_key with it; add it")
				    : _("aws_secret_access_key has no "
					"aws_access_key_id with it; add it"));
	snprintf(source, sizeof source, "profile %s", name_of(w));
	return provider_keys_create(out, key_id, secret,
				    get(w, "aws_session_token"), 0, source, p);
}

static bool has_keys(const struct way *w)
{
	return get(w, "aws_access_key_id") || get(w, "aws_secret_access_key");
}

/* --- roles --- */

static int make_environment_keys(struct provider **out, const struct way *w,
				 struct problem *p)
{
	const struct aws_environment *e = w->x->environment;
	const char *key_id = aws_environment_get(e, "AWS_ACCESS_KEY_ID");
	const char *secret = aws_environment_get(e, "AWS_SECRET_ACCESS_KEY");

	if (!key_id || !secret)
		return wrong(
			w, p,
			_("credential_source is Environment, but "
			  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are "
			  "not both set; set them"));
	return provider_keys_create(out, key_id, secret,
				    aws_environment_get(e, "AWS_SESSION_TOKEN"),
				    0, "environment", p);
}

static int make_credential_source(struct provider **out, const struct way *w,
				  const char *source, struct problem *p)
{
	int err;

	if (strcmp(source, "Environment") == 0)
		return make_environment_keys(out, w, p);
	if (strcmp(source, "Ec2InstanceMetadata") == 0) {
		err = provider_imds_create(out, w->x, p);
		return err || *out
			       ? err
			       : wrong(w, p,
				       _("credential_source is "
					 "Ec2InstanceMetadata, but "
					 "AWS_EC2_METADATA_DISABLED is true; "
					 "unset it"));
	}
	if (strcmp(source, "EcsContainer") == 0) {
		err = provider_container_create(out, w->x, p);
		return err || *out
			       ? err
			       : wrong(w, p,
				       _("credential_source is EcsContainer, "
					 "but "
					 "no AWS_CONTAINER_CREDENTIALS_... "
					 "variable is set; is this a container "
					 "of ECS or EKS?"));
	}
	return wrong(w, p,
		     _("credential_source is not known; use Environment, "
		       "Ec2InstanceMetadata or EcsContainer"));
}

static int make_source(struct provider **out, struct way *w, struct problem *p)
{
	const char *profile = get(w, "source_profile");
	const char *source = get(w, "credential_source");

	if (profile && source)
		return wrong(w, p,
			     _("source_profile and credential_source exclude "
			       "each other; keep one"));
	if (source)
		return make_credential_source(out, w, source, p);
	if (!profile)
		return wrong(w, p,
			     _("role_arn needs source_profile, "
			       "credential_source or web_identity_token_file; "
			       "add one"));
	return resolve(out, w, profile, p);
}

static int make_role(struct provider **out, struct way *w, struct problem *p)
{
	struct provider *source = NULL;
	char where[128];
	const struct provider_role role = {
		.arn = get(w, "role_arn"),
		.session_name = get(w, "role_session_name"),
		.external_id = get(w, "external_id"),
		.duration_seconds = get(w, "duration_seconds"),
		.where = where,
	};
	const char *token_file = get(w, "web_identity_token_file");

	snprintf(where, sizeof where, "profile %s", name_of(w));
	if (token_file)
		return provider_web_identity_create(out, w->x, &role,
						    token_file, p);
	if (get(w, "mfa_serial"))
		return problem_set(
			p, PROBLEM_USAGE,
			"AWS credentials: profile %s: mfa_serial is not "
			"supported, because nobody can be asked for a code; "
			"let a profile with credential_process = aws configure "
			"export-credentials --profile %s ask for it",
			name_of(w), name_of(w));
	int err = make_source(&source, w, p);
	return err ? err : provider_role_create(out, w->x, &role, source, p);
}

/* --- the profile --- */

static int make(struct provider **out, struct way *w, struct problem *p)
{
	const char *name = name_of(w);

	if (w->depth > 1 && has_keys(w))
		return make_keys(out, w, p);
	if (get(w, "role_arn"))
		return make_role(out, w, p);
	if (has_keys(w))
		return make_keys(out, w, p);
	if (get(w, "web_identity_token_file"))
		return wrong(
			w, p,
			_("web_identity_token_file needs role_arn; add it"));
	if (get(w, "credential_process"))
		return provider_process_create(out, w->x,
					       get(w, "credential_process"),
					       name, p);
	if (get(w, "sso_session") || get(w, "sso_start_url") ||
	    get(w, "sso_account_id"))
		return provider_cli_create(out, w->x, name, "aws sso login", p);
	if (get(w, "login_session"))
		return provider_cli_create(out, w->x, name, "aws login", p);
	return 0;
}

static int no_such_profile(const struct way *w, const char *name,
			   struct problem *p)
{
	const char *nearest = shared_files_nearest(w->files, name);

	return problem_set(p, PROBLEM_USAGE,
			   "AWS credentials: profile %s is neither in the "
			   "config file (~/.aws/config) nor in the credentials "
			   "file (~/.aws/credentials)%s%s%s",
			   name, nearest ? "; did you mean " : "",
			   nearest ? nearest : "; correct the name or add it",
			   nearest ? "?" : "");
}

static int resolve(struct provider **out, struct way *w, const char *name,
		   struct problem *p)
{
	bool seen = false;
	int err;

	*out = NULL;
	if (!shared_files_has(w->files, name))
		return no_such_profile(w, name, p);
	for (unsigned i = 0; i < w->depth; i++)
		seen = seen || strcmp(w->names[i], name) == 0;
	if (w->depth == DEPTH_MOST)
		return wrong(w, p,
			     _("its chain of source_profile is too long; "
			       "shorten it"));
	w->names[w->depth++] = name;
	if (seen && !has_keys(w))
		return wrong(w, p,
			     _("its source_profile leads back to itself; name "
			       "one with keys"));
	err = make(out, w, p);
	if (!err && !*out && w->depth > 1)
		err = wrong(w, p,
			    _("is another's source_profile, but names no "
			      "credentials; add some"));
	w->depth--;
	return err;
}

int provider_profile_create(struct provider **out,
			    const struct provider_context *x,
			    const struct shared_files *files,
			    const char *profile, struct problem *p)
{
	struct way w = {.x = x, .files = files};

	return resolve(out, &w, profile, p);
}
