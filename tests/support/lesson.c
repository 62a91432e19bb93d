#include "tests/support/lesson.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/yaml.h"

const char *const asset_lesson_names[ASSET_LESSON_COUNT] = {
	"photosynthesis", "fractions",   "job-interview",
	"spanish-travel", "water-cycle", "project-management",
};

struct lesson *asset_lesson(const char *name)
{
	char *path = text_format("%s/assets/lessons/%s.yaml", HABLA_SOURCE_DIR,
				 name);
	struct lesson *l = NULL;
	struct problem p = {0};

	if (lesson_read(&l, path, &p))
		fail_msg("%s", p.text);
	free(path);
	return l;
}

void asset_answers(const char *name, const struct lesson *l,
		   void (*each)(void *arg, size_t step, const char *kind,
				const char *text),
		   void *arg)
{
	char *path = text_format("%s/tests/data/answers/%s.yaml",
				 HABLA_SOURCE_DIR, name);
	struct yaml_file *f = NULL;
	struct problem p = {0};

	if (yaml_read_file(&f, path, &p))
		fail_msg("%s", p.text);
	for (struct yaml_node *s = f->root->child; s; s = s->next) {
		size_t step = lesson_find_step(l, s->key);
		if (step == l->step_count)
			fail_msg("%s:%u: no step %s", path, s->key_line,
				 s->key);
		for (struct yaml_node *k = s->child; k; k = k->next)
			for (struct yaml_node *t = k->child; t; t = t->next)
				each(arg, step, k->key, t->text);
	}
	yaml_file_free(f);
	free(path);
}
