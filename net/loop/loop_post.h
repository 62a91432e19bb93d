/* loop_post: the queue's element, for net/loop alone. */
#ifndef NET_LOOP_LOOP_POST_H
#define NET_LOOP_LOOP_POST_H

#include <stdbool.h>

struct loop;

struct loop_post {
	struct loop_post *next;
	void (*run)(void *arg);
	void *arg;
	bool on_heap; /* freed by the loop after, or instead of, its run */
};

/* Any thread.  As loop_post(), with the caller's memory, so that it cannot
 * fail.  p stays valid until run is called. */
void loop_post_element(struct loop *l, struct loop_post *p);

#endif
