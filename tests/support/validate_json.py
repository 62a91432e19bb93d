#!/usr/bin/env python3
"""validate_json.py SCHEMA FILE...: whether the files, JSON or YAML, follow the
JSON Schema; a line for each place that does not."""
import json
import sys

import jsonschema
import yaml


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file) if path.endswith(".yaml") else json.load(file)


schema = read(sys.argv[1])
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
status = 0
for path in sys.argv[2:]:
    for error in validator(schema).iter_errors(read(path)):
        place = "/".join(str(part) for part in error.absolute_path)
        print(f"{path}: {place}: {error.message}")
        status = 1
sys.exit(status)
