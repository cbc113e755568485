"""Files as they come: Word's ways of merging, tracking and counting; sheets; text; and files that are bad."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.importing.document import Cell, Document, Paragraph, Table, has_odd_blank, joined, lines_of
from siwei_bot.importing.draft import draft_of, import_plan, read_document
from siwei_bot.importing.numbering import chinese
from siwei_bot.importing.package import MAX_PART, ImportFileError
from siwei_bot.importing.text import read_text
from siwei_bot.plan import Plan
from tests.test_importing import SOURCE
from tests.wordfiles import saved, word_file

DOCUMENT = "word/document.xml"


def word(body: str) -> bytes:
    """A Word file with this XML as its body."""
    document = docx.Document()
    parsed = parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>")
    for element in list(parsed):
        document.element.body.insert(-1, element)
    return saved(document)


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(text: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def read(body: str) -> Document:
    return read_document(word(body), "x.docx")


def grid(document: Document) -> list[list[str]]:
    """The texts of the first table, a merged cell in every place that it covers."""
    found = next(block for block in document.blocks if isinstance(block, Table))
    return [
        [row[column].text if column in row else "" for column in range(found.width)] for row in found.rows
    ]


# -- Word ------------------------------------------------------------------------------------------

RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
GAP = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
DELETED = '<w:trPr><w:del w:id="1" w:author="a"/></w:trPr>'
INSERTED = '<w:trPr><w:ins w:id="1" w:author="a"/></w:trPr>'

TABLES = {
    "merged across": (
        [cell("甲", '<w:gridSpan w:val="2"/>') + cell("乙"), cell("1") + cell("2") + cell("3")],
        [["甲", "甲", "乙"], ["1", "2", "3"]],
    ),
    "merged across in the old way": (
        [
            cell("甲", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>") + cell("乙"),
            cell("1") + cell("2") + cell("3"),
        ],
        [["甲", "甲", "乙"], ["1", "2", "3"]],
    ),
    "merged down": (
        [cell("甲", RESTART) + cell("1"), cell("", CONTINUE) + cell("2"), cell("", CONTINUE) + cell("3")],
        [["甲", "1"], ["甲", "2"], ["甲", "3"]],
    ),
    "merged down and across": (
        [
            cell("甲", RESTART + '<w:gridSpan w:val="2"/>') + cell("1"),
            cell("", CONTINUE + '<w:gridSpan w:val="2"/>') + cell("2"),
        ],
        [["甲", "甲", "1"], ["甲", "甲", "2"]],
    ),
    "merged from nothing": ([cell("甲", CONTINUE) + cell("1")], [["甲", "1"]]),
    "begun anew": (
        [cell("甲", RESTART) + cell("1"), cell("乙", RESTART) + cell("2")],
        [["甲", "1"], ["乙", "2"]],
    ),
    "a gap before": ([cell("甲") + cell("1"), GAP + cell("2")], [["甲", "1"], ["", "2"]]),
    "a row deleted": ([cell("甲"), DELETED + cell("删"), cell("乙")], [["甲"], ["乙"]]),
    "a row inserted": ([cell("甲"), INSERTED + cell("乙")], [["甲"], ["乙"]]),
    "a cell deleted": (
        [cell("甲") + cell("删", '<w:cellDel w:id="1" w:author="a"/>') + cell("乙")],
        [["甲", "乙"]],
    ),
    "a cell in a content control": (
        [f"<w:sdt><w:sdtContent>{cell('甲')}</w:sdtContent></w:sdt>" + cell("乙")],
        [["甲", "乙"]],
    ),
    "a table in a cell": (
        ["<w:tc>" + table(cell("内") + cell("里")) + "<w:p/></w:tc>" + cell("乙")],
        [["内里", "乙"]],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_cells_of_word_tables(name: str) -> None:
    rows, expected = TABLES[name]
    assert grid(read(table(*rows))) == expected


def test_rows_in_a_content_control() -> None:
    rows = f"<w:sdt><w:sdtContent><w:tr>{cell('乙')}</w:tr></w:sdtContent></w:sdt>"
    assert grid(read(f"<w:tbl><w:tr>{cell('甲')}</w:tr>{rows}</w:tbl>")) == [["甲"], ["乙"]]


def test_text_that_merging_hides_is_told() -> None:
    document = read(table(cell("甲", RESTART), cell("藏", CONTINUE)))
    assert grid(document) == [["甲"], ["甲"]]
    assert document.left_out == ("第1个表第2行，被合并的单元格里：藏",)


T = "<w:r><w:t>{}</w:t></w:r>".format
RUNS = {
    T("甲") + T("乙"): "甲乙",
    f'<w:ins w:id="1" w:author="a">{T("甲")}</w:ins>': "甲",
    f'{T("甲")}<w:del w:id="1" w:author="a"><w:r><w:delText>删</w:delText></w:r></w:del>': "甲",
    f'{T("甲")}<w:moveFrom w:id="1" w:author="a">{T("移")}</w:moveFrom>': "甲",
    f'<w:moveTo w:id="1" w:author="a">{T("甲")}</w:moveTo>': "甲",
    f"<w:hyperlink>{T('甲')}</w:hyperlink>": "甲",
    f"<w:sdt><w:sdtPr/><w:sdtContent>{T('甲')}</w:sdtContent></w:sdt>{T('乙')}": "甲乙",
    "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>": "甲\u0020乙",
    "<w:r><w:t>3</w:t><w:noBreakHyphen/><w:t>5</w:t></w:r>": "3-5",
    '<w:r><w:t>甲</w:t><w:sym w:font="Symbol" w:char="2265"/><w:t>0.6</w:t></w:r>': "甲≥0.6",
    "<w:r><w:instrText>PAGE</w:instrText></w:r>" + T("甲"): "甲",
    f"<w:r><w:ruby><w:rt>{T('jiǎ')}</w:rt><w:rubyBase>{T('甲')}</w:rubyBase></w:ruby></w:r>": "甲",
}


@pytest.mark.parametrize("runs", RUNS)
def test_what_a_paragraph_says(runs: str) -> None:
    document = read(f"<w:p>{runs}</w:p>")
    assert document.blocks == (Paragraph(RUNS[runs]),)


def test_lines_and_deleted_paragraph_marks() -> None:
    broken = "<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>"
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
    assert read(broken).blocks == (Paragraph("甲"), Paragraph("乙"))
    assert read(f"<w:p>{mark}{T('甲')}</w:p><w:p>{T('乙')}</w:p>").blocks == (Paragraph("甲乙"),)
    in_cell = f"<w:tc><w:p>{mark}{T('甲')}</w:p><w:p>{T('乙')}</w:p></w:tc>"
    assert grid(read(table(in_cell))) == [["甲乙"]]


def test_footnotes_are_told() -> None:
    data = with_part(
        word(f"<w:p>{T('甲')}</w:p>"),
        "word/footnotes.xml",
        (
            f"<w:footnotes {nsdecls('w')}><w:footnote><w:p>{T('按上年数')}</w:p></w:footnote></w:footnotes>"
        ).encode(),
    )
    assert read_document(data, "x.docx").left_out == ("脚注：按上年数",)


def numbered(*levels: tuple[int, str]) -> str:
    counted = '<w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="77"/></w:numPr></w:pPr>'
    return "".join(f"<w:p>{counted.format(level)}{T(text)}</w:p>" for level, text in levels)


def test_numbers_that_word_counts() -> None:
    document = docx.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, start, form, text in (
            (0, 1, "chineseCounting", "（%1）"),
            (1, 3, "decimal", "%2."),
            (2, 1, "decimalEnclosedCircleChinese", "%3"),
            (3, 1, "bullet", "•"),
        )
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    body = numbered((0, "甲"), (1, "乙"), (1, "丙"), (2, "丁"), (0, "戊"), (1, "己"), (3, "庚"))
    for element in list(parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>")):
        document.element.body.insert(-1, element)
    texts = [b.text for b in read_document(saved(document), "x.docx").blocks if isinstance(b, Paragraph)]
    assert texts == ["（一）甲", "3.乙", "4.丙", "①丁", "（二）戊", "3.己", "庚"]


def test_chinese_numbers() -> None:
    assert [chinese(n) for n in (0, 1, 10, 11, 20, 99, 100)] == [
        "0",
        "一",
        "十",
        "十一",
        "二十",
        "九十九",
        "100",
    ]


def test_strict_files_are_read_as_the_usual_ones() -> None:
    data = word(f"<w:p>{T('甲')}</w:p>")
    xml = part_of(data, DOCUMENT).replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert read_document(with_part(data, DOCUMENT, xml), "x.docx").blocks == (Paragraph("甲"),)


# -- sheets and text -------------------------------------------------------------------------------


def workbook() -> Any:
    book = openpyxl.Workbook()
    return book, book.active


def sheet_grid(book: Any) -> list[list[str]]:
    return grid(read_document(book_bytes(book), "x.xlsx"))


def book_bytes(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_sheet_shows_what_excel_shows() -> None:
    book, sheet = workbook()
    sheet.append(["甲", 0.09, 6.17, date(2026, 12, 31), 180, None, "乙\n丙"])
    sheet["B1"].number_format = "0%"
    sheet["D1"].number_format = 'yyyy"年"m"月"d"日"'
    assert sheet_grid(book) == [["甲", "9%", "6.17", "2026年12月31日", "180", "", "乙丙"]]


def test_merged_cells_of_a_sheet() -> None:
    book, sheet = workbook()
    for row in (["甲", "乙", "1"], [None, None, "2"]):
        sheet.append(row)
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:B2")
    assert sheet_grid(book) == [["甲", "乙", "1"], ["甲", "乙", "2"]]


def test_a_merged_range_of_billions_of_cells_is_cut() -> None:
    book, sheet = workbook()
    sheet["A1"] = "甲"
    data = book_bytes(book)
    name = "xl/worksheets/sheet1.xml"
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = with_part(data, name, part_of(data, name).replace(b"</sheetData>", merged))
    assert grid(read_document(data, "x.xlsx")) == [["甲"]]


def test_hidden_sheets_are_told() -> None:
    book, sheet = workbook()
    sheet["A1"] = "甲"
    book.create_sheet("草稿").sheet_state = "hidden"
    assert read_document(book_bytes(book), "x.xlsx").left_out == ("隐藏的工作表“草稿”没有读",)


def test_a_plan_in_a_sheet(tmp_path: Path) -> None:
    book, sheet = workbook()
    sheet.title = "任务分工表"
    for row in (
        ["某某市测试工作方案", None, None, None, None],
        ["序号", "主要任务", "具体任务", "牵头单位", "完成时限"],
        [1, "加强管理", "建立台账。", "市财政局", date(2026, 12, 1)],
        [None, None, "公开结果。", "市审计局、市统计局", "持续推进"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:B4")
    path = tmp_path / "方案.xlsx"
    book.save(path)
    task = import_plan(path).plan.sections[0].tasks[0]
    assert [(a.lead[0].name, a.due, [m.text for m in a.measures]) for a in task.assignments] == [
        ("市财政局", "2026-12-01", ["建立台账。"]),
        ("市审计局", "持续推进", ["公开结果。"]),
    ]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_in_the_usual_encodings(codec: str) -> None:
    document = read_text("标题\n\t甲\n\t乙\n\n\t1\n\t\n2\n\n正文".encode(codec), "x.txt")
    assert grid(document) == [["甲", "乙"], ["1", "2"]]
    assert document.blocks[0] == Paragraph("标题")
    assert document.blocks[-1] == Paragraph("正文")


def test_lines_are_joined_as_chinese_is_written() -> None:
    assert joined(["市 水利局 GDP", "占比 2025 年", "by", "2030"]) == "市水利局GDP占比2025年by 2030"
    assert lines_of(" 甲\u200b\r\n\n\t乙 ") == ("甲", "乙")
    assert [has_odd_blank([text]) for text in ("3+ 1", "规划 #1", "甲 ,乙", "2025 年", "甲 乙")] == [
        True,
        True,
        False,
        False,
        False,
    ]


# -- bad files -------------------------------------------------------------------------------------


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def with_part(data: bytes, name: str, content: bytes | None) -> bytes:
    """An Office file with one part replaced, added, or (``None``) taken out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        if content is not None:
            new.writestr(name, content)
    return file.getvalue()


