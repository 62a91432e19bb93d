#include "net/cognito/sign_in.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/srp.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool_internal.h"

/* A pool that goes on asking is broken. */
enum { CHALLENGES_MOST = 8 };

struct sign_in {
	struct user_pool *pool;
	struct sign_in_listener listener;
	struct exchange exchange;
	struct srp *srp; /* NULL: SIGN_IN_PASSWORD, or used up */
	char *password, *answer;
	char *user_id; /* as typed, then as the pool calls the user */
	char *session; /* NULL: none was given */
	enum sign_in_question question;
	enum cognito_purpose purpose; /* of what is under way */
	unsigned challenges;
};

struct sign_in *sign_in_free(struct sign_in *s)
{
	if (!s)
		return NULL;
	exchange_cancel(&s->exchange);
	srp_free(s->srp);
	text_wipe(s->password);
	text_wipe(s->answer);
	text_wipe(s->session);
	free(s->user_id);
	free(s);
	return NULL;
}

static void fail(struct sign_in *s, const struct problem *p)
{
	s->listener.done(s->listener.arg, NULL, p);
}

/* --- requests --- */

static void on_answer(void *arg, const struct exchange_answer *a);

static int send_body(struct sign_in *s, const char *operation,
		     enum cognito_purpose purpose, struct bytes *body,
		     struct problem *p)
{
	s->purpose = purpose;
	return exchange_send(&s->exchange, &s->pool->to, operation, body,
			     on_answer, s, p);
}

static int send_first(struct sign_in *s, struct problem *p)
{
	struct bytes body;

	bytes_init_secret(&body, USER_POOL_BODY_MOST);
	json_open_object(&body, NULL);
	json_string(&body, "AuthFlow",
		    s->srp ? "USER_SRP_AUTH" : "USER_PASSWORD_AUTH");
	json_string(&body, "ClientId", s->pool->client_id);
	json_open_object(&body, "AuthParameters");
	json_string(&body, "USERNAME", s->user_id);
	if (s->srp)
		json_string(&body, "SRP_A", srp_public(s->srp));
	else
		json_string(&body, "PASSWORD", s->password);
	user_pool_write_hash(s->pool, &body, s->user_id);
	json_close_object(&body);
	json_close_object(&body);
	return send_body(s, "InitiateAuth", COGNITO_SIGN_IN, &body, p);
}

/* Up to and with USERNAME; write_response_end() closes it. */
static void write_response(struct sign_in *s, struct bytes *body,
			   const char *challenge)
{
	bytes_init_secret(body, USER_POOL_BODY_MOST);
	json_open_object(body, NULL);
	json_string(body, "ChallengeName", challenge);
	json_string(body, "ClientId", s->pool->client_id);
	if (s->session)
		json_string(body, "Session", s->session);
	json_open_object(body, "ChallengeResponses");
	json_string(body, "USERNAME", s->user_id);
	user_pool_write_hash(s->pool, body, s->user_id);
}

static void write_response_end(struct bytes *body)
{
	json_close_object(body);
	json_close_object(body);
}

/* --- challenges --- */

static int lacks(const struct sign_in *s, const char *what, struct problem *p)
{
	return problem_set(p, PROBLEM_FORMAT,
			   "%s: its challenge has no %s; try again, or ask "
			   "your school",
			   s->pool->name, what);
}

static int prove_password(struct sign_in *s, const cJSON *parameters,
			  struct problem *p)
{
	char timestamp[SRP_TIMESTAMP_SIZE], claim[SRP_SIGNATURE_SIZE];
	const struct srp_challenge c = {
		.pool_name = strchr(s->pool->id, '_') + 1,
		.user_id = s->user_id,
		.password = s->password,
		.salt = exchange_text(parameters, "SALT"),
		.server = exchange_text(parameters, "SRP_B"),
		.secret_block = exchange_text(parameters, "SECRET_BLOCK"),
		.timestamp = timestamp,
	};
	struct bytes body;

