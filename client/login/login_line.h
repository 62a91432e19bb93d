/* login_line: a loop and HTTPS for the short time of a command. */
#ifndef CLIENT_LOGIN_LOGIN_LINE_H
#define CLIENT_LOGIN_LOGIN_LINE_H

struct http;
struct loop;
struct problem;
struct settings;
struct user_pool;
struct user_pool_settings;

struct login_line {
	struct loop *loop;
	struct http *http;
	struct user_pool *pool;
};

/* On every return l may be given to login_line_close(). */
int login_line_open(struct login_line *l, const struct settings *s,
		    const struct user_pool_settings *pool, struct problem *p);
void login_line_close(struct login_line *l);

#endif
