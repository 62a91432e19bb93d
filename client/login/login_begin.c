#include "client/login/login.h"

#include <stdlib.h>
#include <string.h>

#include "client/login/ask.h"
#include "client/login/login_line.h"
#include "client/settings/settings.h"
#include "client/xdg.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/login_file.h"
#include "net/cognito/login_lock.h"
#include "net/cognito/sign_in.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool.h"
#include "net/loop/loop.h"

struct beginning {
	const struct settings *settings;
	char *path;
	struct login login; /* as it will be kept */
	struct login_line line;
	struct sign_in *sign_in;
	struct problem problem;
};

/* --- what the settings and the last login say --- */

static int take(char **out, const char *chosen, const char *before)
{
	const char *text = chosen ? chosen : before;

	*out = text_copy(text);
	return text && !*out ? PROBLEM_MEMORY : 0;
}

/* What was said about another pool or client does not hold for this one. */
static int merge(struct login *l, const struct settings *s,
		 const struct login *last)
{
	const char *pool = settings_text(s, SETTING_USER_POOL);
	const char *client = settings_text(s, SETTING_CLIENT_ID);
	const struct login none = {0};
	const struct login *by_pool = !pool || text_equal(pool, last->user_pool)
					      ? last
					      : &none;
	const struct login *by_client =
		!client || text_equal(client, by_pool->client_id) ? by_pool
								  : &none;

	int err = take(&l->user_pool, pool, by_pool->user_pool);
	if (!err)
		err = take(&l->client_id, client, by_client->client_id);
	if (!err)
		err = take(&l->client_secret,
			   settings_text(s, SETTING_CLIENT_SECRET),
			   by_client->client_secret);
	if (!err)
		err = take(&l->user, settings_text(s, SETTING_USER),
			   by_pool->user);
	if (!err)
		err = take(&l->identity_pool,
			   settings_text(s, SETTING_IDENTITY_POOL),
			   by_pool->identity_pool);
	if (!err)
		err = take(&l->region, settings_text(s, SETTING_REGION),
			   by_pool->region);
	if (!err)
		err = take(&l->endpoint,
			   settings_text(s, SETTING_COGNITO_ENDPOINT),
			   by_pool->endpoint);
	return err;
}

static int check(const struct login *l, const struct problem *unread,
		 struct problem *p)
{
	const char *lacks = !l->user_pool   ? _("user pool")
			    : !l->client_id ? _("client id")
					    : NULL;

	if (!lacks)
		return 0;
	/* it might be in the file that could not be read */
	if (unread->code) {
		*p = *unread;
		return p->code;
	}
	return problem_set(p, PROBLEM_USAGE,
			   "%s: none is known; give %s (your school tells it)",
			   lacks,
			   l->user_pool ? "--client-id ID" : "--user-pool ID");
}

static int find_out(struct beginning *b)
{
	struct login last = {0};
	struct problem unread = {0};
	bool found;

	/* a broken file is replaced */
	login_read(&last, &found, b->path, &unread);
	int err = merge(&b->login, b->settings, &last);
	login_clear(&last);
	return err ? err : check(&b->login, &unread, &b->problem);
}

/* --- the questions --- */

static int ask_password(struct beginning *b, char **out)
{
	char *prompt = text_format(_("Password of %s at user pool %s: "),
				   b->login.user, b->login.user_pool);
	int err = prompt ? ask_line(out, ASK_SECRET, "password", prompt,
				    &b->problem)
			 : PROBLEM_MEMORY;

	free(prompt);
	return err;
}

static int ask_new_password(char **out, struct problem *p)
{
	char *again = NULL;
	int err = ask_line(out, ASK_SECRET, "new password",
			   _("Your school wants you to choose a new password.\n"
			     "New password: "),
			   p);

	if (err || !ask_is_person())
		return err;
	err = ask_line(&again, ASK_SECRET, "new password", _("And once more: "),
		       p);
	if (!err && strcmp(*out, again) != 0)
		err = problem_set(p, PROBLEM_USAGE,
				  "new password: the two are not the same; run "
				  "habla login again");
	text_wipe(again);
	return err;
}

