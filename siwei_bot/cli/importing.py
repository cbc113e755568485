"""The command ``import``: a draft plan file from a Word, Excel or text file, and what to look at in it."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from siwei_bot.cli.plans import summary as size
from siwei_bot.config import UsageError
from siwei_bot.importing.draft import Draft, import_plan
from siwei_bot.importing.writing import summary


def import_file(path: Path, output: Path | None, *, force: bool) -> int:
    """Write the draft to ``output``, or to standard output without one; 0, or a :class:`UsageError`."""
    if output is not None:
        _require_free(output, path, force)
    draft = import_plan(path)
    if output is None:
        _print(draft.text)
    else:
        _write(output, draft.text)
    print(_report(draft, output), file=sys.stderr)
    return 0


def _require_free(output: Path, path: Path, force: bool) -> None:
    if output.is_dir():
        raise UsageError(f"{output} 是一个目录；请写要保存的文件名，如 {output / 'plan.yaml'}")
    if output.exists() and path.exists() and output.samefile(path):
        raise UsageError(f"{output} 就是要读的文件；请换一个文件名")
    if output.exists() and not force:
        raise UsageError(f"{output} 已经存在，没有改动；要覆盖请加 --force，或换一个文件名")


def _print(text: str) -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:  # a plan file is UTF-8 whatever the locale says
        reconfigure(encoding="utf-8")
    print(text, end="", flush=True)


def _write(output: Path, text: str) -> None:
    """Write a whole file or none: what was there stays until the new one is complete."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, output)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise UsageError(
            f"{output} 写不了：{error.strerror or error}；请检查目录是否存在、有没有写权限"
        ) from error


def _report(draft: Draft, output: Path | None) -> str:
    lines = [f"已读出{size(draft.plan)}" + (f"，草稿写到 {output}" if output else "")]
    looks = list(summary(draft.doubts))
    if draft.unused:
        looks.append(f"没有用上的文字：{len(draft.unused)} 处，列在草稿末尾")
    if looks:
        lines.append("请对照原文件核对（草稿里相应的地方有“请核对”）：")
        lines += [f"  {line}" for line in looks]
    return "\n".join(lines)
