"""The formulas that come with the house, each with where it is from and how sure that is.

Their operators publish them in words; here is the arithmetic alone. The days from which each is
taken are those of the published lists, as far as they are known; an operator's own announcement
may differ by months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kitchen.evaluation.indices.formulas import DAYS, PIECES, Formula, Part, Term


@dataclass(frozen=True, slots=True)
class Definition:
    """A formula with its name, the family and edition it is of, and what it is for."""

    name: str
    """By which programs ask for it: ``wci-v13.0``."""
    family: str
    edition: str
    """Two editions of a family are never compared with each other."""
    title: str
    channel: str
    """The key of the channel whose accounts it measures; empty for a mixture."""
    formula: Formula
    source: str
    valid_from: date
    experimental: bool = False


_WECHAT = {
    DAYS: "days",
    PIECES: "pieces",
    "R": "reads.all",
    "Rt": "reads.headlines",
    "Rmax": "reads.top",
    "E": "shares.all",
    "Et": "shares.headlines",
    "Emax": "shares.top",
}


def _liked(letter: str, figure: str) -> dict[str, str]:
    scopes = {"": "all", "t": "headlines", "max": "top"}
    return {f"{letter}{suffix}": f"{figure}.{scope}" for suffix, scope in scopes.items()}


_OLD = {**_WECHAT, **_liked("Z", "likes")}
"""Until about 2020 ``Z`` counted 点赞, the only button there was."""
_NEW = {**_WECHAT, **_liked("Z", "watching"), **_liked("L", "likes")}
"""Since then ``Z`` counts 在看, and 点赞 came back as ``L``."""
_WEIGHED_BY = {"O": ("", DAYS), "A": ("", PIECES), "H": ("t", DAYS), "P": ("max", "")}
"""Of which scope each part of an index is, and by what it is divided."""


def _by_scope(outer: Mapping[str, float], inner: Mapping[str, float]) -> tuple[Part, ...]:
    """The shape since V13: all, mean, headlines and top, each of the same inner weights."""

    def terms(suffix: str, per: str) -> Iterator[Term]:
        for letter, weight in inner.items():
            yield Term(weight, f"{letter}{suffix}", per, 1 if letter == "R" else 10)

    return tuple(
        Part(key, weight, tuple(terms(*_WEIGHED_BY[key]))) for key, weight in outer.items()
    )


def _by_figure(per: str, times: float) -> tuple[Part, ...]:
    """The shape before it: reads and likes apart, each as total (or mean of a day), mean, top."""

    def terms(letter: str, by: float) -> tuple[Term, ...]:
        return (
            Term(0.40, letter, per, by),
            Term(0.45, letter, PIECES, by),
            Term(0.15, f"{letter}max", "", by),
        )

    return Part("reads", 0.8, terms("R", 1)), Part("likes", 0.2, terms("Z", times))


def _used(formula: Formula) -> Formula:
    """Without the sources of inputs that it does not ask for."""
    known = {name: formula.sources[name] for name in formula.inputs}
    return Formula(formula.parts, formula.power, formula.factor, known)


def _wci(
    edition: str,
    parts: tuple[Part, ...],
    sources: Mapping[str, str],
    since: date,
    source: str,
    factor: float = 10,
) -> Definition:
    return Definition(
        name=f"wci-{edition.lower()}",
        family="wci",
        edition=edition,
        title=f"WCI {edition}",
        channel="wechat",
        formula=_used(Formula(parts, 2, factor, sources)),
        source=source,
        valid_from=since,
    )


_OUTER_14 = {"O": 0.60, "A": 0.20, "H": 0.10, "P": 0.10}
_SIMPLE = Formula(
    (
        Part("activity", 0.20, (Term(1, "X1"),)),
        Part("spread", 0.80, (Term(0.40, "X3"), Term(0.40, "X4"), Term(0.20, "X7"))),
    ),
    factor=160,
    sources={"X1": "pieces", "X3": "shares.all", "X4": "comments.all", "X7": "likes.all"},
)
"""The inputs keep the letters that they have in the full form."""


_ALL = (
    _wci(
        "V2.0",
        _by_figure("", 1),
        _OLD,
        date(2014, 1, 1),
        "清博指数说明（2014—2015 年版），公开转载；把握较大",
    ),
    _wci(
        "V12.0",
        _by_figure(DAYS, 10),
        _OLD,
        date(2016, 1, 1),
        "清博指数说明（2016—2017 年版），两处公开转载一致",
    ),
    _wci(
        "V13.0",
        _by_scope({"O": 0.30, "A": 0.30, "H": 0.30, "P": 0.10}, {"R": 0.85, "Z": 0.15}),
        _OLD,
        date(2017, 7, 1),
        "清博指数说明（2017 年 7 月起），三份公开代码和一处转载一致",
    ),
    _wci(
        "V14.2a",
        _by_scope(_OUTER_14, {"R": 0.85, "Z": 0.09, "L": 0.06}),
        _NEW,
        date(2020, 7, 1),
        "清博指数 V14.2 的早期写法（不迟于 2021 年 11 月），两份公开代码一致",
        factor=12,
    ),
    _wci(
        "V14.2b",
        _by_scope(_OUTER_14, {"R": 0.70, "Z": 0.09, "L": 0.06, "E": 0.15}),
        _NEW,
        date(2021, 12, 1),
        "清博指数现行说明（V14.2，含转发），一处镜像和一篇引文一致",
        factor=12,
    ),
    Definition(
        name="bci",
        family="bci",
        edition="V1",
        title="BCI 微博传播指数",
        channel="weibo",
        formula=Formula(
            (
                Part("activity", 0.20, (Term(0.30, "X1"), Term(0.70, "X2"))),
                Part(
                    "spread",
                    0.80,
                    (
                        *(Term(0.20, "X3"), Term(0.20, "X4")),
                        *(Term(0.25, "X5"), Term(0.25, "X6"), Term(0.10, "X7")),
                    ),
                ),
            ),
            factor=160,
            sources={
                "X1": "pieces",
                "X2": "pieces",
                "X3": "shares.all",
                "X4": "comments.all",
                "X5": "shares.all",
                "X6": "comments.all",
                "X7": "likes.all",
            },
        ),
        source="清博 BCI 说明；外层和变量表两处一致，内层权重据整理稿。本系统发的都算原创微博",
        valid_from=date(2014, 1, 1),
    ),
    Definition(
        name="bci-simple",
        family="bci-simple",
        edition="V1",
        title="BCI 简式",
        channel="weibo",
        formula=_SIMPLE,
        source="一家运营方公开的八份数据都用这个写法",
        valid_from=date(2014, 1, 1),
    ),
    Definition(
        name="vci",
        family="vci",
        edition="V1",
        title="VCI 短视频传播指数",
        channel="shipinhao",
        formula=_SIMPLE,
        source="同一家运营方把 BCI 简式用于短视频；没有官方说明，试用",
        valid_from=date(2020, 1, 1),
        experimental=True,
    ),
    Definition(
        name="dci",
        family="dci",
        edition="V1",
        title="DCI 抖音传播指数",
        channel="douyin",
        formula=Formula(
            (
                Part("posts", 0.10, (Term(1, "X1"),)),
                Part(
                    "interaction",
                    0.76,
                    (Term(0.17, "X2"), Term(0.37, "X3"), Term(0.46, "X4")),
                ),
                Part("coverage", 0.14, (Term(0.11, "X5"), Term(0.89, "X6"))),
            ),
            factor=100,
            sources={
                "X1": "pieces",
                "X2": "likes.all",
                "X3": "comments.all",
                "X4": "shares.all",
                "X5": "followers.new",
                "X6": "followers.total",
            },
        ),
        source="权重据回忆整理，没有公开说明可核；试用，可另出一版调整",
        valid_from=date(2018, 1, 1),
        experimental=True,
    ),
    Definition(
        name="mcci",
        family="mcci",
        edition="V1",
        title="综合传播指数",
        channel="",
        formula=Formula(
            (
                *(Part("wci-v14.2b", 0.30), Part("bci", 0.25)),
                *(Part("dci", 0.25), Part("vci", 0.20)),
            )
        ),
        source="全国总工会新媒体榜单（2023 年）的配比：微信 30、微博 25、抖音 25、视频号 20",
        valid_from=date(2023, 1, 1),
        experimental=True,
    ),
)
SHIPPED: Mapping[str, Definition] = {each.name: each for each in _ALL}
"""Every formula that comes with the house, by name."""
