#include "tests/support/cognito_server.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tests/support/cognito_srp_server.h"
#include "tests/support/http_server.h"

#define SECRET_BLOCK "secret block of this sign-in"
#define POOL_NAME    (strchr(COGNITO_POOL, '_') + 1)
#define PROVIDER     "cognito-idp.eu-west-1.amazonaws.com/" COGNITO_POOL

enum { OPERATIONS = 8, TOKEN_SIZE = 512 };

struct cognito_server {
	struct http_server *http;
	struct cognito_server_settings settings;
	char url[64];

	pthread_mutex_t lock; /* around all below */
	struct {
		unsigned asked, granted;
		struct cognito_server_failure failure;
	} operations[OPERATIONS];
	char complaint[256];
	char password[128];
	bool hold, revoked, password_replaced;
	unsigned session; /* number of the session that may go on; 0: none */
	unsigned serial;  /* of tokens */
	char refresh_token[TOKEN_SIZE];
	struct srp_server *srp;
};

/* --- answers --- */

static void complain(struct cognito_server *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->complaint, sizeof s->complaint, format, args);
	va_end(args);
}

static bool refuse(struct http_server_reply *reply, const char *exception,
		   const char *message)
{
	reply->status = 400;
	http_server_text(reply, "{\"__type\":\"%s\",\"message\":\"%s\"}",
			 exception, message);
	return false;
}

static const char *text_in(const cJSON *o, const char *key)
{
	const char *text = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(o, key));

	return text ? text : "";
}

/* header.payload.signature, as base64url without padding; not signed. */
static void make_token(char out[TOKEN_SIZE], const char *use, unsigned serial)
{
	char payload[256], part[400];

	snprintf(payload, sizeof payload,
		 "{\"sub\":\"%s\",\"token_use\":\"%s\",\"username\":\"%s\","
		 "\"n\":%u,\"fill\":\"~~~~~~\?\?\?\?\?\?\"}",
		 COGNITO_USER_ID, use, COGNITO_USER_ID, serial);
	EVP_EncodeBlock((unsigned char *)part, (unsigned char *)payload,
			(int)strlen(payload));
	for (char *c = part; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	part[strcspn(part, "=")] = '\0';
	snprintf(out, TOKEN_SIZE, "eyJhbGciOiJSUzI1NiJ9.%s.c2lnbmF0dXJl", part);
}

static bool give_tokens(struct cognito_server *s,
			struct http_server_reply *reply, bool with_refresh)
{
	char id[TOKEN_SIZE], access[TOKEN_SIZE];
	char refresh[TOKEN_SIZE + 32] = "";
	unsigned lifetime = s->settings.lifetime_s;

	s->serial++;
	s->session = 0;
	make_token(access, "access", s->serial);
	make_token(id, "id", s->serial);
	if (with_refresh) {
		snprintf(s->refresh_token, sizeof s->refresh_token,
			 "refresh-token-%u", s->serial);
		snprintf(refresh, sizeof refresh, ",\"RefreshToken\":\"%s\"",
			 s->refresh_token);
	}
	http_server_text(reply,
			 "{\"AuthenticationResult\":{\"AccessToken\":\"%s\","
			 "\"ExpiresIn\":%u,\"TokenType\":\"Bearer\","
			 "\"IdToken\":\"%s\"%s},\"ChallengeParameters\":{}}",
			 access, lifetime ? lifetime : 3600, id, refresh);
	return true;
}

static bool challenge(struct cognito_server *s, struct http_server_reply *reply,
		      const char *name, const char *parameters)
{
	s->session++;
	http_server_text(reply,
			 "{\"ChallengeName\":\"%s\",\"Session\":\"session-%u\","
			 "\"ChallengeParameters\":{%s}}",
			 name, s->session, parameters);
	return true;
}

/* What is due when the password is known to be right. */
static bool go_on(struct cognito_server *s, struct http_server_reply *reply,
		  bool code_is_right)
{
	char parameters[512];

	if (s->settings.challenge)
		return challenge(s, reply, s->settings.challenge, "");
	if (s->settings.new_password && !s->password_replaced) {
		snprintf(parameters, sizeof parameters,
			 "\"USER_ID_FOR_SRP\":\"%s\",\"requiredAttributes\":"
			 "\"%s\",\"userAttributes\":\"{}\"",
			 COGNITO_USER_ID,
			 s->settings.required ? s->settings.required : "[]");
		return challenge(s, reply, "NEW_PASSWORD_REQUIRED", parameters);
	}
	if (s->settings.with_code && !code_is_right) {
		snprintf(parameters, sizeof parameters,
			 "\"USER_ID_FOR_SRP\":\"%s\","
			 "\"FRIENDLY_DEVICE_NAME\":\"Ana's phone\"",
			 COGNITO_USER_ID);
		return challenge(s, reply, "SOFTWARE_TOKEN_MFA", parameters);
	}
	return give_tokens(s, reply, true);
}

/* --- user pool --- */

static bool check_client(const cJSON *body, struct http_server_reply *reply)
{
	return strcmp(text_in(body, "ClientId"), COGNITO_CLIENT) == 0 ||
	       refuse(reply, "ResourceNotFoundException",
		      "User pool client does not exist.");
}

static bool check_hash(struct cognito_server *s, const cJSON *parameters,
		       const char *user, struct http_server_reply *reply)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	char text[256], right[64];
	unsigned length = 0;

	if (!s->settings.with_secret) {
		if (cJSON_HasObjectItem(parameters, "SECRET_HASH"))
			complain(s, "SECRET_HASH for a client without secret");
		return true;
	}
	snprintf(text, sizeof text, "%s%s", user, COGNITO_CLIENT);
	HMAC(EVP_sha256(), COGNITO_SECRET, (int)strlen(COGNITO_SECRET),
	     (unsigned char *)text, strlen(text), raw, &length);
	EVP_EncodeBlock((unsigned char *)right, raw, (int)length);
	return strcmp(right, text_in(parameters, "SECRET_HASH")) == 0 ||
	       refuse(reply, "NotAuthorizedException",
		      "Unable to verify secret hash for client");
}

