#include "net/renewal/renewing.h"
