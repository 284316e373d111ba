"""The weekly digest of what people ask (民情周报, S40): headings with lines, and a document."""

from __future__ import annotations

from kitchen.core.clock import local
from kitchen.core.errors import N_
from kitchen.papers import Paper, Say, listed
from kitchen.petitions.clusters import Topic
from kitchen.petitions.figures import Figures, UnitFigures
from kitchen.petitions.labels import CATEGORIES, STEPS
from kitchen.petitions.rules import Category, Step

TITLE = N_("网络问政民情周报")
_MOST_TITLES = 5


def sections(figures: Figures, say: Say) -> list[tuple[str, list[str]]]:
    """The digest as headings with their lines; every figure is one of ``figures``."""
    return [
        (say(N_("总体情况")), _overall(figures, say)),
        (say(N_("问题分类")), [_category(*it, say) for it in figures.categories]),
        (say(N_("集中反映的话题")), [_topic(topic, say) for topic in figures.topics]),
        (say(N_("各单位办理情况")), [_unit(it, say) for it in figures.units]),
    ]


def _overall(figures: Figures, say: Say) -> list[str]:
    span = figures.span
    days = {"first": local(span.begins).date().isoformat(), "last": span.last_day.isoformat()}
    lines = [
        say(N_("时间：%(first)s 至 %(last)s")) % days,
        say(N_("收到问题 %(now)s 个，上一周 %(before)s 个。"))
        % {"now": figures.received, "before": figures.received_before},
    ]
    done = [f"{say(STEPS[Step(step)])} {count}" for step, count in figures.steps.items() if count]
    if done:
        lines.append(say(N_("本周办理：%(done)s")) % {"done": say(N_("，")).join(done)})
    if figures.mean is not None:
        rated = {"count": figures.rated, "mean": f"{figures.mean:.2f}"}
        lines.append(say(N_("满意度：%(count)s 人评价，平均 %(mean)s 分（满分 5 分）。")) % rated)
    return lines


def _category(category: str | None, count: int, say: Say) -> str:
    name = say(CATEGORIES[Category(category)]) if category else say(N_("还没有分类"))
    return f"{name}{say(N_('：'))}{count}"


def _topic(topic: Topic, say: Say) -> str:
    told = say(
        N_("“%(name)s”：%(count)s 条，上一周 %(before)s 条。共同的词：%(terms)s。例如：%(titles)s")
    )
    titles = [text.title for text in topic.texts[:_MOST_TITLES]]
    return told % {
        "name": topic.name,
        "count": len(topic.texts),
        "before": topic.before,
        "terms": say(N_("、")).join(topic.terms),
        "titles": say(N_("；")).join(titles),
    }


def _unit(it: UnitFigures, say: Say) -> str:
    told = say(
        N_(
            "%(unit)s：交办 %(handed)s，答复 %(answered)s，按时 %(on_time)s，"
            "超时 %(late)s，退回 %(returned)s"
        )
    )
    line = told % {
        "unit": it.unit,
        "handed": it.handed,
        "answered": it.answered,
        "on_time": it.on_time,
        "late": it.late,
        "returned": it.returned,
    }
    if it.mean is not None:
        line += say(N_("，满意度 %(mean)s 分（%(count)s 人）")) % {
            "mean": f"{it.mean:.2f}",
            "count": it.rated,
        }
    return line


def paper(figures: Figures, say: Say) -> Paper:
    """The digest as a paper."""
    return listed(say(TITLE), sections(figures, say))
