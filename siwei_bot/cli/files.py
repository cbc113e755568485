"""Writing a plan file: whole or not at all, and never over another one unasked."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from siwei_bot.config import UsageError


def require_free(output: Path, *, force: bool) -> None:
    """Raise :class:`.UsageError` where a new file cannot stand; ``force``: a file may be there already."""
    if output.is_dir():
        raise UsageError(f"{output} 是一个目录；请写要保存的文件名，如 {output / 'plan.yaml'}")
    if output.exists() and not force:
        raise UsageError(f"{output} 已经存在，没有改动；要覆盖请加 --force，或换一个文件名")


def print_plan(text: str) -> None:
    """Print a plan file, which is UTF-8 whatever the locale says."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8")
    print(text, end="", flush=True)


def write_plan(output: Path, text: str) -> None:
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
        reason = error.strerror or error
        raise UsageError(f"{output} 写不了：{reason}；请检查目录是否存在、有没有写权限") from error
