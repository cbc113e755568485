"""The lists and the dictionary that the language part ships with, whatever the plan."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from siwei_bot.language.words import tokenizer

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "siwei_bot" / "language" / "data"

# what bodies end in that is too common an ending to recognise an unknown name by
OTHER_ENDINGS = tuple("会社联协站所处队组室段台馆师行指区盟党团商")
OTHER_BODIES = """
人大 全国人大 政治协商会议 最高法 最高检 公安机关 海关 高速交警 团中央 国家电网 南方电网
中石油 中石化 中海油 中国移动 中国联通 中国电信 中国铁塔 中国邮政 中国广电
"""


def read(name: str) -> dict[str, Any]:
    data = yaml.safe_load((DATA / name).read_text("utf-8"))
    assert isinstance(data, dict)
    return data


BODIES = read("bodies.yaml")
PLACES = read("places.yaml")["places"]
LISTS = {
    "bodies": BODIES["bodies"],
    "suffixes": BODIES["suffixes"],
    "not_bodies": BODIES["not_bodies"],
    "levels": BODIES["levels"],
    "places": PLACES,
}


@pytest.mark.parametrize("name", LISTS)
def test_names_are_simplified_chinese_and_stand_once(name: str) -> None:
    names = LISTS[name]
    assert [n for n, count in Counter(names).items() if count > 1] == []
    # GB 2312 holds simplified characters only; its rows from 16 on are the Chinese ones
    assert [n for n in names if min(n.encode("gb2312")[::2]) < 0xB0] == []


@pytest.mark.parametrize(
    ("name", "least"),
    [("bodies", 800), ("suffixes", 40), ("not_bodies", 50), ("levels", 50), ("places", 600)],
)
def test_lists_are_long_enough(name: str, least: int) -> None:
    assert len(LISTS[name]) >= least


def test_bodies_that_are_easily_confused_are_all_listed() -> None:
    for names in (
        "民政局 民宗局 民族宗教事务局",
        "水利局 水务局 水文局 水利厅 水利部",
        "审计局 统计局",
        "林业局 林草局 园林局",
        "人社局 人力资源和社会保障局 医保局",
        "应急局 应急管理局 气象局 地震局",
        "外办 编办 金融办 政研室 河长办",
        "自来水公司 水务集团 供电公司",
    ):
        assert [name for name in names.split() if name not in LISTS["bodies"]] == []


def test_bodies_end_like_bodies() -> None:
    endings = (*LISTS["suffixes"], *OTHER_ENDINGS)
    strange = {name for name in LISTS["bodies"] if not name.endswith(endings)}
    assert strange == set(OTHER_BODIES.split())


def test_bodies_stand_without_place_and_level() -> None:
    governments = (
        "省委",
        "省政府",
        "省人民政府",
        "省军区",
        "县委",
        "县政府",
        "县人民政府",
        "县区政府",
        "县市区政府",
    )
    words = ("台湾", "市政", "市容", "市场", "市监", "市管")
    named = [name for name in LISTS["bodies"] if name.startswith(("省", "市", "县", *PLACES))]
    assert [name for name in named if not name.startswith((*governments, *words))] == []


def test_short_names_are_few() -> None:
    # every name of two characters is found inside other words: a new one needs a good reason
    short = [name for name in LISTS["bodies"] if len(name) < 3]
    assert len(short) <= 32
    assert {"环保", "城建", "民政", "水利", "人行", "工行", "民建", "管局"}.isdisjoint(LISTS["bodies"])


def test_ordinary_words_end_like_bodies_and_are_none() -> None:
    assert [w for w in LISTS["not_bodies"] if not w.endswith(tuple(LISTS["suffixes"]))] == []
    assert set(LISTS["not_bodies"]).isdisjoint(LISTS["bodies"])


def test_spellings_of_one_body_are_bodies_and_belong_to_one() -> None:
    spellings = [name for names in BODIES["same"] for name in names]
    assert [name for name, count in Counter(spellings).items() if count > 1] == []
    assert [name for name in spellings if name not in LISTS["bodies"]] == []
    assert [names for names in BODIES["same"] if len(names) < 2] == []


def test_a_city_is_not_another_level_than_a_citys_plan() -> None:
    assert {"市", "市级", "我市", "全市", "本市"}.isdisjoint(LISTS["levels"])
    assert {"省", "省级", "国家", "全国", "县", "区", "县级", "乡", "镇", "我省"} <= set(LISTS["levels"])


def test_places_stand_in_full_form_too() -> None:
    full = ("省", "市", "区", "州", "盟")
    short = [place for place in PLACES if not place.endswith(full)]
    missing = [p for p in short if not any(other.startswith(p) and other.endswith(full) for other in PLACES)]
    assert missing == []
    assert {"日照", "来宾", "白银", "中山", "吉林市", "大同"} & set(PLACES) == {"吉林市"}
    assert {"太原", "太原市", "山西", "山西省", "北京", "北京市", "内蒙古自治区", "日照市"} <= set(PLACES)


def test_words_are_what_the_tool_makes() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_words.py"), "--check"], capture_output=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, b"")


def test_the_dictionary_is_small_sorted_and_well_formed() -> None:
    content = (DATA / "words.txt").read_bytes()
    lines = content.decode("utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines]
    assert len(content) < 200_000
    assert 8_000 <= len(words) <= 12_000
    assert lines == sorted(lines)
    assert len(set(words)) == len(words)
    assert all(len(line.split(" ")) == 3 and line.split(" ")[1].isdigit() for line in lines)
    assert max(map(len, words)) <= 4
    assert [word for word in words if min(word.encode("gb2312")[::2]) < 0xB0] == []
    assert {"哪些", "多少", "牵头", "负责", "目标", "的", "市", "怎么办", "节水"} <= set(words)
    assert {"毛泽东", "令狐冲", "李自成", "曹操"}.isdisjoint(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("怎么办理取水许可证", "怎么 办理 取水 许可证"),
        ("人行道由哪个部门管", "人行道 由 哪个 部门 管"),
        ("市民应该向谁反映噪音问题", "市民 应该 向 谁 反映 噪音 问题"),
        ("请问节水的目标是多少", "请问 节水 的 目标 是 多少"),
        ("今年供水管网改造由谁负责", "今年 供水 管网 改造 由 谁 负责"),
    ],
)
def test_ordinary_sentences_are_cut_into_their_words(text: str, words: str) -> None:
    assert tokenizer().cut(text) == words.split()


def test_extra_words_are_kept_whole() -> None:
    extra = ["民政局", "水利局", "再生水利用率", "人力资源和社会保障局", "社会保障局", ""]
    for order in (extra, extra[::-1]):
        words = tokenizer(order)
        assert words.cut("市民政局和水利局") == ["市", "民政局", "和", "水利局"]
        assert words.cut("市人力资源和社会保障局呢") == ["市", "人力资源和社会保障局", "呢"]
        assert words.cut("再生水利用率要达到25%") == ["再生水利用率", "要", "达到", "25", "%"]
    assert tokenizer().cut("民政局") != ["民政局"]


@pytest.mark.parametrize("text", ["", " ", "a B\r\n水", "第3条,2027年≥25%?", "龘𠮷 ok", "「水」😀"])
def test_nothing_is_lost_by_cutting(text: str) -> None:
    assert "".join(tokenizer().cut(text)) == text


def test_cutting_leaves_no_cache_and_says_nothing(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from siwei_bot.language import words\n"
        "assert 'jieba' not in sys.modules\n"
        "words.tokenizer(['水利局']).cut('水利局')\n"
        "assert 'jieba' in sys.modules and 'pkg_resources' not in sys.modules\n"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={"PATH": "", "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []
