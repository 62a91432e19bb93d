/* stats: figures of a row of measured values.  Pure; any thread. */
#ifndef CLIENT_REPORT_STATS_H
#define CLIENT_REPORT_STATS_H

#include <stddef.h>

/* Sorts from small to large. */
void stats_sort(double *values, size_t count);
/* The value below which that share (0 to 1) of the sorted values lies, straight
 * lines between them (Hyndman and Fan's type 7, as in R and NumPy).  count is
 * above 0. */
double stats_quantile(const double *sorted, size_t count, double share);
double stats_median(const double *sorted, size_t count);

#endif