static bool begin_srp(struct cognito_server *s, const cJSON *parameters,
		      struct http_server_reply *reply)
{
	char out[2048], block[128];

	srp_server_free(s->srp);
	s->srp = srp_server_start(POOL_NAME, COGNITO_USER_ID, s->password,
				  text_in(parameters, "SRP_A"));
	if (!s->srp)
		return refuse(reply, "InvalidParameterException", "SRP_A");
	EVP_EncodeBlock((unsigned char *)block, (unsigned char *)SECRET_BLOCK,
			(int)strlen(SECRET_BLOCK));
	snprintf(out, sizeof out,
		 "\"SALT\":\"%s\",\"SRP_B\":\"%s\",\"SECRET_BLOCK\":\"%s\","
		 "\"USERNAME\":\"%s\",\"USER_ID_FOR_SRP\":\"%s\"",
		 srp_server_salt(s->srp), srp_server_public(s->srp), block,
		 COGNITO_USER_ID, COGNITO_USER_ID);
	return challenge(s, reply, "PASSWORD_VERIFIER", out);
}

static bool is_now(const char *timestamp)
{
	char expected[64], day[8];
	time_t now = time(NULL);
	struct tm tm;

	/* the second may have changed on the way */
	for (time_t t = now - 600; t <= now + 1; t++) {
		gmtime_r(&t, &tm);
		strftime(expected, sizeof expected, "%a %b ", &tm);
		snprintf(day, sizeof day, "%d", tm.tm_mday);
		strcat(expected, day);
		strftime(expected + strlen(expected), 32, " %H:%M:%S UTC %Y",
			 &tm);
		if (strcmp(expected, timestamp) == 0)
			return true;
	}
	return false;
}

static bool check_claim(struct cognito_server *s, const cJSON *responses,
			struct http_server_reply *reply)
{
	const char *timestamp = text_in(responses, "TIMESTAMP");
	char block[128];

	EVP_EncodeBlock((unsigned char *)block, (unsigned char *)SECRET_BLOCK,
			(int)strlen(SECRET_BLOCK));
	if (!is_now(timestamp))
		return refuse(reply, "InvalidParameterException",
			      "TIMESTAMP format should be EEE MMM d HH:mm:ss z "
			      "yyyy in english.");
	if (!s->srp ||
	    strcmp(block, text_in(responses, "PASSWORD_CLAIM_SECRET_BLOCK")) ||
	    !srp_server_accepts(s->srp, SECRET_BLOCK, timestamp,
				text_in(responses, "PASSWORD_CLAIM_SIGNATURE")))
		return refuse(reply, "NotAuthorizedException",
			      "Incorrect username or password.");
	return true;
}