	if (!s->srp)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: asks for the password in a way that "
				   "was not begun; try again, or ask your "
				   "school",
				   s->pool->name);
	if (!c.salt || !c.server || !c.secret_block)
		return lacks(s, "SALT, SRP_B or SECRET_BLOCK", p);
	srp_timestamp(timestamp, clock_wall_ms(s->pool->clock));
	int err = srp_claim(claim, s->srp, &c, p);
	s->srp = srp_free(s->srp); /* one secret proves one password once */
	if (err)
		return err;
	write_response(s, &body, "PASSWORD_VERIFIER");
	json_string(&body, "PASSWORD_CLAIM_SECRET_BLOCK", c.secret_block);
	json_string(&body, "PASSWORD_CLAIM_SIGNATURE", claim);
	json_string(&body, "TIMESTAMP", timestamp);
	write_response_end(&body);
	return send_body(s, "RespondToAuthChallenge", COGNITO_SIGN_IN, &body,
			 p);
}

static int ask(struct sign_in *s, enum sign_in_question question,
	       const char *detail)
{
	s->question = question;
	s->listener.asked(s->listener.arg, question, detail ? detail : "");
	return 0;
}

/* requiredAttributes is an array in a string: "[\"userAttributes.name\"]". */
static int ask_new_password(struct sign_in *s, const cJSON *parameters,
			    struct problem *p)
{
	const char *text = exchange_text(parameters, "requiredAttributes");
	cJSON *wanted = text ? cJSON_Parse(text) : NULL;
	const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(wanted, 0));
	int err = 0;

	if (first)
		err = problem_set(p, PROBLEM_REJECTED,
				  "%s: wants to know more about you (%s), "
				  "which habla cannot tell it; sign in on your "
				  "school's page once, or ask your school",
				  s->pool->name, first);
	cJSON_Delete(wanted);
	return err ? err : ask(s, SIGN_IN_NEW_PASSWORD, NULL);
}

static int refuse_challenge(const struct sign_in *s, const char *name,
			    struct problem *p)
{
	static const struct {
		const char *name, *remedy;
	} rows[] = {
		{"SMS_MFA", "ask your school for an authenticator app in "
			    "place of text messages"},
		{"SMS_OTP", "ask your school for an authenticator app in "
			    "place of text messages"},
		{"EMAIL_OTP", "ask your school for an authenticator app in "
			      "place of mail"},
		{"SELECT_MFA_TYPE", "choose the authenticator app as the only "
				    "second factor on your school's page"},
		{"MFA_SETUP", "set up an authenticator app on your school's "
			      "page first"},
		{"DEVICE_SRP_AUTH", "have your school switch off remembered "
				    "devices"},
		{"DEVICE_PASSWORD_VERIFIER", "have your school switch off "
					     "remembered devices"},
	};
	const char *remedy = "ask your school for a sign-in with password or "
			     "authenticator app";

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].name, name) == 0)
			remedy = rows[i].remedy;
	return problem_set(p, PROBLEM_REJECTED,
			   "%s: asks for %s, which habla does not know; %s",
			   s->pool->name, name, remedy);
}

/* Keeps what the next response must hold. */
static int keep(struct sign_in *s, const cJSON *json, const cJSON *parameters)
{
	const char *session = exchange_text(json, "Session");
	const char *user_id = exchange_text(parameters, "USER_ID_FOR_SRP");

	s->session = text_wipe(s->session);
	s->session = text_copy(session);
	if (user_id) {
		free(s->user_id);
		s->user_id = text_copy(user_id);
	}
	return s->user_id && !s->session == !session ? 0 : PROBLEM_MEMORY;
}

static int take_challenge(struct sign_in *s, const cJSON *json,
			  struct problem *p)
{
	const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(
		json, "ChallengeParameters");
	const char *name = exchange_text(json, "ChallengeName");

