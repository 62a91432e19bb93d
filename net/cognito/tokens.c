#include "net/cognito/tokens.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/base64.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/exchange.h"

enum { LIFETIME_MOST_S = 24 * 60 * 60 };

void cognito_tokens_clear(struct cognito_tokens *t)
{
	text_wipe(t->id);
	text_wipe(t->access);
	text_wipe(t->refresh);
	free(t->user_id);
	*t = (struct cognito_tokens){0};
}

/* base64url, without padding, to bytes with a NUL behind; caller frees. */
static char *decode_part(const char *part, size_t length)
{
	char *text = malloc(length + 4);
	char *out = malloc(base64_decoded_bound(length + 4) + 1);
	long n = -1;

	if (text && out) {
		for (size_t i = 0; i < length; i++)
			text[i] = part[i] == '-'   ? '+'
				  : part[i] == '_' ? '/'
						   : part[i];
		while (length % 4)
			text[length++] = '=';
		n = base64_decode(out, text, length);
	}
	free(text);
	if (n < 0) {
		free(out);
		return NULL;
	}
	out[n] = '\0';
	return out;
}

char *cognito_token_claim(const char *token, const char *name)
{
	const char *from = strchr(token, '.');
	const char *to = from ? strchr(from + 1, '.') : NULL;
	char *payload = to ? decode_part(from + 1, (size_t)(to - from - 1))
			   : NULL;
	cJSON *json = payload ? cJSON_Parse(payload) : NULL;
	char *value = text_copy(exchange_text(json, name));

	cJSON_Delete(json);
	free(payload);
	return value;
}

int cognito_tokens_read(struct cognito_tokens *out, const struct cJSON *answer,
			int64_t now_ms)
{
	const cJSON *result = cJSON_GetObjectItemCaseSensitive(
		answer, "AuthenticationResult");
	const cJSON *lifetime = cJSON_GetObjectItemCaseSensitive(result,
								 "ExpiresIn");
	const char *id = exchange_text(result, "IdToken");
	const char *access = exchange_text(result, "AccessToken");
	const char *refresh = exchange_text(result, "RefreshToken");

	*out = (struct cognito_tokens){0};
	if (!id || !access || !cJSON_IsNumber(lifetime) ||
	    lifetime->valuedouble < 1 ||
	    lifetime->valuedouble > LIFETIME_MOST_S)
		return PROBLEM_FORMAT;
	out->id = text_copy(id);
	out->access = text_copy(access);
	out->refresh = text_copy(refresh);
	out->user_id = cognito_token_claim(access, "username");
	out->expires_ms = now_ms + (int64_t)(lifetime->valuedouble * 1000);
	if (out->id && out->access && !out->refresh == !refresh)
		return 0;
	cognito_tokens_clear(out);
	return PROBLEM_MEMORY;
}