def encrypted_entries() -> bytes:
    data = bytearray(word("<w:p/>"))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(sign)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(sign, start + 1)
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("x.docx", lambda: b"", "是空文件"),
    "no Word file": ("x.docx", lambda: "文字".encode(), "不是 Word"),
    "a picture": ("x.docx", lambda: b"\x89PNG\r\n", "不是 Word"),
    "an old Word file": ("x.doc", lambda: OLE + bytes(600), "旧格式"),
    "an encrypted file": ("x.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
    "encrypted parts": ("x.docx", encrypted_entries, "加了密码"),
    "macros": ("x.docm", lambda: with_part(word("<w:p/>"), "word/vbaProject.bin", b"x"), "带有宏"),
    "a broken zip": ("x.docx", lambda: word("<w:p/>")[:2000], "已损坏"),
    "only the beginning of a zip": ("x.docx", lambda: b"PK\x03\x04", "已损坏"),
    "no document in it": ("x.docx", lambda: with_part(word("<w:p/>"), DOCUMENT, None), "没有 Word 正文"),
    "another document in it": (
        "x.docx",
        lambda: with_part(word("<w:p/>"), DOCUMENT, b"<a/>"),
        "没有 Word 正文",
    ),
    "broken XML": ("x.docx", lambda: with_part(word("<w:p/>"), DOCUMENT, b"<a>"), "已损坏"),
    "entities": ("x.docx", lambda: with_part(word("<w:p/>"), DOCUMENT, LAUGHS.encode()), "已损坏"),
    "entities in UTF-16": (
        "x.docx",
        lambda: with_part(
            word("<w:p/>"), DOCUMENT, LAUGHS.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")
        ),
        "已损坏",
    ),
    "XML too deep": (
        "x.docx",
        lambda: with_part(word("<w:p/>"), DOCUMENT, b"<a>" * 5000 + b"</a>" * 5000),
        "已损坏",
    ),
    "a table too wide": (
        "x.docx",
        lambda: word(table(cell("甲", '<w:gridSpan w:val="99999"/>'))),
        "超过 100 栏",
    ),
    "a table too long": (
        "x.docx",
        lambda: word("<w:tbl>" + "<w:tr/>" * 10_001 + "</w:tbl>"),
        "超过 10000 行",
    ),
    "a zip bomb": ("x.docx", lambda: with_part(word("<w:p/>"), DOCUMENT, bytes(MAX_PART + 1)), "超过 16 MB"),
    "no tables": ("x.docx", lambda: word(f"<w:p>{T('某某')}</w:p>"), "没有认出任务分工"),
    "another table": ("x.docx", lambda: word(table(cell("姓名") + cell("电话"))), "姓名、电话"),
    "a workbook without sheets": (
        "x.xlsx",
        lambda: with_part(book_bytes(workbook()[0]), "xl/workbook.xml", b"<a/>"),
        "没有认出任务分工",
    ),
    "text that is none": ("x.txt", lambda: b"\x00\x01\x02\xff", "不是文本文件"),
    "text without tables": ("x.txt", lambda: "你好".encode(), "没有认出任务分工"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_clear_line(name: str, tmp_path: Path) -> None:
    file, make, expected = BAD[name]
    path = tmp_path / file
    path.write_bytes(make())
    with pytest.raises(ImportFileError) as caught:
        import_plan(path)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert file in str(caught.value)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="没有这个文件"):
        import_plan(tmp_path / "x.docx")
    with pytest.raises(ImportFileError, match="不是文件"):
        import_plan(tmp_path)


def test_a_bomb_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(with_part(word("<w:p/>"), DOCUMENT, bytes(20 * MAX_PART)))
    tracemalloc.start()
    try:
        with pytest.raises(ImportFileError):
            import_plan(path)
        assert tracemalloc.get_traced_memory()[1] < 2 * MAX_PART
    finally:
        tracemalloc.stop()


def test_an_entry_that_lies_about_its_size() -> None:
    data = with_part(word("<w:p/>"), DOCUMENT, b"<a>" + bytes(100_000) + b"</a>")
    size = (100_007).to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(ImportFileError):
        read_document(data.replace(size, (50).to_bytes(4, "little")), "x.docx")


# -- anything at all -------------------------------------------------------------------------------


def survives(data: bytes, name: str) -> None:
    """Either a document or the package's own error."""
    try:
        blocks: object = read_document(data, name).blocks
    except ImportFileError as error:
        blocks = str(error)
    assert "\n" not in blocks if isinstance(blocks, str) else isinstance(blocks, tuple)


@given(st.binary(max_size=300), st.sampled_from(["x.docx", "x.xlsx", "x.txt"]), st.booleans())
def test_any_bytes(data: bytes, name: str, as_zip: bool) -> None:
    survives((b"PK\x03\x04" if as_zip else b"") + data, name)


@pytest.fixture(scope="module")
def office_files(real_plan: Plan) -> dict[str, bytes]:
    book, sheet = workbook()
    sheet.append(["甲", 0.09, 6.17, date(2026, 12, 31)])
    sheet.merge_cells("A1:B1")
    return {"x.docx": word_file(real_plan, SOURCE), "x.xlsx": book_bytes(book)}


@given(st.data())
def test_bytes_changed_in_a_file(office_files: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(office_files)))
    changed = bytearray(office_files[name])
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(changed), name)


