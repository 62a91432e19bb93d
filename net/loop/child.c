#include "net/loop/child.h"
