/* renewal_rig_parts: what the files of renewal_rig share. */
#ifndef TESTS_SUPPORT_RENEWAL_RIG_PARTS_H
#define TESTS_SUPPORT_RENEWAL_RIG_PARTS_H

#include <stdint.h>

struct brain_maker;
struct renewal_rig;

void rig_spy_init(struct renewal_rig *rig);
/* All its streams must have been freed. */
void rig_spy_deinit(struct renewal_rig *rig);

/* What the tutor says to these words. */
unsigned rig_answer_sentences(const struct renewal_rig *rig, const char *words);
uint64_t rig_answer_samples(const struct renewal_rig *rig, const char *words);

struct brain_maker *rig_tutor_create(struct renewal_rig *rig);
void rig_tutor_free(struct brain_maker *m);

#endif
