#include "client/login/login.h"

#include <inttypes.h>
#include <stdlib.h>

#include "client/login/login_line.h"
#include "client/settings/settings.h"
#include "net/base/clock.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/cognito/login_file.h"
#include "net/cognito/login_lock.h"
#include "net/cognito/user_pool.h"
#include "net/loop/loop.h"

static void show_time(FILE *out, const struct login *l, int64_t left_ms)
{
	int64_t minutes = left_ms / 60000;

	if (left_ms > 0)
		fprintf(out,
			ngettext("Its tokens are good for %ld minute",
				 "Its tokens are good for %ld minutes",
				 (unsigned long)minutes),
			(long)minutes);
	else
		fputs(_("Its tokens have run out"), out);
	fputs(l->refresh_token ? _("; they are renewed when they are needed.\n")
			       : _("; they cannot be renewed.\n"),
	      out);
}

static void show(FILE *out, const struct login *l, int64_t left_ms)
{
	fprintf(out, _("Signed in as %s at user pool %s (client %s).\n"),
		l->user, l->user_pool, l->client_id);
	if (l->identity_pool)
		fprintf(out, _("AWS credentials come from identity pool %s.\n"),
			l->identity_pool);
	else
		fputs(_("No identity pool is named: no AWS credentials.\n"),
		      out);
	show_time(out, l, left_ms);
}

int login_show(FILE *out, struct problem *p)
{
	struct login l = {0};
	char *path = NULL;
	bool found = false;
	int err = login_path(&path, p);

	if (!err)
		err = login_read(&l, &found, path, p);
	if (!err && !found)
		err = problem_set(p, PROBLEM_DENIED,
				  "not signed in; sign in with habla login");
	if (!err) {
		int64_t left_ms = l.expires_ms - clock_wall_ms(clock_system());
		show(out, &l, left_ms);
		if (left_ms <= 0 && !l.refresh_token)
			err = problem_set(p, PROBLEM_DENIED,
					  "the login has ended; sign in again: "
					  "habla login");
	}
	login_clear(&l);
	free(path);
	return err;
}

/* --- ending it --- */

struct ending {
	struct login_line line;
	struct problem problem;
};

static void on_revoked(void *arg, struct cognito_tokens *tokens,
		       const struct problem *why)
{
	struct ending *e = arg;

	(void)tokens;
	if (why)
		e->problem = *why;
	loop_stop(e->line.loop);
}

static int revoke(const struct login *l, const struct settings *s,
		  struct problem *p)
{
	const struct user_pool_settings pool = login_pool(l);
	struct ending e = {.problem = {0}};
	struct user_pool_call *call = NULL;

	if (!l->refresh_token)
		return 0;
	int err = login_line_open(&e.line, s, &pool, &e.problem);
	if (!err)
		err = user_pool_revoke(&call, e.line.pool, l->refresh_token,
				       on_revoked, &e, &e.problem);
	if (!err)
		loop_run(e.line.loop);
	user_pool_call_free(call);
	login_line_close(&e.line);
	err = e.problem.code;
	/* it had ended already */
	if (!err || err == PROBLEM_DENIED)
		return 0;
	return problem_set(p, err,
			   "signed out here, but the tokens were not revoked: "
			   "%s",
			   e.problem.text);
}

static int end_locked(const char *path, const struct settings *s, FILE *out,
		      struct problem *p)
{
	struct login l = {0};
	struct problem unread = {0};
	bool found = false;
	int err = login_read(&l, &found, path, &unread);

	/* tokens that others may read are to be revoked too: the file stays
	 * until it can be trusted */
	if (err && err != PROBLEM_FORMAT) {
		*p = unread;
		return err;
	}
	if (!err && found)
		err = revoke(&l, s, p);
	else if (err)
		problem_set(p, err,
			    "the login was broken and is deleted, but its "
			    "tokens were not revoked; ask your school if it "
			    "may have been read");
	int kept = login_delete(path, err ? NULL : p);
	if (!err && !kept) {
		if (found)
			fprintf(out, _("Signed out %s.\n"), l.user);
		else
			fputs(_("Nobody was signed in.\n"), out);
	}
	login_clear(&l);
	return err ? err : kept;
}

int login_end(const struct settings *s, FILE *out, struct problem *p)
{
	struct login_lock lock = {.fd = -1};
	struct login l = {0};
	struct problem unread = {0};
	char *path = NULL;
	bool found = true;
	int err = login_path(&path, p);

	/* without a login there may be no folder for the lock */
	if (!err)
		login_read(&l, &found, path, &unread);
	login_clear(&l);
	if (!err && !found && !unread.code) {
		fputs(_("Nobody was signed in.\n"), out);
	} else if (!err) {
		err = login_lock_take(&lock, path, true, p);
		if (!err)
			err = end_locked(path, s, out, p);
		login_lock_release(&lock);
	}
	free(path);
	return err;
}
