/* report: reports of `habla test` for the tests of their forms.  Failing
 * expectations end the test. */
#ifndef TESTS_SUPPORT_REPORT_H
#define TESTS_SUPPORT_REPORT_H

#include "client/report/test_report.h"

/* One case of each verdict, in this order: passed, failed, flaky, error,
 * skipped; texts with signs that each form must escape.  Caller frees. */
struct test_report *report_example(void);

#endif
