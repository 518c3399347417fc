"""The drawings: well-formed, complete, inside their frame, and harmless."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.charts import Counts, Label, Measures, bars, lines
from desk.svg import Caption

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption("cases", "受付件数", "月ごとの棒グラフ。")
MONTHS = [Label("11月", "2025年"), Label("12月"), Label("1月", "2026年"), Label("2月")]
HOSTILE = '<b onload="x">&\'"</b>'


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in drawn(svg).iter(f"{SVG}text")]


def text_at(svg: str, said: str) -> ElementTree.Element:
    return next(each for each in drawn(svg).iter(f"{SVG}text") if each.text == said)


def bar_widths(svg: str) -> list[float]:
    return [float(each.attrib["width"]) for each in drawn(svg).iter(f"{SVG}rect")]


def courses(svg: str) -> list[tuple[str, int]]:
    """The lines through values, with how many values each joins; the scale's own lines are thinner."""
    thick = [each for each in drawn(svg).iter(f"{SVG}polyline") if each.attrib["stroke-width"] == "2"]
    names, through = thick[:2], thick[2:]
    assert [each.attrib["stroke-dasharray"] for each in names] == ["none", "5 4"]
    return [(each.attrib["stroke-dasharray"], len(each.attrib["points"].split())) for each in through]


CHARTS = {
    "bars": bars(CAPTION, MONTHS, Counts("件数", [3, 0, 12, 1234])),
    "parts": bars(CAPTION, MONTHS, Counts("新規", [3, 0, 1, 2]), Counts("変更", [1, 0, 4, 2])),
    "lines": lines(
        CAPTION, MONTHS, Measures("中央値", [1.0, None, 2.5, 3.0]), Measures("9割", [2.0, None, 9.9, 120.0])
    ),
}


@pytest.mark.parametrize("svg", CHARTS.values(), ids=CHARTS)
def test_a_chart_is_one_named_and_described_picture(svg: str) -> None:
    picture = drawn(svg)
    assert picture.tag == f"{SVG}svg"
    assert picture.attrib["role"] == "img"
    named = {each.attrib["id"]: each.text for each in picture if "id" in each.attrib}
    assert named[picture.attrib["aria-labelledby"]] == "受付件数"
    assert named[picture.attrib["aria-describedby"]] == "月ごとの棒グラフ。"


@pytest.mark.parametrize("svg", CHARTS.values(), ids=CHARTS)
def test_a_chart_needs_nothing_that_the_security_policy_forbids(svg: str) -> None:
    names = {name for each in drawn(svg).iter() for name in each.attrib}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert {each.tag.removeprefix(SVG) for each in drawn(svg).iter()} <= {
        "svg", "title", "desc", "text", "rect", "circle", "polyline",
    }  # fmt: skip


def test_two_charts_of_a_page_do_not_share_their_names() -> None:
    other = bars(Caption("other", "別の表", ""), MONTHS, Counts("件数", [1, 2, 3, 4]))
    ids = re.findall(r' id="([^"]+)"', CHARTS["bars"] + other)
    assert len(ids) == len(set(ids)) == 4


def test_bars_say_every_label_and_value() -> None:
    assert {"2025年11月", "12月", "2026年1月", "2月", "3", "0", "12", "1,234"} <= set(texts(CHARTS["bars"]))


def test_bars_are_as_long_as_their_values() -> None:
    first, second, third = bar_widths(bars(CAPTION, MONTHS, Counts("件数", [10, 20, 0, 40])))
    assert second == pytest.approx(2 * first, abs=0.2)
    assert third == pytest.approx(4 * first, abs=0.2)


def test_parts_bear_their_names_and_values_and_the_bar_its_sum() -> None:
    said = texts(bars(CAPTION, MONTHS[:1], Counts("新規", [30]), Counts("変更", [50]), Counts("更新", [0])))
    assert [each for each in ("新規", "変更", "更新", "30", "50", "80") if each not in said] == []


def test_a_part_too_small_for_its_number_bears_none() -> None:
    said = texts(bars(CAPTION, MONTHS[:1], Counts("新規", [997]), Counts("変更", [3])))
    assert "997" in said
    assert "3" not in said
    assert "1,000" in said


