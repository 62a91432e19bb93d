/*
 * module: our own code that is loaded when it is asked for, because the
 * libraries it needs may be missing: habla-NAME.so beside the program, or in
 * the folder lib/habla of where it was installed.
 *
 * A module exports one object, "habla_module", whose type is agreed with those
 * who load it (client/speech/speech_engine.h and the like).  It stays
 * loaded until the program ends.  Any thread.
 */
#ifndef NET_BASE_MODULE_H
#define NET_BASE_MODULE_H

struct problem;

/* PROBLEM_FILE: p names what is missing and the Debian package that brings
 * it: packages is the text for that, "libpocketsphinx3". */
int module_load(const void **out, const char *name, const char *packages,
		struct problem *p);

#endif
