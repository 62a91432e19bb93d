#include "net/cognito/login_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/exchange.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool.h"

/* Tokens may be 8 KiB each, with many groups in them. */
enum { FILE_MOST = 256 * 1024, VERSION = 1, OTHERS = 077 };

static const struct member {
	const char *key;
	size_t at;
	bool needed;
} members[] = {
	{"user", offsetof(struct login, user), true},
	{"user_id", offsetof(struct login, user_id), true},
	{"user_pool", offsetof(struct login, user_pool), true},
	{"client_id", offsetof(struct login, client_id), true},
	{"client_secret", offsetof(struct login, client_secret), false},
	{"identity_pool", offsetof(struct login, identity_pool), false},
	{"region", offsetof(struct login, region), false},
	{"endpoint", offsetof(struct login, endpoint), false},
	{"id_token", offsetof(struct login, id_token), true},
	{"access_token", offsetof(struct login, access_token), true},
	{"refresh_token", offsetof(struct login, refresh_token), false},
};

enum { MEMBER_COUNT = sizeof members / sizeof *members };

static char **text_at(struct login *l, const struct member *m)
{
	return (char **)(void *)((char *)l + m->at);
}

static const char *text_of(const struct login *l, const struct member *m)
{
	return *(char *const *)(const void *)((const char *)l + m->at);
}

void login_clear(struct login *l)
{
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		text_wipe(*text_at(l, &members[i]));
	*l = (struct login){0};
}

struct user_pool_settings login_pool(const struct login *l)
{
	return (struct user_pool_settings){
		.id = l->user_pool,
		.client_id = l->client_id,
		.client_secret = l->client_secret,
		.region = l->region,
		.endpoint = l->endpoint,
	};
}

void login_take_tokens(struct login *l, struct cognito_tokens *t)
{
	text_wipe(l->id_token);
	text_wipe(l->access_token);
	l->id_token = t->id;
	l->access_token = t->access;
	l->expires_ms = t->expires_ms;
	if (t->refresh) {
		text_wipe(l->refresh_token);
		l->refresh_token = t->refresh;
	}
	if (t->user_id) {
		free(l->user_id);
		l->user_id = t->user_id;
	}
	*t = (struct cognito_tokens){0};
}

/* --- reading --- */

static int broken(const char *path, const char *cause, struct problem *p)
{
	return problem_set(p, PROBLEM_FORMAT,
			   "%s: not a login of habla (%s); delete it and sign "
			   "in again: habla login",
			   path, cause);
}

static int file_problem(const char *path, const char *what, struct problem *p)
{
	int cause = errno;

	return problem_set(p, problem_from_file_errno(cause),
			   "%s: cannot be %s (%s); check the file and its "
			   "folder",
			   path, what, strerror(cause));
}

static int parse(struct login *out, const char *path, const char *text,
		 size_t length, struct problem *p)
{
	cJSON *json = cJSON_ParseWithLength(text, length);
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(json,
								"version");
	const cJSON *expires = cJSON_GetObjectItemCaseSensitive(json,
								"expires_ms");
	int err = 0;

	*out = (struct login){0};
	if (!cJSON_IsObject(json))
		err = broken(path, "no JSON object", p);
	else if (!cJSON_IsNumber(version) || version->valueint != VERSION)
		err = broken(path, "another version", p);
	else if (!cJSON_IsNumber(expires) || expires->valuedouble < 0 ||
		 expires->valuedouble > 1e15)
		err = broken(path, "expires_ms is missing", p);
	else
		out->expires_ms = (int64_t)expires->valuedouble;
	for (size_t i = 0; i < MEMBER_COUNT && !err; i++) {
		const char *value = exchange_text(json, members[i].key);
		*text_at(out, &members[i]) = text_copy(value);
		if (value && !text_of(out, &members[i]))
			err = problem_set(p, PROBLEM_MEMORY,
					  "%s: not enough memory; try again",
					  path);
		else if (!value && members[i].needed)
			err = broken(path, members[i].key, p);
	}
	cJSON_Delete(json);
	if (err)
		login_clear(out);
	return err;
}

