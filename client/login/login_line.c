#include "client/login/login_line.h"

#include "client/settings/settings.h"
#include "net/base/problem.h"
#include "net/cognito/user_pool.h"
#include "net/http/http.h"
#include "net/loop/loop.h"

int login_line_open(struct login_line *l, const struct settings *s,
		    const struct user_pool_settings *pool, struct problem *p)
{
	*l = (struct login_line){0};
	int err = loop_create(&l->loop);

	if (err)
		return problem_set(p, err,
				   "the system gives no more memory or files; "
				   "end some programs");
	err = http_create(&l->http, l->loop, settings_text(s, SETTING_CA_FILE),
			  p);
	if (!err)
		err = user_pool_create(&l->pool, l->http, loop_clock(l->loop),
				       pool, p);
	return err;
}

void login_line_close(struct login_line *l)
{
	l->pool = user_pool_free(l->pool);
	l->http = http_free(l->http);
	l->loop = loop_free(l->loop);
}