def lightness(colour: str) -> float:
    """As a printer without colour shows it, from 0 to 1."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@pytest.mark.parametrize(("count", "apart"), [(2, 0.15), (4, 0.15), (5, 0.08), (8, 0.08)])
def test_parts_of_a_bar_differ_in_lightness(count: int, apart: float) -> None:
    series = [Counts(name, [9]) for name in "abcdefgh"[:count]]
    grounds = [each.attrib["fill"] for each in drawn(bars(CAPTION, MONTHS[:1], *series)).iter(f"{SVG}rect")]
    assert grounds[:count] == grounds[count:]
    assert all(after - before > apart for before, after in pairwise(map(lightness, grounds[:count])))


def test_the_writing_on_every_ground_can_be_read() -> None:
    series = [Counts(name, [9]) for name in "abcdefgh"]
    picture = drawn(bars(CAPTION, MONTHS[:1], *series))
    grounds = [lightness(each.attrib["fill"]) for each in picture.iter(f"{SVG}rect")][8:]
    inks = [lightness(each.attrib["fill"]) for each in picture.iter(f"{SVG}text") if each.text == "9"]
    assert len(inks) == len(grounds) == 8
    assert all(abs(ground - ink) > 0.45 for ground, ink in zip(grounds, inks, strict=True))


def test_eight_parts_are_all_named_and_counted() -> None:
    names = [
        "登録",
        "変更",
        "更新",
        "日本産原産地証明書",
        "外国産原産地証明書",
        "サイン証明",
        "インボイス証明",
        "再発行",
    ]
    svg = bars(CAPTION, MONTHS[:1], *(Counts(name, [100 + place]) for place, name in enumerate(names)))
    assert [each for each in [*names, *(str(100 + place) for place in range(8)), "828"] if each not in texts(svg)] == []
    assert outside(svg) == []


def test_a_series_without_a_ground_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="8"):
        bars(CAPTION, MONTHS[:1], *(Counts(name, [1]) for name in "abcdefghi"))


def test_bars_without_anything_to_count_show_zeros() -> None:
    svg = bars(CAPTION, MONTHS, Counts("新規", [0, 0, 0, 0]), Counts("変更", [0, 0, 0, 0]))
    assert texts(svg).count("0") == 4 + 1  # and the scale's own
    assert bar_widths(svg) == [14, 14]  # the legend


def test_lines_say_every_month_and_value_once() -> None:
    said = texts(CHARTS["lines"])
    assert [said.count(each) for each in ("11月", "12月", "1月", "2月", "中央値", "9割")] == [1] * 6
    assert [said.count(each) for each in ("1.0", "2.5", "3.0", "2.0", "9.9", "120")] == [1] * 6


def test_a_month_without_value_interrupts_the_lines() -> None:
    assert courses(CHARTS["lines"]) == [("5 4", 2), ("none", 2)]
    whole = lines(CAPTION, MONTHS, Measures("中央値", [1, 2, 3, 4]), Measures("9割", [2, 3, 4, 5]))
    assert courses(whole) == [("5 4", 4), ("none", 4)]


def test_lines_rise_with_their_values() -> None:
    svg = lines(CAPTION, MONTHS[:2], Measures("中央値", [1.1, 3.3]), Measures("9割", [5.5, 4.4]))
    heights = {said: float(text_at(svg, said).attrib["y"]) for said in ("3.3", "1.1", "5.5", "4.4")}
    assert heights["1.1"] > heights["3.3"]
    assert heights["4.4"] > heights["5.5"]


def test_a_year_gives_way_to_the_next_one() -> None:
    nothing = Measures("中央値", [None, None])
    december = lines(CAPTION, [Label("12月", "2025年"), Label("1月", "2026年")], nothing, nothing)
    november = lines(CAPTION, [Label("11月", "2025年"), Label("12月")], nothing, nothing)
    assert [each for each in texts(december) if each.endswith("年")] == ["2026年"]
    assert [each for each in texts(november) if each.endswith("年")] == ["2025年"]


def test_lines_without_any_value_say_so() -> None:
    nothing = Measures("中央値", [None] * 4)
    svg = lines(CAPTION, MONTHS, nothing, nothing)
    assert "対象の申請はありません" in texts(svg)
    assert courses(svg) == []
    assert "対象の申請はありません" not in texts(CHARTS["lines"])


def test_whatever_is_written_is_text_and_nothing_else() -> None:
    caption = Caption("k", HOSTILE, HOSTILE)
    label = [Label(HOSTILE, HOSTILE)]
    for svg in (
        bars(caption, label, Counts(HOSTILE, [1]), Counts(HOSTILE, [2])),
        lines(caption, label, Measures(HOSTILE, [1]), Measures(HOSTILE, [2])),
    ):
        picture = drawn(svg)
        assert picture.find(f"{SVG}title").text == picture.find(f"{SVG}desc").text == HOSTILE
        assert HOSTILE in texts(svg) or HOSTILE * 2 in texts(svg)
        assert "<b" not in svg


def outside(svg: str) -> list[str]:
    """Places beyond the frame of the picture."""
    picture = drawn(svg)
    _x, _y, width, height = map(float, picture.attrib["viewBox"].split())
    found = []
    for each in picture.iter():
        corners = [tuple(map(float, point.split(","))) for point in each.attrib.get("points", "").split()]
        if "x" in each.attrib:
            x, y = float(each.attrib["x"]), float(each.attrib["y"])
            corners += [(x, y), (x + float(each.attrib.get("width", 0)), y + float(each.attrib.get("height", 0)))]
        found += [str(each.attrib) for x, y in corners if not (-0.1 <= x <= width + 0.1 and -0.1 <= y <= height + 0.1)]
    return found


@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 50_000)), min_size=1, max_size=12))
def test_bars_stay_inside_their_frame(columns: list[tuple[int, int]]) -> None:
    labels = [Label("12月", "2025年") for _ in columns]
    first, second = ([column[part] for column in columns] for part in (0, 1))
    assert outside(bars(CAPTION, labels, Counts("新規", first), Counts("変更", second))) == []


@given(
    st.lists(
        st.one_of(st.none(), st.tuples(st.floats(0, 4000), st.floats(0, 4000)).map(sorted)), min_size=1, max_size=12
    )
)
def test_lines_stay_inside_their_frame(columns: list[list[float] | None]) -> None:
    labels = [Label("12月", "2025年") for _ in columns]
    low, high = ([column and column[part] for column in columns] for part in (0, 1))
    assert outside(lines(CAPTION, labels, Measures("中央値", low), Measures("9割", high))) == []
