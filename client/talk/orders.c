#include "client/talk/orders.h"

#include <pthread.h>
#include <stdlib.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"

struct order {
	struct order *next;
	enum order_kind kind;
	char *text; /* owned; may be NULL */
};

struct orders {
	struct loop *loop;
	void (*carry_out)(void *arg, enum order_kind kind, const char *text);
	void *arg;
	pthread_mutex_t lock;
	/* --- protected by lock */
	struct order *first, **end;
};

static struct order *order_free(struct order *o)
{
	struct order *next = o->next;

	free(o->text);
	free(o);
	return next;
}

/* One post for each order: each takes the first that waits. */
static void deliver(void *arg)
{
	struct orders *o = arg;

	pthread_mutex_lock(&o->lock);
	struct order *first = o->first;
	if (first)
		o->first = first->next;
	if (!o->first)
		o->end = &o->first;
	pthread_mutex_unlock(&o->lock);
	if (!first)
		return;
	o->carry_out(o->arg, first->kind, first->text);
	order_free(first);
}

int orders_create(struct orders **out, struct loop *loop,
		  void (*carry_out)(void *arg, enum order_kind kind,
				    const char *text),
		  void *arg)
{
	struct orders *o = calloc(1, sizeof *o);

	if (!o)
		return PROBLEM_MEMORY;
	o->loop = loop;
	o->carry_out = carry_out;
	o->arg = arg;
	o->end = &o->first;
	pthread_mutex_init(&o->lock, NULL);
	*out = o;
	return 0;
}

struct orders *orders_free(struct orders *o)
{
	if (!o)
		return NULL;
	loop_cancel(o->loop, deliver, o);
	while (o->first)
		o->first = order_free(o->first);
	pthread_mutex_destroy(&o->lock);
	free(o);
	return NULL;
}

int orders_give(struct orders *o, enum order_kind kind, const char *text)
{
	struct order *order = calloc(1, sizeof *order);

	if (order && text)
		order->text = text_copy(text);
	if (!order || (text && !order->text)) {
		free(order);
		return PROBLEM_MEMORY;
	}
	order->kind = kind;
	pthread_mutex_lock(&o->lock);
	*o->end = order;
	o->end = &order->next;
	pthread_mutex_unlock(&o->lock);
	/* Without a post it waits for the next order's. */
	return loop_post(o->loop, deliver, o);
}
