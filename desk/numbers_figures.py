"""The desk's numbers as clerks read them: each a table, most with a drawing. Page and CSV are made from the same figures."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.kinds import CaseKind, every_kind
from chambers.models import Chamber
from desk import numbers
from desk.charts import Counts, Label, Measures, bars, lines
from desk.numbers import Durations, Move, Period, Spread
from desk.svg import Caption

Cell = int | float | None  # None: there is no value
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_DECISIONS = (Move.APPROVED, Move.RETURNED, Move.REJECTED, Move.WITHDRAWN)


@dataclass(frozen=True)
class Row:
    """One line of a table; its cells stand under the columns after the first."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Figure:
    """One table with its drawing. ``columns`` name the rows' names and cells; ``total`` is the last line; ``parts`` are
    further tables that divide this one."""

    key: str
    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Row]
    total: Row | None = None
    chart: SafeString | None = None
    parts: Sequence["Figure"] = field(default_factory=tuple)

    @property
    def body(self) -> list["Printed"]:
        """The rows as they are printed."""
        return [self._printed(row) for row in self.rows]

    @property
    def foot(self) -> list["Printed"]:
        """The last line, if there is one."""
        return [self._printed(self.total)] if self.total else []

    def _printed(self, row: Row) -> "Printed":
        return row.name, list(zip(self.columns[1:], map(_printed, row.cells), strict=True))


# A row's name, and its cells with the names of their columns.
Printed = tuple[str, list[tuple[str, str]]]


def _printed(cell: Cell) -> str:
    """1,234 or 12.3; a dash where there is no value."""
    if cell is None:
        return "−"
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.1f}"


def figures(chamber: Chamber, period: Period) -> list[Figure]:
    """All of them, in the order of the page."""
    counts = numbers.case_counts(chamber, period)
    return [
        _registrations(chamber),
        _in_force(chamber, period),
        _received(counts, period),
        _decisions(counts, period),
        _processing_time(numbers.processing_time(chamber, period), period),
        _time_in_hand(numbers.time_in_hand(chamber, period), period),
        _expiring(chamber),
    ]


def tables(shown: Iterable[Figure]) -> list[Figure]:
    """Every table, the parts after the whole."""
    return [table for figure in shown for table in (figure, *figure.parts)]


def _registrations(chamber: Chamber) -> Figure:
    now = numbers.registrations_now(chamber)
    said = [
        (_("有効"), now.in_force),
        (_("満了"), now.expired),
        (_("停止中"), now.suspended),
        (_("抹消"), now.deleted),
    ]
    title = _("現在の貿易登録")
    note = _("「満了」は、有効期間が終わり、更新も抹消もされていない登録です。")
    drawing = bars(
        Caption("registrations", title, _("有効・満了・停止中・抹消の件数の棒グラフ。")),
        [Label(name) for name, _count in said],
        Counts(title, [count for _name, count in said]),
    )
    rows = [Row(name, [count]) for name, count in said]
    return Figure("registrations", title, note, [_("状態"), _("件数")], rows, _sum(rows), drawing)


def _in_force(chamber: Chamber, period: Period) -> Figure:
    counts = numbers.in_force_by_month(chamber, period)
    title = _("月末の有効登録数")
    note = _("その月の最終日に有効期間内だった登録の数です。停止中を含み、抹消は除きます。")
    if period.is_running:
        note += _("今月は本日の数です。")
    drawing = bars(
        Caption("in-force", title, _("月ごとの有効登録数の棒グラフ。")),
        _axis(counts),
        Counts(title, [*counts.values()]),
    )
    rows = [Row(_name(month), [count]) for month, count in counts.items()]
    return Figure("in-force", title, note, [_("月"), _("有効登録数")], rows, chart=drawing)


def _received(counts: numbers.CaseCounts, period: Period) -> Figure:
    title = _("受付件数")
    note = _("はじめて送信された月で数えます。修正後の再送信は数えません。")
    rows = [
        _added(_name(month), [counts.of(month, Move.RECEIVED, kind.key) for kind in every_kind()])
        for month in period.months
    ]
    drawing = bars(
        Caption("received", title, _("月ごとの受付件数を、申請の種類ごとに積み上げた棒グラフ。")),
        _axis(period.months),
        *(
            Counts(str(kind.label), [counts.of(month, Move.RECEIVED, kind.key) for month in period.months])
            for kind in every_kind()
        ),
    )
    columns = [_("月"), *(str(kind.label) for kind in every_kind()), _("合計")]
    return Figure("received", title, note, columns, rows, _sum(rows), drawing)


