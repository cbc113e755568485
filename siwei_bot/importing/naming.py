"""What a document is called: the plan's title, its region, its id, and the captions of its tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siwei_bot.importing.document import Document, Paragraph, Table
from siwei_bot.importing.labels import label
from siwei_bot.importing.words import words
from siwei_bot.language.pinyin import syllables

_EARLY = 12
_LONGEST_TITLE = 60
_LONGEST_HEADING = 40
_LONGEST_ID = 40
_NAMED = re.compile(r"关于(?:印发|下发|公布|发布)?[《〈](.+?)[》〉]")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]$")
# 某州市 and 某州区 are one name each, while 某州区域 and 某州县域 are a place and what follows it.
_REGION = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:自治[州县旗]|[市县区]|[州盟旗](?!市|[县区](?!域)))")
_QUOTES = re.compile("[“”‘’\"'《》〈〉]")
_YEARS = re.compile(r"(?:19|20)\d\d")


def title_of(document: Document) -> str:
    """The title as printed, region and all; empty where none was found."""
    early = _early_paragraphs(document)
    for text in early:
        named = _NAMED.search(text)
        title = named[1] if named else text.removesuffix("的通知")
        if _ends_as(title, words().titles) and not _ends_as(title, words().captions) and not label(title):
            return title
    captions = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    for text in captions:
        before = _without_caption(text)
        if before != text and _ends_as(before, words().titles) and len(before) <= _LONGEST_TITLE:
            return before
    return ""


def _early_paragraphs(document: Document) -> list[str]:
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table) or len(texts) == _EARLY:
            break
        texts.append(block.text)
    return [plain(text) for text in texts if len(text) <= _LONGEST_TITLE]


def plain(text: str) -> str:
    """A title without any blanks."""
    return re.sub(r"\s+", "", text)


def _ends_as(text: str, endings: Sequence[str]) -> bool:
    return _BRACKETED.sub("", text).endswith(tuple(endings)) and len(text) > 2


def _without_caption(text: str) -> str:
    bare = plain(_BRACKETED.sub("", text))
    ending = next((ending for ending in words().captions if bare.endswith(ending)), "")
    return bare.removesuffix(ending) if ending else text


def is_caption(text: str) -> bool:
    """Whether a paragraph before a table is its name."""
    return len(text) <= _LONGEST_TITLE and _ends_as(plain(text), words().captions)


def is_heading(text: str) -> bool:
    """Whether a paragraph before a table may be the heading of a section."""
    is_name = is_caption(text) or _ends_as(plain(text), words().titles)
    return len(text) <= _LONGEST_HEADING and not is_name and not re.search("[。：:；]", text)


def region_and_title(title: str) -> tuple[str, str]:
    """The place that a title begins with, and the rest; no place for 城市更新计划.

    >>> region_and_title("某某市城市更新计划"), region_and_title("城市更新计划")
    (('某某市', '城市更新计划'), ('', '城市更新计划'))
    """
    match = _REGION.match(title)
    if match is None or match[0] in words().no_regions or len(title) - match.end() < 3:
        return "", title
    return match[0], title[match.end() :]


def last_year(title: str) -> int:
    """The last year that a title names, 0 if none."""
    return max(map(int, _YEARS.findall(title)), default=0)


def plan_id(region: str, title: str) -> str:
    """An id of the sounds of region and title: ``moumou-chengshigengxin``."""
    core = _QUOTES.sub("", _BRACKETED.sub("", title))
    ending = next((ending for ending in words().titles if core.endswith(ending)), "")
    place = re.sub("(?:自治[州县旗]|[市县区州盟旗])$", "", region)
    parts = [_sounds(place), _sounds(core.removesuffix(ending) or core)]
    return "-".join(filter(None, parts))[:_LONGEST_ID].strip("-") or "plan"


def _sounds(text: str) -> str:
    spoken = (syllables(char) or ("",) for char in text)
    return re.sub("[^a-z0-9]", "", "".join(s[0] for s in spoken).lower())
