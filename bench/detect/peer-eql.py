"""Runs the EQL event queries of a folder of Elastic rules over ECS documents, with PyPI's `eql` as the engine.

    python bench/detect/peer-eql.py RULES_FOLDER DOCUMENTS.ndjson...

Prints one JSON object: the engine's version, the number of rules and of documents, and matches by rule. Sequences are left out. The
engine knows one type for each event where ECS has lists: a document is handed to it once for each category. Lists of one
are single values to it.
"""

import json
import pathlib
import sys
import tomllib
from collections import Counter
from importlib.metadata import version

import eql
from eql.ast import EqlAnalytic
from eql.events import Event
from eql.parser import elasticsearch_syntax, ignore_missing_functions, parse_query

ANY = "any"


def event_queries(folder):
    """Yields the name, the field of the category, and the query of each rule that has an EQL event query."""
    for path in sorted(pathlib.Path(folder).rglob("*.toml")):
        rule = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", {})
        if rule.get("type") != "eql" or rule["query"].split(None, 1)[0] == "sequence":
            continue
        with elasticsearch_syntax, ignore_missing_functions:
            query = parse_query(rule["query"])
        any_event = query.first.event_type == ANY
        yield rule["name"], ANY if any_event else rule.get("event_category_override", "event.category"), query


def load_engines(folder, matches):
    """An engine for each field that the category stands in, and one for the queries that take any event."""
    engines, rules = {}, 0
    for name, field, query in event_queries(folder):
        if field not in engines:
            engines[field] = eql.PythonEngine()
            engines[field].add_output_hook(lambda output: matches.update([output.analytic_id]))
        engines[field].add_analytic(EqlAnalytic(query=query, metadata={"id": name, "name": name}))
        rules += 1
    return engines, rules


def types_of(document, field):
    """What an event's category may be, by the name of its field."""
    if field == ANY:
        return [ANY]
    value = document
    for key in field.split("."):
        value = value.get(key, {}) if isinstance(value, dict) else {}
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def single(value):
    """Lists of one as that one, at every depth."""
    if isinstance(value, dict):
        return {key: single(child) for key, child in value.items()}
    if isinstance(value, list):
        return single(value[0]) if len(value) == 1 else [single(child) for child in value]
    return value


def main(folder, *paths):
    matches = Counter()
    engines, rules = load_engines(folder, matches)
    documents = 0
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                documents += 1
                document = json.loads(line)
                data = single(document)
                for field, engine in engines.items():
                    for event_type in types_of(document, field):
                        engine.stream_event(Event(event_type, documents, data))
    found = dict(sorted(matches.items()))
    print(json.dumps({"version": version("eql"), "rules": rules, "records": documents, "matches": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
