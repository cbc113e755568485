"""Office files: a zip with XML parts, opened so that no file can harm or exhaust the reader."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from siwei_bot.config import UsageError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_FILE = 32 * 1024 * 1024
"""Bytes of the largest file that is read; pictures count, text never comes near."""

MAX_PART = 16 * 1024 * 1024
"""Bytes of the largest part of a file that is read, unpacked."""

_MAX_ENTRIES = 10_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BAD_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_STRICT = {  # the namespaces of "Strict Open XML", as the usual ones
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}
# XML that is made to exhaust its reader needs one; Office never writes one. In UTF-16 it has zeros.
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E\0?", re.IGNORECASE)


class ImportFileError(UsageError):
    """A file that no plan can be read from; the message is one line in Chinese that says what to do."""


class Package:
    """The parts of one Office file. Every method raises :class:`ImportFileError` for what is broken."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        if data.startswith(_OLE):
            raise ImportFileError(f"{name} {_ole_fault(data)}")
        if not data.startswith(b"PK"):
            raise ImportFileError(f"{name} 不是 Word（.docx）或 Excel（.xlsx）文件；请在 Office 里另存后再试")
        if data.count(b"PK\x01\x02") > _MAX_ENTRIES:
            raise ImportFileError(f"{name} 里的部件太多，不像是 Office 文件；请在 Office 里另存后再试")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except _BAD_ZIP:
            raise self._broken() from None
        types = self.part("[Content_Types].xml") or b""
        if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in self.names):
            raise ImportFileError(f"{name} 带有宏，不读；请在 Office 里另存为不带宏的 .docx 或 .xlsx")

    def part(self, name: str) -> bytes | None:
        """The bytes of one part, ``None`` if there is no such part; never more than ``MAX_PART``."""
        if name not in self.names:
            return None
        try:
            entry = self._zip.getinfo(name)
            if entry.flag_bits & 1:
                raise ImportFileError(f"{self._name} 加了密码；请去掉密码，另存后再试")
            if entry.file_size > MAX_PART:
                raise self._too_large()
            with self._zip.open(entry) as stream:
                data = stream.read(MAX_PART + 1)
        except _BAD_ZIP:
            raise self._broken() from None
        if len(data) > MAX_PART:
            raise self._too_large()
        return data

    def xml(self, name: str) -> Element | None:
        """The root of one part, ``None`` if there is no such part."""
        from lxml import etree  # slow to import, and no other command needs it

        data = self.part(name)
        if data is None:
            return None
        if _DOCTYPE.search(data):
            raise self._broken()
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            raise self._broken() from None

    def _broken(self) -> ImportFileError:
        return ImportFileError(f"{self._name} 已损坏，读不出来；请在 Office 里打开、另存后再试")

    def _too_large(self) -> ImportFileError:
        megabytes = MAX_PART // 1024 // 1024
        return ImportFileError(
            f"{self._name} 解压后超过 {megabytes} MB，不读；请只留下方案的表格，另存后再试"
        )


def _ole_fault(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "加了密码；请在 Office 里去掉密码，另存后再试"
    return "是旧格式（.doc、.xls 或 WPS）；请在 Office 里另存为 .docx 或 .xlsx 后再试"