PARTS = {
    "x.docx": [DOCUMENT, "word/numbering.xml", "_rels/.rels"],
    "x.xlsx": ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"],
}


@given(st.data())
def test_xml_changed_in_a_part(office_files: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PARTS)))
    part = data.draw(st.sampled_from(PARTS[name]))
    pieces = part_of(office_files[name], part).decode().split("<")
    for _ in range(data.draw(st.integers(1, 4))):
        one, other = (data.draw(st.integers(1, len(pieces) - 1)) for _ in range(2))
        change = data.draw(st.sampled_from(["swap", "drop", "twice", "text", "number"]))
        if change == "swap":
            pieces[one], pieces[other] = pieces[other], pieces[one]
        elif change == "drop":
            pieces[one] = pieces[one].partition(">")[2]
        elif change == "twice":
            pieces[one] = f"{pieces[one]}<{pieces[other]}"
        elif change == "text":
            pieces[one] += data.draw(st.sampled_from(["甲", "1.", "\u2028", "牵头", "9" * 40, "&#13;"]))
        else:
            pieces[one] = pieces[one].replace(
                '="', f'="{data.draw(st.sampled_from(["-", "9999999", "x"]))}', 1
            )
    survives(with_part(office_files[name], part, "<".join(pieces).encode()), name)


