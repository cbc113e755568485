"""The command ``import``: a draft plan file from a Word, Excel or text file, and what to look at in it."""

from __future__ import annotations

import sys
from pathlib import Path

from siwei_bot.cli.files import print_plan, require_free, write_plan
from siwei_bot.cli.plans import summary as size
from siwei_bot.config import UsageError
from siwei_bot.importing.draft import Draft, import_plan
from siwei_bot.importing.writing import summary


def import_file(path: Path, output: Path | None, *, force: bool) -> int:
    """Write the draft to ``output``, or to standard output without one; 0, or a :class:`UsageError`."""
    if output is not None:
        _require_another(output, path)
        require_free(output, force=force)
    draft = import_plan(path)
    if output is None:
        print_plan(draft.text)
    else:
        write_plan(output, draft.text)
    print(_report(draft, output), file=sys.stderr)
    return 0


def _require_another(output: Path, path: Path) -> None:
    if output.exists() and path.exists() and output.samefile(path):
        raise UsageError(f"{output} 就是要读的文件；请换一个文件名")


def _report(draft: Draft, output: Path | None) -> str:
    lines = [f"已读出{size(draft.plan)}" + (f"，草稿写到 {output}" if output else "")]
    looks = list(summary(draft.doubts))
    if draft.unused:
        looks.append(f"没有用上的文字：{len(draft.unused)} 处，列在草稿末尾")
    if looks:
        lines.append("请对照原文件核对（草稿里相应的地方有“请核对”）：")
        lines += [f"  {line}" for line in looks]
    return "\n".join(lines)