static bool refresh(struct cognito_server *s, const char *token,
		    struct http_server_reply *reply)
{
	if (s->revoked)
		return refuse(reply, "NotAuthorizedException",
			      "Refresh Token has been revoked");
	if (strcmp(token, s->refresh_token) != 0)
		return refuse(reply, "NotAuthorizedException",
			      "Invalid Refresh Token");
	return give_tokens(s, reply, s->settings.rotation);
}

static bool initiate(struct cognito_server *s, const cJSON *body,
		     struct http_server_reply *reply)
{
	const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(
		body, "AuthParameters");
	const char *flow = text_in(body, "AuthFlow");
	const char *user = text_in(parameters, "USERNAME");

	if (strcmp(flow, "REFRESH_TOKEN_AUTH") == 0) {
		if (!check_hash(s, parameters, COGNITO_USER_ID, reply))
			return false;
		if (s->settings.rotation)
			return refuse(reply,
				      s->settings.rotation_says
					      ? s->settings.rotation_says
					      : "InvalidParameterException",
				      "Auth flow not enabled for this client");
		return refresh(s, text_in(parameters, "REFRESH_TOKEN"), reply);
	}
	if (!check_hash(s, parameters, user, reply))
		return false;
	if (strcmp(user, COGNITO_USER) != 0)
		return refuse(reply, "UserNotFoundException",
			      "User does not exist.");
	if (strcmp(flow, "USER_SRP_AUTH") == 0) {
		if (cJSON_HasObjectItem(parameters, "PASSWORD"))
			complain(s, "SRP with the password beside it");
		return begin_srp(s, parameters, reply);
	}
	if (strcmp(flow, "USER_PASSWORD_AUTH") != 0)
		return refuse(reply, "InvalidParameterException", flow);
	if (strcmp(text_in(parameters, "PASSWORD"), s->password) != 0)
		return refuse(reply, "NotAuthorizedException",
			      "Incorrect username or password.");
	return go_on(s, reply, false);
}

static bool respond(struct cognito_server *s, const cJSON *body,
		    struct http_server_reply *reply)
{
	const cJSON *responses = cJSON_GetObjectItemCaseSensitive(
		body, "ChallengeResponses");
	const char *name = text_in(body, "ChallengeName");
	const char *fresh = text_in(responses, "NEW_PASSWORD");
	char session[32];

	if (strcmp(text_in(responses, "USERNAME"), COGNITO_USER_ID) != 0 &&
	    strcmp(text_in(responses, "USERNAME"), COGNITO_USER) != 0)
		complain(s, "USERNAME of a response is %s",
			 text_in(responses, "USERNAME"));
	if (!check_hash(s, responses, text_in(responses, "USERNAME"), reply))
		return false;
	snprintf(session, sizeof session, "session-%u", s->session);
	if (!s->session || strcmp(session, text_in(body, "Session")) != 0)
		return refuse(reply, "NotAuthorizedException",
			      "Invalid session for the user.");
	if (strcmp(name, "PASSWORD_VERIFIER") == 0)
		return check_claim(s, responses, reply) &&
		       go_on(s, reply, false);
	if (strcmp(name, "NEW_PASSWORD_REQUIRED") == 0) {
		if (strlen(fresh) < 8)
			return refuse(reply, "InvalidPasswordException",
				      "Password does not conform to policy: "
				      "Password not long enough");
		snprintf(s->password, sizeof s->password, "%s", fresh);
		s->password_replaced = true;
		return go_on(s, reply, false);
	}
	if (strcmp(name, "SOFTWARE_TOKEN_MFA") == 0) {
		if (strcmp(text_in(responses, "SOFTWARE_TOKEN_MFA_CODE"),
			   COGNITO_CODE) != 0)
			return refuse(reply, "CodeMismatchException",
				      "Invalid code received for user");
		return go_on(s, reply, true);
	}
	complain(s, "a response to %s", name);
	return refuse(reply, "InvalidParameterException", name);
}

static bool check_secret(struct cognito_server *s, const cJSON *body,
			 struct http_server_reply *reply)
{
	const char *right = s->settings.with_secret ? COGNITO_SECRET : "";

	return strcmp(text_in(body, "ClientSecret"), right) == 0 ||
	       refuse(reply, "NotAuthorizedException", "Client secret");
}

static bool rotate(struct cognito_server *s, const cJSON *body,
		   struct http_server_reply *reply)
{
	if (!check_secret(s, body, reply))
		return false;
	if (!s->settings.rotation)
		return refuse(reply, "InvalidParameterException",
			      "Refresh token rotation is not enabled");
	return refresh(s, text_in(body, "RefreshToken"), reply);
}

