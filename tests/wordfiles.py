"""Word files of a plan, in the forms that offices write: what the importer is tried on.

A :class:`Form` says how the tables look; the words are the plan's own. The tables are written as XML into a
document of python-docx, since merged cells over page breaks, content controls and tracked changes are
more than its own functions make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Literal
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from siwei_bot.importing.numbering import chinese
from siwei_bot.plan import Assignment, BodyRef, Indicator, Measure, Plan, Target

_TRACK = 'w:id="1" w:author="甲" w:date="2026-01-01T00:00:00Z"'


@dataclass(frozen=True)
class Form:
    """How a file looks.

    ``tasks`` and ``indicators`` are the columns in order with their heads; a head ``甲/乙`` stands in two
    rows, its upper part shared by the columns beside it. Columns of tasks: ``section``, ``number``, ``task``,
    ``measure``, ``bodies`` with ``role`` (a row a role), ``lead``, ``support``, ``responsible``, ``who`` (all
    in words), ``due``, ``note``; of indicators: ``number``, ``group``, ``name``, ``unit``, ``attribute``,
    ``baseline``, ``targets`` (both with ``{}`` for the year), ``bodies``.
    """

    tasks: Mapping[str, str]
    indicators: Mapping[str, str]
    role_words: Mapping[str, str] = field(default_factory=lambda: {"lead": "牵头", "support": "参与"})
    same: Literal["merged", "repeated", "empty"] = "merged"
    """How sections, tasks and groups of bodies that go over several rows are written."""
    one_measure_a_row: bool = False
    numbers: Literal["{}.", "{}、", "（{}）", "circle", "automatic", ""] = "{}."
    local_numbers: bool = False
    """Whether measures are counted anew in each cell."""
    one_line: bool = False
    """Whether the measures of a cell stand in one paragraph."""
    between_names: str = "\n"
    page: int = 0
    """Rows of a page; 0 for one page. At its end the table ends, and the next begins with the heads."""
    heads_repeated_in_table: bool = False
    cut: int = 0
    """The measure whose text a page break cuts."""
    controls: bool = False
    tracked: bool = False
    shifted: bool = False
    """Whether rows begin after a gap (gridBefore) instead of with the merged cell of the section."""
    title_row: bool = False
    section_rows: bool = False
    sign: Mapping[str, str] = field(default_factory=lambda: {"≥": "≥{}", "≤": "≤{}", "≈": "约{}"})
    percent: bool = True
    """Whether values of indicators in % are printed with the sign."""


@dataclass(frozen=True)
class Slot:
    """One cell of a row as written; ``merge`` is the value of vMerge."""

    text: str = ""
    span: int = 1
    merge: str = ""


def word_file(plan: Plan, form: Form) -> bytes:
    """The plan as a Word file of this form."""
    document = docx.Document()
    document.add_paragraph(f"{plan.region}{plan.title}")
    captions = (plan.source or "主要指标表；任务分工表").split("；")
    if form.numbers == "automatic":
        _count_paragraphs(document)
    if plan.indicators:
        _add(document, _indicator_rows(plan, form), form, captions[0])
    if "section" not in form.tasks and not form.section_rows:
        document.add_paragraph(captions[-1])
        for section in plan.sections:
            document.add_paragraph(f"{section.label}{section.title}")
            _add(document, _pages(_task_rows(plan, form, section.id), form), form)
    else:
        pages = list(_pages(_task_rows(plan, form), form))
        for number, page in enumerate(_split(pages)):
            _add(document, page, form, captions[-1] if not number else "")
    return saved(document)


def outline_file(plan: Plan) -> bytes:
    """The plan as numbered paragraphs, who does what in brackets after each measure."""
    document = docx.Document()
    document.add_paragraph(f"{plan.region}{plan.title}")
    document.add_paragraph("为落实有关要求，制定本方案。")
    for section in plan.sections:
        document.add_paragraph(f"{chinese(section.id)}、{section.title}")
        for task in section.tasks:
            document.add_paragraph(f"（{chinese(task.id)}）{task.title}")
            for assignment in task.assignments:
                for measure in assignment.measures:
                    who = "；".join(_allotment(assignment, plan.role_words))
                    document.add_paragraph(f"{measure.id}.{measure.text}（{who}）")
    return saved(document)


def saved(document: Any) -> bytes:
    """The bytes of a document of python-docx."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


