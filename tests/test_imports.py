"""The order in which folders may know each other, drawn from the code."""

import ast
import re
from pathlib import Path

import pytest

from devtools.architecture import ORDER, PICTURE, ROOT, drawn, folder_of, imports_at_run_time, sources

# Inside an app: data, then verbs, then forms, then pages.
LAYERS = ["models", "services", "forms", "views", "urls"]


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("file", sources(), ids=dotted)
def test_a_folder_imports_only_what_stands_before_it(file: Path) -> None:
    own = folder_of(dotted(file))
    assert own is not None
    for imported in imports_at_run_time(file):
        other = folder_of(imported)
        assert other is None or ORDER.index(other) <= ORDER.index(own), f"{dotted(file)} imports {imported}"


def test_every_folder_of_code_has_its_place() -> None:
    beside = {"benchmarks", "devtools", "ops", "tests"}
    assert {file.parent.name for file in ROOT.glob("*/__init__.py")} == {*ORDER, *beside}


def test_the_readme_lists_the_folders_in_their_order() -> None:
    listed = re.findall(r"^\| `(\w+)/` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert [folder for folder in listed if folder in ORDER] == list(ORDER)


def test_the_picture_shows_the_code() -> None:
    assert PICTURE.read_text() == drawn(), "python3 dev.py architecture draws it anew"


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
