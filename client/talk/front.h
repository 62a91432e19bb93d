/*
 * front: a conversation before a person: its face, keys and signals, on the
 * main thread.
 */
#ifndef CLIENT_TALK_FRONT_H
#define CLIENT_TALK_FRONT_H

struct settings;

/* Holds the whole conversation.  Returns the exit code. */
int front_converse(const struct settings *s);

#endif
