"""The command line's grammar, with all of argparse's own words in Chinese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from siwei_bot.config import UsageError

_DESCRIPTION = "四维：问得到、说得准的政府方案问答。不写命令就启动 Telegram 机器人。"

_ERRORS = (
    (r"the following arguments are required: (.+)", r"缺少 \1"),
    (r"argument (\S+): invalid choice: '?([^' ]*)'? \(.*", r"没有 \2 这个\1"),
    (r"argument (.+): expected (?:one|at least one) argument", r"\1 后面要写内容"),
    (r"argument (.+): ignored explicit argument (.+)", r"\1 后面不能写 \2"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 不能和 \2 一起用"),
    (r"ambiguous option: (\S+) could match (.+)", r"\1 不清楚，是 \2 中的哪一个"),
)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help whose explanations stand on lines of their own: Chinese is too wide for argparse's columns."""

    def __init__(self, prog: str, **kwargs: Any) -> None:
        super().__init__(prog, **{**kwargs, "max_help_position": 6})

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and leaves exiting to its caller."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _Formatter)
        super().__init__(**kwargs, add_help=False, allow_abbrev=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这些说明")

    def error(self, message: str) -> NoReturn:
        for pattern, words in _ERRORS:
            match = re.fullmatch(pattern, message, re.DOTALL)
            if match is not None:
                message = match.expand(words)
                break
        raise UsageError(f"{message}；用法见 {self.prog} --help")


def parser(prog: str) -> Parser:
    """The parser of the whole command line."""
    top = Parser(prog=prog, description=_DESCRIPTION)
    _add_places(top, default=None)
    top.add_argument("--once", action="store_true", help="只检查能不能连上 Telegram，报告后退出")
    top.set_defaults(usage=None)
    commands = top.add_subparsers(title="命令", metavar="命令", dest="command")

    def command(name: str, words: str, more: str = "") -> Parser:
        made = commands.add_parser(name, help=words, description=f"{words}。{more}")
        _add_places(made, default=argparse.SUPPRESS)
        made.set_defaults(usage=made)
        return made

    ask = command("ask", "回答一个问题", "例：ask 第1条谁牵头")
    ask.add_argument("question", nargs="*", metavar="问题", help="要问的话，几个词会连成一句")
    form = ask.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
    form.add_argument("--explain", action="store_true", help="不回答，只说明这句话是怎么读的（维护词汇用）")
    form.add_argument(
        "--jsonl", action="store_true", help='从标准输入逐行读 {"id", "chat", "text"}，逐行输出 JSON 答案'
    )
    ask.add_argument("--chart", metavar="文件.png", help="把所问指标的图存成这个文件")
    command("chat", "在终端里对话", "Tab 补全名称，上下键翻看问过的话，回数字选择，Ctrl-D 结束")
    check = command(
        "check", "检查方案文件，列出每一处问题和值得核对的地方", "有问题时退出码是 1，只有提醒时是 0"
    )
    check.add_argument("file", metavar="方案文件", help="要检查的文件")
    load = command("load", "把方案文件载入数据库，列出与上次载入相比的变动", "文件有错时什么都不改")
    load.add_argument("file", nargs="?", metavar="方案文件", help="要载入的文件，不写就是 --plan 的那个")
    imported = command(
        "import", "从 Word、Excel 或文本文件读出方案文件的草稿", "有疑问的地方都用注释“请核对”标出"
    )
    imported.add_argument("file", metavar="文件", help=".docx、.xlsx，或由 Word 表格导出的 .txt")
    imported.add_argument("-o", metavar="方案文件", dest="output", help="写到这个新文件（默认写到标准输出）")
    imported.add_argument("--force", action="store_true", help="要写的文件已经存在时覆盖它")
    new = command("new", "写一个带说明的新方案文件，照着改就行")
    new.add_argument("file", nargs="?", metavar="方案文件", help="写到这个新文件（默认写到标准输出）")
    new.add_argument("-o", metavar="方案文件", dest="output", help="同上")
    new.add_argument("--force", action="store_true", help="要写的文件已经存在时覆盖它")
    diff = command("diff", "比较方案文件的两个版本，一行一处变动")
    diff.add_argument("before", metavar="旧文件", help="改动以前的方案文件")
    diff.add_argument("after", metavar="新文件", help="改动以后的方案文件")
    _add_records(command)
    return top


def _add_records(command: Callable[..., Parser]) -> None:
    """The commands about reports, notices and the database."""
    report = command(
        "report", "上报指标的实际值，对照目标，并给订阅的会话发通知", "例：report 指标名称 2025 6.05"
    )
    report.add_argument("indicator", metavar="指标", help="指标的名称或简称")
    report.add_argument("year", metavar="年份", help="哪一年的实际值")
    report.add_argument(
        "value", metavar="数值", help="可以带单位，例如 6.05亿立方米、80%%；写“撤回”则撤回现行的上报"
    )
    report.add_argument("--unit", metavar="单位", default="", help="数值的单位，须与方案一致")
    report.add_argument(
        "--as-of", metavar="日期", default="", help="数据截至哪一天（默认年底，当年默认今天）"
    )
    report.add_argument("--source", metavar="出处", default="", help="数据的来源")
    report.add_argument("--by", metavar="姓名", default="", help="上报人（默认是终端用户）")
    report.add_argument("--yes", action="store_true", help="有疑点也照样记录")
    notices = command("notices", "通知的进展：待发、已发、失败和原因")
    notices.add_argument("--retry", action="store_true", help="把发送失败的重新排队")
    export = command("export", "把上报或变动导出为 CSV 表格")
    export.add_argument(
        "what", metavar="内容", choices=("reports", "changes"), help="reports 或 changes（变动）"
    )
    export.add_argument("-o", metavar="文件.csv", dest="output", help="写到这个新文件（默认写到标准输出）")
    backup = command("backup", "备份数据库，机器人运行时也可以")
    backup.add_argument("file", metavar="备份文件", help="写到这个新文件")
    restore = command("restore", "用备份恢复数据库，须先停下机器人", "原来的数据库会留下")
    restore.add_argument("file", metavar="备份文件", help="backup 写的文件")
    web = command("web", "用浏览器查看数据库里的方案、实际值和变动", "只读，看不到会话和订阅；需要 datasette")
    web.add_argument("--host", metavar="地址", default="127.0.0.1", help="听哪个地址（默认只有本机能看）")
    web.add_argument("--port", metavar="端口", default="8001", help="听哪个端口（默认 8001，0 是任选一个）")


def parse(usage: Parser, argv: Sequence[str]) -> argparse.Namespace:
    """The options; a question may go on after an option, which argparse does not allow by itself."""
    options, rest = usage.parse_known_args(argv)
    if rest and options.command == "ask" and not any(word.startswith("-") for word in rest):
        options.question += rest
    elif rest:
        (options.usage or usage).error(f"不认识 {' '.join(rest)}")
    return options


def _add_places(made: Parser, default: Any) -> None:
    made.add_argument("--plan", metavar="文件", default=default, help="方案文件（默认 knowledge/plan.yaml）")
    made.add_argument("--db", metavar="文件", default=default, help="数据库文件（默认在用户的数据目录里）")
