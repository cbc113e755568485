"""Word files: the body as paragraphs and tables, merged cells followed, tracked changes as if accepted.

Content controls and insertions are kept, deletions and the origin of what was moved are left out.
Walks the XML itself: libraries lose cells in content controls, or shift columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element as Element

from siwei_bot.importing.document import MAX_COLUMNS, MAX_ROWS, Cell, Document, Paragraph, Table, lines_of
from siwei_bot.importing.numbering import Numbering, W
from siwei_bot.importing.package import ImportFileError, Package

_MAIN = "word/document.xml"
_OFFICE_DOCUMENT = "/officeDocument"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

# Parts of the tree that are looked through, by their name without its namespace.
_THROUGH = frozenset(
    re.findall(
        r"\w+",
        """sdt sdtContent customXml smartTag ins moveTo hyperlink fldSimple dir bdo r AlternateContent Choice
        pict drawing object ruby rubyBase group shape rect roundrect textbox txbxContent wsp txbx wgp inline
        anchor graphic graphicData oMath oMathPara f num den sup sub e sSup sSub d rad""",
    )
)
_PARAGRAPHS_IN = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"}
)
_CONTINUES = "continue"
_SIGNS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}


def read_docx(package: Package, name: str) -> Document:
    """The document of a Word file. Raises :class:`ImportFileError` where there is none."""
    root = package.xml(_main_part(package))
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise ImportFileError(
            f"{name} 里没有 Word 正文，不是完整的 Word 文件；请在 Word 里另存为 .docx 后再试"
        )
    numbering = Numbering(package.xml("word/numbering.xml"), package.xml("word/styles.xml"))
    reader = _Reader(numbering, name)
    blocks = tuple(reader.blocks(body))
    return Document(blocks, tuple(reader.left_out) + tuple(_notes(package)))


def _main_part(package: Package) -> str:
    relationships = package.xml("_rels/.rels")
    for relationship in () if relationships is None else relationships.iterfind(_RELATIONSHIPS):
        if relationship.get("Type", "").endswith(_OFFICE_DOCUMENT):
            return relationship.get("Target", "").lstrip("/")
    return _MAIN


def _notes(package: Package) -> Iterator[str]:
    """What footnotes and endnotes say: no plan has a place for it, a reader must see it."""
    for part, word in (("word/footnotes.xml", "脚注"), ("word/endnotes.xml", "尾注")):
        root = package.xml(part)
        for note in () if root is None else root:
            text = "".join(line for paragraph in note.iter(f"{W}p") for line in lines_of(_text(paragraph)))
            if text:
                yield f"{word}：{text}"


@dataclass
class _Open:
    """A cell while its table is read: a later row may go on with it."""

    row: int
    column: int
    lines: tuple[str, ...]
    rows: int = 1
    columns: int = 1


class _Reader:
    """Reads one body; counts tables for what it has to say of them."""

    def __init__(self, numbering: Numbering, name: str) -> None:
        self._numbering = numbering
        self._name = name
        self._tables = self._rows = 0
        self.left_out: list[str] = []

    def blocks(self, body: Element) -> Iterator[Paragraph | Table]:
        waiting = ""
        for element in _inside(body, _PARAGRAPHS_IN, frozenset({"p", "tbl"})):
            if element.tag == f"{W}tbl":
                yield self._table(element)
                continue
            text = waiting + self._paragraph(element)
            waiting = text if _mark_is_deleted(element) else ""
            if not waiting:
                yield from (Paragraph(line) for line in lines_of(text))

    def _paragraph(self, paragraph: Element) -> str:
        text = _text(paragraph)
        if not text.strip() and paragraph.find(f"{W}r") is None:
            return text
        return self._numbering.label(paragraph.find(f"{W}pPr")) + text

    def _lines(self, container: Element) -> Iterator[str]:
        """The lines of a cell; those of a table within it come in its reading order."""
        text = ""
        for element in _inside(container, _PARAGRAPHS_IN, frozenset({"p", "tbl"})):
            if element.tag == f"{W}tbl":
                for row in _inside(element, _PARAGRAPHS_IN, frozenset({"tr"})):
                    for cell in _inside(row, _PARAGRAPHS_IN, frozenset({"tc"})):
                        yield from self._lines(cell)
                continue
            text += self._paragraph(element)
            if not _mark_is_deleted(element):
                yield from lines_of(text)
                text = ""
        yield from lines_of(text)

    def _table(self, table: Element) -> Table:
        self._tables += 1
        cells: list[_Open] = []
        above: dict[int, _Open] = {}  # the cells of the row before, by where they begin
        row = 0
        for element in _inside(table, _PARAGRAPHS_IN, frozenset({"tr"})):
            properties = _properties(element.find(f"{W}trPr"))
            if "del" in properties:
                continue
            self._rows += 1
            if self._rows > MAX_ROWS:
                raise ImportFileError(f"{self._name} 里的表格超过 {MAX_ROWS} 行，不读；请只留下方案的表格")
            above = self._row(element, row, _number(properties.get("gridBefore"), 0), cells, above)
            row += 1
        return Table(tuple(Cell(c.row, c.column, c.lines, c.rows, c.columns) for c in cells))

    def _row(
        self, element: Element, row: int, column: int, cells: list[_Open], above: dict[int, _Open]
    ) -> dict[int, _Open]:
        here: dict[int, _Open] = {}
        for part in _inside(element, _PARAGRAPHS_IN, frozenset({"tc"})):
            properties = _properties(part.find(f"{W}tcPr"))
            if "cellDel" in properties:
                continue
            span = max(1, _number(properties.get("gridSpan"), 1))
            if column + span > MAX_COLUMNS:
                raise ImportFileError(
                    f"{self._name} 里有超过 {MAX_COLUMNS} 栏的表格，不读；请只留下方案的表格"
                )
            lines = tuple(self._lines(part))
            left = next(reversed(here.values()), None)
            if left is not None and properties.get("hMerge") == _CONTINUES:
                left.columns = column + span - left.column
                self._hidden(row, lines)
            elif column in above and properties.get("vMerge") == _CONTINUES:
                here[column] = above[column]
                here[column].rows = row - here[column].row + 1
                self._hidden(row, lines)
            else:
                here[column] = _Open(row, column, lines, columns=span)
                cells.append(here[column])
            column += span
        return here

    def _hidden(self, row: int, lines: tuple[str, ...]) -> None:
        """Text in a cell that another one covers: Word does not show it."""
        if lines:
            self.left_out.append(f"第{self._tables}个表第{row + 1}行，被合并的单元格里：{''.join(lines)}")


def _inside(element: Element, through: frozenset[str], wanted: frozenset[str]) -> Iterator[Element]:
    """The parts of one kind right inside of an element, or in what may be wrapped around them."""
    for child in element:
        name = _name(child.tag)
        if name in wanted:
            yield child
        elif name in through:
            yield from _inside(child, through, wanted)


def _text(element: Element) -> str:
    pieces: list[str] = []
    _add_pieces(element, pieces)
    return "".join(pieces)


def _add_pieces(element: Element, pieces: list[str]) -> None:
    for child in element:
        name = _name(child.tag)
        if name == "t":
            pieces.append(child.text or "")
        elif name in _THROUGH:
            _add_pieces(child, pieces)
        elif name in _SIGNS:
            pieces.append(_SIGNS[name])
        elif name == "sym":
            pieces.append(_symbol(child))
        elif name == "p":  # of a text box
            pieces.append(f"\n{_text(child)}\n")


def _symbol(element: Element) -> str:
    """A character of a symbol font; those of the private area mean nothing without their font."""
    try:
        char = chr(int(element.get(f"{W}char", ""), 16))
    except (ValueError, OverflowError):
        return ""
    return "□" if "\ue000" <= char <= "\uf8ff" else char


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    """The name of a tag without its namespace."""
    return tag.rpartition("}")[2]


def _properties(element: Element | None) -> dict[str, str]:
    """The properties of a row or cell by name; one without a value has the one that goes without saying."""
    if element is None:
        return {}
    return {_name(child.tag): child.get(f"{W}val", _CONTINUES) for child in element}


def _mark_is_deleted(paragraph: Element) -> bool:
    """Whether the end of a paragraph is deleted, so that the next one goes on in it."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
