#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/session/event_queue.h"
#include "client/session/heard_buffer.h"

static struct queued_event *copied(struct session_event e)
{
	struct queued_event *q = NULL;

	assert_int_equal(queued_event_create(&q, &e), 0);
	return q;
}

static void a_copy_outlives_what_it_was_made_of(void **state)
{
	char text[] = "words";
	int16_t samples[] = {1, 2, 3};
	struct problem problem = {.code = PROBLEM_CLOSED, .text = "gone"};
	struct nova_event nova = {
		.type = NOVA_AUDIO_OUTPUT,
		.samples = samples,
		.sample_count = 3,
	};
	(void)state;

	struct queued_event *q = copied((struct session_event){
		.kind = SESSION_NOVA,
		.number = 7,
		.text = text,
		.problem = &problem,
		.nova = &nova,
	});
	memset(text, 'x', sizeof text - 1);
	memset(samples, 0, sizeof samples);
	problem.text[0] = 'x';
	nova.sample_count = 0;
	assert_int_equal(q->event.number, 7);
	assert_string_equal(q->event.text, "words");
	assert_string_equal(q->event.problem->text, "gone");
	assert_int_equal(q->event.nova->sample_count, 3);
	assert_int_equal(q->event.nova->samples[2], 3);
	assert_null(queued_event_free(q));
}

static void events_come_out_in_order(void **state)
{
	struct event_queue queue;
	(void)state;

	event_queue_init(&queue, 1 << 20);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3; i++)
			assert_null(event_queue_push(
				&queue,
				copied((struct session_event){.number = i})));
		struct queued_event *q = event_queue_take(&queue);
		assert_null(event_queue_take(&queue));
		for (int i = 0; i < 3; i++) {
			struct queued_event *next = q->next;
			assert_int_equal(q->event.number, i);
			queued_event_free(q);
			q = next;
		}
		assert_null(q);
	}
	assert_int_equal(queue.lost, 0);
}

static void beyond_the_limit_events_are_lost_and_counted(void **state)
{
	static const int16_t samples[1000];
	struct nova_event nova = {
		.type = NOVA_AUDIO_INPUT,
		.samples = samples,
		.sample_count = 1000,
	};
	struct session_event big = {.kind = SESSION_NOVA, .nova = &nova};
	struct event_queue queue;
	(void)state;

	event_queue_init(&queue, 2 * (sizeof(struct queued_event) + 2000));
	assert_null(event_queue_push(&queue, copied(big)));
	assert_null(event_queue_push(&queue, copied(big)));
	struct queued_event *refused = copied(big);
	assert_ptr_equal(event_queue_push(&queue, refused), refused);
	queued_event_free(refused);
	/* one that could not be copied */
	assert_null(event_queue_push(&queue, NULL));
	assert_int_equal(queue.lost, 2);

	struct queued_event *q = event_queue_take(&queue);
	queued_event_free(q->next);
	queued_event_free(q);
	/* room again */
	assert_null(event_queue_push(&queue, copied(big)));
	queued_event_free(event_queue_take(&queue));
	assert_int_equal(queue.lost, 2);
}

static void what_the_buffer_cannot_hold_is_one_gap(void **state)
{
	struct heard_buffer b;
	int16_t stereo[] = {1, 2, 3, 4, 5, 6};
	(void)state;

	assert_int_equal(heard_buffer_init(&b, 4), 0);
	heard_buffer_add(&b, stereo, 3);
	struct heard_piece piece = heard_buffer_take(&b);
	assert_int_equal(piece.frames, 3);
	assert_int_equal(piece.lost, 0);
	assert_memory_equal(piece.samples, stereo, sizeof stereo);

	/* 3, then 1 of 3, then nothing more */
	heard_buffer_add(&b, stereo, 3);
	heard_buffer_add(&b, stereo, 3);
	heard_buffer_add(&b, stereo, 0);
	heard_buffer_add(&b, stereo, 1);
	/* what was taken is not touched meanwhile */
	assert_memory_equal(piece.samples, stereo, sizeof stereo);
	piece = heard_buffer_take(&b);
	assert_int_equal(piece.frames, 4);
	assert_int_equal(piece.lost, 3);
	assert_int_equal(piece.samples[6], 1);
	assert_int_equal(piece.samples[7], 2);

	heard_buffer_add(&b, stereo + 4, 1);
	piece = heard_buffer_take(&b);
	assert_int_equal(piece.frames, 1);
	assert_int_equal(piece.lost, 0);
	assert_int_equal(piece.samples[0], 5);
	heard_buffer_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_outlives_what_it_was_made_of),
		cmocka_unit_test(events_come_out_in_order),
		cmocka_unit_test(beyond_the_limit_events_are_lost_and_counted),
		cmocka_unit_test(what_the_buffer_cannot_hold_is_one_gap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