static bool revoke(struct cognito_server *s, const cJSON *body,
		   struct http_server_reply *reply)
{
	if (!check_secret(s, body, reply))
		return false;
	if (strcmp(text_in(body, "Token"), s->refresh_token) != 0)
		complain(s, "the token revoked is %s", text_in(body, "Token"));
	else
		s->revoked = true;
	http_server_text(reply, "{}");
	return true;
}

/* --- identity pool --- */

/* Tokens outlive a renewal. */
static bool was_issued(const struct cognito_server *s, const char *id_token)
{
	char token[TOKEN_SIZE];

	for (unsigned n = 1; n <= s->serial; n++) {
		make_token(token, "id", n);
		if (strcmp(token, id_token) == 0)
			return true;
	}
	return false;
}

static bool check_logins(struct cognito_server *s, const cJSON *body,
			 struct http_server_reply *reply)
{
	const cJSON *logins = cJSON_GetObjectItemCaseSensitive(body, "Logins");

	if (!logins)
		return s->settings.guests ||
		       refuse(reply, "NotAuthorizedException",
			      "Unauthenticated access is not supported for "
			      "this identity pool.");
	if (cJSON_GetArraySize(logins) == 1 &&
	    was_issued(s, text_in(logins, PROVIDER)))
		return true;
	return refuse(reply, "NotAuthorizedException",
		      "Invalid login token. Token expired");
}

static bool get_id(struct cognito_server *s, const cJSON *body,
		   struct http_server_reply *reply)
{
	if (!check_logins(s, body, reply))
		return false;
	if (strcmp(text_in(body, "IdentityPoolId"), COGNITO_IDENTITY) != 0)
		return refuse(reply, "ResourceNotFoundException",
			      "IdentityPool not found.");
	http_server_text(reply, "{\"IdentityId\":\"eu-west-1:identity-%s\"}",
			 cJSON_HasObjectItem(body, "Logins") ? "ana" : "guest");
	return true;
}

static bool get_credentials(struct cognito_server *s, const cJSON *body,
			    struct http_server_reply *reply)
{
	const char *identity = text_in(body, "IdentityId");
	char expiration[32];

	if (!check_logins(s, body, reply))
		return false;
	snprintf(expiration, sizeof expiration, "%lld.25",
		 (long long)time(NULL) + 3600);
	http_server_text(reply,
			 "{\"IdentityId\":\"%s\",\"Credentials\":{"
			 "\"AccessKeyId\":\"%s\",\"SecretKey\":\"%s\","
			 "\"SessionToken\":\"token-of-%s\",\"Expiration\":%s}}",
			 identity, COGNITO_KEY_ID, COGNITO_KEY, identity,
			 s->settings.expiration ? s->settings.expiration
						: expiration);
	return true;
}

/* --- requests --- */

#define USER_POOLS     "AWSCognitoIdentityProviderService."
#define IDENTITY_POOLS "AWSCognitoIdentityService."

static const struct {
	const char *target, *name;
	bool of_client;
	bool (*answer)(struct cognito_server *s, const cJSON *body,
		       struct http_server_reply *reply);
} operations[] = {
	{USER_POOLS "InitiateAuth", "InitiateAuth", true, initiate},
	{USER_POOLS "RespondToAuthChallenge", "RespondToAuthChallenge", true,
	 respond},
	{USER_POOLS "GetTokensFromRefreshToken", "GetTokensFromRefreshToken",
	 true, rotate},
	{USER_POOLS "RevokeToken", "RevokeToken", true, revoke},
	{IDENTITY_POOLS "GetId", "GetId", false, get_id},
	{IDENTITY_POOLS "GetCredentialsForIdentity",
	 "GetCredentialsForIdentity", false, get_credentials},
};

enum { OPERATION_COUNT = sizeof operations / sizeof *operations };

static void fail_as_told(const struct cognito_server_failure *f,
			 struct http_server_reply *reply)
{
	static char header[256];

	reply->status = f->status ? f->status : 400;
	if (f->body) {
		http_server_text(reply, "%s", f->body);
		return;
	}
	if (f->place == NAME_IN_HEADER) {
		snprintf(header, sizeof header,
			 "x-amzn-ErrorType: %s:http://internal.example/\r\n",
			 f->exception);
		reply->headers = header;
		http_server_text(reply, "{\"Message\":\"%s\"}", f->message);
		return;
	}
	http_server_text(reply, "{\"%s\":\"%s%s\",\"message\":\"%s\"}",
			 f->place == NAME_IN_CODE ? "code" : "__type",
			 f->place == NAME_IN_TYPE ? "com.example.cognito#" : "",
			 f->exception, f->message);
}