static int check_mode(int fd, const char *path, struct problem *p)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return file_problem(path, "read", p);
	if (!S_ISREG(status.st_mode))
		return broken(path, "no regular file", p);
	if (status.st_mode & OTHERS)
		return problem_set(p, PROBLEM_DENIED,
				   "%s: others may read or change it (mode "
				   "%04o); run chmod 600 %s, and sign in again "
				   "if somebody may have read it",
				   path, (unsigned)status.st_mode & 07777,
				   path);
	return 0;
}

static int read_open(char **text, size_t *length, int fd, const char *path,
		     struct problem *p)
{
	char *data = malloc(FILE_MOST + 1);
	size_t filled = 0;
	ssize_t n = 1;

	if (!data)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: not enough memory; try again", path);
	while (n != 0 && filled <= FILE_MOST) {
		n = read(fd, data + filled, FILE_MOST + 1 - filled);
		if (n < 0 && errno != EINTR)
			break;
		filled += n > 0 ? (size_t)n : 0;
	}
	int err = 0;
	if (n < 0)
		err = file_problem(path, "read", p);
	else if (filled > FILE_MOST)
		err = broken(path, "too long", p);
	if (err) {
		explicit_bzero(data, filled);
		free(data);
	} else {
		*text = data;
		*length = filled;
	}
	return err;
}

int login_read(struct login *out, bool *found, const char *path,
	       struct problem *p)
{
	char *text = NULL;
	size_t length = 0;
	/* a pipe of that name would block */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*out = (struct login){0};
	*found = fd >= 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : file_problem(path, "read", p);
	/* the mode of what was opened, not of what the name leads to later */
	int err = check_mode(fd, path, p);
	if (!err)
		err = read_open(&text, &length, fd, path, p);
	if (!err)
		err = parse(out, path, text, length, p);
	if (text)
		explicit_bzero(text, length);
	free(text);
	close(fd);
	return err;
}

/* --- writing --- */

static void write_json(struct bytes *b, const struct login *l)
{
	json_open_object(b, NULL);
	json_integer(b, "version", VERSION);
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		if (text_of(l, &members[i]))
			json_string(b, members[i].key, text_of(l, &members[i]));
	json_integer(b, "expires_ms", l->expires_ms);
	json_close_object(b);
	bytes_append_text(b, "\n");
}

/* The folder's own entry is on disk too before we say that it is kept. */
static int open_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash && slash > path
			       ? text_format("%.*s", (int)(slash - path), path)
			       : text_copy(slash ? "/" : ".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	free(folder);
	return fd;
}

static int replace(int folder, const char *path, const char *fresh,
		   const struct bytes *b)
{
	/* left over from a program that was killed: not to be written into */
	unlink(fresh);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	bool good = fchmod(fd, 0600) == 0 &&
		    text_write_all(fd, b->data, b->length) == 0 &&
		    fsync(fd) == 0;
	int cause = errno;
	if (close(fd) != 0 && good) {
		good = false;
		cause = errno;
	}
	if (good && rename(fresh, path) == 0 && fsync(folder) == 0)
		return 0;
	errno = good ? errno : cause;
	cause = errno;
	unlink(fresh);
	errno = cause;
	return -1;
}

int login_write(const char *path, const struct login *l, struct problem *p)
{
	char *fresh = text_format("%s.new", path);
	struct stat status;
	struct bytes b;
	int err = 0;

	bytes_init_secret(&b, FILE_MOST);
	write_json(&b, l);
	int folder = open_folder(path);
	if (!fresh || b.failed)
		err = problem_set(p, fresh ? b.failed : PROBLEM_MEMORY,
				  "%s: not enough memory; try again", path);
	else if (folder >= 0 && fstat(folder, &status) == 0 &&
		 status.st_mode & 022)
		err = problem_set(p, PROBLEM_DENIED,
				  "%s: others may write to its folder; run "
				  "chmod go-w on the folder",
				  path);
	else if (folder < 0 || replace(folder, path, fresh, &b))
		err = file_problem(path, "written", p);
	if (folder >= 0)
		close(folder);
	bytes_deinit(&b);
	free(fresh);
	return err;
}

int login_delete(const char *path, struct problem *p)
{
	return unlink(path) == 0 || errno == ENOENT
		       ? 0
		       : file_problem(path, "deleted", p);
}