# -- rows of the table of tasks --------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """One row before merging: texts by column, and what each cell is about (equal: one cell)."""

    texts: Mapping[str, str]
    about: Mapping[str, object]


def _entries(plan: Plan, form: Form, only: int = 0) -> Iterator[_Entry]:
    for section in plan.sections:
        if only and section.id != only:
            continue
        for task in section.tasks:
            for assignment in task.assignments:
                shared = {
                    "section": f"{section.label}{section.title}",
                    "number": str(task.id),
                    "task": task.title,
                    "due": _due(assignment.due),
                }
                about = {"section": section.id, "number": task.id, "task": task.id}
                yield from _of_assignment(assignment, form, shared, about)


def _of_assignment(
    assignment: Assignment, form: Form, shared: Mapping[str, str], about: Mapping[str, object]
) -> Iterator[_Entry]:
    first = assignment.measures[0].id
    groups = [(m,) for m in assignment.measures] if form.one_measure_a_row else [assignment.measures]
    for measures in groups:
        texts = {**shared, "measure": _measures(measures, form), "note": _notes(measures)}
        whose = {**about, "measure": ("m", measures[0].id), "due": ("d", first)}
        whose["note"] = ("n", measures[0].id)
        if "role" in form.tasks:
            for role in ("lead", "support", "responsible"):
                if names := _names(getattr(assignment, role), form):
                    key = first, role
                    yield _Entry(
                        {**texts, "bodies": names, "role": form.role_words[role]},
                        {**whose, "bodies": key, "role": key},
                    )
            continue
        roles = {role: _names(getattr(assignment, role), form) for role in ("lead", "support", "responsible")}
        who = "；".join(_allotment(assignment, form.role_words))
        yield _Entry(
            {**texts, **roles, "who": who},
            {**whose, **{role: (first, role) for role in roles}, "who": first},
        )


def _measures(measures: Sequence[Measure], form: Form) -> str:
    lines = []
    for place, measure in enumerate(measures, 1):
        number = place if form.local_numbers else measure.id
        if form.numbers == "automatic":
            lines.append(f"\x01{measure.text}")
        elif form.numbers == "circle":
            lines.append(f"{chr(ord('①') + number - 1)}{measure.text}")
        else:
            lines.append(f"{form.numbers.format(number)}{measure.text}")
    return ("" if form.one_line else "\n").join(lines)


def _notes(measures: Sequence[Measure]) -> str:
    return "\n".join(f"{measure.id}.{measure.note}" for measure in measures if measure.note)


def _names(bodies: Iterable[BodyRef], form: Form) -> str:
    return form.between_names.join(body.spelling for body in bodies)


def _allotment(assignment: Assignment, words: Mapping[Any, str]) -> Iterator[str]:
    for role, usual in (("lead", "牵头单位"), ("support", "配合单位"), ("responsible", "责任单位")):
        names = "、".join(body.spelling for body in getattr(assignment, role))
        if names:
            yield f"{words.get(role, usual)}：{names}"
    if assignment.due:
        yield f"完成时限：{_due(assignment.due)}"


def _due(due: str) -> str:
    parts = due.split("-")
    if not all(part.isdigit() for part in parts):
        return due
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _task_rows(plan: Plan, form: Form, only: int = 0) -> Iterator[list[Slot]]:
    """Heads first; each later row with what it says, merged, repeated or left empty as the form has it."""
    columns = [column for column in form.tasks if not (form.section_rows and column == "section")]
    yield from _heads([form.tasks[column] for column in columns])
    before: _Entry | None = None
    on_page = 0
    for entry in _with_cut(_entries(plan, form, only), form):
        new_page = bool(form.page) and on_page == form.page
        if form.section_rows and (before is None or before.about["section"] != entry.about["section"]):
            yield [Slot(entry.texts["section"], len(columns))]
        if new_page:
            yield []
            on_page = 0
        yield [_slot(column, entry, None if new_page else before, form) for column in columns]
        before, on_page = entry, on_page + 1


