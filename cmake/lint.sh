#!/usr/bin/env bash
# lint.sh BUILD_FOLDER: what clang-format, clang-tidy and cppcheck can judge.
set -euo pipefail
build=$1
status=0

mapfile -t sources < <(git ls-files '*.c' '*.h')
clang-format --dry-run --Werror "${sources[@]}" || status=1

mapfile -t compiled < <(git ls-files 'audio/*.c' 'client/*.c' 'net/*.c')
printf '%s\n' "${compiled[@]}" |
	xargs -P "$(nproc)" -n 8 clang-tidy --quiet -p "$build" 2>/dev/null ||
	status=1

cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
	--enable=warning,performance,portability \
	--suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
	-D_GNU_SOURCE -DHABLA_VERSION='"0"' -DHABLA_ASSETS_DIR='""' \
	-I . audio client net || status=1

[ "$status" -eq 0 ] && echo "lint: nothing to say"
exit "$status"
