/*
 * driver: another program leads the conversation (--commands): what its lines
 * ask for is done, and what became of each is told.  Loop thread.
 */
#ifndef CLIENT_TALK_DRIVER_H
#define CLIENT_TALK_DRIVER_H

struct conversation;
struct ordered;
struct turns;

struct driver {
	struct conversation *conversation; /* all borrowed */
	struct ordered *ordered;
	struct turns *turns;
	unsigned count; /* lines so far */
};

void driver_take(struct driver *d, const char *line);

#endif