def _with_cut(entries: Iterable[_Entry], form: Form) -> Iterator[_Entry]:
    """Entries; one whose text a page break cuts comes as two, and its later rows stand beside the second."""
    rests: dict[object, str] = {}
    for entry in entries:
        number, text, cell = f"{form.cut}.", entry.texts["measure"], entry.about["measure"]
        rest = {**entry.about, "measure": ("rest", cell)}
        if cell in rests:
            yield _Entry({**entry.texts, "measure": rests[cell]}, rest)
        elif form.cut and number in text:
            middle = text.index(number) + len(number) + 4
            rests[cell] = text[middle:]
            yield replace(entry, texts={**entry.texts, "measure": text[:middle]})
            yield _Entry({**entry.texts, "measure": text[middle:]}, rest)
        else:
            yield entry


def _slot(column: str, entry: _Entry, before: _Entry | None, form: Form) -> Slot:
    text = entry.texts[column]
    goes_on = before is not None and before.about.get(column, "") == entry.about.get(column, column)
    if not goes_on:
        return Slot(text, merge="restart" if form.same == "merged" else "")
    if form.same == "merged":
        return Slot(merge="continue")
    repeats = form.same == "repeated" and column != "measure"
    return Slot(text if repeats else "")


def _pages(rows: Iterable[list[Slot]], form: Form) -> Iterator[list[Slot]]:
    """Rows with the heads again after each page."""
    heads: list[list[Slot]] = []
    deep = 2 if any("/" in head for head in form.tasks.values()) else 1
    for row in rows:
        if len(heads) < deep:
            heads.append(row)
        if not row:
            if not form.heads_repeated_in_table:
                yield []
            yield from heads
        else:
            yield row


def _split(rows: Iterable[list[Slot]]) -> Iterator[list[list[Slot]]]:
    """Rows as tables, cut at the empty rows."""
    page: list[list[Slot]] = []
    for row in rows:
        if row:
            page.append(row)
        else:
            yield page
            page = []
    yield page


def _heads(heads: Sequence[str]) -> Iterator[list[Slot]]:
    """One row, or two where a head has an upper part that its neighbours share."""
    if not any("/" in head for head in heads):
        yield [Slot(head) for head in heads]
        return
    upper: list[Slot] = []
    for head in heads:
        over = head.split("/")[0]
        if "/" in head and upper and upper[-1].text == over:
            upper[-1] = Slot(over, upper[-1].span + 1)
        else:
            upper.append(Slot(over, merge="" if "/" in head else "restart"))
    yield upper
    yield [Slot(head.split("/")[1]) if "/" in head else Slot(merge="continue") for head in heads]


# -- rows of the table of indicators ---------------------------------------------------------------


def _indicator_rows(plan: Plan, form: Form) -> Iterator[list[Slot]]:
    columns = list(_indicator_columns(plan, form))
    yield from _heads([head for _, head, _ in columns])
    before: Indicator | None = None
    for indicator in plan.indicators:
        yield [_indicator_slot(kind, year, indicator, before, form) for kind, _, year in columns]
        before = indicator


def _indicator_columns(plan: Plan, form: Form) -> Iterator[tuple[str, str, int]]:
    """Kind, head and year of each column; a column a year for targets and baselines."""
    for kind, head in form.indicators.items():
        if kind not in ("targets", "baseline"):
            yield kind, head, 0
            continue
        of_kind = [t for i in plan.indicators for t in i.targets if t.baseline == (kind == "baseline")]
        for year in sorted({target.year for target in of_kind}):
            yield kind, head.format(year), year


