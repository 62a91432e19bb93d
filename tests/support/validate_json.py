#!/usr/bin/env python3
"""validate_json.py SCHEMA FILE: whether FILE follows the JSON Schema."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
errors = list(validator(schema).iter_errors(document))
for error in errors:
    place = "/".join(str(part) for part in error.absolute_path)
    print(f"{sys.argv[2]}: {place}: {error.message}")
sys.exit(1 if errors else 0)