WORDS = """
1 1. 1.甲。2.乙。 （1）甲；（2）乙。 甲 null {} # - : 、 等 — \x07 " \\ ' 99999999999999999999 “引” #注 |
市财政局 市财政局市审计局 各县、区政府 市财政局等部门 没有这种 牵头 参与 注：甲 备注 2030年 （一）部分
2026年底前 2025-2027 2026.13 ≥9% 约30 25—30 完成任务 -3.5 1,150 具体任务 责任单位 指标名称 一、部分
牵头单位： 甲（牵头单位：市财政局；配合单位：） （责任单位：市审计局） 市财政局牵头，市审计局配合
"""
PHRASES = ["", "", "- 甲: 乙", "甲 #乙", "1.甲\n乙\n2.丙。", "市人力资源\n社会保障局", "甲。\n乙。"]
CELLS = st.sampled_from([*WORDS.split(), *PHRASES])
HEADS = (
    ["序号", "重点任务", "主要任务", "具体任务", "责任单位", "职责", "完成时限", "备注"],
    ["指标名称", "单位", "基期值", "2025年", "2030年目标值", "责任单位"],
    ["具体任务", "牵头单位", "配合单位", "责任单位"],
    ["任务", "措施", "分工"],
)
ROWS = st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=4)


@given(
    st.lists(st.tuples(st.sampled_from(HEADS), ROWS), max_size=2),
    st.sampled_from(["方案", "某某市测试方案", "“引”", "2026"]),
)
def test_any_words_in_tables_make_a_plan_file_or_one_line(
    tables: list[tuple[list[str], list[list[str]]]], title: str
) -> None:
    """What ``check`` would refuse, or what would come back otherwise than it was found, is never written."""
    whole = (HEADS[0], [["1", "一、甲", "乙", "1.丙。", "市财政局", "牵头", "", ""]])
    document = Document((Paragraph(title), *(made_table(*some) for some in (whole, *tables))))
    assert draft_of(document, Path("方案.docx")).plan.sections


