#!/bin/sh
# po/extract.sh FILE: all sentences for people, as a template for po/*.po.
# What the simulator and the relay say to programs, and reports of habla test,
# are not among them: they are the same for everybody.
set -eu
cd "$(dirname "$0")/.."
find client net audio -name '*.c' -o -name '*.h' | grep -v \
	-e '^net/sim/' -e '^net/relay/server/' -e '^client/report/' \
	-e '^client/commands/manual.c' -e '^client/commands/completions.c' |
	LC_ALL=C sort |
	xgettext --from-code=UTF-8 --files-from=- --output="$1" \
		--package-name=Habla --no-location --no-wrap \
		--keyword --keyword=_ --keyword=N_ --keyword=ngettext:1,2 \
		--keyword=problem_set:3 --keyword=problem_add:3 \
		--keyword=conversation_notice:2 --keyword=doctor_say:4 \
		--keyword=yaml_problem:4 --keyword=device_failure_note:3 \
		--keyword=wanted:2 --keyword=relay_stream_end:3