def _decisions(counts: numbers.CaseCounts, period: Period) -> Figure:
    title = _("審査の結果")
    note = _(
        "結果が出た月で数えます。同じ申請に修正依頼を2回した場合は2件です。取下げは、申請者によるものと、抹消によるものです。"
    )
    rows = [_added(_name(month), [counts.of(month, move) for move in _DECISIONS]) for month in period.months]
    drawing = bars(
        Caption("decisions", title, _("月ごとの承認・修正依頼・却下・取下げの件数を積み上げた棒グラフ。")),
        _axis(period.months),
        *(Counts(str(move.label), [counts.of(month, move) for month in period.months]) for move in _DECISIONS),
    )
    columns = [_("月"), *(str(move.label) for move in _DECISIONS), _("合計")]
    parts = [_kind(counts, period, kind) for kind in every_kind()]
    return Figure("decisions", title, note, columns, rows, _sum(rows), drawing, parts)


def _kind(counts: numbers.CaseCounts, period: Period, kind: CaseKind) -> Figure:
    """What happened to the cases of one kind."""
    rows = [Row(_name(month), [counts.of(month, move, kind.key) for move in Move]) for month in period.months]
    title = _("%(kind)sの受付と結果") % {"kind": kind.label}
    return Figure(f"kind-{kind.key}", title, "", [_("月"), *(str(move.label) for move in Move)], rows, _sum(rows))


def _processing_time(took: Durations, period: Period) -> Figure:
    title = _("受付から決定までの日数")
    note = _(
        "はじめて送信されてから承認または却下までの日数(24時間を1日とします)を、決定した月で集計しています。"
        "申請者が修正していた期間と、夜間・休業日を含みます。"
    )
    return _durations("processing-time", title, note, took, period, unit=_("日"), length=_DAY, count=_("決定件数"))


def _time_in_hand(took: Durations, period: Period) -> Figure:
    title = _("商工会議所での所要時間")
    note = _(
        "送信(修正後の再送信を含む)から、承認・修正依頼・却下までの時間を、回答した月で集計しています。"
        "申請者が修正していた期間は含まず、夜間・休業日は含みます。"
    )
    return _durations("time-in-hand", title, note, took, period, unit=_("時間"), length=_HOUR, count=_("回答件数"))


def _durations(
    key: str, title: str, note: str, took: Durations, period: Period, *, unit: str, length: timedelta, count: str
) -> Figure:
    note += _("「中央値」は半数が、「9割」は10件のうち9件が、その値までに終わったことを表します。")
    median, nine_in_ten = (_("%(name)s(%(unit)s)") % {"name": name, "unit": unit} for name in (_("中央値"), _("9割")))
    rows = [_spread(_name(month), took.of(month), length) for month in period.months]
    drawing = lines(
        Caption(key, title, _("月ごとの中央値と9割の値の折れ線グラフ。")),
        _axis(period.months),
        Measures(median, [_in(length, took.of(month).median) for month in period.months]),
        Measures(nine_in_ten, [_in(length, took.of(month).nine_in_ten) for month in period.months]),
    )
    total = _spread(_("全期間"), took.whole, length)
    return Figure(key, title, note, [_("月"), count, median, nine_in_ten], rows, total, drawing)


def _spread(name: str, spread: Spread, length: timedelta) -> Row:
    return Row(name, [spread.count, _in(length, spread.median), _in(length, spread.nine_in_ten)])


def _in(length: timedelta, took: timedelta | None) -> float | None:
    """The duration in days or hours, to a tenth."""
    return None if took is None else round(took / length, 1)


def _expiring(chamber: Chamber) -> Figure:
    counts = numbers.expiring_by_month(chamber)
    title = _("有効期間が終わる登録")
    note = _("これから12か月のあいだに有効期間が終わる登録の数です。今月は本日以降の分です。停止中・抹消は除きます。")
    drawing = bars(
        Caption("expiring", title, _("これから12か月の、月ごとの満了予定件数の棒グラフ。")),
        _axis(counts),
        Counts(title, [*counts.values()]),
    )
    rows = [Row(_name(month), [count]) for month, count in counts.items()]
    return Figure("expiring", title, note, [_("月"), _("満了予定件数")], rows, _sum(rows), drawing)


def _added(name: str, counts: Sequence[int]) -> Row:
    """A row that ends with its sum."""
    return Row(name, [*counts, sum(counts)])


def _sum(rows: Sequence[Row]) -> Row:
    """The total of a table of counts."""
    return Row(
        _("合計"), [sum(cell or 0 for cell in column) for column in zip(*(row.cells for row in rows), strict=True)]
    )


def _name(month: dt.date) -> str:
    return date_format(month, "Y年n月")


def _axis(months: Iterable[dt.date]) -> list[Label]:
    """The months, with the year at the first one and at every January."""
    return [
        Label(date_format(month, "n月"), date_format(month, "Y年") if index == 0 or month.month == 1 else "")
        for index, month in enumerate(months)
    ]