static void check_request(struct cognito_server *s,
			  const struct http_server_request *r)
{
	if (strcmp(r->method, "POST") != 0 || strcmp(r->path, "/") != 0)
		complain(s, "%s %s", r->method, r->path);
	if (strcmp(http_server_header(r, "content-type"),
		   "application/x-amz-json-1.1") != 0)
		complain(s, "content-type %s",
			 http_server_header(r, "content-type"));
	if (*http_server_header(r, "authorization"))
		complain(s, "a signed request");
}

static void handle_locked(struct cognito_server *s,
			  const struct http_server_request *r,
			  struct http_server_reply *reply)
{
	size_t i = 0;

	check_request(s, r);
	const char *target = http_server_header(r, "x-amz-target");
	while (i < OPERATION_COUNT && strcmp(operations[i].target, target) != 0)
		i++;
	if (i == OPERATION_COUNT) {
		complain(s, "operation \"%s\"", target);
		refuse(reply, "UnknownOperationException", "");
		return;
	}
	s->operations[i].asked++;
	reply->held = s->hold;
	if (s->operations[i].failure.operation) {
		fail_as_told(&s->operations[i].failure, reply);
		return;
	}
	cJSON *body = cJSON_ParseWithLength(r->body, r->body_length);
	if (!cJSON_IsObject(body)) {
		complain(s, "no JSON object: %s", r->body);
		refuse(reply, "SerializationException", "");
	} else if ((!operations[i].of_client || check_client(body, reply)) &&
		   operations[i].answer(s, body, reply)) {
		s->operations[i].granted++;
	}
	cJSON_Delete(body);
}

static void handle(void *arg, const struct http_server_request *request,
		   struct http_server_reply *reply)
{
	struct cognito_server *s = arg;

	pthread_mutex_lock(&s->lock);
	handle_locked(s, request, reply);
	pthread_mutex_unlock(&s->lock);
}

/* --- for tests --- */

struct cognito_server *
cognito_server_start(const struct cognito_server_settings *settings)
{
	struct cognito_server *s = calloc(1, sizeof *s);

	s->settings = *settings;
	pthread_mutex_init(&s->lock, NULL);
	snprintf(s->password, sizeof s->password, "%s", COGNITO_PASSWORD);
	s->http = http_server_start(handle, s);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u",
		 (unsigned)http_server_port(s->http));
	return s;
}

void cognito_server_stop(struct cognito_server *s)
{
	if (!s)
		return;
	http_server_stop(s->http);
	srp_server_free(s->srp);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

const char *cognito_server_url(const struct cognito_server *s)
{
	return s->url;
}

struct http_server *cognito_server_http(struct cognito_server *s)
{
	return s->http;
}

static unsigned count(struct cognito_server *s, const char *operation,
		      bool granted)
{
	unsigned n = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < OPERATION_COUNT; i++)
		if (strcmp(operations[i].name, operation) == 0)
			n = granted ? s->operations[i].granted
				    : s->operations[i].asked;
	pthread_mutex_unlock(&s->lock);
	return n;
}

unsigned cognito_server_asked(struct cognito_server *s, const char *operation)
{
	return count(s, operation, false);
}

unsigned cognito_server_granted(struct cognito_server *s, const char *operation)
{
	return count(s, operation, true);
}

/* Read when no request is under way. */
const char *cognito_server_complaint(struct cognito_server *s)
{
	pthread_mutex_lock(&s->lock);
	const char *text = s->complaint;
	pthread_mutex_unlock(&s->lock);
	return text;
}

bool cognito_server_revoked(struct cognito_server *s)
{
	pthread_mutex_lock(&s->lock);
	bool revoked = s->revoked;
	pthread_mutex_unlock(&s->lock);
	return revoked;
}

const char *cognito_server_password(struct cognito_server *s)
{
	pthread_mutex_lock(&s->lock);
	const char *text = s->password;
	pthread_mutex_unlock(&s->lock);
	return text;
}

void cognito_server_fail(struct cognito_server *s,
			 const struct cognito_server_failure *failure)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < OPERATION_COUNT; i++)
		if (strcmp(operations[i].name, failure->operation) == 0)
			s->operations[i].failure = *failure;
	pthread_mutex_unlock(&s->lock);
}

void cognito_server_hold(struct cognito_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->hold = true;
	pthread_mutex_unlock(&s->lock);
}