	if (!name)
		return problem_set(p, PROBLEM_FORMAT,
				   "%s: the answer has neither tokens nor a "
				   "challenge; check the endpoint",
				   s->pool->name);
	if (++s->challenges > CHALLENGES_MOST)
		return problem_set(p, PROBLEM_REJECTED,
				   "%s: asks more than %d questions; ask your "
				   "school",
				   s->pool->name, CHALLENGES_MOST);
	int err = keep(s, json, parameters);
	if (err)
		return err;
	if (strcmp(name, "PASSWORD_VERIFIER") == 0)
		return prove_password(s, parameters, p);
	if (strcmp(name, "NEW_PASSWORD_REQUIRED") == 0)
		return ask_new_password(s, parameters, p);
	if (strcmp(name, "SOFTWARE_TOKEN_MFA") == 0)
		return ask(s, SIGN_IN_CODE,
			   exchange_text(parameters, "FRIENDLY_DEVICE_NAME"));
	return refuse_challenge(s, name, p);
}

/* --- answers --- */

static int take_tokens(struct sign_in *s, const cJSON *json, struct problem *p)
{
	struct cognito_tokens tokens;
	int err = cognito_tokens_read(&tokens, json,
				      clock_wall_ms(s->pool->clock));

	if (err)
		return problem_set(p, err,
				   "%s: its tokens are not usable; try again",
				   s->pool->name);
	if (!tokens.user_id)
		tokens.user_id = text_copy(s->user_id);
	s->listener.done(s->listener.arg, &tokens, NULL);
	cognito_tokens_clear(&tokens);
	return 0;
}

static void on_answer(void *arg, const struct exchange_answer *a)
{
	struct sign_in *s = arg;
	const char *secrets[] = {s->password, s->pool->client_secret, s->answer,
				 NULL};
	struct problem p = {0};
	int err = 0;

	if (a->why) {
		p = *a->why;
		err = p.code;
	} else if (a->refusal) {
		/* the list ends at its first NULL */
		if (!secrets[1])
			secrets[1] = "";
		err = cognito_refusal_problem(&p, s->pool->name, s->purpose,
					      a->refusal, secrets);
	} else if (cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(
			   a->json, "AuthenticationResult"))) {
		err = take_tokens(s, a->json, &p);
	} else {
		err = take_challenge(s, a->json, &p);
	}
	if (!err)
		return; /* s may be gone */
	problem_add(&p, err, "%s: not enough memory; try again", s->pool->name);
	fail(s, &p);
}

void sign_in_answer(struct sign_in *s, const char *text)
{
	bool code = s->question == SIGN_IN_CODE;
	struct problem p = {0};
	struct bytes body;

	text_wipe(s->answer);
	s->answer = text_copy(text);
	write_response(s, &body,
		       code ? "SOFTWARE_TOKEN_MFA" : "NEW_PASSWORD_REQUIRED");
	json_string(&body, code ? "SOFTWARE_TOKEN_MFA_CODE" : "NEW_PASSWORD",
		    text);
	write_response_end(&body);
	if (send_body(s, "RespondToAuthChallenge", COGNITO_ANSWER, &body, &p))
		fail(s, &p);
}

int sign_in_start(struct sign_in **out, struct user_pool *pool,
		  enum sign_in_flow flow, const char *user,
		  const char *password, const struct sign_in_listener *listener,
		  struct problem *p)
{
	struct sign_in *s = calloc(1, sizeof *s);
	int err = s ? 0 : PROBLEM_MEMORY;

	if (!err) {
		s->pool = pool;
		s->listener = *listener;
		s->user_id = text_copy(user);
		s->password = text_copy(password);
		if (!s->user_id || !s->password)
			err = PROBLEM_MEMORY;
	}
	if (!err && flow == SIGN_IN_SRP)
		err = srp_create(&s->srp);
	if (!err)
		err = send_first(s, p);
	if (err) {
		problem_add(p, err, "sign-in: not enough memory; try again");
		sign_in_free(s);
	} else {
		*out = s;
	}
	return err;
}
