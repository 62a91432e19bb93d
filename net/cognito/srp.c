#include "net/base/problem.h"
