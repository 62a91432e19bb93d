#include "net/relay/protocol_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/base/text.h"

/* What a message owns: a list of blocks, one of which may hold a history. */
struct storage {
	struct storage *next;
	struct history *history;
	char data[];
};

void *protocol_keep(struct relay_message *m, size_t size)
{
	struct storage *s = malloc(sizeof *s + size);

	if (!s)
		return NULL;
	s->next = m->storage;
	s->history = NULL;
	m->storage = s;
	return s->data;
}

const char *protocol_keep_text(struct relay_message *m, const char *text,
			       size_t n)
{
	char *copy = protocol_keep(m, n + 1);

	if (copy) {
		memcpy(copy, text, n);
		copy[n] = '\0';
	}
	return copy;
}

struct history *protocol_keep_history(struct relay_message *m)
{
	struct history *h = malloc(sizeof *h);

	if (!h || !protocol_keep(m, 0)) {
		free(h);
		return NULL;
	}
	history_init(h);
	((struct storage *)m->storage)->history = h;
	return h;
}

void relay_message_clear(struct relay_message *m)
{
	struct storage *s = m->storage;

	while (s) {
		struct storage *next = s->next;
		if (s->history)
			history_deinit(s->history);
		free(s->history);
		free(s);
		s = next;
	}
	nova_event_clear(&m->event);
	memset(m, 0, sizeof *m);
}

/* --- one member each --- */

int protocol_refuse(struct protocol_reader *r, const char *key,
		    const char *wanted)
{
	if (r->err == 0)
		r->err = problem_set(r->problem, PROBLEM_FORMAT,
				     PROTOCOL_INVALID "%s must be %s", key,
				     wanted);
	return r->err;
}

void protocol_out_of_memory(struct protocol_reader *r)
{
	if (r->err == 0)
		r->err = problem_set(r->problem, PROBLEM_MEMORY,
				     "relay message: out of memory");
}

const cJSON *protocol_member(const struct protocol_reader *r, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(r->tree, key);

	return v && !cJSON_IsNull(v) ? v : NULL;
}

void protocol_read_text(struct protocol_reader *r, const char *key,
			size_t limit, const char **out)
{
	const cJSON *v = protocol_member(r, key);

	if (!v || r->err)
		return;
	if (!cJSON_IsString(v)) {
		protocol_refuse(r, key, "a string");
		return;
	}
	size_t n = strlen(v->valuestring);
	if (n > limit) {
		r->err = problem_set(r->problem, PROBLEM_FORMAT,
				     PROTOCOL_INVALID
				     "%s is longer than %zu bytes; shorten it",
				     key, limit);
		return;
	}
	*out = protocol_keep_text(r->message, v->valuestring, n);
	if (!*out)
		protocol_out_of_memory(r);
}

void protocol_read_bool(struct protocol_reader *r, const char *key, bool *out)
{
	const cJSON *v = protocol_member(r, key);

	if (!v)
		return;
	if (cJSON_IsBool(v))
		*out = cJSON_IsTrue(v);
	else
		protocol_refuse(r, key, "true or false");
}

bool protocol_read_number(struct protocol_reader *r, const char *key,
			  double least, double most, double *out)
{
	const cJSON *v = protocol_member(r, key);

	if (!v)
		return false;
	if (!cJSON_IsNumber(v) || !(v->valuedouble >= least) ||
	    !(v->valuedouble <= most)) {
		char wanted[96];
		char low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE];
		text_from_number(low, least);
		text_from_number(high, most);
		snprintf(wanted, sizeof wanted, "a number from %s to %s", low,
			 high);
		protocol_refuse(r, key, wanted);
		return false;
	}
	*out = v->valuedouble;
	return true;
}

void protocol_read_value(struct protocol_reader *r, const char *key,
			 const char **out)
{
	const cJSON *v = protocol_member(r, key);

	if (!v || r->err)
		return;
	if (cJSON_IsString(v)) {
		protocol_read_text(r, key, TEXT_LIMIT, out);
		return;
	}
	char *text = cJSON_PrintUnformatted(v);
	*out = text ? protocol_keep_text(r->message, text, strlen(text)) : NULL;
	cJSON_free(text);
	if (!*out)
		protocol_out_of_memory(r);
}
