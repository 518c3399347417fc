"""The settings: what is missing or wrong stops the start with one sentence; the papers about them are complete."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from foundation import environment

ROOT: Path = settings.BASE_DIR


@pytest.fixture
def value(monkeypatch: pytest.MonkeyPatch) -> object:
    return lambda text: monkeypatch.setenv("ECO_X", text)


def read_in_settings() -> set[str]:
    source = (ROOT / "eco_portal" / "settings.py").read_text()
    return set(re.findall(r'\(\s*"([A-Z_]+)"', source)) & set(re.findall(r'"((?:ECO|DATABASE|REDIS)_[A-Z_]+)"', source))


def test_readme_and_template_name_every_setting_and_no_other() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    template = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert table == template == read_in_settings()


def start(**changed: str) -> subprocess.CompletedProcess[str]:
    """``manage.py check`` in an environment of its own."""
    complete = {
        "PATH": os.environ["PATH"],
        "ECO_SECRET_KEY": "x" * 60,
        "ECO_MASTER_KEYS": os.environ["ECO_MASTER_KEYS"],
        "ECO_ORIGIN": "https://eco.example.jp",
        "DATABASE_URL": "postgresql://eco@127.0.0.1/eco",
        "REDIS_URL": "redis://127.0.0.1/0",
    }
    env = {name: value for name, value in {**complete, **changed}.items() if value}
    return subprocess.run(
        [sys.executable, "manage.py", "check"], env=env, cwd=ROOT, capture_output=True, text=True, timeout=600
    )


def test_five_settings_are_enough_to_start() -> None:
    assert start().returncode == 0


@pytest.mark.parametrize("name", ["ECO_SECRET_KEY", "ECO_MASTER_KEYS", "ECO_ORIGIN", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_setting_stops_the_start_with_one_sentence(name: str) -> None:
    stopped = start(**{name: ""})
    assert stopped.returncode != 0
    assert stopped.stderr.splitlines()[-1].endswith(f"{name} is not set. README.md lists the settings.")


def test_a_switch_is_on_or_off(value: object) -> None:
    for text, on in (("1", True), ("0", False)):
        value(text)  # type: ignore[operator]
        assert environment.switch("ECO_X") is on
    assert environment.switch("ECO_ABSENT") is False
    value("yes")  # type: ignore[operator]
    with pytest.raises(ImproperlyConfigured, match="ECO_X must be 0 or 1, not 'yes'"):
        environment.switch("ECO_X")


def test_words_are_separated_by_commas(value: object) -> None:
    value(" a, b,,c ")  # type: ignore[operator]
    assert environment.words("ECO_X") == ["a", "b", "c"]


def test_a_database_is_named_by_host_or_by_socket(value: object) -> None:
    value("postgresql://eco:p%40ss@db.example.jp:5433/portal")  # type: ignore[operator]
    database = environment.database("ECO_X")
    assert [database[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "eco", "p@ss", "db.example.jp", "5433", "portal",
    ]  # fmt: skip
    value("postgresql://eco@/portal?host=/run/pg")  # type: ignore[operator]
    assert environment.database("ECO_X")["HOST"] == "/run/pg"
    value("mysql://eco@db/portal")  # type: ignore[operator]
    with pytest.raises(ImproperlyConfigured):
        environment.database("ECO_X")


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl", "timeout"),
    [
        ("smtp://mail.example.jp", 25, False, False, 10),
        ("smtp://mail.example.jp:2525?timeout=3", 2525, False, False, 3),
        ("smtp+starttls://u:p@mail.example.jp", 587, True, False, 10),
        ("smtps://u:p@mail.example.jp", 465, False, True, 10),
    ],
)
def test_the_mail_server(value: object, address: str, port: int, tls: bool, ssl: bool, timeout: int) -> None:
    value(address)  # type: ignore[operator]
    read = environment.smtp("ECO_X", "")
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"], read["EMAIL_TIMEOUT"]) == (
        port, tls, ssl, timeout,
    )  # fmt: skip


@pytest.mark.parametrize("address", ["mail.example.jp", "http://mail.example.jp", "smtp://", "smtp://m?timeout=soon"])
def test_a_wrong_mail_server_stops_the_start(value: object, address: str) -> None:
    value(address)  # type: ignore[operator]
    with pytest.raises(ImproperlyConfigured, match="ECO_X"):
        environment.smtp("ECO_X", "")