static int ask_code(char **out, const char *app, struct problem *p)
{
	char *prompt = text_format(_("Code of the authenticator app%s%s%s: "),
				   *app ? " (" : "", app, *app ? ")" : "");
	int err = PROBLEM_MEMORY;

	if (prompt) {
		text_clean_line(prompt);
		err = ask_line(out, ASK_SHOWN, "code", prompt, p);
	}
	free(prompt);
	return err;
}

static void on_asked(void *arg, enum sign_in_question question,
		     const char *detail)
{
	struct beginning *b = arg;
	char *answer = NULL;
	int err = question == SIGN_IN_CODE
			  ? ask_code(&answer, detail, &b->problem)
			  : ask_new_password(&answer, &b->problem);

	if (err) {
		problem_add(&b->problem, err, "not enough memory; try again");
		loop_stop(b->line.loop);
	} else {
		sign_in_answer(b->sign_in, answer);
	}
	text_wipe(answer);
}

static void on_done(void *arg, struct cognito_tokens *tokens,
		    const struct problem *why)
{
	struct beginning *b = arg;

	if (tokens)
		login_take_tokens(&b->login, tokens);
	else
		b->problem = *why;
	loop_stop(b->line.loop);
}

/* --- signing in --- */

static int sign_in(struct beginning *b)
{
	const struct sign_in_listener listener = {.asked = on_asked,
						  .done = on_done,
						  .arg = b};
	enum sign_in_flow flow = text_equal(settings_text(b->settings,
							  SETTING_FLOW),
					    "password")
					 ? SIGN_IN_PASSWORD
					 : SIGN_IN_SRP;
	char *password = NULL;
	int err = 0;

	if (!b->login.user)
		err = ask_line(&b->login.user, ASK_SHOWN, "user name",
			       _("User name: "), &b->problem);
	if (!err)
		err = ask_password(b, &password);
	if (!err)
		err = sign_in_start(&b->sign_in, b->line.pool, flow,
				    b->login.user, password, &listener,
				    &b->problem);
	text_wipe(password);
	if (err)
		return err;
	loop_run(b->line.loop);
	b->sign_in = sign_in_free(b->sign_in);
	return b->problem.code;
}

static int keep(struct beginning *b)
{
	struct login_lock lock;
	int err = login_lock_take(&lock, b->path, true, &b->problem);

	if (err)
		return err;
	err = login_write(b->path, &b->login, &b->problem);
	login_lock_release(&lock);
	return err;
}

static int make_folder(struct beginning *b)
{
	char *folder = NULL;
	int err = xdg_path(&folder, XDG_STATE, "");

	if (!err)
		err = xdg_make_folders(folder, &b->problem);
	free(folder);
	return err;
}

int login_path(char **out, struct problem *p)
{
	int err = xdg_path(out, XDG_STATE, "login.json");

	if (err == PROBLEM_FILE)
		return problem_set(p, PROBLEM_USAGE,
				   "login: there is no home folder to keep it "
				   "in; set XDG_STATE_HOME");
	return err ? problem_set(p, err, "not enough memory; try again") : 0;
}

int login_begin(const struct settings *s, FILE *out, struct problem *p)
{
	struct beginning b = {.settings = s};
	int err = login_path(&b.path, &b.problem);

	if (!err)
		err = find_out(&b);
	/* what can be wrong is found before a password is typed */
	if (!err)
		err = make_folder(&b);
	if (!err) {
		const struct user_pool_settings pool = login_pool(&b.login);
		err = login_line_open(&b.line, s, &pool, &b.problem);
		if (!err)
			err = sign_in(&b);
		login_line_close(&b.line);
	}
	if (!err)
		err = keep(&b);
	if (!err)
		fprintf(out, _("Signed in as %s at user pool %s.\n%s"),
			b.login.user, b.login.user_pool,
			b.login.identity_pool
				? ""
				: _("No identity pool is named, so this login "
				    "gives no AWS credentials; if your\nschool "
				    "has one: habla login --identity-pool "
				    "ID\n"));
	else
		problem_add(&b.problem, err, "not enough memory; try again");
	*p = b.problem;
	login_clear(&b.login);
	free(b.path);
	return err;
}