def _indicator_slot(kind: str, year: int, indicator: Indicator, before: Indicator | None, form: Form) -> Slot:
    if kind in ("targets", "baseline"):
        found = [t for t in indicator.targets if t.year == year and t.baseline == (kind == "baseline")]
        return Slot(_value(found[0], indicator.unit, form) if found else "—")
    if kind == "group":
        same = before is not None and before.group == indicator.group
        if same and form.same == "merged":
            return Slot(merge="continue")
        empty = same and form.same == "empty"
        return Slot("" if empty else indicator.group, merge="restart" if form.same == "merged" else "")
    if kind == "bodies":
        return Slot(form.between_names.join(body.spelling for body in indicator.bureaus))
    return Slot({"number": str(indicator.id)}.get(kind) or str(getattr(indicator, kind)))


def _value(target: Target, unit: str, form: Form) -> str:
    if target.value is None:
        return target.text
    number = f"{target.value:.10g}" + ("%" if unit == "%" and form.percent else "")
    return form.sign[target.comparator].format(number) if target.comparator else number


def _count_paragraphs(document: Any) -> None:
    """Add the list 99, whose paragraphs Word counts by itself: 1. 2. 3."""
    root = document.part.numbering_part.element
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    )
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">{level}</w:abstractNum>'
    root.insert(0, parse_xml(abstract))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))


# -- XML -------------------------------------------------------------------------------------------


def _add(document: Any, rows: Iterable[list[Slot]], form: Form, caption: str = "") -> None:
    some = list(rows)
    width = max(sum(slot.span for slot in row) for row in some)
    if caption and form.title_row:
        some.insert(0, [Slot(caption, width)])
    elif caption:
        document.add_paragraph(caption)
    body = "".join(_row(row, form, place) for place, row in enumerate(some))
    grid = "<w:gridCol/>" * width
    table = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>")
    document.element.body.insert(-1, table)
    document.add_paragraph("")


def _row(row: Sequence[Slot], form: Form, place: int) -> str:
    gap, properties = 0, ""
    if form.shifted and row[0].merge == "continue":
        gap = row[0].span
        properties = f'<w:gridBefore w:val="{gap}"/>'
    elif form.shifted and place and row[-1].text == "" and not row[-1].merge:
        properties = '<w:gridAfter w:val="1"/>'
        row = row[:-1]
    cells = "".join(_cell(slot, form) for slot in row[1 if gap else 0 :])
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>" + (_DELETED_ROW if form.tracked else "")


_DELETED_ROW = (
    f"<w:tr><w:trPr><w:del {_TRACK}/></w:trPr>"
    "<w:tc><w:p><w:r><w:delText>删</w:delText></w:r></w:p></w:tc></w:tr>"
)


def _cell(slot: Slot, form: Form) -> str:
    span = f'<w:gridSpan w:val="{slot.span}"/>' if slot.span > 1 else ""
    merge = '<w:vMerge w:val="restart"/>' if slot.merge == "restart" else "<w:vMerge/>" if slot.merge else ""
    paragraphs = "".join(_paragraph(line, form) for line in slot.text.split("\n"))
    cell = f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{paragraphs}</w:tc>"
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{cell}</w:sdtContent></w:sdt>" if form.controls else cell


def _paragraph(line: str, form: Form) -> str:
    counted = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="99"/></w:numPr></w:pPr>'
    properties = counted if line.startswith("\x01") else ""
    line = line.removeprefix("\x01")
    if form.controls and len(line) > 3:
        runs = f"<w:sdt><w:sdtContent>{_run(line[:2])}</w:sdtContent></w:sdt>{_run(line[2:])}"
    elif form.tracked and len(line) > 3:
        deleted = f"<w:del {_TRACK}><w:r><w:delText>旧字</w:delText></w:r></w:del>"
        moved = f"<w:moveFrom {_TRACK}>{_run('移走')}</w:moveFrom>"
        runs = f"{_run(line[:2])}{deleted}<w:ins {_TRACK}>{_run(line[2:])}</w:ins>{moved}"
    else:
        runs = _run(line)
    return f"<w:p>{properties}{runs}</w:p>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
