/* event_names: the wire's words, in the order of the enums of event.h.  Each
 * list begins with "" for "none" and ends with NULL.  For this room only. */
#ifndef NET_NOVA_EVENT_NAMES_H
#define NET_NOVA_EVENT_NAMES_H

extern const char *const nova_event_names[];
extern const char *const nova_role_names[];
extern const char *const nova_content_names[];
extern const char *const nova_stage_names[];
extern const char *const nova_stop_names[];
extern const char *const nova_pause_names[];

#endif
