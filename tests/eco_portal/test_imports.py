"""The order in which apps may know each other, drawn from the code."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each may import itself and what stands before it.
ORDER = [
    "documents",
    "foundation",
    "chambers",
    "audit",
    "mailing",
    "accounts",
    "email_verification",
    "trade_registration",
    "signers",
    "casework",
    "desk",
    "demo",
    "eco_portal",
]
# The modules of the project folder on which the apps stand; the others (settings, addresses, menu) stand on the apps.
FOUNDATION = {
    "editing",
    "typed_before",
    "versions",
    "celery",
    "environment",
    "errors",
    "forms",
    "mailboxes",
    "paging",
    "prepared",
    "proxy",
    "request_log",
    "search",
    "text",
}
# Inside an app: data, then verbs, then forms, then pages.
LAYERS = ["models", "services", "forms", "views", "urls"]


def place_of(module: str) -> str | None:
    app, _dot, rest = module.partition(".")
    if app == "eco_portal" and rest.split(".")[0] in FOUNDATION:
        return "foundation"
    return app if app in ORDER else None


def imports_at_run_time(file: Path) -> list[str]:
    tree = ast.parse(file.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: list[str] = []
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def sources() -> list[Path]:
    folders = {app for app in ORDER if app != "foundation"}
    return [file for app in sorted(folders) for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts]


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("file", sources(), ids=dotted)
def test_an_app_imports_only_what_stands_before_it(file: Path) -> None:
    own = place_of(dotted(file))
    assert own is not None
    for imported in imports_at_run_time(file):
        other = place_of(imported)
        if dotted(file) == "eco_portal.__init__" or other is None or other == own:
            continue
        assert ORDER.index(other) < ORDER.index(own), f"{dotted(file)} imports {imported}"


@pytest.mark.parametrize("file", sources(), ids=dotted)
def test_inside_an_app_data_knows_no_verbs_and_verbs_know_no_pages(file: Path) -> None:
    app, *_folders, layer = dotted(file).split(".")
    if layer not in LAYERS:
        return
    for imported in imports_at_run_time(file):
        parts = imported.split(".")
        if parts[0] == app and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS.index(parts[1]) <= LAYERS.index(layer), f"{dotted(file)} imports {imported}"


def unguarded_queries(source: str) -> list[str]:
    """The uses of ``.objects`` that are not ``.objects.visible_to(request.user)``."""
    tree = ast.parse(source)
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "objects"]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    guarded = {
        id(call.func.value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "visible_to"
        and [ast.unparse(argument) for argument in call.args] == ["request.user"]
    }
    return [ast.unparse(node) for node in uses if id(node) not in guarded]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Account.objects.visible_to(request.user).first()", []),
        ("Account.objects.all()", ["Account.objects"]),
        ("Account.objects.visible_to(somebody_else)", ["Account.objects"]),
        ("get_object_or_404(Account.objects, pk=1)", ["Account.objects"]),
    ],
)
def test_unguarded_queries_are_found(source: str, found: list[str]) -> None:
    assert unguarded_queries(source) == found


@pytest.mark.parametrize("file", [file for file in sources() if file.stem.endswith("views")], ids=dotted)
def test_views_reach_rows_only_through_visible_to(file: Path) -> None:
    assert unguarded_queries(file.read_text()) == []
