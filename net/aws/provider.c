/* provider: what is the same for all of them. */
#include "net/aws/provider.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/base/text.h"

void provider_start(struct provider *v, credentials_done *done, void *arg)
{
	v->done = done;
	v->arg = arg;
	v->ops->start(v);
}

struct provider *provider_free(struct provider *v)
{
	if (v)
		v->ops->free(v);
	return NULL;
}

/* A key that was copied together with a line end or a blank. */
static bool has_blank(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f)
			return true;
	return false;
}

static int check_keys(const struct credentials *c, struct problem *p)
{
	const struct {
		const char *name, *value;
	} keys[] = {
		{"the key id", c->key_id},
		{"the secret key", c->secret},
		{"the session token", c->token},
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (has_blank(keys[i].value))
			return problem_set(p, PROBLEM_USAGE,
					   "AWS credentials: %s: %s has a "
					   "blank or a line end in it; copy it "
					   "again",
					   c->source, keys[i].name);
	return 0;
}

void provider_give(struct provider *v, struct credentials *c)
{
	struct credentials given = *c;
	struct problem p = {0};
	int err = check_keys(&given, &p);

	/* v may be gone after done(), and c with it */
	*c = (struct credentials){0};
	v->done(v->arg, err ? NULL : &given, err ? &p : NULL);
	credentials_clear(&given);
}

void provider_fail(struct provider *v, const struct problem *why)
{
	struct problem copy = *why;

	v->done(v->arg, NULL, &copy);
}

/* --- keys that are there already --- */

struct keys {
	struct provider base; /* first */
	struct credentials credentials;
};

static void keys_start(struct provider *v)
{
	struct keys *k = (struct keys *)(void *)v;
	struct credentials c;

	if (credentials_copy(&c, &k->credentials)) {
		struct problem p;
		problem_set(&p, PROBLEM_MEMORY, "AWS: out of memory");
		provider_fail(v, &p);
		return;
	}
	provider_give(v, &c);
}

static void keys_free(struct provider *v)
{
	struct keys *k = (struct keys *)(void *)v;

	credentials_clear(&k->credentials);
	free(k);
}

int provider_keys_create(struct provider **out, const char *key_id,
			 const char *secret, const char *token,
			 int64_t expires_ms, const char *source,
			 struct problem *p)
{
	static const struct provider_ops ops = {keys_start, keys_free};
	struct keys *k = calloc(1, sizeof *k);

	if (!k)
		goto no_memory;
	k->base.ops = &ops;
	k->credentials.key_id = text_copy(key_id);
	k->credentials.secret = text_copy(secret);
	k->credentials.token = text_copy(token);
	k->credentials.expires_ms = expires_ms;
	snprintf(k->credentials.source, sizeof k->credentials.source, "%s",
		 source);
	if (!k->credentials.key_id || !k->credentials.secret ||
	    (token && !k->credentials.token))
		goto no_memory;
	*out = &k->base;
	return 0;

no_memory:
	if (k)
		keys_free(&k->base);
	return problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
}

/* --- JSON, times and URLs --- */

static const char *member(const cJSON *tree, const char *name)
{
	const char *text = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(tree, name));

	return text && *text ? text : NULL;
}

/* cJSON frees without wiping. */
static void wipe_tree(cJSON *tree)
{
	cJSON *item;

	cJSON_ArrayForEach(item, tree)
	{
		if (item->valuestring)
			explicit_bzero(item->valuestring,
				       strlen(item->valuestring));
	}
	cJSON_Delete(tree);
}

int credentials_from_json(struct credentials *out, const char *text,
			  size_t length, enum credentials_form form,
			  const char *what, struct problem *p)
{
	bool process = form == CREDENTIALS_OF_PROCESS;
	cJSON *tree = cJSON_ParseWithLength(text, length);
	const char *key_id = member(tree, "AccessKeyId");
	const char *secret = member(tree, "SecretAccessKey");
	const char *token = member(tree, process ? "SessionToken" : "Token");
	const char *expires = member(tree, "Expiration");
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(tree,
								"Version");
	int err = 0;

	/* another version may mean anything */
	if (process && tree &&
	    (!cJSON_IsNumber(version) || version->valueint != 1)) {
		err = problem_set(p, PROBLEM_FORMAT,
				  "AWS credentials: %s gave JSON without "
				  "\"Version\": 1; update it, or Habla",
				  what);
	} else if (!key_id || !secret) {
		err = problem_set(p, PROBLEM_FORMAT,
				  "AWS credentials: %s gave %s; expected JSON "
				  "with AccessKeyId and SecretAccessKey",
				  what,
				  !tree     ? "no JSON"
				  : !key_id ? "no AccessKeyId"
					    : "no SecretAccessKey");
	} else if (expires && aws_time_parse(&out->expires_ms, expires)) {
		err = problem_set(p, PROBLEM_FORMAT,
				  "AWS credentials: %s gave an Expiration that "
				  "is no time; expected one like "
				  "2026-01-02T03:04:05Z",
				  what);
	} else {
		out->key_id = text_copy(key_id);
		out->secret = text_copy(secret);
		out->token = text_copy(token);
		if (!out->key_id || !out->secret || (token && !out->token))
			err = problem_set(p, PROBLEM_MEMORY,
					  "AWS: out of memory");
	}
	wipe_tree(tree);
	return err;
}

/* "Z", "+01:00", "-0230" in minutes. */
static int parse_zone(int *out_minutes, const char *text)
{
	int hours, minutes, end = 0;

	*out_minutes = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return 0;
	if ((*text != '+' && *text != '-') ||
	    (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 &&
	     sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &end) != 2) ||
	    text[1 + end] != '\0')
		return PROBLEM_FORMAT;
	*out_minutes = (hours * 60 + minutes) * (*text == '-' ? -1 : 1);
	return 0;
}

int aws_time_parse(int64_t *out_ms, const char *text)
{
	struct tm tm = {0};
	int end = 0, zone;
	int64_t ms = 0, unit = 100;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon,
		   &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		   &end) != 6 ||
	    tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12)
		return PROBLEM_FORMAT;
	text += end;
	if (*text == '.')
		for (text++; isdigit((unsigned char)*text); text++) {
			ms += (*text - '0') * unit;
			unit /= 10;
		}
	if (parse_zone(&zone, text))
		return PROBLEM_FORMAT;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*out_ms = ((int64_t)timegm(&tm) - zone * 60LL) * 1000 + ms;
	return 0;
}

bool aws_url_has_host(const char *url, const char *const *hosts)
{
	static const char scheme[] = "http://";

	if (strncasecmp(url, scheme, sizeof scheme - 1) != 0)
		return false;
	url += sizeof scheme - 1;
	size_t length = strcspn(url, "/?#");
	/* a user in front of "@" would hide the host behind it */
	if (memchr(url, '@', length))
		return false;
	size_t host = *url == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":");
	length = host < length ? host : length;
	for (; *hosts; hosts++)
		if (strlen(*hosts) == length &&
		    strncasecmp(*hosts, url, length) == 0)
			return true;
	return false;
}
