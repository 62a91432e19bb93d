/* The report's model: it keeps copies, counts, and turns sound into peaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "client/report/stats.h"
#include "client/report/test_report.h"
#include "tests/support/report.h"

static struct report_case *new_case(void)
{
	char file[] = "a.yaml";
	struct report_case *c = report_case_new(
		"a", (struct report_place){file, 1, 2});

	memset(file, 'x', sizeof file - 1);
	assert_non_null(c);
	return c;
}

static void texts_are_copied(void **state)
{
	struct report_case *c = new_case();
	char text[32];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "event %d", i);
		report_case_add_event(c, &(struct report_event){.name = text,
								.text = NULL});
		report_case_add_tag(c, text);
	}
	assert_string_equal(c->place.file, "a.yaml");
	assert_int_equal(c->event_count, 100);
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "event %d", i);
		assert_string_equal(c->events[i].name, text);
		assert_null(c->events[i].text);
		assert_string_equal(c->tags[i], text);
	}
	report_case_free(c);
}

static void verdicts_are_counted(void **state)
{
	struct test_report *r = report_example();

	(void)state;
	for (int v = 0; v < REPORT_VERDICTS; v++)
		assert_int_equal(test_report_count(r, (enum report_verdict)v),
				 1);
	test_report_free(r);
}

static void measures_of_all_repeats_stay_when_a_run_is_cleared(void **state)
{
	struct report_case *c = new_case();

	(void)state;
	report_case_add_measure(c, "latency_ms", 3);
	report_case_add_measure(c, "wer", 0.5);
	report_case_add_event(c, &(struct report_event){.name = "e"});
	report_case_text(c, &c->folder, "somewhere");
	report_case_clear_run(c);
	report_case_add_measure(c, "latency_ms", 5);
	const struct report_measure *m = report_case_measure(c, "latency_ms");
	assert_non_null(m);
	assert_int_equal(m->count, 2);
	assert_float_equal(m->values[1], 5, 0);
	assert_int_equal(report_case_measure(c, "wer")->count, 1);
	assert_null(report_case_measure(c, "gaps"));
	assert_int_equal(c->event_count, 0);
	assert_null(c->folder);
	report_case_free(c);
}

static void a_wave_is_peaks_of_20_ms(void **state)
{
	int16_t samples[160 * 2 + 1] = {0};
	struct report_case *c = new_case();

	(void)state;
	samples[5] = 16384;
	samples[160 + 159] = -32768;
	samples[320] = -1;
	report_case_set_wave(c, REPORT_TUTOR, samples, 321, 8000);
	assert_int_equal(c->waves[REPORT_TUTOR].count, 3);
	assert_int_equal(c->waves[REPORT_TUTOR].peaks[0], 127);
	assert_int_equal(c->waves[REPORT_TUTOR].peaks[1], 255);
	assert_int_equal(c->waves[REPORT_TUTOR].peaks[2], 0);
	assert_int_equal(c->waves[REPORT_LEARNER].count, 0);
	report_case_free(c);
}

static void medians_and_quantiles_are_those_of_r(void **state)
{
	double values[] = {9, 1, 4, 7};

	(void)state;
	stats_sort(values, 4);
	assert_float_equal(values[0], 1, 0);
	assert_float_equal(values[3], 9, 0);
	/* R: median(c(1,4,7,9)), quantile(c(1,4,7,9), c(.25, .95)) */
	assert_float_equal(stats_median(values, 4), 5.5, 1e-12);
	assert_float_equal(stats_quantile(values, 4, 0.25), 3.25, 1e-12);
	assert_float_equal(stats_quantile(values, 4, 0.95), 8.7, 1e-12);
	assert_float_equal(stats_quantile(values, 4, 1), 9, 0);
	assert_float_equal(stats_median(values, 1), 1, 0);
	assert_float_equal(stats_median(values, 3), 4, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(verdicts_are_counted),
		cmocka_unit_test(
			measures_of_all_repeats_stay_when_a_run_is_cleared),
		cmocka_unit_test(a_wave_is_peaks_of_20_ms),
		cmocka_unit_test(medians_and_quantiles_are_those_of_r),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
