"""From a file to a draft plan file: everything that was found, with a mark at every doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import or_
from pathlib import Path

from siwei_bot.importing import naming
from siwei_bot.importing.document import MAX_ROWS, Document, Paragraph, Table, lines_of
from siwei_bot.importing.found import Found, Sheet
from siwei_bot.importing.heads import Layout, is_head, layout
from siwei_bot.importing.indicators import read_indicators
from siwei_bot.importing.labels import label
from siwei_bot.importing.outline import read_outline
from siwei_bot.importing.package import MAX_FILE, ImportFileError, Package
from siwei_bot.importing.settle import Doubt, Title, settle
from siwei_bot.importing.tasks import read_tasks
from siwei_bot.importing.text import read_text
from siwei_bot.importing.words import words
from siwei_bot.importing.writing import write
from siwei_bot.plan import Plan
from siwei_bot.plan_file import PlanFileError, parse_plan

_NAMELESS = "未命名方案"
_SOMEWHERE = "本市"
_MOST_HEADS = 8
_WORD = re.compile("[\u4e00-\u9fffA-Za-z]+")


@dataclass(frozen=True)
class Draft:
    """A draft plan file. ``text`` reads as ``plan``; each of ``doubts`` is a comment in it, and so is what
    stands in the tables and was not read (``unused``)."""

    text: str
    plan: Plan
    doubts: tuple[Doubt, ...]
    unused: tuple[str, ...]


def import_plan(path: str | Path) -> Draft:
    """The draft of the plan in a Word, Excel or text file.

    Raises :class:`ImportFileError` for a file that cannot be read or in which no tasks were found.
    """
    path = Path(path)
    return draft_of(read_document(_bytes(path), path.name), path)


def draft_of(document: Document, path: Path) -> Draft:
    """The draft of the plan in a document that was read from ``path``; raises as :func:`import_plan`."""
    found, sheets = find(document)
    if not any(section.tasks for section in found.sections):
        raise ImportFileError(f"{path.name} 里没有认出任务分工{_seen_heads(sheets)}")
    title = _title(document, sheets, path)
    plan, doubts = settle(found, title)
    unused = [*document.left_out, *found.unused, *(text for sheet in sheets for text in sheet.unused())]
    unused += _lost(sheets, write(plan, doubts, unused, path.name))
    text = write(plan, doubts, unused, path.name)
    _verify(text, plan, path.name)
    return Draft(text, plan, tuple(doubts), tuple(unused))


def _bytes(path: Path) -> bytes:
    try:
        too_large = path.stat().st_size > MAX_FILE
        data = b"" if too_large or not path.is_file() else path.read_bytes()
    except FileNotFoundError:
        raise ImportFileError(f"没有这个文件：{path}") from None
    except OSError:
        raise ImportFileError(f"{path} 打不开；请检查它是不是文件、有没有读取权限") from None
    if too_large:
        raise ImportFileError(
            f"{path.name} 超过 {MAX_FILE // 1024 // 1024} MB，不读；请删去图片，只留下方案的表格"
        )
    if not path.is_file():
        raise ImportFileError(f"{path} 不是文件；请写 .docx、.xlsx 或 .txt 文件的路径")
    if not data:
        raise ImportFileError(f"{path.name} 是空文件；请检查有没有选错文件")
    return data


def read_document(data: bytes, name: str) -> Document:
    """The blocks of a file, read as what its content shows it to be; ``name`` is for messages."""
    if name.lower().endswith(".txt") and not data.startswith(b"PK"):
        return read_text(data, name)
    package = Package(data, name)
    if "xl/workbook.xml" in package.names:
        from siwei_bot.importing.xlsx import read_xlsx

        return read_xlsx(package, name)
    from siwei_bot.importing.docx import read_docx

    return read_docx(package, name)


def find(document: Document) -> tuple[Found, list[Sheet]]:
    """What the tables of a document say, or its paragraphs where no table gives tasks."""
    found, sheets = Found(), list(_sheets(document))
    tasks: list[tuple[Sheet, Layout]] = []
    for sheet in sheets:
        if sheet.layout is None:
            continue
        _use_heads(sheet, sheet.layout, found)
        if sheet.layout.kind == "tasks":
            tasks.append((sheet, sheet.layout))
        else:
            read_indicators(sheet, sheet.layout, found, naming.last_year(naming.title_of(document)))
    read_tasks(tasks, found)
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    if not tasks:
        if len(paragraphs) > MAX_ROWS:
            raise ImportFileError(f"没有认出任务分工表，正文超过 {MAX_ROWS} 段，不读；请只留下方案的正文")
        read_outline(paragraphs, found)
    elif prose := sum(paragraph.text.endswith(("。", "；")) for paragraph in paragraphs):
        found.unclear.append(f"只读了表格，表格以外的 {prose} 段正文没有读")
    if any(not sheet.table.shows_merges for sheet in sheets):
        found.unclear.append("纯文本看不出合并单元格，空格按上一行的内容读；有 Word 原件时请用原件")
    for sheet in sheets:
        if sheet.layout is None and any(cell.text for cell in sheet.table.cells):
            found.unclear.append(f"第{sheet.number}个表没有认出来，没有读；它的文字列在文件末尾")
    return found, sheets


def _sheets(document: Document) -> Iterator[Sheet]:
    """The tables; one without heads that is as wide as the one before goes on with it."""
    captions: list[str] = []
    before: Layout | None = None
    number = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            captions.append(block.text)
            continue
        number += 1
        own = layout(block)
        if own is None and before is not None and _goes_on(block, before) and not captions:
            own = Layout(before.kind, before.columns, 0, 0)
        sheet = Sheet(number, block, own, tuple(captions))
        if own is not None:
            sheet.captions += tuple(_titles(sheet, own))
        yield sheet
        before, captions = own, []


def _titles(sheet: Sheet, heads: Layout) -> Iterator[str]:
    """The names that stand in rows of their own above the heads of a table."""
    for row in range(heads.top):
        cells = set(sheet.table.rows[row].values())
        if len(cells) == 1 and naming.is_caption(text := cells.pop().text):
            sheet.use_row(row)
            yield text


def _goes_on(table: Table, before: Layout) -> bool:
    last = max(column.index for column in before.columns)
    return last < table.width <= last + 1 + len(before.unknown)


def _use_heads(sheet: Sheet, heads: Layout, found: Found) -> None:
    """Count the heads as read, and tell what is unclear about them."""
    for row in range(heads.top, heads.first):
        for column in heads.columns:
            sheet.cell(row, column.index)
    if heads.first:
        for row in range(heads.top):
            if is_head(sheet.table, row, heads):
                sheet.use_row(row)
    doubts = [f"第{sheet.number}个表：{column.unclear}" for column in heads.columns if column.unclear]
    doubts += [
        f"第{sheet.number}个表：“{head}”一栏没有认出来，没有读；它的文字列在文件末尾"
        for head in heads.unknown
    ]
    if not heads.first:
        doubts.append(f"第{sheet.number}个表没有表头，按上一个表的栏目读")
    found.unclear += doubts


def _title(document: Document, sheets: Sequence[Sheet], path: Path) -> Title:
    printed = naming.title_of(document)
    unclear: list[str] = []
    if not printed:
        printed = naming.plain("".join(lines_of(path.stem))) or _NAMELESS
        unclear.append("没有找到标题，暂用文件名")
    region, title = naming.region_and_title(printed)
    captions = dict.fromkeys(
        naming.plain(caption)
        for sheet in sheets
        if sheet.layout is not None
        for caption in sheet.captions
        if naming.is_caption(caption)
    )
    unclear.append(
        f"标题、地区取自“{printed}”" if region else f"没有找到地区，暂写“{_SOMEWHERE}”，请改成地名，如 某某市"
    )
    return Title(
        naming.plan_id(region, title), title, region or _SOMEWHERE, "；".join(captions), tuple(unclear)
    )


def _lost(sheets: Iterable[Sheet], text: str) -> Iterator[str]:
    """Cells that were read, yet with a word that the draft has nowhere: they are told, whatever the cause."""
    said = set(text) | {text[place : place + 2] for place in range(len(text) - 1)}
    for sheet in sheets:
        for cell in sheet.table.cells:
            printed = label(cell.text)
            words_of_cell = printed.rest if printed else cell.text
            is_head = sheet.layout is not None and cell.row < sheet.layout.first
            if (cell.row, cell.column) in sheet.used and not is_head and not _is_said(words_of_cell, said):
                yield sheet.told(cell)


def _is_said(text: str, said: set[str]) -> bool:
    """Whether the words of a text are in ``said``, or are no content.

    Each character must be there beside the one before or after it: names that were taken apart have
    neighbours that no text has.
    """
    for word in _WORD.findall(text):
        pairs = [word[place : place + 2] in said for place in range(len(word) - 1)] or [word in said]
        if not all(map(or_, [False, *pairs], [*pairs, False])) and word not in words().idle:
            return False
    return True


def _seen_heads(sheets: Iterable[Sheet]) -> str:
    heads = [
        "、".join(dict.fromkeys(cell.text for cell in sheet.table.rows[0].values() if cell.text))
        for sheet in sheets
        if sheet.table.rows
    ]
    if not any(heads):
        return "；请检查文件里有没有任务分工表，或带（责任单位：…）的正文"
    seen = "；".join(head if len(head) < 60 else f"{head[:60]}…" for head in heads[:_MOST_HEADS] if head)
    return f"；表头要有“具体任务”“责任单位”这样的栏目，文件里的表头是：{seen}"


def _verify(text: str, plan: Plan, name: str) -> None:
    """A draft must be accepted by ``check`` and read as what was found, or it is not handed out."""
    try:
        read = parse_plan(text, "草稿")
    except PlanFileError as error:
        raise ImportFileError(
            f"{name} 读出来了，但草稿没有通过检查，没有写文件：{error.problems[0]}"
        ) from None
    if read != plan:
        raise ImportFileError(f"{name} 读出来了，但写成的草稿和读到的内容不一致，没有写文件；请报告这个问题")
