"""Rules of the house that a reader of one change might miss."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from siwei_bot.plan import Plan
from tests.plans import PLANS, ROOT, bot_for

CODE = sorted([ROOT / "bot.py", *ROOT.glob("siwei_bot/**/*.py"), *ROOT.glob("handlers/*.py")])
WORDS = [ROOT / "siwei_bot" / "language" / "data" / name for name in ("vocabulary.yaml", "topics.yaml")]
WORDS.append(ROOT / "siwei_bot" / "data" / "phrases.yaml")


def literals(path: Path) -> Iterator[str]:
    """Every string of a module that is no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    documents = {
        id(node.value)
        for parent in ast.walk(tree)
        if isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for node in parent.body
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value


def sayings(node: object) -> Iterator[str]:
    """Every string in a YAML file."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from sayings(key)
            yield from sayings(value)
    elif isinstance(node, list):
        for value in node:
            yield from sayings(value)
    elif isinstance(node, str):
        yield node


def particulars(plan: Plan) -> set[str]:
    """What belongs to one plan: names of bodies and indicators, titles, sentences, its city."""
    names = {name for b in plan.bureaus for name in (b.name, *b.aliases) if len(name) > 3}
    names |= {name for i in plan.indicators for name in (i.name, *i.aliases) if len(name) > 3}
    for section in plan.sections:
        names.add(section.title)
        for task in section.tasks:
            names.add(task.title)
            names |= {m.text for a in task.assignments for m in a.measures}
    return names | {plan.region, plan.title}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_nothing_of_a_plan_stands_in_code(path: Path, plan: str) -> None:
    said = "\n".join(literals(path))
    assert [name for name in particulars(bot_for(plan).plan) if name in said] == []


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.name)
def test_nothing_of_a_plan_stands_in_the_words(path: Path, plan: str) -> None:
    said = "\n".join(sayings(yaml.safe_load(path.read_text("utf-8"))))
    assert [name for name in particulars(bot_for(plan).plan) if name in said] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("siwei_bot/**/*.py")), ids=lambda path: path.name)
def test_the_core_knows_no_front_end(path: Path) -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert not imported & {"telegram", "handlers", "aiohttp", "tornado"}


@pytest.mark.parametrize("path", sorted(ROOT.glob("handlers/*.py")), ids=lambda path: path.name)
def test_handlers_write_no_sql(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not [
        word for word in ("select ", "insert ", "update ", "delete from", ".execute(") if f'"{word}' in text
    ]
    assert "siwei_bot.language.parse" not in text
