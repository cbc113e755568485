"""The schema for editors: up to date, and of one mind with the reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siwei_bot.plan_file import KEYS, PlanFileError, parse_plan
from tests.plans import PLANS, ROOT
from tools import plan_schema

BROKEN = sorted((ROOT / "tests" / "data" / "broken_plans").glob("*.yaml"))
SCHEMA = plan_schema.schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

_BEYOND = """
anchors body_two_roles body_unlisted due_impossible due_impossible_day due_slashes id_twice key_twice
list_full_width_comma measure_twice_in_one name_of_two_bureaus name_of_two_indicators
text_full_width_quotes text_hash text_hash_after_quote text_pipe text_two_lines text_unseen_escape
year_in_baseline_and_targets
"""
BEYOND_A_SCHEMA = frozenset(_BEYOND.split())
"""Broken plans that are YAML and fit the schema all the same: how they are written, what they refer to."""


class Loader(yaml.SafeLoader):
    """YAML as editors read it: keys are text, dates and yes and no are words."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool", ":merge"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def tree(text: str) -> Any:
    """What an editor hands to the schema."""
    return keys_as_text(yaml.load(text, Loader))


def keys_as_text(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): keys_as_text(value) for key, value in node.items()}
    return [keys_as_text(item) for item in node] if isinstance(node, list) else node


def trees(paths: list[Path]) -> Iterator[tuple[str, Any]]:
    """Those of the files that are YAML at all."""
    for path in paths:
        try:
            yield path.stem, tree(path.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue


def test_the_file_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan_schema.main(["--check"]) == 0, capsys.readouterr().err


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert {kind: set(words) for kind, words in plan_schema.DESCRIPTIONS.items()} == {
        kind: set(keys) for kind, keys in KEYS.items()
    }


@pytest.mark.parametrize("name", PLANS)
def test_plans_fit(name: str) -> None:
    errors = VALIDATOR.iter_errors(tree(PLANS[name].read_text("utf-8")))
    assert [error.message for error in errors] == []


def test_broken_plans_do_not_fit() -> None:
    fitting = {name for name, node in trees(BROKEN) if VALIDATOR.is_valid(node)}
    assert fitting == BEYOND_A_SCHEMA
    assert sum(1 for _ in trees(BROKEN)) > 2 * len(fitting)  # most are refused


TEXT = PLANS["wanglan_yuedu"].read_text("utf-8")


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a tree."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


@given(st.data())
@settings(max_examples=50)
def test_what_the_reader_takes_fits(data: st.DataObject) -> None:
    """The schema is never stricter than the reader: an editor underlines nothing that ``check`` allows."""
    node = tree(TEXT)
    *way, last = data.draw(st.sampled_from(list(places(node))))
    owner = node
    for step in way:
        owner = owner[step]
    values: list[Any] = [2030, 0.5, "市教育局", "≥", "1", [], {}, [7], {"2031": 1}, {"text": "甲"}, -1]
    if data.draw(st.booleans()):
        del owner[last]
    else:
        owner[last] = data.draw(st.sampled_from(values))
    text = yaml.safe_dump(node, allow_unicode=True, width=1000)
    try:
        parse_plan(text, "x.yaml")
    except PlanFileError:
        return
    assert VALIDATOR.is_valid(tree(text)), text