def made_table(heads: list[str], rows: list[list[str]], shows_merges: bool = True) -> Table:
    cells = [
        Cell(r, c, lines_of(text))
        for r, row in enumerate([heads, *rows])
        for c, text in enumerate(row[: len(heads)])
    ]
    return Table(tuple(cells), shows_merges)


@given(st.lists(st.sampled_from(HEADS), min_size=1, max_size=3), st.data(), st.booleans())
def test_no_word_of_a_table_is_lost(tables: list[list[str]], data: st.DataObject, merges: bool) -> None:
    """Every word stands in the plan or in a comment, wherever in a table it stood."""
    endings = [
        "",
        "",
        "。",
        "局",
        "年",
        "（牵头单位：某局）",
        "%",
        "以上",
        "、某局",
        "等部门",
        "\n某局",
        "：某局",
    ]
    blocks: list[Table] = []
    said: list[str] = []
    for heads in tables:
        rows: list[list[str]] = []
        for _ in range(data.draw(st.integers(1, 4))):
            row = []
            for _ in heads:
                word = (
                    f"{chr(0x6000 + len(said))}{chr(0x7000 + len(said))}" if data.draw(st.booleans()) else ""
                )
                said += [word] if word else []
                row.append(word and word + data.draw(st.sampled_from(endings)))
            rows.append(row)
        blocks.append(made_table(heads, rows, merges))
    tables_of_tasks = made_table(HEADS[0], [["1", "一、甲", "乙", "1.丙。", "市财政局", "牵头", "", ""]])
    draft = draft_of(Document((tables_of_tasks, Paragraph("附表"), *blocks)), Path("方案.docx"))
    assert [word for word in said if word not in draft.text] == []


def test_content_controls_in_content_controls() -> None:
    nested = T("甲")
    for _ in range(60):
        nested = f"<w:sdt><w:sdtContent>{nested}</w:sdtContent></w:sdt>"
    assert read(f"<w:p>{nested}</w:p>").blocks == (Paragraph("甲"),)
