#include "net/http/http.h"
