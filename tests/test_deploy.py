"""The files for running it for good: of one mind with the code, and complete."""

from __future__ import annotations

import configparser
import fnmatch
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.plans import ROOT

CODE = [ROOT / "bot.py", *ROOT.glob("siwei_bot/**/*.py"), *ROOT.glob("handlers/*.py")]
VARIABLE = r"(?:SIWEI|TELEGRAM)_[A-Z_]+"
DOCUMENT = (ROOT / "docs" / "operate.md").read_text("utf-8")
UNIT = ROOT / "deploy" / "siwei-bot.service"


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    read = {name for path in CODE for name in re.findall(f'"({VARIABLE})"', path.read_text("utf-8"))}
    documented = set(re.findall(f"^\\| `({VARIABLE})` \\|", DOCUMENT, re.M))
    assert documented == read
    assert set(re.findall(VARIABLE, (ROOT / "compose.yaml").read_text("utf-8"))) <= read


def test_the_image_is_built_of_files_that_are_there() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    names = [name for names in copied for name in names]
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = [line[1:] for line in ignore if line.startswith("!")]
    assert len(names) > 5
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert [name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in kept)] == []
    assert not any(fnmatch.fnmatch(".env", pattern) for pattern in kept)


def test_the_container_is_confined() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["bot"]
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    user = re.search(r"--uid (\d+)", dockerfile)
    assert user
    assert service["user"] == user[1]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "HEALTHCHECK" in dockerfile
    assert re.search(r"^USER siwei-bot$", dockerfile, re.M)


def unit() -> configparser.RawConfigParser:
    """The systemd unit; of a key that is repeated, the last value."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNIT, "utf-8")
    return parser


def test_the_service_is_confined_and_writes_only_its_data() -> None:
    service = unit()["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["User"] == service["StateDirectory"] == "siwei-bot"
    assert "ReadWritePaths" not in service
    assert service["RestartPreventExitStatus"] == "2"
    for path in (
        service["WorkingDirectory"],
        service["EnvironmentFile"],
        f"/var/lib/{service['StateDirectory']}",
    ):
        assert path in DOCUMENT


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    text = re.sub("^(ExecStart=).*$", r"\1/bin/true", UNIT.read_text("utf-8"), flags=re.M)
    text = re.sub("^(User|Group)=.*$", r"\1=root", text, flags=re.M)
    (tmp_path / UNIT.name).write_text(text, "utf-8")
    command = ["systemd-analyze", "verify", str(tmp_path / UNIT.name)]
    checked = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert [line for line in checked.stderr.splitlines() if UNIT.name in line] == []
    assert checked.returncode == 0, checked.stderr
